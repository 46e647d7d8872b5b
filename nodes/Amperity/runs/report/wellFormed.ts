/** Halves of a character, and what XML allows nowhere. */
const NO_CHARACTERS = /[\p{Cs}\uFFFE\uFFFF]/gu;

/** A text in which every character is whole, however it was cut before. */
export const wellFormed = (text: string): string => text.replace(NO_CHARACTERS, '\uFFFD');

const ENTITIES: Record<string, string> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A text as it stands in HTML and XML, in an element or in quotes. */
export const escaped = (text: string): string =>
	wellFormed(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
