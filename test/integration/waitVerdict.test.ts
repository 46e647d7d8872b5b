import type { IDataObject } from 'n8n-workflow';
import { runAmperity, type NodeRun } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { amperitySays } from '../engine/speakers';
import type { AmperitySimulator } from '../simulator';

const MINUTE = 60_000;

/** A minute of waiting takes 0.2 s. */
let simulator: AmperitySimulator;
shareSimulator(300, (started) => {
	simulator = started;
});

const run = async (parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await runAmperity(simulator, { parameters, ...more });
const startAndWait = async (configIds: string[], { maximumWait, ...options }: IDataObject) =>
	await run(
		{ configId: '={{ $json.id }}', waitForCompletion: true, maximumWait, options },
		{ items: configIds.map((id) => ({ id })) },
	);
const stops = () => simulator.requests.filter(({ path }) => path.endsWith('/stop'));

describe('Stop Run at the maximum wait', () => {
	const untilStopped = { maximumWait: 2, checkInterval: 30, onTimeout: 'stop' };

	test('tells the end of a run that succeeds just before the stop, which answers 409', async () => {
		simulator.onRequest = ({ path }) => {
			if (path.endsWith('/stop')) simulator.endRun(simulator.runs[0]!.id, 'succeeded');
			return undefined;
		};
		const result = await startAndWait(['cg-waits-for-files'], untilStopped);
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ state: 'succeeded', outcome: 'succeeded' });
		expect(stops().map(({ status }) => status)).toEqual([409]);
	});

	test('tells a failure just before the stop as a failure', async () => {
		simulator.onRequest = ({ path }) => {
			if (path.endsWith('/stop')) simulator.endRun(simulator.runs[0]!.id, 'failed');
			return undefined;
		};
		const text = errorText(await startAndWait(['cg-waits-for-files'], untilStopped));
		expect(text).toMatch(/^Workflow run .* \(wf-\S+\) failed/);
		expect(text).not.toMatch(/could not be stopped|has not ended/);
	});

	test('sends no stop to a run that ended since the last look', async () => {
		simulator.setScenario('cg-1', { durationMs: 2 * MINUTE - 5_000 });
		const result = await startAndWait(['cg-1'], { ...untilStopped, checkInterval: 3_600 });
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ outcome: 'succeeded' });
		expect(stops()).toEqual([]);
	});

	test('is told as done when the stop was accepted, whatever its answers said', async () => {
		simulator.secondStop = 'conflict';
		simulator.setScenario('cg-1', { waitsForFiles: true, stoppingMs: 30 * MINUTE });
		simulator.failNext({ kind: 'status', status: 503, accepted: true }, { path: /stop$/ });
		const text = errorText(await startAndWait(['cg-1'], untilStopped));
		expect(text).toContain('Amperity was told to stop the run');
		expect(text).not.toContain('could not be stopped');
	});
});

describe('the operation Stop', () => {
	const stopAfter503 = async (scenario: Parameters<AmperitySimulator['setScenario']>[1]) => {
		simulator.secondStop = 'conflict';
		const { id } = simulator.startRunAs({ principal: 'person', scenario });
		simulator.failNext({ kind: 'status', status: 503, accepted: true }, { path: /stop$/ });
		return { id, result: await run({ operation: 'stop', runId: id }) };
	};

	test('gives the run, stopping, when the stop was accepted and answered 503', async () => {
		const { id, result } = await stopAfter503({ waitsForFiles: true, stoppingMs: 30 * MINUTE });
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ id, state: 'stopping', already_ended: false });
	});

	test('gives the stopped run when that is over by then', async () => {
		const { id, result } = await stopAfter503({ waitsForFiles: true, stoppingMs: 0 });
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ id, state: 'canceled' });
	});

	test('is an error when Amperity refuses the stop and the run goes on', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-slow' });
		simulator.failNext(amperitySays(409), { path: /stop$/, times: 20 });
		const result = await run({ operation: 'stop', runId: id });
		expect(errorText(result)).toContain('The words of Amperity');
	});
});

describe('a run that stops at once', () => {
	test.each(['error', 'emit'])('at the maximum wait is still late (%s)', async (onUnsuccessful) => {
		simulator.setScenario('cg-1', { neverEnds: true, stoppingMs: 0 });
		const options = { maximumWait: 1, checkInterval: 30, onTimeout: 'stop', onUnsuccessful };
		const result = await startAndWait(['cg-1'], options);
		expect(errorText(result)).toContain(
			'has not ended within the Maximum Wait of 1 minute; after that it was stopped',
		);
		expect(errorText(result)).toContain('Amperity was told to stop the run');
		expect(stops()).toHaveLength(1);
	});

	test('and whose stop is answered 503 was stopped by this node', async () => {
		simulator.setScenario('cg-1', { neverEnds: true, stoppingMs: 0 });
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const fault = { kind: 'status', status: 503, accepted: true } as const;
		simulator.failNext(fault, { path: /stop$/ });
		const result = await run({ operation: 'stop', runId: id });
		expect(result.items[0]!.json).toMatchObject({ id, outcome: 'stopped', already_ended: false });
	});
});

