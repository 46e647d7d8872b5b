import { sleep, type IDataObject } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import { within } from '../../engine/within';
import type { Scenario } from '../../simulator';
import {
	arrivedAt,
	CONTINUE,
	HOUR,
	jsonOf,
	MINUTE,
	onlyItem,
	RETRY,
	SECOND,
	shareLab,
	somebodysRun,
	stops,
	until,
	type Lab,
	type Starts,
} from './lab';

let lab: Lab;
/** All reruns of a run are over in two seconds. */
shareLab((made) => {
	lab = made;
}, 700);

const PLATFORM: Scenario = { outcome: 'failed-platform' };
const CUSTOMER: Scenario = { outcome: 'failed-customer' };

/** A failure of which Amperity does not say whose it is. */
const OF_NOBODY: Scenario = {
	outcome: 'failed-customer',
	extra: { error: { type: 'x/y', message: 'It went wrong' } },
};

const rerunning = (times: number, { options, parameters, ...more }: Starts = {}): Starts => ({
	options: { rerunIfPlatformFailed: times, ...options },
	parameters: { waitForCompletion: true, runMode: 'refresh', ...parameters },
	...more,
});

const start = async (times: number, scenarios: Scenario[], more: Starts = {}) => {
	lab.simulator.setScenario('cg-1', ...scenarios);
	return await lab.run(['cg-1'], rerunning(times, more));
};

const ids = () => lab.idsOf('cg-1');

/** Milliseconds from the end of each run to the arrival of the next start. */
const pauses = () =>
	lab
		.posts('cg-1')
		.slice(1)
		.map((post, index) => {
			const before = lab.simulator.store.find(ids()[index]!)!;
			return arrivedAt(lab, post) - before.stages.at(-1)!.from;
		});

/** That pauses are as long as they should be, and no longer than it takes to notice an end. */
function expectPauses(...minutes: number[]): void {
	expect(pauses()).toHaveLength(minutes.length);
	pauses().forEach((pause, index) => {
		expect(pause).toBeGreaterThanOrEqual(minutes[index]! * MINUTE - SECOND);
		expect(pause).toBeLessThan(minutes[index]! * MINUTE + 90 * SECOND);
	});
}

describe('a run that failed by the platform', () => {
	test.each([
		[1, 1, [1]],
		[2, 2, [1, 5]],
		[3, 3, [1, 5, 15]],
		[3, 1, [1]],
		[3, 2, [1, 5]],
	])('%i times at most, is replaced %i times', async (most, failures, minutes) => {
		const scenarios = [...Array<Scenario>(failures).fill(PLATFORM), {}];
		const item = onlyItem(await start(most, scenarios));
		expect(item).toMatchObject({ id: ids()[failures], outcome: 'succeeded' });
		expect(item.earlier_run_ids).toEqual(ids().slice(0, failures));
		expect(ids()).toHaveLength(failures + 1);
		expectPauses(...minutes);
		expect(new Set(lab.posts().map(({ body }) => JSON.stringify(body))).size).toBe(1);
	});

	test.each([1, 2, 3])('more often than %i times is an error that names all', async (most) => {
		const result = await start(most, [PLATFORM]);
		const text = errorText(result);
		expect(ids()).toHaveLength(most + 1);
		for (const id of ids()) expect(text).toContain(id);
		expect(result.error!.message).toContain(ids().at(-1));
	});

	test('more often, with Output Run, is an item that lists all', async () => {
		const item = onlyItem(await start(1, [PLATFORM], { options: { onUnsuccessful: 'emit' } }));
		expect(item).toMatchObject({ id: ids()[1], outcome: 'failed', earlier_run_ids: [ids()[0]] });
	});

	test('is replaced once where the next one fails by the configuration', async () => {
		const text = errorText(await start(3, [PLATFORM, CUSTOMER, {}]));
		expect(ids()).toHaveLength(2);
		for (const id of ids()) expect(text).toContain(id);
	});
});

