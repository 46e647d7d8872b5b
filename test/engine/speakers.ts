import type { Fault } from '../simulator';

const PAGE =
	'<!DOCTYPE html><html><head><title>Blocked</title></head><body><h1>Sorry</h1></body></html>';

/** What machines between n8n and Amperity say: none of it is Amperity's word. */
export const STRANGERS: Record<string, { body: unknown; headers?: Record<string, string> }> = {
	'a web page': { body: PAGE, headers: { 'content-type': 'text/html; charset=utf-8' } },
	'a web page that calls itself JSON': {
		body: PAGE,
		headers: { 'content-type': 'application/json' },
	},
	nothing: { body: '', headers: { 'content-length': '0' } },
	'a line of text': { body: 'upstream connect error', headers: { 'content-type': 'text/plain' } },
	'other JSON': { body: { error: 'Access denied by policy 17' } },
	'JSON whose message is no text': { body: { message: { code: 17 }, status: 'blocked' } },
	'a JSON list': { body: ['blocked'] },
	'a JSON text': { body: '"blocked"', headers: { 'content-type': 'application/json' } },
};

/** An answer of such a machine. */
export const strangerSays = (what: string, status: number, accepted = false): Fault => {
	const { body, headers = {} } = STRANGERS[what]!;
	const location = { location: 'http://127.0.0.1:1/login' };
	const isRedirect = status >= 300 && status < 400;
	const all = isRedirect ? { ...headers, ...location } : headers;
	return { kind: 'body', status, body, headers: all, accepted };
};

/** An error as Amperity itself gives it. */
export const amperitySays = (status: number, message = 'The words of Amperity'): Fault => ({
	kind: 'body',
	status,
	body: { status, message, request_id: 'request-id-1', trace_id: 'trace-id-1' },
});
