import { sleep, type IDataObject } from 'n8n-workflow';
import { callTool, forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import type { OtherRun } from '../../simulator';
import {
	CONTINUE,
	DAY,
	expectRefused,
	HOUR,
	jsonOf,
	learn,
	MINUTE,
	NAME,
	onlyItem,
	play,
	RETRY,
	SECOND,
	shareLab,
	somebodysRun,
	stops,
	type Lab,
	type Starts,
} from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
	play(lab, 'cg-1', {});
});

const ensure = async (parameters: IDataObject = {}, { options, ...more }: Starts = {}) =>
	await lab.run(['cg-1'], {
		options,
		...more,
		parameters: { operation: 'ensureFresh', nameInAmperity: NAME, ...parameters },
	});

/** A run that was created so long ago, and ended a minute later. */
const ranBefore = (agoMs: number, { scenario, ...more }: Partial<OtherRun> = {}) =>
	somebodysRun(lab, {
		createdAt: lab.simulator.clock.now() - agoMs,
		...more,
		scenario: { neverEnds: false, durationMs: MINUTE, ...scenario },
	});

describe('a success', () => {
	test('that is young enough is what comes out', async () => {
		const run = ranBefore(20 * HOUR);
		const item = onlyItem(await ensure());
		expect(item).toMatchObject({ id: run.id, fresh: true, outcome: 'succeeded' });
		expect(item).not.toHaveProperty('reused');
		expect(lab.posts()).toEqual([]);
	});

	test('that is too old has another one started, and waited for', async () => {
		ranBefore(25 * HOUR);
		const item = onlyItem(await ensure());
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], outcome: 'succeeded' });
		expect(item).not.toHaveProperty('fresh');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});

	test('is as old as its creation', async () => {
		ranBefore(25 * HOUR, { scenario: { durationMs: 20 * HOUR } });
		expect(onlyItem(await ensure())).not.toHaveProperty('fresh');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});

	test.each<[number | string, number, boolean]>([
		[0.5, 20 * MINUTE, true],
		[0.5, 40 * MINUTE, false],
		['0.25', 10 * MINUTE, true],
		[0.1, 3 * MINUTE, true],
		[0.1, 8 * MINUTE, false],
		[1.5, 80 * MINUTE, true],
		[48, 47 * HOUR, true],
		[48, 49 * HOUR, false],
		[720, 10 * DAY, true],
		[8760, 300 * DAY, true],
	])('may be %p hours old: one of %i ms', async (maximumAge, agoMs, isFresh) => {
		const run = ranBefore(agoMs);
		const item = onlyItem(await ensure({ maximumAge }));
		if (isFresh) expect(item).toMatchObject({ id: run.id, fresh: true });
		else expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(lab.posts()).toHaveLength(isFresh ? 0 : 1);
	});

	test('is the youngest of several', async () => {
		ranBefore(9 * HOUR);
		const run = ranBefore(2 * HOUR);
		ranBefore(5 * HOUR);
		expect(onlyItem(await ensure())).toMatchObject({ id: run.id, fresh: true });
	});

	test('counts although a later run has failed', async () => {
		const run = ranBefore(5 * HOUR);
		ranBefore(2 * HOUR, { scenario: { outcome: 'failed-customer' } });
		expect(onlyItem(await ensure())).toMatchObject({ id: run.id, fresh: true });
		expect(lab.posts()).toEqual([]);
	});

	test('counts although another one is running', async () => {
		const run = ranBefore(5 * HOUR);
		somebodysRun(lab);
		expect(onlyItem(await ensure())).toMatchObject({ id: run.id, fresh: true });
		expect(lab.posts()).toEqual([]);
	});

	test('of another type or name is none', async () => {
		ranBefore(2 * HOUR, { configId: 'og-1' });
		ranBefore(2 * HOUR, { configId: 'cg-2', name: 'Other' });
		expect(onlyItem(await ensure())).not.toHaveProperty('fresh');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});

	test('is none where it was restarted and has failed since, though the list is behind', async () => {
		const run = ranBefore(2 * HOUR, { scenario: { listStaleMs: HOUR } });
		lab.simulator.restartRun(run.id, 'failed', SECOND);
		await sleep(MINUTE);
		expect(onlyItem(await ensure())).not.toHaveProperty('fresh');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});

	test.each<[string, OtherRun['scenario']]>([
		['failed', { outcome: 'failed-platform' }],
		['stopped', { outcome: 'stopped' }],
		['skipped', { states: ['running', 'skipped'] }],
		['of an unknown end', { states: ['running', 'vanished'] }],
	])('is none that is %s', async (_, scenario) => {
		ranBefore(2 * HOUR, { scenario });
		expect(onlyItem(await ensure())).not.toHaveProperty('fresh');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});
});

