import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { ODD_NAMES, type OddName } from './oddValues';

/**
 * What becomes of a value: it is refused; it counts as not set; or the field does what it does for `value`, where
 * `clamped` says that a hint tells of it.
 */
export type Outcome = 'refused' | 'not set' | { value: unknown; clamped?: true };

/** How the fields of a kind take odd values, and how they take values of their own. */
export interface Kind {
	name: string;
	odd: Record<OddName, Outcome>;
	/** Values of the field's own, by the JavaScript that makes them. The first is a plain one. */
	own: Array<[source: string, outcome: Outcome]>;
}

const is = (value: unknown, clamped = false): Outcome => (clamped ? { value, clamped } : { value });

/** What no field accepts, and what every field takes for not set. */
const NOTHING_FITS: Record<OddName, Outcome> = {
	...(Object.fromEntries(ODD_NAMES.map((name) => [name, 'refused'])) as Record<OddName, Outcome>),
	null: 'not set',
	'an empty text': 'not set',
	'a space': 'not set',
};

/** Free text; a finite number is its digits. */
export const text = (): Kind => ({
	name: 'text',
	odd: {
		...NOTHING_FITS,
		'the number 0': is('0'),
		'the number -1': is('-1'),
		'the number 2.5': is('2.5'),
		'the number 1e9': is('1000000000'),
		'the text 5': is('5'),
		'the text 7 in spaces': is('7'),
		'the text 2.5': is('2.5'),
		'the text 0x10': is('0x10'),
		'the text NaN': is('NaN'),
		'the text true': is('true'),
		'the text FALSE': is('FALSE'),
		'Arabic-Indic digits': is('\u0663\u0660'),
		'full-width digits': is('\uFF15'),
		'an emoji': is('\u{1F389}'),
		'the word canceled': is('canceled'),
		HTML: is('<b>bold</b>'),
		'the name of prototypes': is('__proto__'),
		'the name of constructors': is('constructor'),
		'a path': is('../../x'),
	},
	own: [
		['"Daily"', is('Daily')],
		['" Daily\\n"', is('Daily')],
		['"x".repeat(500)', is('x'.repeat(500))],
		['"x".repeat(501)', 'refused'],
		['"a\\u0000b"', 'refused'],
		['"a\\tb"', 'refused'],
	],
});

/** Free text in a resource locator, of which n8n itself makes a text where it holds a DateTime. */
export const locatorText = (): Kind => ({
	...text(),
	odd: { ...text().odd, 'a DateTime': is('2026-10-01T06:00:00.000+09:00') },
});

/** An ID: it goes into a path, and is never left out. */
export const id = (): Kind => ({
	name: 'id',
	odd: {
		...NOTHING_FITS,
		null: 'refused',
		'an empty text': 'refused',
		'a space': 'refused',
		'the number 0': is('0'),
		'the number 2.5': is('2.5'),
		'the number 1e9': is('1000000000'),
		'the text 5': is('5'),
		'the text 7 in spaces': is('7'),
		'the text 2.5': is('2.5'),
		'the text 0x10': is('0x10'),
		'the text NaN': is('NaN'),
		'the text true': is('true'),
		'the text FALSE': is('FALSE'),
		'the word canceled': is('canceled'),
		'the name of constructors': is('constructor'),
	},
	own: [
		['"xy-1"', is('xy-1')],
		['" xy-1 "', is('xy-1')],
		['"xy-1/stop"', 'refused'],
		['"xy-1?view=verbose"', 'refused'],
		['"xy-1%2Fstop"', 'refused'],
		['".."', 'refused'],
	],
});

const listed = ({ options = [] }: INodeProperties) => options as INodePropertyOptions[];
const source = (value: unknown) => JSON.stringify(value);

/** One of a few, by its value or, in any case, by its name. */
export const choice = (field: INodeProperties): Kind => ({
	name: 'choice',
	odd: NOTHING_FITS,
	own: listed(field).flatMap(({ name, value }): Kind['own'] => [
		[source(value), is(value)],
		[source(name), is(value)],
		[source(name.toUpperCase()), is(value)],
		[source(` ${name.toLowerCase()} `), is(value)],
	]),
});

/** Some of a few, as a list or as a text with commas. */
export const choices = (field: INodeProperties): Kind => {
	const [first, second] = listed(field);
	const both = is([first!.value, second!.value]);
	return {
		name: 'choices',
		odd: { ...NOTHING_FITS, 'an empty list': 'not set' },
		own: [
			[source([first!.value]), is([first!.value])],
			[source([first!.value, second!.value]), both],
			[source([first!.name.toUpperCase(), second!.name.toLowerCase()]), both],
			[source(`${first!.value}, ${second!.name.toUpperCase()}`), both],
			[source([first!.value, 'lost']), 'refused'],
			[source([first!.value, null, '']), is([first!.value])],
			[source([[first!.value]]), 'refused'],
		],
	};
};

/** On or off. */
export const onOff = (): Kind => ({
	name: 'switch',
	odd: {
		...NOTHING_FITS,
		true: is(true),
		false: is(false),
		'the text true': is(true),
		'the text FALSE': is(false),
	},
	own: [
		['true', is(true)],
		['"True"', is(true)],
		['"false"', is(false)],
		['"yes"', 'refused'],
		['1', 'refused'],
	],
});

