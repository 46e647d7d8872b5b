import type { WorkflowRun } from '../../nodes/Amperity/runs/run/workflowRun';
import {
	advance,
	cursorAt,
	freshEnds,
	isPollCursor,
	OVERLAP_MS,
	windowStart,
	type PollCursor,
} from '../../nodes/Amperity/trigger/pollCursor';

const NOON = Date.parse('2026-10-01T12:00:00Z');
const minutes = (count: number) => count * 60_000;

const ended = (id: string, at: number, state = 'succeeded'): WorkflowRun => ({
	id,
	state,
	ended_at: new Date(at).toISOString(),
});

const idsOf = (runs: WorkflowRun[]) => runs.map(({ id }) => id);

/** One poll that is done with everything it finds. */
function poll(cursor: PollCursor, runs: WorkflowRun[], now: number) {
	const fresh = freshEnds(cursor, runs);
	return { ids: idsOf(fresh), cursor: advance(cursor, fresh, now) };
}

describe('freshEnds', () => {
	const cursor = cursorAt('acme', NOON);

	test('sorts the oldest first, whatever the order of the list', () => {
		const runs = [
			ended('wf-3', NOON + 3),
			ended('wf-1', NOON + 1),
			ended('wf-4', NOON + 4),
			ended('wf-2', NOON + 2),
		];
		expect(idsOf(freshEnds(cursor, runs))).toEqual(['wf-1', 'wf-2', 'wf-3', 'wf-4']);
	});

	test('takes a run once that two pages show', () => {
		const run = ended('wf-1', NOON);
		expect(freshEnds(cursor, [run, { ...run }])).toHaveLength(1);
	});

	test('leaves out runs that are active, and those that do not say when they ended', () => {
		const runs = [
			{ ...ended('wf-1', NOON), state: 'running' },
			{ id: 'wf-2', state: 'succeeded' },
			{ id: 'wf-3', state: 'failed', ended_at: 'yesterday' },
			{ id: 'wf-4', state: 'failed', ended_at: 5 },
			ended('wf-5', NOON, 'a state nobody knows'),
		];
		expect(idsOf(freshEnds(cursor, runs))).toEqual(['wf-5']);
	});

	test('does not change what it is given', () => {
		const runs = [ended('wf-2', NOON + 2), ended('wf-1', NOON + 1)];
		freshEnds(cursor, runs);
		expect(idsOf(runs)).toEqual(['wf-2', 'wf-1']);
	});
});

describe('from poll to poll', () => {
	test('ends at the same time are told apart', () => {
		const runs = ['wf-1', 'wf-2', 'wf-3'].map((id) => ended(id, NOON));
		const first = poll(cursorAt('acme', NOON), runs.slice(0, 2), NOON);
		const second = poll(first.cursor, runs, NOON);
		expect([first.ids, second.ids]).toEqual([['wf-1', 'wf-2'], ['wf-3']]);
	});

	test('a run that was restarted ends again', () => {
		const first = poll(cursorAt('acme', NOON), [ended('wf-1', NOON, 'failed')], NOON);
		const again = poll(first.cursor, [ended('wf-1', NOON + minutes(1))], NOON + minutes(1));
		expect(again.ids).toEqual(['wf-1']);
	});

	test('an end that is listed late, but within the overlap, is found', () => {
		const later = poll(cursorAt('acme', NOON), [ended('wf-2', NOON)], NOON);
		const late = ended('wf-1', NOON - OVERLAP_MS);
		expect(windowStart(later.cursor)).toBeLessThanOrEqual(NOON - OVERLAP_MS);
		expect(poll(later.cursor, [late, ended('wf-2', NOON)], NOON).ids).toEqual(['wf-1']);
	});

	test('every end within the window is remembered, and no older one', () => {
		const runs = [0, 5, 10, 15].map((minute) => ended(`wf-${minute}`, NOON + minutes(minute)));
		const { cursor } = poll(cursorAt('acme', NOON), runs, NOON + minutes(15));
		expect(windowStart(cursor)).toBe(NOON + minutes(5));
		expect(Object.values(cursor.seen).map((time) => (time - NOON) / minutes(1))).toEqual([
			5, 10, 15,
		]);
	});

	test('an end before the cursor does not move it back', () => {
		const { cursor } = poll(cursorAt('acme', NOON), [ended('wf-1', NOON - 1)], NOON);
		expect(cursor.position).toBe(NOON);
	});

	test('nothing new changes nothing', () => {
		const cursor = poll(cursorAt('acme', NOON), [ended('wf-1', NOON + 1)], NOON + 1).cursor;
		expect(advance(cursor, [], NOON + minutes(60))).toEqual(cursor);
	});

	test('the cursor it is given stays as it was', () => {
		const cursor = cursorAt('acme', NOON);
		advance(cursor, [ended('wf-1', NOON + 1)], NOON + 1);
		expect(cursor).toEqual(cursorAt('acme', NOON));
	});

	test('survives n8n’s database', () => {
		const { cursor } = poll(cursorAt('acme', NOON), [ended('wf-1', NOON + 1)], NOON + 1);
		const stored: unknown = JSON.parse(JSON.stringify(cursor));
		expect(stored).toEqual(cursor);
		expect(isPollCursor(stored, 'acme')).toBe(true);
	});
});

