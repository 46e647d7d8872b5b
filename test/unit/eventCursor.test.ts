import {
	EventCursor,
	isStoredCursor,
	markOf,
	type RunEvent,
} from '../../nodes/Amperity/trigger/eventCursor';

const NOON = Date.parse('2026-10-01T12:00:00Z');
const minutes = (count: number) => count * 60_000;

const event = (key: string, at: number): RunEvent => ({ mark: markOf(key), at, run: { id: key } });

/** What n8n's database makes of a cursor. */
const kept = (cursor: EventCursor) =>
	EventCursor.from(
		JSON.parse(JSON.stringify(cursor.toStored())) as ReturnType<typeof cursor.toStored>,
	);

test('what happened before it is complete is done with, also what it never saw', () => {
	const cursor = EventCursor.at(NOON);
	expect(cursor.has(event('wf-1', NOON - 1))).toBe(true);
	expect(cursor.has(event('wf-1', NOON))).toBe(false);
});

test('later events are told apart by their keys, also after n8n has kept them', () => {
	const cursor = EventCursor.at(NOON);
	const told = [0, 0, 1, 59, 90].map((minute, index) =>
		event(`wf-${index}`, NOON + minutes(minute)),
	);
	for (const each of told) cursor.add(each);
	const later = kept(cursor);
	expect(told.filter((each) => !later.has(each))).toEqual([]);
	expect(later.has(event('wf-9', NOON))).toBe(false);
	expect(later.complete).toBe(NOON);
});

test('closing forgets what can be told by its time alone, and never goes back', () => {
	const cursor = EventCursor.at(NOON);
	for (let minute = 0; minute < 10; minute++) {
		cursor.add(event(`wf-${minute}`, NOON + minutes(minute) + 30_000));
	}
	cursor.close(NOON + minutes(5) + 10_000);
	cursor.close(NOON + minutes(2));
	expect(cursor.complete).toBe(NOON + minutes(5) + 10_000);
	const storedMinutes = Object.keys(cursor.toStored().told).map(
		(minute) => Number(minute) - NOON / minutes(1),
	);
	expect(storedMinutes).toEqual([5, 6, 7, 8, 9]);
	const seen = Array.from({ length: 10 }, (_, minute) => minute).filter((minute) =>
		cursor.has(event(`wf-${minute}`, NOON + minutes(minute) + 30_000)),
	);
	expect(seen).toHaveLength(10);
});

test('an end that lies ahead is remembered until its time has passed', () => {
	const cursor = EventCursor.at(NOON);
	const ahead = event('wf-1', NOON + minutes(100));
	cursor.add(ahead);
	for (let minute = 0; minute < 200; minute += 7) {
		cursor.close(NOON + minutes(minute));
		expect(cursor.has(ahead)).toBe(true);
	}
	expect(cursor.toStored().told).toEqual({});
});

test('twenty thousand events take little room, and none is taken for another', () => {
	const cursor = EventCursor.at(NOON);
	for (let index = 0; index < 20_000; index++) {
		cursor.add(event(`wf-${index}`, NOON + index * 30));
	}
	expect(JSON.stringify(cursor.toStored()).length).toBeLessThan(10 * 20_000);
	const others = Array.from({ length: 20_000 }, (_, index) => event(`other-${index}`, NOON));
	expect(others.filter((each) => cursor.has(each))).toEqual([]);
});

test.each<[string, unknown]>([
	['nothing', undefined],
	['null', null],
	['a text', 'cursor'],
	['a list', []],
	['no time', { told: {} }],
	['a time that is a text', { complete: '2026', told: {} }],
	['a time that is no number', { complete: NaN, told: {} }],
	['a time that is no date', { complete: 1e300, told: {} }],
	['no marks', { complete: NOON }],
	['marks that are null', { complete: NOON, told: null }],
	['marks that are no text', { complete: NOON, told: { 5: 7 } }],
	['marks of no minute', { complete: NOON, told: { soon: 'x' } }],
])('%s is no cursor', (_, data) => {
	expect(isStoredCursor(data)).toBe(false);
});

test('what a cursor makes of itself is one', () => {
	const cursor = EventCursor.at(NOON);
	cursor.add(event('wf-1', NOON));
	expect(isStoredCursor(JSON.parse(JSON.stringify(cursor.toStored())))).toBe(true);
});