describe('no run is started anew', () => {
	test.each<[string, number, Scenario]>([
		['by default, with 0', 0, PLATFORM],
		['after a failure by the configuration', 3, CUSTOMER],
		['after a failure of which nobody says whose it is', 3, OF_NOBODY],
		[
			'after it was stopped',
			3,
			{
				outcome: 'stopped',
				extra: { error: { type: 'x', message: 'x', attribution: 'platform' } },
			},
		],
		['after it was skipped', 3, { states: ['running', 'skipped'] }],
		['after a success', 3, {}],
	])('%s', async (_, most, scenario) => {
		const result = await start(most, [scenario, {}]);
		await sleep(30 * MINUTE);
		expect(ids()).toHaveLength(1);
		expect(result.items[0]?.json ?? {}).not.toHaveProperty('earlier_run_ids');
	});

	test('without Wait for Completion', async () => {
		await start(3, [PLATFORM, {}], { parameters: { waitForCompletion: false } });
		await sleep(30 * MINUTE);
		expect(ids()).toHaveLength(1);
	});
});

describe('what may send data twice', () => {
	const cases: Array<[string, string, IDataObject]> = [
		['full', 'cg-1', { runMode: 'full' }],
		['as configured', 'cg-1', { runMode: 'configured' }],
		['an orchestration group', 'og-1', { runMode: 'configured' }],
		['a campaign', 'cc-1', { runMode: 'configured' }],
		['something of which nobody knows what it is', 'xy-1', { runMode: 'configured' }],
	];
	const run = async (configId: string, parameters: IDataObject, options: IDataObject = {}) => {
		lab.simulator.setScenario(configId, PLATFORM, {});
		return await lab.run([configId], rerunning(1, { parameters, options }));
	};

	test.each(cases)('%s, is refused without the switch', async (_, configId, parameters) => {
		for (const rerunEvenIfSentTwice of [undefined, false]) {
			const options = rerunEvenIfSentTwice === undefined ? {} : { rerunEvenIfSentTwice };
			const result = await run(configId, parameters, options);
			expect(errorText(result)).toContain('Rerun If the Platform Failed');
			expect(errorText(result)).toContain('Rerun What Sends Data');
		}
		expect(lab.simulator.requests).toEqual([]);
	});

	test.each(cases)('%s, is rerun with it', async (_, configId, parameters) => {
		const result = await run(configId, parameters, { rerunEvenIfSentTwice: true });
		const [first, second] = lab.idsOf(configId);
		expect(onlyItem(result)).toMatchObject({ id: second, earlier_run_ids: [first] });
	});

	test.each(['refresh', 'source'])('is not: %s', async (runMode) => {
		const result = await run('cg-1', { runMode });
		expect(onlyItem(result)).toMatchObject({ earlier_run_ids: [ids()[0]] });
	});

	test('is no concern with 0', async () => {
		lab.simulator.setScenario('og-1', {});
		const parameters = { runMode: 'configured' };
		onlyItem(await lab.run(['og-1'], rerunning(0, { parameters })));
	});
});

test.each([4, -1, 1.5, 'x'])('%p times is no number of times', async (times) => {
	const result = await start(times as number, [PLATFORM]);
	// A number outside of its limits may be brought inside.
	if (typeof times === 'number' && Number.isInteger(times)) {
		expect(ids().length).toBeLessThanOrEqual(4);
	} else {
		expect(errorText(result)).toContain('Rerun If the Platform Failed');
		expect(lab.posts()).toEqual([]);
	}
});

