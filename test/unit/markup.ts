/** Pieces of markup: a tag, or the text up to the next one. */
const PIECES = /<[^<>]*>|[^<]+|</g;

const ENTITY = /&(?!(?:amp|lt|gt|quot|#39);)/;

/** What XML allows in no document. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** What is wrong with a text that is to be XML of one element, as far as our own pictures and mails go. */
export function faultsOfXml(xml: string): string[] {
	const faults: string[] = [];
	const open: string[] = [];
	if (FORBIDDEN.test(xml)) faults.push('a character that XML does not allow');
	if (ENTITY.test(xml)) faults.push('an unknown entity');
	for (const piece of xml.match(PIECES) ?? []) {
		const [, closing, name, rest] = /^<(\/?)([a-z0-9]+)([^<>]*)>$/is.exec(piece) ?? [];
		if (name === undefined) {
			if (/[<>]/.test(piece)) faults.push(`no tag: ${piece}`);
		} else if (closing) {
			if (open.pop() !== name) faults.push(`${name} is closed, but not open`);
		} else {
			if (!/^(\s+[a-z:-]+="[^"]*")*\s*\/?$/i.test(rest!)) faults.push(`odd attributes: ${rest}`);
			if (!rest!.endsWith('/')) open.push(name);
		}
	}
	return [...faults, ...open.map((name) => `${name} stays open`)];
}

/** The names of the elements in it. */
export const elementsIn = (xml: string): Set<string> =>
	new Set([...xml.matchAll(/<([a-z0-9]+)/gi)].map(([, name]) => name!));

/** What a reader sees of it, without the tags. */
export const textsIn = (xml: string): string[] =>
	[...xml.matchAll(/>([^<>]+)</g)].map(([, text]) => text!);