/** What becomes of a number beyond the bounds: an item's is clamped; a trigger's is refused. */
type Beyond = 'clamped' | 'refused';

const bounded = ({ typeOptions = {} }: INodeProperties, beyond: Beyond) => {
	const { minValue = -Infinity, maxValue = Infinity } = typeOptions;
	return (value: number): Outcome => {
		const within = Math.min(Math.max(value, minValue), maxValue);
		if (within === value) return is(value);
		return beyond === 'refused' ? 'refused' : is(within, true);
	};
};

/** A whole number. */
export const count =
	(beyond: Beyond = 'clamped') =>
	(field: INodeProperties): Kind => {
		const of = bounded(field, beyond);
		return {
			name: 'count',
			odd: {
				...NOTHING_FITS,
				'the number 0': of(0),
				'the number -1': of(-1),
				'the number 1e9': of(1e9),
				'the text 5': of(5),
				'the text 7 in spaces': of(7),
			},
			own: [
				['20', of(20)],
				['"20"', of(20)],
				['"-3"', of(-3)],
				['1e12', of(1e12)],
				['"5 items"', 'refused'],
				['"1,000"', 'refused'],
			],
		};
	};

/** A number of seconds or minutes, of which a part counts. */
export const duration =
	(beyond: Beyond = 'clamped') =>
	(field: INodeProperties): Kind => {
		const whole = count(beyond)(field);
		const of = bounded(field, beyond);
		return {
			name: 'duration',
			odd: { ...whole.odd, 'the number 2.5': of(2.5), 'the text 2.5': of(2.5) },
			own: [
				['20', of(20)],
				['"20"', of(20)],
				['1.2345', of(1.2345)],
				['"5 minutes"', 'refused'],
				['"PT5M"', 'refused'],
			],
		};
	};

/** A moment. One that does not say its offset is taken in UTC here. */
export const time = (): Kind => ({
	name: 'time',
	odd: {
		...NOTHING_FITS,
		'a DateTime': is('2026-09-30T21:00:00Z'),
		'a Date': is('2026-10-02T00:00:00Z'),
	},
	own: [
		['"2026-10-01T12:00:00+05:30"', is('2026-10-01T06:30:00Z')],
		['"2026-10-01"', is('2026-10-01T00:00:00Z')],
		['"2026-10-01T12:00:00"', is('2026-10-01T12:00:00Z')],
		['"2026-10-01 12:00:00"', is('2026-10-01T12:00:00Z')],
		['"2026-02-30"', 'refused'],
		['"yesterday"', 'refused'],
		['"10/01/2026"', 'refused'],
		['new Date(NaN)', 'refused'],
		['DateTime.invalid("odd")', 'refused'],
		['1790812800000', 'refused'],
	],
});

/** A calendar day, as it is written: the time of day and the offset do not matter. */
export const day = (): Kind => ({
	name: 'day',
	odd: { ...time().odd, 'a DateTime': is('2026-10-01'), 'a Date': is('2026-10-02') },
	own: [
		['"2026-10-01"', is('2026-10-01')],
		['"2026-10-01T23:59:59.999"', is('2026-10-01')],
		['"2026-10-01 00:00:00"', is('2026-10-01')],
		['"2026-10-01T23:30:00-11:00"', is('2026-10-01')],
		['"2026-10-01T00:30:00+14:00"', is('2026-10-01')],
		['"2026-02-30"', 'refused'],
		['"yesterday"', 'refused'],
	],
});

/** A choice of time zones, which takes the name of a zone as well. */
export const zone = (field: INodeProperties): Kind => ({
	...choice(field),
	name: 'zone',
	own: [
		...choice(field).own,
		['"Asia/Kolkata"', is('Asia/Kolkata')],
		['"Mars/Olympus"', 'refused'],
		['"NYC"', 'refused'],
	],
});

/** The name of a time zone, which is asked for where it is needed. */
export const zoneName = (): Kind => ({
	name: 'zone name',
	odd: { ...NOTHING_FITS, null: 'refused', 'an empty text': 'refused', 'a space': 'refused' },
	own: [
		['"Asia/Kolkata"', is('Asia/Kolkata')],
		['" Asia/Kolkata "', is('Asia/Kolkata')],
		['"Mars/Olympus"', 'refused'],
	],
});

/** A time of day. */
export const timeOfDay = (): Kind => ({
	name: 'time of day',
	odd: NOTHING_FITS,
	own: [
		['"06:30"', is('06:30')],
		['"6:30"', is('06:30')],
		['" 06:30 "', is('06:30')],
		['"25:00"', 'refused'],
		['"06:60"', 'refused'],
		['"six"', 'refused'],
	],
});

/** What is read as it was saved: no expression counts, so nothing that one gives is let through. */
export const asSaved = (): Kind => ({
	name: 'as saved',
	odd: Object.fromEntries(ODD_NAMES.map((name) => [name, 'refused'])) as Record<OddName, Outcome>,
	own: [
		['"everywhere"', 'refused'],
		['"true"', 'refused'],
	],
});
