import { backoffMs } from './backoff';

/**
 * How a pace learns from 429. Several processes share the limit of a tenant without talking to each
 * other, so each slows down by a factor when it is throttled and then speeds up by and by: additive
 * increase, multiplicative decrease, which ends with equal shares (RFC 5681, section 3.1, for TCP). What
 * these figures come to with three processes is in docs/benchmarks.md.
 */

/** What is left of the rate after a 429. */
const DECREASE = 0.65;

/** How much the rate grows in each second without one. Requests per second, per second. */
const INCREASE = 0.3;

/** The rate never falls below this: a tenant that always answers 429 is left to the pauses. Requests per second. */
const SLOWEST = 0.5;

/** How long nothing is sent after a 429 that does not say so itself; doubled while nothing gets through. Milliseconds. */
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 30_000;

/** A `Retry-After` holds back all requests of a tenant for so long at most. Milliseconds. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** What a pace has learnt. All times are milliseconds by the monotonic clock. */
export interface Throttling {
	/** Requests per second when it was last throttled. */
	rate: number;
	/** When that was. */
	since: number;
	/** Nothing is sent before. */
	pausedUntil: number;
	/** 429 answers in a row. */
	inARow: number;
}

/** Of a pace that was never throttled. */
export const UNTHROTTLED: Throttling = {
	rate: Infinity,
	since: -Infinity,
	pausedUntil: -Infinity,
	inARow: 0,
};

/** The rate now, never above the credential's. Requests per second. */
export function rateAt(
	{ rate, since }: Throttling,
	requestsPerSecond: number,
	now: number,
): number {
	return Math.min(requestsPerSecond, rate + (INCREASE * (now - since)) / 1000);
}

/**
 * Learns from a 429.
 *
 * @param sentAt when the request left. What left before the pace has slowed down says nothing new.
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function afterThrottled(
	throttling: Throttling,
	request: { requestsPerSecond: number; sentAt: number; retryAfterMs?: number },
	now: number,
	random: number,
): Throttling {
	const { requestsPerSecond, sentAt, retryAfterMs = 0 } = request;
	const asked = now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
	if (sentAt <= throttling.since) {
		return { ...throttling, pausedUntil: Math.max(throttling.pausedUntil, asked) };
	}
	const inARow = throttling.inARow + 1;
	return {
		rate: Math.max(rateAt(throttling, requestsPerSecond, now) * DECREASE, SLOWEST),
		since: now,
		// A little later than asked, so that not everybody comes back at once.
		pausedUntil: asked + backoffMs(inARow, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, random),
		inARow,
	};
}