describe('one that is running', () => {
	test('is waited for', async () => {
		const run = somebodysRun(lab, { scenario: { neverEnds: false, durationMs: 5 * MINUTE } });
		const item = onlyItem(await ensure());
		expect(item).toMatchObject({ id: run.id, reused: true, outcome: 'succeeded' });
		expect(item).not.toHaveProperty('fresh');
		expect(lab.posts()).toEqual([]);
	});

	test('is waited for in whatever state, and however old it is', async () => {
		const run = somebodysRun(lab, {
			createdAt: lab.simulator.clock.now() - 3 * DAY,
			scenario: { states: ['running', 'blocked-on-something'], durationMs: HOUR },
		});
		const result = await ensure({ maximumWait: 2 });
		expect(errorText(result)).toContain(run.id);
		expect(lab.posts()).toEqual([]);
		expect(stops(lab)).toEqual([]);
	});

	test('is reported where it fails', async () => {
		const run = somebodysRun(lab, {
			scenario: { neverEnds: false, durationMs: MINUTE, outcome: 'failed-customer' },
		});
		const result = await ensure();
		expect(errorText(result)).toContain(run.id);
		expect(lab.posts()).toEqual([]);
	});

	test('is never stopped at the maximum wait', async () => {
		const run = somebodysRun(lab);
		const result = await ensure({ maximumWait: 2 }, { options: { onTimeout: 'stop' } });
		expect(errorText(result)).toContain(run.id);
		expect(stops(lab)).toEqual([]);
	});

	test('twice is refused', async () => {
		const runs = [somebodysRun(lab), somebodysRun(lab)];
		expectRefused(lab, await ensure(), runs);
		expect(lab.posts()).toEqual([]);
	});
});

describe('where nothing was', () => {
	test('a run is started as the fields say, and waited for', async () => {
		const item = onlyItem(
			await ensure({ runMode: 'refresh', timeRange: 'day', day: '2026-10-01' }),
		);
		expect(lab.posts()[0]!.body).toEqual({
			config_id: 'cg-1',
			run_mode: 'refresh',
			range_from: '2026-10-01T00:00:00Z',
		});
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], outcome: 'succeeded' });
		expect(item).not.toHaveProperty('fresh');
		expect(item).not.toHaveProperty('reused');
	});

	test('a failure is an error, or the item where that is wanted', async () => {
		play(lab, 'cg-1', { outcome: 'failed-customer' });
		expect(errorText(await ensure())).toContain(lab.idsOf('cg-1')[0]);
		const item = onlyItem(await ensure({}, { options: { onUnsuccessful: 'emit' } }));
		expect(item).toMatchObject({ outcome: 'failed' });
	});

	test('a run that takes too long is reported, or stopped where that is wanted', async () => {
		play(lab, 'cg-1', { neverEnds: true });
		const options = { onTimeout: 'stop' };
		const result = await ensure({ maximumWait: 2 }, { options });
		expect(errorText(result)).toContain('Maximum Wait');
		expect(stops(lab)).toHaveLength(1);
	});

	test('a lost start is found, or started again', async () => {
		await learn(lab, 'cg-1', 2);
		await sleep(10 * MINUTE);
		lab.failStarts('cg-1', { kind: 'drop-after' });
		const found = onlyItem(await ensure({ maximumAge: 0.1 }));
		expect(found).toMatchObject({ id: lab.idsOf('cg-1')[2], start_confirmed_by: 'list' });
		await sleep(10 * MINUTE);
		lab.failStarts('cg-1', { kind: 'drop-before' });
		const again = onlyItem(await ensure({ maximumAge: 0.1 }));
		expect(again).toMatchObject({ id: lab.idsOf('cg-1')[3], times_started_again: 1 });
	});

	test('a failure of the platform is rerun where that is wanted', async () => {
		play(lab, 'cg-1', { outcome: 'failed-platform' }, {});
		const options = { rerunIfPlatformFailed: 1 };
		const item = onlyItem(await ensure({ runMode: 'refresh' }, { options }));
		const [first, second] = lab.idsOf('cg-1');
		expect(item).toMatchObject({ id: second, earlier_run_ids: [first] });
	});

	test('a rerun of what may be sent twice is refused', async () => {
		const result = await ensure({}, { options: { rerunIfPlatformFailed: 1 } });
		expect(errorText(result)).toContain('Rerun What Sends Data');
		expect(lab.simulator.requests).toEqual([]);
	});
});

