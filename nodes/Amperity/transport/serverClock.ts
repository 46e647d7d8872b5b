import { monotonicNow } from '../../../credentials/monotonicClock';
import { httpDate } from './retryAfter';

/** The `Date` header leaves out the part of a second that has passed: half of one on average. Milliseconds. */
const LEFT_OUT_MS = 500;

/**
 * Amperity's own clock, told by the `Date` header of its answers, for all that is compared with times of
 * Amperity's. Setting the clock of n8n changes nothing in it.
 */
export class ServerClock {
	/** Amperity's time, less the monotonic clock's. Milliseconds. */
	private offset: number | undefined;

	/** Learns from an answer that has just come. */
	learn(dateHeader: unknown): void {
		const date = httpDate(dateHeader);
		if (date !== undefined) this.offset = date + LEFT_OUT_MS - monotonicNow();
	}

	/** Milliseconds since the epoch; by n8n's clock while no answer has told Amperity's. */
	now(): number {
		return this.offset === undefined ? Date.now() : monotonicNow() + this.offset;
	}
}
