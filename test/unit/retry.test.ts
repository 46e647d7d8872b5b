import fc from 'fast-check';
import {
	mayHaveBeenAccepted,
	retryDelayMs,
	type Failure,
	type Repeatability,
} from '../../nodes/Amperity/transport/retry';

const NOW = Date.parse('2026-10-01T00:00:00Z');
const status = (code: number, retryAfter?: string): Failure => ({
	kind: 'status',
	status: code,
	retryAfter,
});
const noAnswer = (code: string): Failure => ({ kind: 'noAnswer', code });
const delay = (failure: Failure, repeatability: Repeatability, attempt = 1, random = 0.5) =>
	retryDelayMs(failure, repeatability, attempt, random, NOW);

const REFUSED: Failure[] = [
	...[400, 401, 403, 404, 405, 409, 422, 429].map((code) => status(code)),
	...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED'].map(noAnswer),
	...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'DEPTH_ZERO_SELF_SIGNED_CERT'].map(noAnswer),
	{ kind: 'notSent', reason: 'Tenant ID is not a tenant ID' },
];
const AMBIGUOUS: Failure[] = [
	...[408, 500, 502, 503, 504, 599].map((code) => status(code)),
	...['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', 'EPROTO', 'ERR_CANCELED'].map(noAnswer),
	...['EHOSTUNREACH', 'ENETUNREACH', 'SOMETHING_NEW'].map(noAnswer),
	{ kind: 'unreadable', status: 200 },
];

const REDIRECTED: Failure[] = [301, 302, 303, 307, 308].map((code) => status(code));

test.each(REFUSED)('%o was surely not accepted', (failure) => {
	expect(mayHaveBeenAccepted(failure)).toBe(false);
});

test.each([...AMBIGUOUS, ...REDIRECTED])(
	'%o may have been accepted, and a start is never repeated',
	(failure) => {
		expect(mayHaveBeenAccepted(failure)).toBe(true);
		expect(delay(failure, 'once')).toBeUndefined();
	},
);

test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('a start is repeated after %s', (code) => {
	expect(delay(noAnswer(code), 'once')).toBe(250);
});

test('a start is repeated after 429, five times', () => {
	expect([1, 2, 3, 4, 5, 6].map((attempt) => delay(status(429), 'once', attempt))).toEqual([
		250,
		500,
		1000,
		2000,
		4000,
		undefined,
	]);
});

test('reads are repeated after 429, 5xx, unreadable answers and network errors', () => {
	for (const failure of AMBIGUOUS.filter(({ kind }) => kind !== 'noAnswer')) {
		expect(delay(failure, 'safe')).toBe(250);
	}
	expect(delay(noAnswer('ECONNRESET'), 'safe')).toBe(250);
	for (const failure of REDIRECTED) expect(delay(failure, 'safe')).toBeUndefined();
	expect(delay(noAnswer('ERR_CANCELED'), 'safe')).toBeUndefined();
	expect(delay(noAnswer('CERT_HAS_EXPIRED'), 'safe')).toBeUndefined();
	expect(delay(status(404), 'safe')).toBeUndefined();
});

test('the backoff of reads doubles from 0.5 s to 30 s', () => {
	const longest = [1, 2, 3, 4, 5, 6, 7].map((attempt) => delay(status(503), 'safe', attempt, 1));
	expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
	expect(delay(status(503), 'safe', 8)).toBeUndefined();
});

test.each([
	['3', 3000],
	[' 3 ', 3000],
	['Thu, 01 Oct 2026 00:00:05 GMT', 5000],
	['Wed, 30 Sep 2026 00:00:00 GMT', 0],
	['soon', 0],
])('Retry-After "%s" is waited for, plus the backoff', (retryAfter, expected) => {
	expect(delay(status(429, retryAfter), 'once')).toBe(expected + 250);
});

test('a Retry-After beyond two minutes is reported, not waited for', () => {
	expect(delay(status(429, '120'), 'once')).toBe(120_250);
	expect(delay(status(429, '121'), 'once')).toBeUndefined();
	expect(delay(status(503, '99999999999999999999'), 'safe')).toBeUndefined();
});

test('whatever fails, a request that may have been accepted is not sent twice', () => {
	const anyFailure: fc.Arbitrary<Failure> = fc.oneof(
		fc.record({
			kind: fc.constant('status' as const),
			status: fc.integer({ min: 100, max: 999 }),
			retryAfter: fc.option(fc.string(), { nil: undefined }),
		}),
		fc.record({ kind: fc.constant('noAnswer' as const), code: fc.string() }),
		fc.record({ kind: fc.constant('unreadable' as const), status: fc.integer() }),
	);
	fc.assert(
		fc.property(anyFailure, fc.integer({ min: 1, max: 20 }), (failure, attempt) => {
			const wait = delay(failure, 'once', attempt);
			expect(wait === undefined || !mayHaveBeenAccepted(failure)).toBe(true);
			expect(wait ?? 0).toBeLessThan(151_000);
		}),
	);
});
