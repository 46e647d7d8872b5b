import fc from 'fast-check';
import {
	afterThrottled,
	rateAt,
	UNTHROTTLED,
	type Throttling,
} from '../../nodes/Amperity/transport/throttling';

const LIMIT = 10;

const NOW = 1_000_000;

interface Refusal {
	now?: number;
	random?: number;
	/** Default: just now. */
	sentAt?: number;
	retryAfterMs?: number;
}

/** Learns from a 429. */
const throttle = (
	throttling: Throttling,
	{ now = NOW, random = 0, sentAt = now, retryAfterMs }: Refusal = {},
) => afterThrottled(throttling, { requestsPerSecond: LIMIT, sentAt, retryAfterMs }, now, random);

describe('the rate', () => {
	test.each([0.1, 9.5, 10, 100])('is the credential’s, %d, before any 429', (requestsPerSecond) => {
		expect(rateAt(UNTHROTTLED, requestsPerSecond, NOW)).toBe(requestsPerSecond);
	});

	test('falls to 65 % with each 429', () => {
		const once = throttle(UNTHROTTLED);
		expect(rateAt(once, LIMIT, NOW)).toBeCloseTo(6.5);
		const twice = throttle(once, { now: NOW + 1 });
		expect(rateAt(twice, LIMIT, NOW + 1)).toBeCloseTo(6.5 * 0.65, 2);
	});

	test('grows by 0.3 a second, up to the credential’s', () => {
		const throttled = throttle(UNTHROTTLED);
		expect(rateAt(throttled, LIMIT, NOW + 1_000)).toBeCloseTo(6.8);
		expect(rateAt(throttled, LIMIT, NOW + 10_000)).toBeCloseTo(9.5);
		expect(rateAt(throttled, LIMIT, NOW + 12_000)).toBe(LIMIT);
		expect(rateAt(throttled, LIMIT, NOW + 3_600_000)).toBe(LIMIT);
	});

	test('falls from what it has grown to', () => {
		const again = throttle(throttle(UNTHROTTLED), { now: NOW + 5_000 });
		expect(rateAt(again, LIMIT, NOW + 5_000)).toBeCloseTo(8 * 0.65);
	});

	test('never falls below one request in two seconds, except where the credential says so', () => {
		let throttling = UNTHROTTLED;
		for (let count = 0; count < 50; count++)
			throttling = throttle(throttling, { now: NOW + count });
		expect(rateAt(throttling, LIMIT, NOW + 49)).toBe(0.5);
		expect(rateAt(throttling, 0.1, NOW + 49)).toBe(0.1);
	});

	test('of credentials with other limits of the same tenant stays below each limit', () => {
		const throttled = throttle(UNTHROTTLED);
		expect(rateAt(throttled, 2, NOW)).toBe(2);
		expect(rateAt(throttled, 20, NOW)).toBeCloseTo(6.5);
	});
});

describe('the pause', () => {
	const pauses = (count: number, random: number) => {
		let throttling = UNTHROTTLED;
		return Array.from({ length: count }, (_, index) => {
			const now = NOW + index * 60_000;
			throttling = throttle(throttling, { now, random });
			return throttling.pausedUntil - now;
		});
	};

	test('doubles from 0.4 s to 30 s while nothing gets through', () => {
		const longest = [400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000];
		expect(pauses(9, 1)).toEqual(longest);
		expect(pauses(9, 0)).toEqual(longest.map((pause) => pause / 2));
	});

	test('begins anew where something has got through since', () => {
		const { pausedUntil } = throttle({ ...throttle(UNTHROTTLED), inARow: 0 }, { now: NOW + 5_000 });
		expect(pausedUntil).toBe(NOW + 5_000 + 200);
	});

	test('comes after a Retry-After, which counts for two minutes at most', () => {
		const asking = (retryAfterMs: number) =>
			throttle(UNTHROTTLED, { retryAfterMs, random: 1 }).pausedUntil - NOW;
		expect(asking(2_500)).toBe(2_900);
		expect(asking(120_000)).toBe(120_400);
		expect(asking(3_600_000)).toBe(120_400);
		expect(asking(Infinity)).toBe(120_400);
	});
});

describe('a 429 to a request that left before the pace had slowed down', () => {
	const throttled = throttle(UNTHROTTLED, { retryAfterMs: 1_000 });

	test.each([NOW - 5_000, NOW])('changes neither rate nor pause (sent at %d)', (sentAt) => {
		expect(throttle(throttled, { now: NOW + 100, sentAt })).toEqual(throttled);
	});

	test('may make the pause longer, and never shorter', () => {
		const late = (retryAfterMs: number) =>
			throttle(throttled, { now: NOW + 100, sentAt: NOW - 1, retryAfterMs });
		expect(late(500)).toEqual(throttled);
		expect(late(5_000)).toEqual({ ...throttled, pausedUntil: NOW + 5_100 });
	});

	test('is told from one that left later', () => {
		expect(throttle(throttled, { now: NOW + 100, sentAt: NOW + 1 }).inARow).toBe(2);
	});
});

test('whatever is answered, the pace stays between its bounds', () => {
	const anAnswer = fc.record({
		afterMs: fc.integer({ min: 0, max: 10_000 }),
		agoMs: fc.integer({ min: 0, max: 10_000 }),
		retryAfterMs: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
		random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	});
	fc.assert(
		fc.property(
			fc.array(anAnswer, { minLength: 1, maxLength: 40 }),
			fc.double({ min: 0.1, max: 100, noNaN: true }),
			(answers, requestsPerSecond) => {
				let now = NOW;
				let throttling = UNTHROTTLED;
				for (const { afterMs, agoMs, retryAfterMs, random } of answers) {
					now += afterMs;
					const request = { requestsPerSecond, sentAt: now - agoMs, retryAfterMs };
					const before = rateAt(throttling, requestsPerSecond, now);
					throttling = afterThrottled(throttling, request, now, random);
					const rate = rateAt(throttling, requestsPerSecond, now);
					expect(rate).toBeGreaterThanOrEqual(Math.min(requestsPerSecond, 0.5));
					expect(rate).toBeLessThanOrEqual(Math.max(before, Math.min(requestsPerSecond, 0.5)));
					expect(throttling.pausedUntil - now).toBeLessThanOrEqual(150_000);
				}
			},
		),
	);
});