describe('an end in the far future', () => {
	const future = ended('wf-future', NOON + minutes(100_000));

	test('is reported once', () => {
		const first = poll(cursorAt('acme', NOON), [future], NOON);
		expect(first.ids).toEqual(['wf-future']);
		expect(poll(first.cursor, [future], NOON + minutes(1)).ids).toEqual([]);
	});

	test.each([
		['the same clocks', 0],
		['the clock of n8n an hour late', -60],
		['the clock of n8n an hour early', 60],
	])('does not hide later ends, with %s', (_, skew) => {
		let cursor = poll(cursorAt('acme', NOON), [future], NOON + minutes(skew)).cursor;
		for (let minute = 1; minute <= 30; minute++) {
			const now = NOON + minutes(minute);
			const run = ended(`wf-${minute}`, now);
			expect(run.ended_at! >= new Date(windowStart(cursor)).toISOString()).toBe(true);
			const next = poll(cursor, [run, future], now + minutes(skew));
			expect(next.ids).toEqual([run.id]);
			cursor = next.cursor;
		}
	});
});

test('the clock of n8n may be hours late', () => {
	const now = NOON - minutes(300);
	const runs = [ended('wf-1', NOON), ended('wf-2', NOON + 1)];
	const first = poll(cursorAt('acme', NOON - minutes(600)), runs, now);
	expect(first.ids).toEqual(['wf-1', 'wf-2']);
	expect(poll(first.cursor, runs, now).ids).toEqual([]);
});

describe('isPollCursor', () => {
	test.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['a text', 'acme'],
		['a number', 5],
		['a list', []],
		['another tenant', { ...cursorAt('globex', NOON) }],
		['no tenant', { position: NOON, seen: {} }],
		['no position', { tenant: 'acme', seen: {} }],
		['a position that is a text', { tenant: 'acme', position: '2026', seen: {} }],
		['a position that is no number', { tenant: 'acme', position: NaN, seen: {} }],
		['a position that is no date', { tenant: 'acme', position: 1e300, seen: {} }],
		['no keys', { tenant: 'acme', position: NOON }],
		['keys that are null', { tenant: 'acme', position: NOON, seen: null }],
		['keys without times', { tenant: 'acme', position: NOON, seen: { 'wf-1|x': true } }],
		['keys that are a list', { tenant: 'acme', position: NOON, seen: ['wf-1|x'] }],
	])('is not %s', (_, data) => {
		expect(isPollCursor(data, 'acme')).toBe(false);
	});

	test('is what the other functions make', () => {
		expect(isPollCursor(cursorAt('acme', NOON), 'acme')).toBe(true);
	});
});

test('ten thousand ends at the same time are no trouble', () => {
	const runs = Array.from({ length: 10_000 }, (_, index) => ended(`wf-${index}`, NOON));
	const { ids, cursor } = poll(cursorAt('acme', NOON), runs, NOON);
	expect(ids).toHaveLength(10_000);
	expect(poll(cursor, runs, NOON).ids).toEqual([]);
});
