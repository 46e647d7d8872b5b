import fc from 'fast-check';
import { mayHaveBeenAccepted, type Failure } from '../../nodes/Amperity/transport/failure';
import {
	retryDelayMs,
	REPEATED_FOR_MS,
	type Repeatability,
} from '../../nodes/Amperity/transport/retry';
import { amperity, credential, intermediary, network, NO_TURN, STOPPED, TEXTS } from './failures';

/** Milliseconds until a request is repeated that has failed so often, without chance: 0.75 of the back-off. */
const delay = (failure: Failure, repeatability: Repeatability, failures = 1, random = 0.5) =>
	retryDelayMs(failure, repeatability, { failures, failingForMs: 0 }, random);

const whenThrottled = (failure: Failure, repeatability: Repeatability, failingForMs: number) =>
	retryDelayMs(failure, repeatability, { failures: 0, failingForMs }, 0.5);

describe('what is repeated', () => {
	const BACKOFF = 375;
	const BY_PACE = 0;
	const NEVER = undefined;

	test.each<[string, Failure, safe: number | undefined, once: number | undefined]>([
		['400 of Amperity', amperity(400), NEVER, NEVER],
		['401 of Amperity', amperity(401), NEVER, NEVER],
		['403 of Amperity', amperity(403), NEVER, NEVER],
		['404 of Amperity', amperity(404), NEVER, NEVER],
		['409 of Amperity', amperity(409), NEVER, NEVER],
		['429 of Amperity', amperity(429), BY_PACE, BY_PACE],
		['408 of Amperity', amperity(408), BACKOFF, NEVER],
		['500 of Amperity', amperity(500), BACKOFF, NEVER],
		['503 of Amperity', amperity(503), BACKOFF, NEVER],
		['200 whose error states 403', amperity(403, { httpStatus: 200 }), NEVER, NEVER],
		['200 whose error states 429', amperity(429, { httpStatus: 200 }), BY_PACE, NEVER],
		['200 whose error states 503', amperity(503, { httpStatus: 200 }), BACKOFF, NEVER],
		['a page with 200', intermediary(200), BACKOFF, NEVER],
		['a redirect', intermediary(302), NEVER, NEVER],
		['a page with 403', intermediary(403), NEVER, NEVER],
		['a page with 404', intermediary(404), NEVER, NEVER],
		['a page with 407', intermediary(407), NEVER, NEVER],
		['a page with 429', intermediary(429), BY_PACE, NEVER],
		['a page with 502', intermediary(502), BACKOFF, NEVER],
		['nobody listens', network('ECONNREFUSED'), BACKOFF, BACKOFF],
		['no name server', network('EAI_AGAIN'), BACKOFF, BACKOFF],
		['no host of the name', network('ENOTFOUND'), NEVER, NEVER],
		['no route', network('EHOSTUNREACH', TEXTS.noRoute), BACKOFF, BACKOFF],
		['no connection in time', network('ETIMEDOUT', TEXTS.neverConnected), BACKOFF, BACKOFF],
		['cut off before TLS', network('ECONNRESET', TEXTS.cutBeforeTls), BACKOFF, BACKOFF],
		['cut off later', network('ECONNRESET', 'socket hang up'), BACKOFF, NEVER],
		['no answer in time', network('ETIMEDOUT'), BACKOFF, NEVER],
		['a certificate', network('CERT_HAS_EXPIRED'), NEVER, NEVER],
		['no handshake', network('EPROTO', TEXTS.plainHttp), NEVER, NEVER],
		['an answer too large', network('ERR_ANSWER_TOO_LARGE'), NEVER, NEVER],
		['a request cut off by a stop', network('ERR_CANCELED'), NEVER, NEVER],
		['no token this time', credential(true), BACKOFF, BACKOFF],
		['no good credential', credential(false), NEVER, NEVER],
		['no turn', NO_TURN, NEVER, NEVER],
		['a stop', STOPPED, NEVER, NEVER],
	])('%s', (_, failure, safe, once) => {
		expect(delay(failure, 'safe')).toBe(safe);
		expect(delay(failure, 'once')).toBe(once);
	});
});

