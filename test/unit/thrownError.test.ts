import { NodeApiError, type INode, type JsonObject } from 'n8n-workflow';
import { thrownError } from '../../nodes/Amperity/engine/thrownError';

const node = { name: 'Amperity', type: 'amperity', parameters: {} } as INode;

const connectionError = (code: string, message: string) =>
	Object.assign(new Error(message), { code });

/** As n8n wraps what a request has thrown. */
const wrapped = (error: Error) => new NodeApiError(node, error as unknown as JsonObject);

test.each([
	['ECONNREFUSED', 'connect ECONNREFUSED 203.0.113.1:443'],
	['ETIMEDOUT', 'connect ETIMEDOUT 203.0.113.1:443'],
	['ECONNRESET', 'socket hang up'],
	['ECONNABORTED', 'timeout of 60000ms exceeded'],
	['ENOTFOUND', 'getaddrinfo ENOTFOUND app.amperity.com'],
	['EPROTO', 'write EPROTO 80:error:0A00010B:SSL routines::wrong version number:'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'],
	['ERR_ANSWER_TOO_LARGE', 'ERR_ANSWER_TOO_LARGE'],
])('%s and its text are known, wrapped by n8n or not', (code, text) => {
	const error = connectionError(code, text);
	expect(thrownError(error)).toEqual({ code, text });
	expect(thrownError(wrapped(error))).toEqual({ code, text });
});

test('an error without a code has its text', () => {
	expect(thrownError(new Error('Domain not allowed'))).toEqual({
		code: 'UNKNOWN',
		text: 'Domain not allowed',
	});
});

test.each([undefined, null, {}])('%p tells nothing', (error) => {
	expect(thrownError(error)).toEqual({ code: 'UNKNOWN', text: '' });
});
