/** Longest text that is taken over from outside, in characters. */
const LONGEST_TEXT = 500;

/** ANSI escape sequences: a control character, parameters, and a final byte. */
const ESCAPE_SEQUENCES = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu;

/** The beginning of a text that is longer than so many characters, cut between two of them. */
export const shortened = (text: string, length: number): string =>
	text.length > length ? `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…` : text;

/** A text from outside, fit to be shown: one line, no markup, no control characters. */
export function plainText(text: string): string {
	const line = text
		.slice(0, 4 * LONGEST_TEXT)
		.replace(ESCAPE_SEQUENCES, ' ')
		.replace(/<[^>]*>/g, ' ')
		// The beginning of a tag that never ends.
		.replace(/<(?=[a-z/!?])/gi, '‹')
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return shortened(line, LONGEST_TEXT);
}