describe('a person who restarts the failed run in Amperity meanwhile', () => {
	const startAndRestart = async (end: 'succeeded' | 'failed' | 'failed-platform') => {
		lab.simulator.setScenario('cg-1', PLATFORM, {});
		const execution = lab.begin(['cg-1'], rerunning(2));
		await until(() => ids().length === 1);
		await until(() => lab.simulator.stateOf(ids()[0]!) === 'failed');
		await sleep(20 * SECOND);
		lab.simulator.restartRun(ids()[0]!, end, 5 * MINUTE);
		return await within(20, execution);
	};

	test('has no other one started, and its success is that of the item', async () => {
		const item = onlyItem(await startAndRestart('succeeded'));
		expect(item).toMatchObject({ id: ids()[0], outcome: 'succeeded' });
		expect(item).not.toHaveProperty('earlier_run_ids');
		expect(ids()).toHaveLength(1);
	});

	test('has none started where it fails by the configuration then', async () => {
		expect(errorText(await startAndRestart('failed'))).toContain(ids()[0]);
		expect(ids()).toHaveLength(1);
	});

	test('has one started where it fails by the platform again', async () => {
		await startAndRestart('failed-platform');
		expect(ids()).toHaveLength(2);
		const [, second] = lab.simulator.runsStartedFor('cg-1');
		const [first] = lab.simulator.runsStartedFor('cg-1');
		expect(second!.createdAt).toBeGreaterThanOrEqual(first!.stages.at(-1)!.from);
	});
});

test('a failed run that cannot be read any more is not replaced blindly', async () => {
	lab.simulator.setScenario('cg-1', PLATFORM, {});
	const execution = lab.begin(['cg-1'], rerunning(1));
	await until(() => ids().length === 1);
	await until(() => lab.simulator.stateOf(ids()[0]!) === 'failed');
	await sleep(20 * SECOND);
	const { onRequest } = lab.simulator;
	lab.simulator.onRequest = (request, index) =>
		request.path.endsWith(ids()[0]!) ? { kind: 'status', status: 500 } : onRequest!(request, index);
	const result = await within(30, execution);
	if (result.error) expect(errorText(result)).toContain(ids()[0]);
	else expect(jsonOf(result)[0]).toMatchObject({ earlier_run_ids: [ids()[0]] });
});

describe('a rerun whose start is lost', () => {
	const lose = async (...faults: Parameters<Lab['failStarts']>[1][]) => {
		await lab.learn(['cg-1'], 2);
		lab.simulator.setScenario('cg-1', PLATFORM, {});
		lab.failStarts('cg-1', undefined, ...faults);
		return await lab.run(['cg-1'], rerunning(1, { settings: CONTINUE }));
	};

	test('is found', async () => {
		const [item] = jsonOf(await lose({ kind: 'drop-after' }));
		expect(ids()).toHaveLength(4);
		expect(item).toMatchObject({
			id: ids()[3],
			start_confirmed_by: 'list',
			earlier_run_ids: [ids()[2]],
		});
	});

	test('is started again where it left none', async () => {
		const [item] = jsonOf(await lose({ kind: 'drop-before' }));
		expect(ids()).toHaveLength(4);
		expect(item).toMatchObject({
			id: ids()[3],
			times_started_again: 1,
			earlier_run_ids: [ids()[2]],
		});
	});

	test('and not found is an error that names both', async () => {
		lab.onList = () => ({ kind: 'status', status: 500 });
		const [item] = jsonOf(await lose({ kind: 'drop-after' }));
		expect(item!.error).toContain('A run of cg-1 may have started');
		expect(JSON.stringify(item)).toContain(ids()[2]);
	});

	test('and refused is an error that names the run that failed', async () => {
		const [item] = jsonOf(await lose(amperitySays(400)));
		expect(JSON.stringify(item)).toContain(ids()[2]);
		expect(item!.error).toContain('The words of Amperity');
		expect(ids()).toHaveLength(3);
	});
});

describe('an execution that is stopped while it pauses', () => {
	test.each(['leave', 'stop'])('starts nothing more: %s', async (onCancel) => {
		lab.simulator.setScenario('cg-1', PLATFORM, {});
		const execution = lab.begin(['cg-1'], rerunning(3, { options: { onCancel } }));
		await until(() => ids().length === 1);
		await until(() => lab.simulator.stateOf(ids()[0]!) === 'failed');
		await sleep(20 * SECOND);
		execution.stop();
		await within(20, execution);
		await sleep(30 * MINUTE);
		expect(ids()).toHaveLength(1);
	});
});

