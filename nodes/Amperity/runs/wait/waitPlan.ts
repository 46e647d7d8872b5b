import { mayPass, type Failure } from '../../transport/failure';

/** How often a run is looked at: soon while it is young, rarely when it is old. Milliseconds. */
const FIRST_INTERVAL_MS = 5_000;
const LONGEST_INTERVAL_MS = 60_000;

/** The interval is this share of the run's age, so that an end is noticed within a tenth of the run. */
const INTERVAL_PER_AGE = 0.1;

/** Spreads the requests of waits that began together. */
const JITTER = 0.2;

/** How long the state of a run may stay unreadable before the wait gives up. Milliseconds. */
const UNREADABLE_MS = 600_000;

/** A run may be missing for this long after its start. Milliseconds. */
const NOT_YET_THERE_MS = 60_000;

/** How a run is waited for. All times are milliseconds. */
export interface WaitPlan {
	/** From when all runs are being waited for. */
	maxWaitMs: number;
	/** Undefined: the interval grows with the age of the runs. */
	intervalMs?: number;
}

/**
 * When to look at a run again.
 *
 * @param ageMs age of the youngest run that is waited for
 * @param fixedMs the interval that the user has set, if any
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds
 */
export function nextLookMs(ageMs: number, fixedMs: number | undefined, random: number): number {
	const interval =
		fixedMs ?? Math.min(Math.max(ageMs * INTERVAL_PER_AGE, FIRST_INTERVAL_MS), LONGEST_INTERVAL_MS);
	return interval * (1 + JITTER * (2 * random - 1));
}

/** What is known of a run whose state could not be read. */
export interface Unreadable {
	/** Undefined for an error that is not one of a request. */
	failure: Failure | undefined;
	/** Milliseconds since the state was last read, or since the wait began. */
	sinceLastReadMs: number;
	/** Milliseconds since this node started the run; undefined if it did not. */
	sinceStartMs: number | undefined;
	/** Whether the state was ever read, so that ID, credential and address have been good. */
	hasBeenRead: boolean;
	/** Whether a refused token has just been issued, so that waiting for another one is no help. */
	tokenIsFresh: boolean;
}

/** Whether a wait goes on although the state of a run could not be read. */
export function isTolerable(unreadable: Unreadable): boolean {
	const { failure, sinceLastReadMs, sinceStartMs, tokenIsFresh } = unreadable;
	if (sinceLastReadMs >= UNREADABLE_MS) return false;
	const wasGood = unreadable.hasBeenRead || sinceStartMs !== undefined;
	switch (failure?.kind) {
		case 'amperity':
			switch (failure.status) {
				case 404:
					return unreadable.hasBeenRead || (sinceStartMs ?? Infinity) < NOT_YET_THERE_MS;
				case 401:
					// The token has expired: a person may enter a new one while the run goes on.
					return wasGood && !tokenIsFresh;
				default:
					return mayPass(failure);
			}
		// Where ID, credential and address have been good, this is trouble that passes.
		case 'intermediary':
		case 'network':
		case 'credential':
			return wasGood || mayPass(failure);
		case 'noTurn':
		case 'stopped':
		case undefined:
			return true;
	}
}
