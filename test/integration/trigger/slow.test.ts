import type { Scenario } from '../../simulator';
import { DAY, ENGINES, HOUR, idsOf, MINUTE, SECOND, toldOf, TriggerLab } from './lab';

const lab = new TriggerLab();

const SLOW = { events: ['runIsSlow'] };
const AFTER_30 = { ...SLOW, slowAfterMinutes: 30 };

const timeOf = (since: unknown) => Date.parse(String(since));

describe.each(ENGINES)('in the %s mode', (engine) => {
	test('a run is told once, when it takes longer than the field says', async () => {
		const trigger = lab.trigger(AFTER_30, { engine });
		await trigger.poll();
		await trigger.poll();
		const begin = lab.now;
		const id = lab.startEndless();
		lab.pass(29 * MINUTE);
		expect(await trigger.poll()).toEqual([]);
		lab.pass(2 * MINUTE);
		const told = await trigger.poll();
		expect(told).toEqual([
			expect.objectContaining({
				event: 'runIsSlow',
				id,
				slow_after_minutes: 30,
				slow_after_source: 'field',
			}),
		]);
		expect(timeOf(told[0]!.since) - begin).toBeLessThan(30 * MINUTE + 5 * SECOND);
		expect(timeOf(told[0]!.since) - begin).toBeGreaterThanOrEqual(30 * MINUTE);
		for (let hour = 0; hour < 60; hour++) {
			lab.pass(HOUR);
			expect(await trigger.poll()).toEqual([]);
			if (hour % 9 === 0) trigger.restart();
		}
	});

	test('a run that is slow already is told by the first poll after the activation', async () => {
		const trigger = lab.trigger(AFTER_30, { engine });
		const id = lab.startEndless();
		lab.pass(2 * HOUR);
		expect(await trigger.poll()).toEqual([]);
		expect(idsOf(await trigger.poll())).toEqual([id]);
		trigger.restart();
		expect([...(await trigger.poll()), ...(await trigger.poll())]).toEqual([]);
	});

	test.each<[string, Scenario['listHiddenMs'], boolean]>([
		['after it was told', [[40 * MINUTE, 5 * HOUR]], true],
		['while it becomes slow', [[20 * MINUTE, 3 * HOUR]], false],
		[
			'again and again',
			[
				[0, 10 * MINUTE],
				[25 * MINUTE, 35 * MINUTE],
				[50 * MINUTE, HOUR],
			],
			false,
		],
	])('a run that the list hides %s is told once', async (_, listHiddenMs, restarts) => {
		const trigger = lab.trigger(AFTER_30, { engine });
		await trigger.poll();
		await trigger.poll();
		const id = lab.startEndless({ scenario: { listHiddenMs } });
		const told: unknown[] = [];
		for (let minute = 0; minute < 7 * 60; minute += 4) {
			lab.pass(4 * MINUTE);
			told.push(...idsOf(await trigger.poll()));
			if (restarts && minute % 60 === 0) trigger.restart();
		}
		expect(told).toEqual([id]);
	});

	test('a run that the list shows only when it is slow already is told', async () => {
		const trigger = lab.trigger(AFTER_30, { engine });
		await trigger.poll();
		await trigger.poll();
		const id = lab.startEndless({ scenario: { listLagMs: 45 * MINUTE } });
		const told: unknown[] = [];
		for (let minute = 0; minute < 90; minute += 5) {
			lab.pass(5 * MINUTE);
			told.push(...idsOf(await trigger.poll()));
		}
		expect(told).toEqual([id]);
	});

	test('several become slow one after the other', async () => {
		const trigger = lab.trigger(AFTER_30, { engine });
		await trigger.poll();
		const ids: string[] = [];
		const told: unknown[] = [];
		for (let round = 0; round < 30; round++) {
			if (round < 20) ids.push(lab.startEndless());
			lab.pass(7 * MINUTE);
			told.push(...idsOf(await trigger.poll()));
		}
		expect(told).toEqual(ids);
	});
});

test('a run that has ended before the trigger looks is not told', async () => {
	const { poll } = lab.trigger(AFTER_30);
	await poll();
	const id = lab.startEndless();
	lab.pass(40 * MINUTE);
	lab.simulator.endRun(id, 'succeeded');
	expect(await poll()).toEqual([]);
});

test('a run that ends in time is not told', async () => {
	const { poll } = lab.trigger(AFTER_30);
	await poll();
	const id = lab.startEndless();
	lab.pass(20 * MINUTE);
	expect(await poll()).toEqual([]);
	lab.simulator.endRun(id, 'succeeded');
	lab.pass(20 * MINUTE);
	expect(await poll()).toEqual([]);
});

test('a run of more than a week ago is not told', async () => {
	const { poll } = lab.trigger(AFTER_30);
	lab.startEndless({ createdAt: lab.now - 8 * DAY });
	const id = lab.startEndless({ createdAt: lab.now - 6 * DAY });
	await poll();
	expect(idsOf(await poll())).toEqual([id]);
	expect(await poll()).toEqual([]);
});

