import { sleep } from 'n8n-workflow';
import { within } from '../../engine/within';
import { errorText } from '../../engine/errorText';
import {
	arrivedAt,
	CHOICES,
	endOf,
	HOUR,
	jsonOf,
	learn,
	MINUTE,
	NAME,
	onlyItem,
	play,
	SECOND,
	shareLab,
	somebodysRun,
	startNamed,
	stops,
	until,
	type Lab,
} from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
	play(lab, 'cg-1', {});
});

const MARKS = ['reused', 'skipped', 'stopped_run_id', 'waited_for_run_id', 'fresh'];

describe('Start Anyway', () => {
	test.each<[string, string | undefined]>([
		['by default', undefined],
		['chosen', 'startAnyway'],
	])('%s is a plain start, whatever runs', async (_, ifAlreadyRunning) => {
		const other = somebodysRun(lab);
		const item = onlyItem(
			await lab.run(['cg-1'], { options: ifAlreadyRunning ? { ifAlreadyRunning } : {} }),
		);
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(item.id).not.toBe(other.id);
		for (const mark of MARKS) expect(item).not.toHaveProperty(mark);
		expect(lab.simulator.requests).toHaveLength(1);
	});
});

describe.each(CHOICES)('%s', (choice) => {
	test.each<[string, () => unknown]>([
		['nothing runs', () => undefined],
		['its last run has ended', () => somebodysRun(lab, { scenario: { neverEnds: false } })],
		['only another group runs', () => somebodysRun(lab, { configId: 'cg-2', name: 'Other' })],
		['a run of its name is of another type', () => somebodysRun(lab, { configId: 'og-1' })],
		[
			'a run has ended in a way that nobody knows',
			() =>
				somebodysRun(lab, {
					scenario: { neverEnds: false, states: ['running', 'vanished'], durationMs: SECOND },
				}),
		],
	])('starts one where %s', async (_, happens) => {
		happens();
		await sleep(2 * MINUTE);
		const item = onlyItem(await startNamed(lab, choice));
		expect(lab.idsOf('cg-1')).toHaveLength(1);
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		for (const mark of MARKS) expect(item).not.toHaveProperty(mark);
		expect(stops(lab)).toEqual([]);
	});

	test('starts one where the list still shows one that has ended', async () => {
		const other = somebodysRun(lab, { scenario: { listStaleMs: 10 * HOUR } });
		await sleep(MINUTE);
		lab.simulator.endRun(other.id, 'succeeded');
		await sleep(MINUTE);
		const item = onlyItem(await startNamed(lab, choice));
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(item).not.toHaveProperty('reused');
		expect(item).not.toHaveProperty('skipped');
		expect(stops(lab)).toEqual([]);
	});
});

/** What tells the node which run it is. */
const KNOWLEDGE: Array<[string, number, string]> = [
	['the name was filled in', 0, NAME],
	['the name was seen once', 1, ''],
	['the name was seen twice', 2, ''],
	['the name was filled in and seen', 2, NAME],
];

