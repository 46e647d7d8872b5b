import { amperitySays, strangerSays } from '../../engine/speakers';
import type { Fault } from '../../simulator';

/** An answer that does not tell whether there is a run, for a start that was accepted and for one that was not. */
export type LostAnswer = (accepted: boolean) => Fault;

const dropped: LostAnswer = (accepted) => ({ kind: accepted ? 'drop-after' : 'drop-before' });

const says =
	(status: number): LostAnswer =>
	(accepted) => ({ kind: 'status', status, accepted });

const stranger =
	(what: string, status: number): LostAnswer =>
	(accepted) =>
		strangerSays(what, status, accepted);

const page = (status: number) => stranger('a web page', status);

const body =
	(status: number, content: unknown, headers?: Record<string, string>): LostAnswer =>
	(accepted) => ({ kind: 'body', status, body: content, headers, accepted });

/** Some of those below that come at once, and that a server gives which is in trouble. */
export const PROMPT: Record<string, LostAnswer> = {
	'a connection that is cut': dropped,
	'503 of Amperity': says(503),
	'a page with 502': page(502),
};

/** The others that come at once and mean trouble. */
export const MORE_PROMPT: Record<string, LostAnswer> = {
	'500 of Amperity': says(500),
	'503 with Retry-After': (accepted) => ({
		kind: 'status',
		status: 503,
		retryAfter: '1',
		accepted,
	}),
	'501 of Amperity': says(501),
	'nothing with 503': stranger('nothing', 503),
	'a line of text with 520': stranger('a line of text', 520),
	'other JSON with 500': stranger('other JSON', 500),
	'a page with 521': page(521),
};

/** After some answers a start may yet be under way behind the machine that gave them. */
export const NOT_PROMPT: Record<string, LostAnswer> = {
	'a page with 504': page(504),
	'a page with 403': page(403),
	'408 of Amperity': says(408),
	'half a run': (accepted) => ({ kind: 'half-json', accepted }),
	'nothing with 201': stranger('nothing', 201),
};

const pages = [400, 401, 404, 405, 407, 413, 418, 429, 451, 522, 524, 598, 599];
const unreadable = '{"id":"wf-unreadable';

/** The others of that kind. */
export const MORE_NOT_PROMPT: Record<string, LostAnswer> = {
	...Object.fromEntries(pages.map((status) => [`a page with ${status}`, page(status)])),
	'504 of Amperity': says(504),
	'a page with 408': page(408),
	'a redirect of a page': page(307),
	'a redirect with 303': page(303),
	'a page with 200': page(200),
	'other JSON with 200': stranger('other JSON', 200),
	'other JSON with 409': stranger('other JSON', 409),
	'nothing with 204': stranger('nothing', 204),
	'a list with 201': body(201, []),
	'a run without an ID': body(201, { state: 'scheduled' }),
	'200 with a refusal': body(200, { status: 403, message: 'No' }),
	'characters that nobody knows': body(201, unreadable, { 'content-type': 'text/x; charset=x-1' }),
	'a body that cannot be unpacked': body(201, unreadable, { 'content-encoding': 'gzip' }),
};

/** Amperity's own word that it started nothing. */
export const REFUSALS: Record<string, Fault> = Object.fromEntries(
	[400, 403, 404, 409, 422].map((status) => [`${status} of Amperity`, amperitySays(status)]),
);