test('the end of a slow run is told as well, where both are wanted', async () => {
	const { poll } = lab.trigger({ events: ['runIsSlow', 'runEnded'], slowAfterMinutes: 30 });
	await poll();
	const id = lab.startEndless();
	lab.pass(31 * MINUTE);
	expect(toldOf(await poll())).toEqual([['runIsSlow', id]]);
	lab.simulator.endRun(id, 'failed');
	lab.pass(MINUTE);
	expect(toldOf(await poll())).toEqual([['runEnded', id]]);
});

test('details are added where they are wanted', async () => {
	const { poll } = lab.trigger({ ...AFTER_30, includeDetails: true });
	await poll();
	const id = lab.startEndless();
	lab.pass(31 * MINUTE);
	const tasks = expect.any(Array) as unknown;
	expect(await poll()).toMatchObject([{ id, event: 'runIsSlow', tasks }]);
});

describe('as Amperity expects', () => {
	const NAME = 'The nightly one';

	/** Runs of the past with these minutes. */
	const past = (minutes: number[], outcome: Scenario['outcome'] = 'succeeded', name = NAME) =>
		minutes.forEach((length, index) => {
			const endedAt = lab.now - DAY + index * HOUR;
			lab.ended(endedAt, { name, scenario: { outcome, durationMs: length * MINUTE } });
		});

	/** After how many minutes a run is told, and by what measure. */
	const toldAfter = async (warnAfterMs: number | null) => {
		const { poll } = lab.trigger(SLOW);
		await poll();
		await poll();
		const id = lab.startEndless({ name: NAME, scenario: { warnAfterMs } });
		for (let minute = 1; minute <= 200; minute++) {
			lab.pass(MINUTE);
			const [item] = await poll();
			if (!item) continue;
			expect(item.id).toBe(id);
			const begin = timeOf(item.created_at);
			expect((timeOf(item.since) - begin) / MINUTE).toBeCloseTo(Number(item.slow_after_minutes), 1);
			// The clock of the test goes on by itself, a little.
			expect(Math.abs(minute - Number(item.slow_after_minutes))).toBeLessThanOrEqual(1);
			return { after: item.slow_after_minutes, source: item.slow_after_source };
		}
		return undefined;
	};

	test('a run is slow when its own time is over', async () => {
		past([10, 10, 10]);
		expect(await toldAfter(45 * MINUTE)).toEqual({
			after: 45,
			source: 'warn_after_ms',
		});
	});

	test.each<[string, number[], number]>([
		['three runs', [10, 30, 14], 28],
		['five runs', [10, 12, 14, 50, 60], 28],
		['the last five of seven', [100, 100, 10, 12, 14, 10, 20], 24],
	])('without one it is slow after twice the median of %s', async (_, minutes, expected) => {
		past(minutes);
		expect(await toldAfter(null)).toEqual({
			after: expected,
			source: 'median',
		});
	});

	test.each<[string, () => void]>([
		['two runs', () => past([10, 12])],
		['no run', () => {}],
		['runs of another name', () => past([10, 10, 10], 'succeeded', 'Another')],
		['runs that failed', () => past([10, 10, 10, 10], 'failed-platform')],
		['runs that were stopped', () => past([10, 10, 10, 10], 'stopped')],
	])('after %s nothing says when it is slow', async (_, arrange) => {
		arrange();
		expect(await toldAfter(null)).toBeUndefined();
	});

	test('a field that is set comes first', async () => {
		const { poll } = lab.trigger(AFTER_30);
		await poll();
		lab.startEndless({ scenario: { warnAfterMs: 5 * MINUTE } });
		lab.pass(20 * MINUTE);
		expect(await poll()).toEqual([]);
		lab.pass(11 * MINUTE);
		expect(await poll()).toMatchObject([{ slow_after_source: 'field' }]);
	});

	test('a run whose own time can not be read for a while is told in the end', async () => {
		const { poll } = lab.trigger(SLOW);
		await poll();
		const id = lab.startEndless({ scenario: { warnAfterMs: 10 * MINUTE } });
		const other = lab.startEndless({ scenario: { warnAfterMs: 10 * MINUTE } });
		lab.simulator.onRequest = ({ path }) =>
			path.endsWith(id) ? { kind: 'status', status: 403 } : undefined;
		lab.pass(12 * MINUTE);
		const told: unknown[] = [];
		for (let round = 0; round < 4; round++) {
			told.push(...idsOf(await poll()));
			lab.pass(MINUTE);
		}
		lab.simulator.onRequest = undefined;
		for (let round = 0; round < 90; round++) {
			told.push(...idsOf(await poll()));
			lab.pass(MINUTE);
		}
		expect(told.sort()).toEqual([id, other].sort());
	});
});
