/**
 * What an expression or a model may put into any field, as an item holds it. Of what no item holds, the JavaScript
 * that makes it.
 */
const VALUES = {
	'the number 0': 0,
	'the number -1': -1,
	'the number 2.5': 2.5,
	'the number 1e9': 1e9,
	'no number at all': NaN,
	'an endless number': Infinity,
	'the text 5': '5',
	'the text 7 in spaces': ' 7 ',
	'the text 2.5': '2.5',
	'the text 0x10': '0x10',
	'the text NaN': 'NaN',
	null: null,
	'an empty text': '',
	'a space': ' ',
	true: true,
	false: false,
	'the text true': 'true',
	'the text FALSE': 'FALSE',
	'an empty list': [],
	'a list of a text': ['x'],
	'an empty object': {},
	'an object': { a: 1 },
	'20,000 characters': 'x'.repeat(20_000),
	'two lines': 'first\r\nsecond',
	'Arabic-Indic digits': '\u0663\u0660',
	'full-width digits': '\uFF15',
	'an emoji': '\u{1F389}',
	'the word canceled': 'canceled',
	HTML: '<b>bold</b>',
	'the name of prototypes': '__proto__',
	'the name of constructors': 'constructor',
	'a path': '../../x',
} as const;

const SOURCES = {
	undefined: 'undefined',
	'a DateTime': 'DateTime.fromISO("2026-10-01T06:00:00.000+09:00", { setZone: true })',
	'a Date': 'new Date(Date.UTC(2026, 9, 2))',
} as const;

export type OddName = keyof typeof VALUES | keyof typeof SOURCES;

export const ODD_NAMES = [...Object.keys(VALUES), ...Object.keys(SOURCES)] as OddName[];

const isMade = (name: OddName): name is keyof typeof SOURCES => Object.hasOwn(SOURCES, name);

/** The value as an item holds it, and the expression that reads it. */
export function byItem(name: OddName): { item: Record<string, unknown>; expression: string } {
	if (name === 'undefined') return { item: {}, expression: '={{ $json.missing }}' };
	if (isMade(name)) return { item: {}, expression: byExpression(name) };
	return { item: { value: VALUES[name] }, expression: '={{ $json.value }}' };
}

/** The expression that makes the value. */
export function byExpression(name: OddName): string {
	if (isMade(name)) return `={{ ${SOURCES[name]} }}`;
	const value: unknown = VALUES[name];
	return `={{ ${typeof value === 'number' ? String(value) : `(${JSON.stringify(value)})`} }}`;
}
