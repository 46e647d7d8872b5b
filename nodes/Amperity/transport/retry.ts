import { backoffMs } from './backoff';
import { isThrottled, mayHaveBeenAccepted, mayPass, retryAfterOf, type Failure } from './failure';

/** What a request does when it is sent twice. */
export type Repeatability =
	/** The same as once: reads, and stopping a run. */
	| 'safe'
	/** It would start a second run. */
	| 'once';

/** Repeats of a request that failed. With the back-off below they span 15 s and 1 minute at most, unless `Retry-After` asks for more. */
const MOST_REPEATS: Record<Repeatability, number> = { once: 5, safe: 7 };

/** Milliseconds. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/**
 * Requests that Amperity throttles are repeated for so long, however often that is: where several
 * processes share the limit, each has its turn sooner or later. Nor is a `Retry-After` waited for beyond
 * that. Milliseconds.
 */
export const REPEATED_FOR_MS = 120_000;

/** How it has gone for a request so far. */
export interface Attempts {
	/** Failures that were no throttling, the last one included. */
	failures: number;
	/** Milliseconds since it first failed. */
	failingForMs: number;
}

/**
 * Decides whether a failed request is sent again.
 *
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds to wait before it queues again, or undefined to give up. A throttled request
 * does not wait here: the pace holds back all requests of the tenant.
 */
export function retryDelayMs(
	failure: Failure,
	repeatability: Repeatability,
	{ failures, failingForMs }: Attempts,
	random: number,
): number | undefined {
	if (!mayPass(failure)) return undefined;
	if (repeatability === 'once' && mayHaveBeenAccepted(failure)) return undefined;

	const asked = retryAfterOf(failure) ?? 0;
	const isTooLong = failingForMs + asked > REPEATED_FOR_MS;
	if (isThrottled(failure)) return isTooLong ? undefined : 0;
	if (failures > MOST_REPEATS[repeatability] || (asked > 0 && isTooLong)) return undefined;
	return asked + backoffMs(failures, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS, random);
}
