/** A shorter window is not tried: so many events within a second are read at once, or not at all. Milliseconds. */
const SHORTEST_MS = 1_000;

/** By how much a window that was too long is shortened. */
const SHORTENING = 4;

/** A window grows when it took less than this share of its time. */
const QUICK = 0.25;

/**
 * How much time is read at once. All of it, until that takes too long: then a backlog is read window by
 * window, whose length is learnt from how long Amperity takes to list them.
 */
export class WindowSize {
	private lengthMs = Infinity;

	/** Whether everything since a time can be read at once. */
	covers(from: number, now: number): boolean {
		return from + this.lengthMs >= now;
	}

	/** Where a window ends; the last one has no end. Milliseconds since the epoch. */
	endOf(from: number, now: number): number {
		return this.covers(from, now) ? Infinity : from + this.lengthMs;
	}

	/**
	 * Makes up for a window that could not be read whole.
	 *
	 * @returns whether a shorter one is left to try
	 */
	shorten(from: number, now: number): boolean {
		const tried = Math.min(this.lengthMs, Math.max(now - from, SHORTEST_MS));
		this.lengthMs = Math.max(Math.ceil(tried / SHORTENING), SHORTEST_MS);
		return tried > SHORTEST_MS;
	}

	/**
	 * Learns from a window that was read whole.
	 *
	 * @param used share of its time that it took
	 */
	adapt(used: number): void {
		if (used < QUICK) this.lengthMs *= 2;
	}
}
