import type { INode } from 'n8n-workflow';
import { AmperityApiError, errorBodyOf, plainText } from '../../nodes/Amperity/transport/apiError';
import type { Failure } from '../../nodes/Amperity/transport/retry';

const node: INode = {
	id: '1',
	name: 'Amperity',
	type: 'n8n-nodes-amperity.amperity',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};
const errorFor = (failure: Failure, body: unknown = {}) =>
	new AmperityApiError(node, failure, errorBodyOf(body));

test('plainText keeps one clean line', () => {
	expect(plainText('\u001b[31mRed\u001b[0m <b>bold</b>\r\nnext\u0000\u202eline')).toBe(
		'Red bold next line',
	);
	expect(plainText('x'.repeat(10_000))).toHaveLength(501);
	expect(plainText('Workflow canceled')).toBe('Workflow cancelled');
});

test.each([
	[400, 'rejected the request as invalid: Unknown property', 'Correct the fields'],
	[401, 'did not accept the access token: Unknown property', 'Get a new one in Amperity'],
	[403, 'The API key is not allowed to do this: Unknown property', 'DataGrid Operator'],
	[404, 'did not find what the request names: Unknown property', 'a sandbox and production'],
	[409, 'The current state in Amperity', 'Look at the run'],
	[418, 'rejected the request as invalid', 'Correct the fields'],
	[429, 'too many requests', '10 requests per second'],
	[500, 'could not answer', 'Try again in a few minutes'],
	[503, 'could not answer', 'Try again in a few minutes'],
	[302, 'redirected', 'Check Hosting'],
])(
	'HTTP %i says what happened, what to do, and what Amperity Support asks for',
	(status, message, remedy) => {
		const error = errorFor(
			{ kind: 'status', status },
			{ status, message: 'Unknown property', request_id: 'req-1', trace_id: 'tr-1' },
		);
		expect(error.message).toContain(message);
		expect(error.description).toContain(remedy);
		expect(error.description).toContain(`(HTTP ${status}, Request ID req-1, Trace ID tr-1)`);
		expect(error.httpCode).toBe(String(status));
	},
);

test('a network error names its code, not the words that n8n would put in its place', () => {
	const error = errorFor({ kind: 'noAnswer', code: 'ECONNRESET' });
	expect(error.message).toBe('No answer came from Amperity');
	expect(error.description).toContain('Code ECONNRESET');
	expect(error.mayHaveBeenAccepted).toBe(true);
});

test('Amperity’s message is kept even where it holds an error code that n8n knows', () => {
	const error = errorFor({ kind: 'status', status: 400 }, { message: 'Courier got ENOTFOUND' });
	expect(error.message).toBe('Amperity rejected the request as invalid: Courier got ENOTFOUND');
});

test.each([null, 'text', 42, [], { message: 7, request_id: {}, trace_id: null }])(
	'an error body of the wrong shape (%p) gives an error without details',
	(body) => {
		expect(errorFor({ kind: 'status', status: 400 }, body).message).toBe(
			'Amperity rejected the request as invalid',
		);
	},
);
