import { sleep, type IDataObject } from 'n8n-workflow';
import { callTool } from '../../engine';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import type { SimulatedRun } from '../../simulator';
import {
	CONTINUE,
	jsonOf,
	learn,
	MINUTE,
	NAME,
	play,
	RETRY,
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

const named = (ifAlreadyRunning: string): IDataObject => ({
	ifAlreadyRunning,
	nameInAmperity: NAME,
});

const runs = () => lab.simulator.runsStartedFor('cg-1');

/** That none of the runs was there before the one before it had ended. */
function expectOneAtATime(all: SimulatedRun[]): void {
	all.slice(1).forEach((run, index) => {
		const end = all[index]!.stages.at(-1)!;
		expect(end.outcome).toBeDefined();
		expect(run.createdAt).toBeGreaterThanOrEqual(end.from);
	});
}

describe('two items of one configuration', () => {
	test('are one run with Use the Running One', async () => {
		const items = jsonOf(await lab.run(['cg-1', 'cg-1'], { options: named('useRunning') }));
		expect(runs()).toHaveLength(1);
		expect(items.map(({ id, reused }) => [id, reused])).toEqual([
			[runs()[0]!.id, undefined],
			[runs()[0]!.id, true],
		]);
	});

	test('are one run with it where the first is listed late and its answer is slow', async () => {
		play(lab, 'cg-1', { listLagMs: 10 * MINUTE });
		lab.simulator.latencyMs = ({ method }) => (method === 'POST' ? 5 * SECOND : 0);
		const items = jsonOf(await lab.run(['cg-1', 'cg-1'], { options: named('useRunning') }));
		expect(runs()).toHaveLength(1);
		expect(items.map(({ id }) => id)).toEqual([runs()[0]!.id, runs()[0]!.id]);
	});

	test('are one run and one that is skipped with Skip', async () => {
		const items = jsonOf(await lab.run(['cg-1', 'cg-1'], { options: named('skip') }));
		expect(runs()).toHaveLength(1);
		expect(items[0]).not.toHaveProperty('skipped');
		expect(items[1]).toMatchObject({ id: runs()[0]!.id, skipped: true });
	});

	test('are waited for once, and come out twice', async () => {
		const items = jsonOf(
			await lab.run(['cg-1', 'cg-1'], {
				options: named('useRunning'),
				parameters: { waitForCompletion: true },
			}),
		);
		expect(items.map(({ id, outcome }) => [id, outcome])).toEqual(
			Array(2).fill([runs()[0]!.id, 'succeeded']),
		);
	});

	test('are two runs one after the other with Wait, Then Start', async () => {
		const items = jsonOf(await lab.run(['cg-1', 'cg-1'], { options: named('waitThenStart') }));
		expect(items.map(({ id }) => id)).toEqual(runs().map(({ id }) => id));
		expect(runs()).toHaveLength(2);
		expectOneAtATime(runs());
		expect(items[1]).toMatchObject({ waited_for_run_id: runs()[0]!.id });
	});

	test('are never two at once with Stop It, Then Start', async () => {
		await lab.run(['cg-1', 'cg-1'], { options: named('stopThenStart') });
		expectOneAtATime(runs());
	});

	test('where the start of the first is lost, are not two runs', async () => {
		await learn(lab, 'cg-1', 2);
		lab.failStarts('cg-1', { kind: 'drop-after' });
		const result = await lab.run(['cg-1', 'cg-1'], {
			options: { ifAlreadyRunning: 'useRunning' },
			settings: CONTINUE,
		});
		expect(runs()).toHaveLength(3);
		expect(jsonOf(result)[0]).toMatchObject({ id: runs()[2]!.id, start_confirmed_by: 'list' });
		expect(jsonOf(result)[1]!.id ?? runs()[2]!.id).toBe(runs()[2]!.id);
	});
});

describe('executions of one process at once', () => {
	test.each(['useRunning', 'skip'])('start one run: %s', async (choice) => {
		lab.simulator.latencyMs = 3 * SECOND;
		const results = await Promise.all(
			Array.from({ length: 4 }, async () => await startNamed(lab, choice)),
		);
		expect(runs()).toHaveLength(1);
		const ids = results.map((result) => jsonOf(result)[0]?.id);
		expect(ids).toEqual(Array(4).fill(runs()[0]!.id));
		const marked = results.filter(({ items }) => items[0]!.json.reused ?? items[0]!.json.skipped);
		expect(marked).toHaveLength(3);
	});

	test('start one run after the other: waitThenStart', async () => {
		await Promise.all(
			Array.from({ length: 3 }, async () => await startNamed(lab, 'waitThenStart')),
		);
		expect(runs()).toHaveLength(3);
		expectOneAtATime(runs());
	});

	test.each(['skip', 'useRunning'])(
		'do not wait behind one that waits for the running one: %s',
		async (choice) => {
			const other = somebodysRun(lab);
			const waiting = lab.begin(['cg-1'], { options: named('waitThenStart') });
			await until(() => lab.lists().length > 0);
			await sleep(10 * SECOND);
			const began = lab.simulator.clock.now();
			const [item] = jsonOf(await startNamed(lab, choice));
			expect(item).toMatchObject({ id: other.id });
			expect(lab.simulator.clock.now() - began).toBeLessThan(10 * MINUTE);
			waiting.stop();
			await waiting.result;
		},
	);

	test('of another configuration do not wait for it', async () => {
		somebodysRun(lab);
		const waiting = lab.begin(['cg-1'], { options: named('waitThenStart') });
		const options = { ifAlreadyRunning: 'useRunning', nameInAmperity: 'Other' };
		const [item] = jsonOf(await lab.run(['cg-2'], { options }));
		expect(item!.id).toBe(lab.idsOf('cg-2')[0]);
		waiting.stop();
		await waiting.result;
	});
});

describe('Retry On Fail', () => {
	/** The second item is refused in the first try, as the other run ends. */
	const retryAfter = async (choice: string, happens: () => void) => {
		lab.whenStarted('cg-2', happens);
		lab.failStarts('cg-2', amperitySays(400));
		return await lab.run(['cg-1', 'cg-2'], {
			settings: RETRY,
			options: {
				ifAlreadyRunning: choice,
				nameInAmperity: `={{ $json.config === 'cg-1' ? '${NAME}' : 'Other' }}`,
			},
		});
	};

	test('goes on with a run that is used', async () => {
		const other = somebodysRun(lab);
		const result = await retryAfter('useRunning', () =>
			lab.simulator.endRun(other.id, 'succeeded'),
		);
		expect(errorText(result)).toBe('');
		expect(jsonOf(result)).toMatchObject([
			{ id: other.id, reused: true },
			{ id: lab.idsOf('cg-2')[0] },
		]);
		expect(lab.posts('cg-1')).toEqual([]);
	});

	test('does not start what was skipped', async () => {
		const other = somebodysRun(lab);
		const result = await retryAfter('skip', () => lab.simulator.endRun(other.id, 'succeeded'));
		expect(jsonOf(result)).toMatchObject([
			{ id: other.id, skipped: true },
			{ id: lab.idsOf('cg-2')[0] },
		]);
		expect(lab.posts('cg-1')).toEqual([]);
	});

	test.each(['stopThenStart', 'useRunning', 'skip', 'waitThenStart'])(
		'goes on with the run that was started, which is no other running one: %s',
		async (choice) => {
			play(lab, 'cg-1', { neverEnds: true });
			const result = await retryAfter(choice, () => undefined);
			expect(errorText(result)).toBe('');
			expect(jsonOf(result)[0]).toMatchObject({ id: runs()[0]!.id });
			expect(jsonOf(result)[0]).not.toHaveProperty('skipped');
			expect(runs()).toHaveLength(1);
			expect(stops(lab)).toEqual([]);
		},
	);

	test('looks again where the list could not be read', async () => {
		const other = somebodysRun(lab);
		let lists = 0;
		lab.onList = () => (++lists === 1 ? amperitySays(403) : undefined);
		const result = await startNamed(lab, 'useRunning', { settings: RETRY });
		expect(jsonOf(result)).toMatchObject([{ id: other.id, reused: true }]);
		expect(lab.posts()).toEqual([]);
	});
});

describe('the tool of an agent', () => {
	const call = async (options: IDataObject, times = 1) =>
		await callTool(lab.simulator, {
			parameters: { allowAgent: 'everywhere', configId: 'cg-1', options },
			calls: Array<IDataObject>(times).fill({}),
		});

	test.each([
		['useRunning', 'reused'],
		['skip', 'skipped'],
	])('is told of the running one: %s', async (choice, mark) => {
		const other = somebodysRun(lab);
		const [told] = await call(named(choice));
		expect(told!.error_text).toBeUndefined();
		expect(told!.answer).toMatchObject([{ id: other.id, [mark]: true }]);
		expect(JSON.stringify(told!.answer)).not.toContain('has been started');
		expect(lab.posts()).toEqual([]);
	});

	test('starts one where none is running, and uses it in the next call', async () => {
		play(lab, 'cg-1', { neverEnds: true });
		const [first, second] = await call(named('useRunning'), 2);
		expect(runs()).toHaveLength(1);
		expect(first!.answer![0]).toMatchObject({ id: runs()[0]!.id });
		expect(second!.answer![0]!.id).toBe(runs()[0]!.id);
	});

	test.each(['stopThenStart', 'waitThenStart'])('may not wait or stop: %s', async (choice) => {
		const other = somebodysRun(lab);
		const [told] = await call(named(choice));
		expect(told!.error_text).toContain('If Already Running');
		expect(lab.posts()).toEqual([]);
		expect(stops(lab)).toEqual([]);
		expect(lab.simulator.stateOf(other.id)).not.toMatch(/cancel|stop/);
	});
});