describe.each(KNOWLEDGE)('a run that is running, where %s', (_, times, nameInAmperity) => {
	const start = async (ifAlreadyRunning: string) =>
		await startNamed(lab, ifAlreadyRunning, { options: { nameInAmperity } });
	const started = () => lab.idsOf('cg-1').slice(times);

	test('is used', async () => {
		await learn(lab, 'cg-1', times);
		const other = somebodysRun(lab);
		const item = onlyItem(await start('useRunning'));
		expect(item).toMatchObject({ id: other.id, name: NAME, reused: true });
		expect(item).not.toHaveProperty('skipped');
		expect(lab.posts()).toHaveLength(times);
		expect(stops(lab)).toEqual([]);
	});

	test('is skipped', async () => {
		await learn(lab, 'cg-1', times);
		const other = somebodysRun(lab);
		const item = onlyItem(await start('skip'));
		expect(item).toMatchObject({ id: other.id, skipped: true });
		expect(item).not.toHaveProperty('reused');
		expect(lab.posts()).toHaveLength(times);
		expect(stops(lab)).toEqual([]);
	});

	test('is stopped, and when it has ended another one is started', async () => {
		await learn(lab, 'cg-1', times);
		const other = somebodysRun(lab, { scenario: { stoppingMs: 2 * MINUTE } });
		const item = onlyItem(await start('stopThenStart'));
		expect(lab.simulator.stateOf(other.id)).toBe('canceled');
		expect(item).toMatchObject({ id: started()[0], stopped_run_id: other.id });
		expect(started()).toHaveLength(1);
		expect(stops(lab)).toHaveLength(1);
		expect(arrivedAt(lab, lab.posts().at(-1)!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
	});

	test('is waited for, and then another one is started', async () => {
		await learn(lab, 'cg-1', times);
		const other = somebodysRun(lab, { scenario: { neverEnds: false, durationMs: 5 * MINUTE } });
		const item = onlyItem(await start('waitThenStart'));
		expect(item).toMatchObject({ id: started()[0], waited_for_run_id: other.id });
		expect(started()).toHaveLength(1);
		expect(stops(lab)).toEqual([]);
		expect(arrivedAt(lab, lab.posts().at(-1)!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
	});
});

test.each(['failed', 'failed-platform', 'stopped'] as const)(
	'a run that is waited for may end as it likes: %s',
	async (end) => {
		const other = somebodysRun(lab);
		const execution = lab.begin(['cg-1'], {
			options: { ifAlreadyRunning: 'waitThenStart', nameInAmperity: NAME },
		});
		await sleep(MINUTE);
		expect(lab.posts()).toEqual([]);
		lab.simulator.endRun(other.id, end);
		const item = onlyItem(await within(20, execution));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], waited_for_run_id: other.id });
	},
);

describe('every state that has not ended counts as running:', () => {
	const inState = (state: string) =>
		somebodysRun(lab, { scenario: { states: ['scheduled', state], durationMs: SECOND } });

	test.each([
		'scheduled',
		'paused',
		'Running With Failures',
		'in-progress',
		'blocked-on-something',
		'waiting_for_approval',
	])('%s', async (state) => {
		const other = inState(state);
		await sleep(MINUTE);
		expect(onlyItem(await startNamed(lab, 'useRunning'))).toMatchObject({
			id: other.id,
			reused: true,
		});
		expect(onlyItem(await startNamed(lab, 'skip'))).toMatchObject({ id: other.id, skipped: true });
		const waiting = { options: { runningMaximumWait: 1 } };
		expect(errorText(await startNamed(lab, 'waitThenStart', waiting))).toContain(other.id);
		expect(lab.posts()).toEqual([]);
	});
});

describe('one that is stopping already', () => {
	const itIs = async () => {
		const scenario = { states: ['running', 'stopping'], durationMs: SECOND };
		const other = somebodysRun(lab, { scenario });
		await sleep(MINUTE);
		return other;
	};

	test('is skipped', async () => {
		const other = await itIs();
		expect(onlyItem(await startNamed(lab, 'skip'))).toMatchObject({ id: other.id, skipped: true });
		expect(lab.posts()).toEqual([]);
	});

	test.each(['useRunning', 'waitThenStart'])(
		'is of no use, and waited for before another one is started: %s',
		async (choice) => {
			const other = await itIs();
			void sleep(3 * MINUTE).then(() => lab.simulator.endRun(other.id, 'stopped'));
			const item = onlyItem(await startNamed(lab, choice));
			expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], waited_for_run_id: other.id });
			expect(arrivedAt(lab, lab.posts()[0]!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
		},
	);
});

describe('a run that was started by this process', () => {
	test.each<[string, { listLagMs?: number; listHiddenMs?: Array<[number, number]> }]>([
		['is listed late', { listLagMs: HOUR }],
		['is hidden by the list', { listHiddenMs: [[0, 10 * HOUR]] }],
	])('and %s is seen all the same', async (_, how) => {
		play(lab, 'cg-1', { neverEnds: true, ...how });
		const [first] = jsonOf(await lab.run(['cg-1']));
		const item = onlyItem(await startNamed(lab, 'useRunning'));
		expect(item).toMatchObject({ id: first!.id, reused: true });
		expect(lab.posts()).toHaveLength(1);
	});

	test('is seen by a later execution', async () => {
		play(lab, 'cg-1', { neverEnds: true, listHiddenMs: [[0, 100 * HOUR]] });
		const [first] = jsonOf(await lab.run(['cg-1']));
		await sleep(20 * MINUTE);
		expect(onlyItem(await startNamed(lab, 'skip'))).toMatchObject({ id: first!.id });
		expect(lab.posts()).toHaveLength(1);
	});
});

