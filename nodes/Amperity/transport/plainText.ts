/** Longest text that is taken over from outside, in characters. */
const LONGEST_TEXT = 500;

/** ANSI escape sequences: a control character, parameters, and a final byte. */
const ESCAPE_SEQUENCES = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu;

/** A text from outside, fit for an error message: one line, no markup, no control characters. */
export function plainText(text: string): string {
	const line = text
		.slice(0, 4 * LONGEST_TEXT)
		.replace(ESCAPE_SEQUENCES, ' ')
		.replace(/<[^>]*>/g, ' ')
		// The beginning of a tag that never ends.
		.replace(/<(?=[a-z/!?])/gi, '‹')
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		// n8n records an execution as canceled, not failed, when an error message holds this word.
		.replace(/canceled/gi, 'cancelled')
		.trim();
	return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}
