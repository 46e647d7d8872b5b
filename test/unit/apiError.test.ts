import { NodeApiError, type INode } from 'n8n-workflow';
import { AmperityApiError, reasonOf } from '../../nodes/Amperity/transport/apiError';
import type { Failure } from '../../nodes/Amperity/transport/failure';
import { amperity, credential, intermediary, network, NO_TURN, STOPPED } from './failures';

const nodeWith = (authentication: string): INode => ({
	id: '1',
	name: 'Amperity',
	type: 'n8n-nodes-amperity.amperity',
	typeVersion: 1,
	position: [0, 0],
	parameters: { authentication },
});

const node = nodeWith('amperityApi');

const said = (message: string): Failure => ({
	kind: 'amperity',
	status: 403,
	httpStatus: 403,
	body: { message, requestId: 'req-1', traceId: 'tr-1' },
});

test('tells what happened, what to do, and what Amperity Support asks for', () => {
	const error = new AmperityApiError(node, said('no policy'));
	expect(error.message).toBe('The API key is not allowed to do this: no policy');
	expect(error.description).toMatch(
		/^Give the key .* \(HTTP 403, Request ID req-1, Trace ID tr-1\)$/,
	);
	expect(error.facts).toBe(' (HTTP 403, Request ID req-1, Trace ID tr-1)');
	expect(error.httpCode).toBe('403');
	expect(error.context).toMatchObject({ request_id: 'req-1', trace_id: 'tr-1' });
});

test('is an error that the editor knows', () => {
	const error = new AmperityApiError(node, said('no'));
	expect(error).toBeInstanceOf(NodeApiError);
	expect(error.name).toBe('NodeApiError');
	expect(error.node).toBe(node);
});

test.each(['Courier got ENOTFOUND', 'HTTP 500 in task 3', 'ECONNREFUSED 10.0.0.1:5432'])(
	'Amperity’s “%s” is kept, not replaced by n8n’s words for the code in it',
	(message) => {
		expect(new AmperityApiError(node, said(message)).message).toBe(
			`The API key is not allowed to do this: ${message}`,
		);
	},
);

test.each(['ECONNRESET', 'ETIMEDOUT'])('%s is told in the node’s own words', (code) => {
	const error = new AmperityApiError(node, network(code, 'socket hang up'));
	expect(error.message).toBe('No answer came from Amperity');
	expect(error.description).toMatch(new RegExp(` \\(Code ${code}\\)$`));
	expect(error.httpCode).toBeNull();
});

test.each<[Failure, boolean, string | null]>([
	[amperity(403), false, '403'],
	[amperity(503), true, '503'],
	[amperity(403, { httpStatus: 200 }), true, '403'],
	[intermediary(404), true, '404'],
	[network('ECONNREFUSED'), false, null],
	[network('ECONNRESET'), true, null],
	[credential(true), false, null],
	[NO_TURN, false, null],
	[STOPPED, false, null],
])('%j: may have been accepted: %p; status %p', (failure, accepted, status) => {
	const error = new AmperityApiError(node, failure);
	expect(error.mayHaveBeenAccepted).toBe(accepted);
	expect(error.httpCode).toBe(status);
	expect(error.reason).toBe(failure);
});

test('a refused token is explained by how the node gets it', () => {
	const messageFor = (authentication: string) =>
		new AmperityApiError(nodeWith(authentication), amperity(401)).message;
	expect(messageFor('amperityApi')).toBe('Amperity did not accept the access token: no');
	expect(messageFor('amperityOAuth2Api')).toBe(
		'Amperity did not accept a token that it has just issued: no',
	);
});

test('reasonOf knows the errors of requests, and no others', () => {
	const failure = network('ECONNRESET');
	expect(reasonOf(new AmperityApiError(node, failure))).toBe(failure);
	for (const other of [new Error('no'), undefined, null, { reason: failure }]) {
		expect(reasonOf(other)).toBeUndefined();
	}
});