describe('the back-off', () => {
	const LONGEST = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
	const times = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

	test('of what is safe doubles from 0.5 s to 30 s, seven times', () => {
		const delays = times(8).map((failures) => delay(amperity(503), 'safe', failures, 1));
		expect(delays).toEqual([...LONGEST, undefined]);
	});

	test('of a start ends after five times', () => {
		const refused = network('ECONNREFUSED');
		const delays = times(6).map((failures) => delay(refused, 'once', failures, 1));
		expect(delays).toEqual([...LONGEST.slice(0, 5), undefined]);
	});

	test('leaves no more than half of itself to chance', () => {
		const delays = times(7).map((failures) => delay(amperity(503), 'safe', failures, 0));
		expect(delays).toEqual(LONGEST.map((longest) => longest / 2));
	});
});

describe('Retry-After', () => {
	test.each([amperity(503, { retryAfterMs: 2_500 }), intermediary(502, 2_500)])(
		'is waited for, and the back-off after it (%j)',
		(failure) => {
			expect(delay(failure, 'safe', 1, 0)).toBe(2_750);
			expect(delay(failure, 'safe', 3, 1)).toBe(4_500);
		},
	);

	test('beyond two minutes is reported, not waited for', () => {
		const asking = (retryAfterMs: number) => amperity(503, { retryAfterMs });
		expect(delay(asking(REPEATED_FOR_MS), 'safe')).toBe(120_375);
		expect(delay(asking(REPEATED_FOR_MS + 1), 'safe')).toBeUndefined();
		expect(delay(asking(Infinity), 'safe')).toBeUndefined();
	});

	test('is not waited for again and again', () => {
		const asked = amperity(503, { retryAfterMs: 60_000 });
		const after = (failingForMs: number) =>
			retryDelayMs(asked, 'safe', { failures: 2, failingForMs }, 0);
		expect(after(60_000)).toBe(60_500);
		expect(after(60_001)).toBeUndefined();
	});

	test('changes nothing for what is not repeated', () => {
		expect(delay(intermediary(403, 1_000), 'safe')).toBeUndefined();
		expect(delay(amperity(503, { retryAfterMs: 1_000 }), 'once')).toBeUndefined();
	});
});

describe('what is throttled', () => {
	test.each<Repeatability>(['safe', 'once'])('queues again for two minutes (%s)', (kind) => {
		expect(whenThrottled(amperity(429), kind, 0)).toBe(0);
		expect(whenThrottled(amperity(429), kind, REPEATED_FOR_MS)).toBe(0);
		expect(whenThrottled(amperity(429), kind, REPEATED_FOR_MS + 1)).toBeUndefined();
	});

	test('queues again however often it has failed', () => {
		for (const failures of [0, 8, 1_000]) {
			expect(delay(amperity(429), 'safe', failures)).toBe(0);
			expect(delay(amperity(429), 'once', failures)).toBe(0);
		}
	});

	test('gives up at once where it is asked to wait beyond its time', () => {
		const asked = amperity(429, { retryAfterMs: 110_000 });
		expect(whenThrottled(asked, 'once', 10_000)).toBe(0);
		expect(whenThrottled(asked, 'once', 10_001)).toBeUndefined();
	});
});

test('whatever fails, a request that may have been accepted is not sent twice, and no wait is endless', () => {
	const retryAfter = fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined });
	const status = fc.integer({ min: 100, max: 999 });
	const anyFailure: fc.Arbitrary<Failure> = fc.oneof(
		fc
			.tuple(status, status, retryAfter)
			.map(([stated, httpStatus, retryAfterMs]) => amperity(stated, { httpStatus, retryAfterMs })),
		fc.tuple(status, retryAfter).map(([code, retryAfterMs]) => intermediary(code, retryAfterMs)),
		fc
			.tuple(fc.oneof(fc.string(), fc.constantFrom('ETIMEDOUT', 'ECONNREFUSED')), fc.string())
			.map(([code, text]) => network(code, text)),
		fc.boolean().map(credential),
	);
	fc.assert(
		fc.property(
			anyFailure,
			fc.integer({ min: 1, max: 20 }),
			fc.integer({ min: 0, max: 200_000 }),
			fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			(failure, failures, failingForMs, random) => {
				for (const repeatability of ['once', 'safe'] as const) {
					const wait = retryDelayMs(failure, repeatability, { failures, failingForMs }, random);
					if (repeatability === 'once' && mayHaveBeenAccepted(failure))
						expect(wait).toBeUndefined();
					expect(wait ?? 0).toBeGreaterThanOrEqual(0);
					expect(wait ?? 0).toBeLessThan(150_001);
				}
			},
		),
	);
});
