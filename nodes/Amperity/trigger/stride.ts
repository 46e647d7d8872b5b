/** A shorter stride is not tried: so many ends within a second are read at once, or not at all. Milliseconds. */
const SHORTEST_MS = 1_000;

/** By how much a stride that was too long is shortened. */
const SHORTENING = 4;

/** A stride grows when it took less than this share of its time. */
const QUICK = 0.25;

/**
 * How much time a trigger reads at once. All of it, until that takes too long: then a backlog is read
 * in strides, whose length is learnt from how long Amperity takes to list them.
 */
export class Stride {
	private lengthMs = Infinity;

	/** Where a stride ends, or undefined for one that has no end. Milliseconds since the epoch. */
	endOf(from: number, now: number): number | undefined {
		return from + this.lengthMs < now ? from + this.lengthMs : undefined;
	}

	/**
	 * Makes up for a stride that could not be read whole.
	 *
	 * @returns whether a shorter one is left to try
	 */
	shorten(from: number, now: number): boolean {
		const tried = Math.min(this.lengthMs, Math.max(now - from, SHORTEST_MS));
		this.lengthMs = Math.max(Math.ceil(tried / SHORTENING), SHORTEST_MS);
		return tried > SHORTEST_MS;
	}

	/**
	 * Learns from a stride that was read whole.
	 *
	 * @param used share of its time that it took
	 */
	adapt(used: number): void {
		if (used < QUICK) this.lengthMs *= 2;
	}
}
