import { NodeOperationError, type INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../nodes/Amperity/fields/fieldReader';
import { fieldsWith, type FieldsSetup } from './fieldsWith';

const field = (more: Partial<INodeProperties> = {}): INodeProperties => ({
	displayName: 'My Field',
	name: 'mine',
	type: 'string',
	default: '',
	...more,
});

const modes = field({
	options: [
		{ name: 'As Configured', value: 'configured' },
		{ name: 'Full', value: 'full' },
	],
});

const limited = field({ typeOptions: { minValue: 1, maxValue: 600 } });

type Read = (fields: FieldReader) => unknown;

/** How each kind of field is read. */
const READS: Record<string, Read> = {
	text: (fields) => fields.text(field()),
	choice: (fields) => fields.choice(modes),
	choices: (fields) => fields.choices(modes),
	switch: (fields) => fields.isOn(field()),
	count: (fields) => fields.count(limited),
	duration: (fields) => fields.durationMs(limited, 1000),
	time: (fields) => fields.time(field(), 'UTC')?.toUTC().toISO(),
};

const read = (kind: string, value: unknown, setup?: FieldsSetup) =>
	READS[kind]!(fieldsWith({ mine: value }, setup));

function errorOf(action: () => unknown): NodeOperationError {
	try {
		action();
	} catch (error) {
		expect(error).toBeInstanceOf(NodeOperationError);
		return error as NodeOperationError;
	}
	throw new Error('There was no error');
}

test.each<[string, unknown, unknown]>([
	['text', ' a b ', 'a b'],
	['text', 5, '5'],
	['choice', 'full', 'full'],
	['choice', ' as configured ', 'configured'],
	['choices', ['full', 'As Configured', 'full'], ['full', 'configured']],
	['choices', 'Full, configured', ['full', 'configured']],
	['choices', [null, ''], undefined],
	['switch', true, true],
	['switch', 'FALSE', false],
	['count', 5, 5],
	['count', ' 5 ', 5],
	['duration', 1.2345, 1235],
	['duration', '2.5', 2500],
	['time', '2026-10-01', '2026-10-01T00:00:00.000Z'],
])('a %s of %p is %p', (kind, value, expected) => {
	expect(read(kind, value)).toEqual(expected);
});

describe.each(Object.keys(READS))('a %s', (kind) => {
	test.each([null, '', ' \n'])(
		'is not set by %p, nor where the node has no such field',
		(value) => {
			expect(read(kind, value)).toBeUndefined();
			expect(READS[kind]!(fieldsWith({}))).toBeUndefined();
		},
	);

	test('is refused where an expression gives undefined, which the error shows', () => {
		const { message, description } = errorOf(() => read(kind, undefined));
		expect(message).toBe('My Field is undefined');
		expect(description).toContain('To leave My Field empty, let the expression give null');
	});
});

test.each<[string, unknown, string]>([
	['text', true, 'is not a text: true'],
	['text', ['x'], 'is not a text: ["x"]'],
	['text', { a: 1 }, 'is not a text: {"a":1}'],
	['text', 'a\r\nb', 'holds a line break or another control character: "a\\r\\nb"'],
	['text', 'x'.repeat(20_000), 'is 20000 characters long'],
	['choice', 'Single Day', 'has no choice "Single Day"'],
	['choice', ['full'], 'has no choice ["full"]'],
	['choice', 7, 'has no choice 7'],
	['choices', ['full', 'x'], 'has no choice "x"'],
	['choices', { full: true }, 'has no choice {"full":true}'],
	['choices', [['full']], 'has no choice ["full"]'],
	['switch', 'yes', 'is neither true nor false: "yes"'],
	['switch', 1, 'is neither true nor false: 1'],
	['count', 2.5, 'is not a whole number: 2.5'],
	['count', 'abc', 'is not a number: "abc"'],
	['count', '٣', 'is not a number: "٣"'],
	['count', '0x10', 'is not a number: "0x10"'],
	['text', NaN, 'is not a text: NaN'],
	['count', NaN, 'is not a number: NaN'],
	['count', [5], 'is not a number: [5]'],
	['duration', Infinity, 'is not a number: Infinity'],
	['duration', true, 'is not a number: true'],
	['time', 1_790_000_000_000, 'is not a date that exists: 1790000000000'],
	['time', '2026-02-30', 'is not a date that exists: "2026-02-30"'],
])('a %s of %p %s', (kind, value, problem) => {
	const { message, description } = errorOf(() => read(kind, value));
	expect(message).toBe(`My Field ${problem}`);
	expect(description).toMatch(/^(Enter|Choose|Switch) /);
});

test.each<[string, unknown, unknown, string]>([
	['count', 0, 1, 'My Field is 0. The least is 1, which was used.'],
	['count', '-7', 1, 'My Field is -7. The least is 1, which was used.'],
	['duration', 3_600_000, 600_000, 'My Field is 3600000. The most is 600, which was used.'],
	['duration', 0.001, 1000, 'My Field is 0.001. The least is 1, which was used.'],
])('a %s of %p is brought inside the limits, and the user is told', (kind, value, used, hint) => {
	const hints: string[] = [];
	expect(read(kind, value, { hints })).toBe(used);
	expect(hints).toEqual([hint]);
});

test('an error names the item where there are several, and shows a value in one short line', () => {
	const value = `<b>canceled</b>\u202e${'x'.repeat(300)}`;
	const { message } = errorOf(() => read('choice', value, { items: 3 }));
	expect(message).toMatch(/^My Field has no choice " cancelled x+… \[item 2\]$/);
	expect(message.length).toBeLessThan(150);
});

test('what is chosen in a list counts, and so does a bare text by an expression', () => {
	const locator = (value: unknown) => ({ __rl: true, mode: 'list', value });
	expect(read('text', locator(' Daily load '))).toBe('Daily load');
	expect(read('text', locator(''))).toBeUndefined();
	expect(errorOf(() => read('text', locator(undefined))).message).toBe('My Field is undefined');
});

test('an ID must be there and must look like one', () => {
	const id = (value: unknown) => fieldsWith({ mine: value }).id(field(), 'Copy it.');
	expect(id(' cg-123ABc4DE ')).toBe('cg-123ABc4DE');
	for (const [value, problem] of [
		[null, 'is empty'],
		['../x', 'holds characters that no ID has: "../x"'],
		['cg 1', 'holds characters that no ID has: "cg 1"'],
	]) {
		const { message, description } = errorOf(() => id(value));
		expect([message, description]).toEqual([`My Field ${problem}`, 'Copy it.']);
	}
});
