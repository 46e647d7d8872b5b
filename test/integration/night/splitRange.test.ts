import type { IDataObject } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { CONTINUE, jsonOf, RETRY, shareLab, type Lab, type Starts } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const OCTOBER = { rangeFrom: '2026-10-01', rangeTo: '2026-10-05' };

const start = async (parameters: IDataObject, more: Starts = {}) =>
	await lab.run(['cg-1'], {
		...more,
		parameters: { timeRange: 'range', ...OCTOBER, ...parameters },
	});

/** The ranges as Amperity got them, in the order of their arrival. */
const ranges = () =>
	lab.posts().map(({ body }) => {
		const { range_from, range_to } = body as { range_from: string; range_to?: string };
		return [range_from, range_to];
	});

describe('what Amperity gets', () => {
	test('is one request with One Run', async () => {
		await start({ splitRange: 'none' });
		expect(ranges()).toEqual([['2026-10-01T00:00:00Z', '2026-10-05T00:00:00Z']]);
	});

	test('is a request a day with Days', async () => {
		await start({ splitRange: 'days', rangeTo: '2026-10-04', timeZone: 'America/New_York' });
		expect(ranges()).toEqual([
			['2026-10-01T04:00:00Z', '2026-10-02T04:00:00Z'],
			['2026-10-02T04:00:00Z', '2026-10-03T04:00:00Z'],
			['2026-10-03T04:00:00Z', '2026-10-04T04:00:00Z'],
		]);
	});

	test('in UTC, is one that Amperity reads as that day', async () => {
		await start({ splitRange: 'days', rangeTo: '2026-10-03' });
		const days = ranges().map(([from, to]) => [from, to ?? 'that day']);
		expect(days.map(([from]) => from)).toEqual(['2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z']);
		expect(['that day', '2026-10-02T00:00:00Z']).toContain(days[0]![1]);
		expect(['that day', '2026-10-03T00:00:00Z']).toContain(days[1]![1]);
	});

	test('is a request an hour with Hours', async () => {
		await start({
			splitRange: 'hours',
			rangeFrom: '2026-10-01T22:00',
			rangeTo: '2026-10-02T01:30',
		});
		expect(ranges()).toEqual([
			['2026-10-01T22:00:00Z', '2026-10-01T23:00:00Z'],
			['2026-10-01T23:00:00Z', '2026-10-02T00:00:00Z'],
			['2026-10-02T00:00:00Z', '2026-10-02T01:00:00Z'],
			['2026-10-02T01:00:00Z', '2026-10-02T01:30:00Z'],
		]);
	});

	test.each([
		[undefined, '2026-10-20', ['2026-10-01', '2026-10-08', '2026-10-15', '2026-10-20']],
		[3, '2026-10-08', ['2026-10-01', '2026-10-04', '2026-10-07', '2026-10-08']],
		['2', '2026-10-05', ['2026-10-01', '2026-10-03', '2026-10-05']],
		[366, '2026-10-05', ['2026-10-01', '2026-10-05']],
	])('with Several Days, %p per run to %s', async (daysPerWindow, rangeTo, edges) => {
		await start({
			splitRange: 'nDays',
			rangeTo,
			...(daysPerWindow !== undefined && { daysPerWindow }),
		});
		const times = edges.map((day) => `${day}T00:00:00Z`);
		const expected = times.slice(1).map((to, index) => [times[index], to]);
		// Of a window of one day, Amperity may be told the start alone.
		const told = ranges().map(([from, to], index) => [from, to ?? expected[index]![1]]);
		expect(told).toEqual(expected);
	});

	test('holds the mode and the configuration in each request', async () => {
		await start({ splitRange: 'days', runMode: 'source', rangeTo: '2026-10-03' });
		for (const { body } of lab.posts()) {
			expect(body).toMatchObject({ config_id: 'cg-1', run_mode: 'source' });
		}
	});

	test('comes from Last N Days as well', async () => {
		await start({ timeRange: 'lastDays', days: 3, splitRange: 'days', timeZone: 'Asia/Tokyo' });
		const all = ranges();
		expect(all).toHaveLength(3);
		all.slice(1).forEach(([from], index) => expect(from).toBe(all[index]![1]));
		const DAY = 86_400_000;
		expect(Date.parse(all[2]![1]!) - Date.parse(all[0]![0]!)).toBe(3 * DAY);
		expect(all[0]![0]).toContain('T15:00:00Z');
	});
});