describe('Use the Running One with Wait for Completion', () => {
	const waiting = { parameters: { waitForCompletion: true, maximumWait: 5 } };

	test('waits for it', async () => {
		const other = somebodysRun(lab, { scenario: { neverEnds: false, durationMs: 3 * MINUTE } });
		const item = onlyItem(await startNamed(lab, 'useRunning', waiting));
		expect(item).toMatchObject({ id: other.id, reused: true, outcome: 'succeeded' });
		expect(lab.posts()).toEqual([]);
	});

	test('reports its failure as that of any other run', async () => {
		const scenario = {
			neverEnds: false,
			durationMs: MINUTE,
			outcome: 'failed-customer' as const,
		};
		const other = somebodysRun(lab, { scenario });
		const { error } = await startNamed(lab, 'useRunning', waiting);
		expect(error!.message).toContain(other.id);
		expect(error!.message).toContain('failed');
		expect(lab.posts()).toEqual([]);
	});

	test('never stops it at the maximum wait', async () => {
		const other = somebodysRun(lab);
		const result = await startNamed(lab, 'useRunning', {
			...waiting,
			options: { onTimeout: 'stop' },
		});
		expect(errorText(result)).toContain(other.id);
		expect(errorText(result)).not.toContain('the answer to its start was lost');
		expect(stops(lab)).toEqual([]);
	});

	test('never stops it as the execution is stopped', async () => {
		somebodysRun(lab);
		const execution = lab.begin(['cg-1'], {
			parameters: { waitForCompletion: true },
			options: { ifAlreadyRunning: 'useRunning', nameInAmperity: NAME, onCancel: 'stop' },
		});
		await sleep(2 * MINUTE);
		execution.stop();
		await within(20, execution);
		await sleep(2 * MINUTE);
		expect(stops(lab)).toEqual([]);
		expect(lab.posts()).toEqual([]);
	});
});

test('Skip with Wait for Completion waits for nothing', async () => {
	const other = somebodysRun(lab);
	const began = lab.simulator.clock.now();
	const item = onlyItem(await startNamed(lab, 'skip', { parameters: { waitForCompletion: true } }));
	expect(item).toMatchObject({ id: other.id, skipped: true });
	expect(item).not.toHaveProperty('outcome');
	expect(lab.simulator.clock.now() - began).toBeLessThan(2 * MINUTE);
});

test('one item is skipped and the others are started and waited for', async () => {
	const other = somebodysRun(lab);
	const items = jsonOf(
		await lab.run(['cg-1', 'cg-2'], {
			parameters: { waitForCompletion: true },
			options: {
				ifAlreadyRunning: 'skip',
				nameInAmperity: `={{ $json.config === 'cg-1' ? '${NAME}' : 'Other' }}`,
			},
		}),
	);
	expect(items).toMatchObject([
		{ id: other.id, skipped: true },
		{ id: lab.idsOf('cg-2')[0], outcome: 'succeeded' },
	]);
	expect(items[1]).not.toHaveProperty('skipped');
	expect(lab.posted()).toEqual(['cg-2']);
});

describe('an execution that is stopped while it waits for the running one', () => {
	test.each(['waitThenStart', 'stopThenStart'])('starts nothing: %s', async (choice) => {
		const other = somebodysRun(lab, { scenario: { stoppingMs: HOUR } });
		const execution = lab.begin(['cg-1'], {
			options: { ifAlreadyRunning: choice, nameInAmperity: NAME },
		});
		await until(() => lab.lists().length > 0);
		await sleep(MINUTE);
		execution.stop();
		await within(20, execution);
		lab.simulator.endRun(other.id, 'succeeded');
		await sleep(5 * MINUTE);
		expect(lab.posts()).toEqual([]);
	});
});