describe('Retry On Fail', () => {
	const retryBeside = async (scenarios: Scenario[], times = 1) => {
		lab.simulator.setScenario('cg-1', ...scenarios);
		lab.simulator.setScenario('cg-2', CUSTOMER);
		return await lab.run(['cg-1', 'cg-2'], rerunning(times, { settings: RETRY }));
	};

	test('starts nothing again where the last of several runs has succeeded', async () => {
		const text = errorText(await retryBeside([PLATFORM, {}]));
		expect(text).toContain(lab.idsOf('cg-2')[0]);
		expect(ids()).toHaveLength(2);
		expect(lab.idsOf('cg-2')).toHaveLength(1);
	});

	test('goes on with the last run, and lists those before it', async () => {
		lab.simulator.setScenario('cg-1', PLATFORM, {});
		lab.simulator.setScenario('cg-2', { outcome: 'failed-platform', durationMs: 10 * MINUTE }, {});
		const more = {
			settings: RETRY,
			options: { rerunIfPlatformFailed: "={{ $json.config === 'cg-1' ? 1 : 0 }}" },
		};
		const items = jsonOf(await lab.run(['cg-1', 'cg-2'], rerunning(1, more)));
		expect(items.map(({ id }) => id)).toEqual([ids()[1], lab.idsOf('cg-2')[1]]);
		expect(items[0]!.earlier_run_ids).toEqual([ids()[0]]);
		expect(ids()).toHaveLength(2);
	});

	test('starts nothing again where the last one failed by the configuration', async () => {
		await retryBeside([PLATFORM, CUSTOMER, {}]);
		expect(ids()).toHaveLength(2);
	});
});

test('reruns of several items do not wait for each other', async () => {
	for (const id of ['cg-1', 'cg-2', 'cg-3']) lab.simulator.setScenario(id, PLATFORM, {});
	const result = await lab.run(['cg-1', 'cg-2', 'cg-3'], rerunning(1));
	expect(errorText(result)).toBe('');
	const times = lab
		.posts()
		.slice(3)
		.map((post) => arrivedAt(lab, post));
	expect(times).toHaveLength(3);
	expect(Math.max(...times) - Math.min(...times)).toBeLessThan(2 * MINUTE);
});

test('the others are not held up: an item that needs none ends with its own run', async () => {
	lab.simulator.setScenario('cg-1', PLATFORM, {});
	const items = jsonOf(await lab.run(['cg-1', 'cg-2'], rerunning(1)));
	expect(items.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
	expect(items[1]).not.toHaveProperty('earlier_run_ids');
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-1']);
});

test('One After Another starts the next item after the rerun has succeeded', async () => {
	lab.simulator.setScenario('cg-1', PLATFORM, { durationMs: 5 * MINUTE });
	const options = { order: 'oneAfterAnother' };
	const result = await lab.run(['cg-1', 'cg-2'], rerunning(1, { options }));
	expect(errorText(result)).toBe('');
	expect(lab.posted()).toEqual(['cg-1', 'cg-1', 'cg-2']);
	const [, rerun] = lab.simulator.runsStartedFor('cg-1');
	expect(arrivedAt(lab, lab.posts('cg-2')[0]!)).toBeGreaterThanOrEqual(rerun!.stages.at(-1)!.from);
});

test('a run of somebody else that is used and fails by the platform is never stopped or hidden', async () => {
	const other = somebodysRun(lab, {
		scenario: { ...PLATFORM, neverEnds: false, durationMs: MINUTE },
	});
	lab.simulator.setScenario('cg-1', { name: other.name });
	const options = { ifAlreadyRunning: 'useRunning', nameInAmperity: other.name };
	const result = await lab.run(['cg-1'], rerunning(1, { options }));
	expect(JSON.stringify([jsonOf(result), errorText(result)])).toContain(other.id);
	expect(stops(lab)).toEqual([]);
	expect(ids().length).toBeLessThanOrEqual(1);
});

test('a rerun that takes too long ends with the Maximum Wait', async () => {
	const began = lab.simulator.clock.now();
	const result = await start(1, [PLATFORM, { neverEnds: true }], {
		parameters: { maximumWait: 10 },
	});
	expect(errorText(result)).toContain(ids()[1]);
	expect(lab.simulator.clock.now() - began).toBeLessThan(HOUR);
});
