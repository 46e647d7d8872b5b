import type { IDataObject, INode } from 'n8n-workflow';
import { callTool, runAmperity } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator } from '../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const call = async (
	parameters: IDataObject,
	calls: IDataObject[] = [{}],
	settings?: Partial<INode>,
) => await callTool(simulator, { parameters, calls, settings });
const fromModel = (key: string) => `={{ $fromAI('${key}', '', 'string') }}`;
const byModel = (key: string) => ({ __rl: true, mode: 'id', value: fromModel(key) });
const posts = () => simulator.requests.filter(({ method }) => method === 'POST');

describe('reads are free', () => {
	test('a run, by the ID that the model names', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const parameters = { operation: 'get', runId: byModel('run_id') };
		const [told] = await call(parameters, [{ run_id: id }]);
		expect(told!.answer).toEqual([expect.objectContaining({ id })]);
	});

	test('lists', async () => {
		simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const [runs] = await call({ operation: 'getMany' });
		expect(runs!.answer).toHaveLength(1);
		const [campaigns] = await call({ resource: 'campaign', operation: 'getMany', limit: 3 });
		expect(campaigns!.answer).toHaveLength(3);
	});
});

describe.each<[string, IDataObject, IDataObject]>([
	['start', { operation: 'start', configId: byModel('id') }, { id: 'cg-1' }],
	['stop', { operation: 'stop', runId: byModel('id') }, { id: 'wf-20240619-14418-6UhqSe' }],
])('%s without the switch', (operation, parameters, args) => {
	test.each<[string, IDataObject]>([
		['is not there', {}],
		['is off', { allowAgent: 'never' }],
		['is an expression', { allowAgent: "={{ 'everywhere' }}" }],
		['is filled by the model', { allowAgent: "={{ $fromAI('allow', '', 'string') }}" }],
		['is a switch of an older version', { allowAgent: true }],
		['is a number', { allowAgent: 1 }],
	])('that %s is refused, and nothing is sent', async (_, allow) => {
		const [told] = await call({ ...parameters, ...allow }, [{ ...args, allow: 'everywhere' }]);
		expect(told!.error_text).toContain(`This tool is not allowed to ${operation} workflow runs`);
		expect(told!.error_text).toContain('Do not try again');
		expect(simulator.requests).toEqual([]);
	});
});

test('the switch is asked for on the tool only', async () => {
	const { error } = await runAmperity(simulator, { parameters: { configId: 'cg-1' } });
	expect(error).toBeUndefined();
	expect(simulator.runs).toHaveLength(1);
});

describe('with the switch', () => {
	const start = { operation: 'start', allowAgent: 'everywhere', configId: byModel('id') };

	test('a start is answered at once with the run and what to do next', async () => {
		const [told] = await call(start, [{ id: 'cg-slow' }]);
		const [run] = simulator.runs;
		expect(told!.answer).toEqual([expect.objectContaining({ id: run!.id })]);
		expect(told!.answer![0]!.advice).toMatch(/Do not start it again.*operation Get/);
		expect(told!.answer![0]!.advice).toContain(run!.id);
	});

	test('a start is answered at once, although the node is set to wait', async () => {
		const began = simulator.clock.now();
		const [told] = await call({ ...start, waitForCompletion: true }, [{ id: 'cg-slow' }]);
		expect(told!.answer).toEqual([
			expect.objectContaining({ id: simulator.runs[0]!.id, advice: expect.any(String) }),
		]);
		expect(simulator.clock.now() - began).toBeLessThan(60_000);
	});

	test('a stop stops the run, and is answered at once', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-waits-for-files' });
		const parameters = {
			operation: 'stop',
			allowAgent: 'everywhere',
			runId: byModel('id'),
			waitUntilStopped: true,
		};
		const [told] = await call(parameters, [{ id }]);
		expect(told!.answer).toEqual([expect.objectContaining({ id, already_ended: false })]);
		expect(posts()).toHaveLength(1);
	});

	test.each(['', ' ', 'cg-1/../x', 'the daily courier group', 'null!'])(
		'the config ID %p is refused with a text to act on',
		async (id) => {
			const [told] = await call(start, [{ id }]);
			expect(told!.error_text).toMatch(/Config ID (is empty|holds characters that no ID has)/);
			expect(told!.error_text).toMatch(/cg-/);
			expect(simulator.requests).toEqual([]);
		},
	);

	test.each(['', 'wf-1/stop', 'last run'])(
		'the run ID %p is refused with a text to act on',
		async (id) => {
			const parameters = { operation: 'stop', allowAgent: 'everywhere', runId: byModel('id') };
			const [told] = await call(parameters, [{ id }]);
			expect(told!.error_text).toMatch(/Run ID (is empty|holds characters that no ID has)/);
			expect(told!.error_text).toMatch(/wf-/);
			expect(simulator.requests).toEqual([]);
		},
	);

	test('two different starts in one conversation are two runs', async () => {
		const told = await call(start, [{ id: 'cg-1' }, { id: 'cg-2' }]);
		expect(told.map(({ answer }) => answer![0]!.id)).toEqual(simulator.runs.map(({ id }) => id));
		expect(simulator.runs.map(({ configId }) => configId)).toEqual(['cg-1', 'cg-2']);
	});

	test('an error of Amperity reaches the model with its remedy', async () => {
		const [told] = await call(start, [{ id: 'cg-missing' }]);
		expect(told!.error_text).toContain('Amperity did not find what the request names');
		expect(told!.error_text).toContain('Check the ID');
	});

	describe('a start whose answer is lost', () => {
		const startOnce = { ...start, options: { ifStartIsLost: 'findElseReport' } };
		const lose = () => {
			simulator.onRequest = ({ method }) =>
				method === 'POST' ? { kind: 'drop-after' } : undefined;
			simulator.setScenario('cg-1', { listLagMs: 3_600_000, getLagMs: 3_600_000 });
		};

		test('says that it may have happened', async () => {
			lose();
			const [told] = await call(startOnce, [{ id: 'cg-1' }]);
			expect(told!.error_text).toContain('may have started');
			expect(simulator.runs).toHaveLength(1);
		});

		test('is not sent again by Retry On Fail', async () => {
			lose();
			const [told] = await call(startOnce, [{ id: 'cg-1' }], {
				retryOnFail: true,
				maxTries: 3,
				waitBetweenTries: 0,
			});
			expect(told!.error_text).toContain('may have started');
			expect(simulator.runs).toHaveLength(1);
			expect(posts()).toHaveLength(1);
		});

		test('is not sent again when the model tries again', async () => {
			lose();
			const told = await call(startOnce, [{ id: 'cg-1' }, { id: 'cg-1' }]);
			expect(told.map(({ error_text }) => error_text)).toEqual([
				expect.stringContaining('may have started'),
				expect.stringContaining('may have started'),
			]);
			expect(simulator.runs).toHaveLength(1);
		});
	});
});
