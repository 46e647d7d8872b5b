import { STRANGERS, strangerSays } from '../../engine/speakers';
import type { Acceptance, Fault } from '../../simulator';

const status = (code: number, more: Acceptance & { retryAfter?: string } = {}): Fault => ({
	kind: 'status',
	status: code,
	...more,
});

/** Amperity's own word that the request had no effect. */
export const REFUSALS: Fault[] = [
	status(429),
	status(429),
	status(429, { retryAfter: '1' }),
	status(429, { retryAfter: '300' }),
	status(400),
	status(403),
	status(404),
	status(409),
];

/** Statuses after which a start may be sent again, in time. */
const PROMPT_STATUSES = [500, 502, 503, 520, 521];

/** Statuses that say that somebody waited, or gave up: what was asked for may still be on its way. */
const WAITED_STATUSES = [408, 504, 522, 524, 598, 599];

/** A failure that comes at once. It leaves open whether the request had an effect. */
export const promptFailures = (acceptance: Acceptance): Fault[] => [
	acceptance.accepted ? { ...acceptance, kind: 'drop-after' } : { kind: 'drop-before' },
	...PROMPT_STATUSES.map((code) => status(code, acceptance)),
	status(503, { ...acceptance, retryAfter: '1' }),
	...PROMPT_STATUSES.map((code): Fault => ({ kind: 'html', status: code, ...acceptance })),
	{ kind: 'empty', status: 502, ...acceptance },
];

/** Any other answer that does not tell whether the request had an effect. */
export const lostAnswers = (acceptance: Acceptance): Fault[] => [
	...WAITED_STATUSES.map((code) => status(code, acceptance)),
	{ kind: 'html', status: 504, ...acceptance },
	{ kind: 'half-json', ...acceptance },
	{ kind: 'cut-off', ...acceptance },
	{ kind: 'cut-off', ...acceptance },
	{ kind: 'drip', everyMs: 7_000, ...acceptance },
	{ kind: 'empty', status: 201, ...acceptance },
	{ kind: 'body', status: 201, body: [], ...acceptance },
	...Object.keys(STRANGERS).map((what) => strangerSays(what, 201, acceptance.accepted)),
	...(acceptance.accepted ? [] : [{ kind: 'redirect', location: 'http://127.0.0.1:1/' } as const]),
];

/** The page of a gateway, with any status that there is. */
export const page = (code: number, acceptance: Acceptance): Fault => ({
	kind: 'html',
	status: code,
	...acceptance,
});

/** A gateway has given up, and what it passed on arrives after that. */
export const LATE_ARRIVALS: Fault[] = [500, 5_000, 30_000, 120_000].flatMap((acceptedAfterMs) => [
	{ kind: 'html', status: 504, accepted: true, acceptedAfterMs },
	status(504, { accepted: true, acceptedAfterMs }),
]);

/** A gateway has failed at once, and passes on all the same what it has queued. */
export const QUEUED_BEHIND_PROMPT: Fault[] = [1_000, 20_000, 100_000].flatMap((acceptedAfterMs) =>
	promptFailures({ accepted: true, acceptedAfterMs }),
);

/** Answers that take their time; the longer ones come when nobody waits for them any more. */
export const SLOW_ANSWERS: Fault[] = [
	...[3_000, 12_000, 25_000, 400_000].map((delayMs): Fault => ({ kind: 'late', delayMs })),
	...[3_000, 25_000, 70_000, 305_000, 420_000].map(
		(delayMs): Fault => ({ kind: 'late-accept', delayMs }),
	),
];