describe('one run that cannot be read', () => {
	test('does not end the wait for the others', async () => {
		const runs = Array.from({ length: 20 }, () =>
			simulator.startRunAs({ principal: 'person', configId: 'cg-1' }),
		);
		const broken = runs[0]!.id;
		simulator.onRequest = ({ path }) =>
			path.endsWith(broken) ? { kind: 'status', status: 500 } : undefined;
		const result = await run(
			{ operation: 'wait', runId: '={{ $json.id }}', maximumWait: 30 },
			{ items: runs.map(({ id }) => ({ id })), settings: { onError: 'continueRegularOutput' } },
		);
		const [first, ...others] = result.items.map(({ json }) => json);
		expect(String(first!.error)).toContain(broken);
		expect(others.map(({ outcome }) => outcome)).toEqual(Array(19).fill('succeeded'));
	});

	test('nor do some that Amperity does not know', async () => {
		const ids = ['wf-1', 'wf-2', 'wf-3', 'wf-4'];
		for (let i = 0; i < 4; i++) {
			ids.push(simulator.startRunAs({ principal: 'person', configId: 'cg-1' }).id);
		}
		const result = await run(
			{ operation: 'wait', runId: '={{ $json.id }}', maximumWait: 10 },
			{ items: ids.map((id) => ({ id })), settings: { onError: 'continueRegularOutput' } },
		);
		const outcomes = result.items.map(({ json }) => json.outcome);
		expect(outcomes).toEqual([...Array(4).fill(undefined), ...Array(4).fill('succeeded')]);
	});

	test('is told with its end where only its details are broken', async () => {
		simulator.setScenario('cg-1', { durationMs: 30_000 });
		simulator.onRequest = ({ query }) =>
			query.view === 'verbose' ? { kind: 'html', status: 502 } : undefined;
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const began = performance.now();
		const result = await run({ operation: 'wait', runId: id });
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ id, outcome: 'succeeded' });
		expect(performance.now() - began).toBeLessThan(5 * MINUTE);
	});
});

describe('a list that is behind', () => {
	const stale = { durationMs: 6 * MINUTE, listStaleMs: Infinity };

	test('is not believed before a stop', async () => {
		for (const id of ['cg-1', 'cg-2', 'cg-3']) simulator.setScenario(id, stale);
		const options = { maximumWait: 8, checkInterval: 60, onTimeout: 'stop' };
		const result = await startAndWait(['cg-1', 'cg-2', 'cg-3'], options);
		expect(errorText(result)).toBe('');
		expect(result.items.map(({ json }) => json.outcome)).toEqual(Array(3).fill('succeeded'));
		expect(stops()).toEqual([]);
	});

	test.each(['error', 'continue'])('is not believed before the verdict “%s”', async (onTimeout) => {
		for (const id of ['cg-1', 'cg-2', 'cg-3']) simulator.setScenario(id, stale);
		const options = { maximumWait: 8, checkInterval: 60, onTimeout };
		const result = await startAndWait(['cg-1', 'cg-2', 'cg-3'], options);
		expect(errorText(result)).toBe('');
		for (const { json } of result.items) {
			expect(json).toMatchObject({ state: 'succeeded', outcome: 'succeeded' });
			expect(json).not.toHaveProperty('timed_out');
		}
	});

	test('does not keep a wait going for long after the runs have ended', async () => {
		for (const id of ['cg-1', 'cg-2', 'cg-3', 'cg-4']) simulator.setScenario(id, stale);
		const options = { maximumWait: 60, checkInterval: 30 };
		const result = await startAndWait(['cg-1', 'cg-2', 'cg-3', 'cg-4'], options);
		expect(result.items.map(({ json }) => json.outcome)).toEqual(Array(4).fill('succeeded'));
		const [first, last] = [simulator.requests[0]!, simulator.requests.at(-1)!];
		// Every tenth look reads by ID: at most five minutes after the end.
		expect(last.at - first.at).toBeLessThan(14 * MINUTE);
	});

	test('does not hide that some of many runs go on', async () => {
		simulator.setScenario('cg-1', stale);
		const options = { maximumWait: 8, checkInterval: 60, onTimeout: 'continue' };
		const result = await startAndWait(['cg-1', 'cg-slow', 'cg-1', 'cg-slow'], options);
		expect(result.items.map(({ json }) => json.outcome ?? json.timed_out)).toEqual([
			'succeeded',
			true,
			'succeeded',
			true,
		]);
	});
});

describe('a run that Amperity skipped', () => {
	beforeEach(() => simulator.setScenario('cg-1', { states: ['running', 'skipped'] }));

	test('is called skipped', async () => {
		const text = errorText(await startAndWait(['cg-1'], {}));
		expect(text).toMatch(/was skipped/);
		expect(text).not.toMatch(/was stopped/);
	});
});
