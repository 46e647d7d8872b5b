import { plainText, shortened } from '../transport/plainText';

/** An error shows so much of a value, in characters. */
const LONGEST_SHOWN = 100;

/** A value as an error shows it: one short line. */
export function shown(value: unknown): string {
	// JSON has no NaN.
	const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
	return shortened(plainText(text ?? String(value)), LONGEST_SHOWN);
}