describe('what is refused, so that nothing is sent', () => {
	test.each<[string, IDataObject, RegExp]>([
		['no Range To', { splitRange: 'days', rangeTo: '={{ null }}' }, /Range To|Split Range Into/],
		[
			'1,001 windows',
			{ splitRange: 'hours', rangeFrom: '2026-01-01T00:00', rangeTo: '2026-02-11T17:00' },
			/1,?000/,
		],
		['a choice that there is not', { splitRange: 'weeks' }, /Split Range Into/],
		['days without a number', { splitRange: 'nDays', daysPerWindow: 'x' }, /Days per Run/],
		['half a day', { splitRange: 'nDays', daysPerWindow: 1.5 }, /Days per Run/],
	])('%s', async (_, parameters, words) => {
		const result = await start(parameters);
		expect(errorText(result)).toMatch(words);
		expect(lab.simulator.requests).toEqual([]);
	});

	test('1,000 windows are not', async () => {
		const result = await start({
			splitRange: 'hours',
			rangeFrom: '2026-01-01T00:00',
			rangeTo: '2026-02-11T16:00',
		});
		expect(errorText(result)).toBe('');
		expect(lab.posts()).toHaveLength(1_000);
		expect(result.items).toHaveLength(1_000);
	});

	test('a range too long for one item does not send those before it either', async () => {
		const result = await lab.run(['cg-1', 'cg-2'], {
			parameters: {
				timeRange: 'range',
				rangeFrom: '2020-01-01',
				rangeTo: "={{ $json.config === 'cg-1' ? '2020-01-03' : '2026-01-01' }}",
				splitRange: 'days',
			},
		});
		expect(errorText(result)).toMatch(/1,?000/);
		expect(lab.simulator.requests).toEqual([]);
	});
});

describe('what comes out', () => {
	test('is an item for each window, linked to its input item', async () => {
		const result = await lab.run(['cg-1', 'cg-2'], {
			parameters: {
				timeRange: 'range',
				...OCTOBER,
				rangeTo: '2026-10-03',
				splitRange: 'days',
				timeZone: 'Europe/Berlin',
			},
		});
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 1, 1].map((item) => ({ item })),
		);
		expect(jsonOf(result).map(({ id }) => id)).toEqual([
			...lab.idsOf('cg-1'),
			...lab.idsOf('cg-2'),
		]);
		expect(jsonOf(result).map(({ request }) => request)).toEqual(
			lab.posts().map(({ body }) => body),
		);
	});

	test('tells with Continue which window failed', async () => {
		lab.failStarts('cg-1', undefined, { kind: 'status', status: 400 });
		const parameters = { splitRange: 'days', timeZone: 'Europe/Berlin' };
		const result = await start(parameters, { settings: CONTINUE });
		const items = jsonOf(result);
		expect(items).toHaveLength(4);
		expect(items.map(({ error }) => error !== undefined)).toEqual([false, true, false, false]);
		expect(JSON.stringify(items[1])).toContain('2026-10-01T22:00:00Z');
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(Array(4).fill({ item: 0 }));
	});
});

describe('with Retry On Fail', () => {
	test('no window is started twice', async () => {
		lab.failStarts('cg-1', undefined, undefined, { kind: 'status', status: 400 });
		const result = await start({ splitRange: 'days' }, { settings: RETRY });
		expect(errorText(result)).toBe('');
		expect(lab.idsOf('cg-1')).toHaveLength(4);
		expect(new Set(jsonOf(result).map(({ id }) => id))).toEqual(new Set(lab.idsOf('cg-1')));
	});

	test('a window that is lost is found as its own', async () => {
		await lab.learn(['cg-1'], 2);
		lab.failStarts('cg-1', undefined, { kind: 'drop-after' });
		const result = await start({ splitRange: 'days' }, { settings: RETRY });
		const ids = lab.idsOf('cg-1').slice(2);
		expect(ids).toHaveLength(4);
		for (const item of jsonOf(result)) expect(ids).toContain(item.id);
	});
});

describe('a backfill, One After Another', () => {
	const backfill = async (more: Starts = {}) =>
		await start(
			{ splitRange: 'days', timeZone: 'Europe/Berlin', waitForCompletion: true },
			{ ...more, options: { order: 'oneAfterAnother', skipSucceeded: true, ...more.options } },
		);

	test('starts each window when the one before has succeeded', async () => {
		const result = await backfill();
		expect(errorText(result)).toBe('');
		const { runs } = lab.simulator;
		expect(runs).toHaveLength(4);
		runs.slice(1).forEach(({ createdAt }, index) => {
			expect(createdAt).toBeGreaterThanOrEqual(runs[index]!.stages.at(-1)!.from);
		});
	});

	test('goes on from the window that failed', async () => {
		lab.simulator.setScenario('cg-1', {}, {}, { outcome: 'failed-customer' }, {});
		const first = await backfill();
		const text = errorText(first);
		expect(text).toMatch(/Done: .*Not started: /s);
		expect(lab.posts()).toHaveLength(3);
		const second = await backfill({ staticData: first.staticData });
		expect(errorText(second)).toBe('');
		expect(lab.posts()).toHaveLength(5);
		const [one, two, three, four] = ranges();
		expect(ranges()).toEqual([one, two, three, three, expect.not.arrayContaining([four])]);
		expect(jsonOf(second).map(({ already_succeeded: already }) => already)).toEqual([
			true,
			true,
			undefined,
			undefined,
		]);
	});
});
