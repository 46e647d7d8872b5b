/** The middle of some numbers; of an even count, the mean of the two in the middle. */
export function median(values: number[]): number {
	if (values.length === 0) throw new Error('There is no median of no values');
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low, high] = [sorted[Math.ceil(middle) - 1]!, sorted[Math.floor(middle)]!];
	return (low + high) / 2;
}

/** The largest number of moments within any window, which includes its start and not its end. */
export function peakWithin(moments: number[], windowMs: number): number {
	const sorted = [...moments].sort((a, b) => a - b);
	let first = 0;
	let peak = 0;
	sorted.forEach((moment, index) => {
		while (sorted[first]! <= moment - windowMs) first++;
		peak = Math.max(peak, index - first + 1);
	});
	return peak;
}

/** How often each text occurs. */
export function countBy(texts: string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return counts;
}

/** A number with so many digits after the point, and thousands set apart. */
export const decimal = (value: number, digits = 0): string =>
	value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Milliseconds as seconds. */
export const seconds = (milliseconds: number, digits = 1): string =>
	`${decimal(milliseconds / 1_000, digits)} s`;

/** Bytes as mebibytes. */
export const mebibytes = (bytes: number): string => `${decimal(bytes / 2 ** 20)} MiB`;

/** How many times the other value this one is. */
export const ratio = (value: number, other: number): string => `${decimal(value / other, 2)} ×`;

/** A share of a whole. */
export const percent = (part: number, whole: number): string =>
	`${decimal((100 * part) / whole, 1)} %`;

/** Numbers from 0 (inclusive) to 1 (exclusive) that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
