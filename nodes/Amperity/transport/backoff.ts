/** This share of a back-off is not left to chance, so that nothing follows at once. */
const FLOOR = 0.5;

/**
 * An exponential back-off with randomness, as Amperity asks for on 429 and 5xx (docs.amperity.com/api).
 *
 * @param count how often it has failed in a row, from 1
 * @param firstMs the longest first back-off, doubled each time up to `longestMs`
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 * @returns milliseconds
 */
export function backoffMs(
	count: number,
	firstMs: number,
	longestMs: number,
	random: number,
): number {
	const longest = Math.min(firstMs * 2 ** (count - 1), longestMs);
	return longest * (FLOOR + (1 - FLOOR) * random);
}