describe('what is refused', () => {
	test('is a configuration whose name nobody knows', async () => {
		ranBefore(2 * HOUR);
		const result = await ensure({ nameInAmperity: '' });
		expectRefused(lab, result);
		expect(errorText(result)).toContain('Name in Amperity');
		expect(lab.posts()).toEqual([]);
	});

	test.each([500, 403])('is a list that answers %i', async (status) => {
		ranBefore(2 * HOUR);
		lab.onList = () => ({ kind: 'status', status });
		expectRefused(lab, await ensure());
		expect(lab.posts()).toEqual([]);
	});

	test.each([0, -1, 'x', 8761, ''])(
		'or brought inside its limits, is an age of %p',
		async (age) => {
			const run = ranBefore(60 * DAY);
			const result = await ensure({ maximumAge: age });
			if (result.error) {
				expect(errorText(result)).toContain('Maximum Age');
				expect(lab.simulator.requests).toEqual([]);
			} else {
				const [item] = jsonOf(result);
				expect([age, item!.id]).toEqual([age, age === 8761 ? run.id : lab.idsOf('cg-1')[0]]);
			}
		},
	);

	test('is a name that differs from one seen twice', async () => {
		await learn(lab, 'cg-1', 2);
		const result = await ensure({ nameInAmperity: 'Weekly load' });
		expectRefused(lab, result);
		expect(lab.posts()).toHaveLength(2);
	});
});

describe('a name that was learnt', () => {
	test.each([1, 2])('%i times is enough', async (times) => {
		const { staticData } = await learn(lab, 'cg-1', times);
		forgetAll();
		const ids = lab.idsOf('cg-1');
		const item = onlyItem(await ensure({ nameInAmperity: '' }, { staticData }));
		expect(ids).toContain(item.id);
		expect(item).toMatchObject({ fresh: true });
		expect(lab.posts()).toHaveLength(times);
	});

	test('teaches what it starts to the next execution', async () => {
		const first = onlyItem(await ensure());
		const second = onlyItem(await ensure({ nameInAmperity: '' }));
		expect(second).toMatchObject({ id: first.id, fresh: true });
		expect(lab.posts()).toHaveLength(1);
	});
});

describe('several at once', () => {
	test('items of one configuration start one run', async () => {
		const result = await lab.run(['cg-1', 'cg-1', 'cg-1'], {
			parameters: { operation: 'ensureFresh', nameInAmperity: NAME },
		});
		expect(errorText(result)).toBe('');
		expect(lab.idsOf('cg-1')).toHaveLength(1);
		expect(jsonOf(result).map(({ id }) => id)).toEqual(Array(3).fill(lab.idsOf('cg-1')[0]));
	});

	test('executions of one process start one run', async () => {
		lab.simulator.latencyMs = 3 * SECOND;
		const results = await Promise.all(Array.from({ length: 3 }, async () => await ensure()));
		expect(lab.idsOf('cg-1')).toHaveLength(1);
		expect(results.map((result) => jsonOf(result)[0]?.id)).toEqual(
			Array(3).fill(lab.idsOf('cg-1')[0]),
		);
	});

	test('an item that is refused does not hold up the others, with Continue', async () => {
		lab.failStarts('cg-1', amperitySays(400));
		const result = await lab.run(['cg-1', 'cg-2'], {
			parameters: {
				operation: 'ensureFresh',
				nameInAmperity: `={{ $json.config === 'cg-1' ? '${NAME}' : 'Other' }}`,
			},
			settings: CONTINUE,
		});
		expect(jsonOf(result)[0]!.error).toContain('The words of Amperity');
		expect(jsonOf(result)[1]).toMatchObject({ id: lab.idsOf('cg-2')[0], outcome: 'succeeded' });
	});
});

describe('Retry On Fail', () => {
	test('starts nothing again after a failure by the configuration', async () => {
		play(lab, 'cg-1', { outcome: 'failed-customer' }, {});
		const result = await ensure({}, { settings: RETRY });
		expect(errorText(result)).toContain(lab.idsOf('cg-1')[0]);
		expect(lab.posts()).toHaveLength(1);
	});

	test('starts one anew after a failure of the platform', async () => {
		play(lab, 'cg-1', { outcome: 'failed-platform' }, {});
		const item = onlyItem(await ensure({}, { settings: RETRY }));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[1], outcome: 'succeeded' });
	});
});

test('an agent needs to be allowed, as for a start', async () => {
	ranBefore(2 * HOUR);
	const parameters = { operation: 'ensureFresh', configId: 'cg-1', nameInAmperity: NAME };
	const [told] = await callTool(lab.simulator, { parameters });
	if (told!.error_text) expect(told!.error_text).toContain('not allowed');
	expect(lab.posts()).toEqual([]);
});
