/** What is about twice as wide as a Latin letter: East Asian letters and pictures. */
const WIDE =
	/[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}]/u;

/** What is drawn over the letter before it. */
const NO_WIDTH = /\p{Mn}|\p{Me}/u;

/** A letter has so many marks over it at most. */
const MOST_MARKS = 3;

const widthOf = (character: string): number =>
	NO_WIDTH.test(character) ? 1 / MOST_MARKS : WIDE.test(character) ? 2 : 1;

/**
 * The beginning of a text that fits into a column, cut between two characters.
 *
 * @param letters how many Latin letters fit
 */
export function fitted(text: string, letters: number): string {
	const characters = [...text];
	let width = 0;
	let end = 0;
	for (const [index, character] of characters.entries()) {
		width += widthOf(character);
		if (width > letters) return `${characters.slice(0, end).join('').trimEnd()}…`;
		// There must be room for the dots as well.
		if (width <= letters - 1) end = index + 1;
	}
	return text;
}
