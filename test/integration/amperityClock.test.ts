import type { IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor, runAmperity, type NodeRun } from '../engine';
import { errorText } from '../engine/errorText';
import { steadyNow } from '../engine/setClock';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator } from '../simulator';

const HOUR = 3_600_000;
const MINUTE = 60_000;

let simulator: AmperitySimulator;

const differences: Array<[string, number]> = [
	['five hours behind', -5 * HOUR],
	['three hours ahead', 3 * HOUR],
	['forty days ahead', 40 * 24 * HOUR],
];

describe.each(differences)('with Amperity’s clock %s of n8n’s', (name, clockOffsetMs) => {
	/** A minute of waiting takes 0.1 s. */
	shareSimulator(
		600,
		(started) => {
			simulator = started;
		},
		{ clockOffsetMs, tenant: name.replaceAll(' ', '-'), now: steadyNow },
	);

	const run = async (parameters: IDataObject, more: Partial<NodeRun> = {}) =>
		await runAmperity(simulator, { parameters, ...more });

	test('a wait lasts as long as the run, and tells how long that was', async () => {
		simulator.setScenario('cg-1', { durationMs: 6 * MINUTE });
		const result = await run({
			configId: 'cg-1',
			waitForCompletion: true,
			maximumWait: 20,
			options: { checkInterval: 10, onTimeout: 'stop' },
		});
		expect(errorText(result)).toBe('');
		expect(result.items[0]!.json).toMatchObject({ outcome: 'succeeded' });
		expect(result.items[0]!.json.duration_seconds).toBeCloseTo(360, -1);
		expect(simulator.requests.filter(({ path }) => path.endsWith('/stop'))).toEqual([]);
	});

	test('a wait ends at its maximum', async () => {
		const result = await run({
			configId: 'cg-waits-for-files',
			waitForCompletion: true,
			maximumWait: 5,
			options: { checkInterval: 10 },
		});
		expect(errorText(result)).toContain('has not ended within the Maximum Wait of 5 minutes');
		const [first, last] = [simulator.requests[0]!, simulator.requests.at(-1)!];
		expect(last.at - first.at).toBeGreaterThan(3 * MINUTE);
		expect(last.at - first.at).toBeLessThan(8 * MINUTE);
	});

	test('a wait for many runs sees them in the list', async () => {
		const result = await run(
			{ configId: 'cg-1', waitForCompletion: true, maximumWait: 20 },
			{ items: Array.from({ length: 6 }, () => ({})) },
		);
		expect(errorText(result)).toBe('');
		expect(result.items.map(({ json }) => json.outcome)).toEqual(Array(6).fill('succeeded'));
	});

	test('a start whose answer was lost is found', async () => {
		await run({ configId: 'cg-1' });
		simulator.failNext({ kind: 'drop-after' }, { method: 'POST' });
		const result = await run({ configId: 'cg-1' }, { executionId: '2' });
		expect(errorText(result)).toBe('');
		expect(simulator.runsStartedFor('cg-1')).toHaveLength(2);
		expect(result.items[0]!.json.id).toBe(simulator.runsStartedFor('cg-1')[1]!.id);
	});

	test('the trigger tells each end once', async () => {
		const { poll } = createTrigger({ ...credentialsFor(simulator), requestsPerSecond: 1_000 });
		const endOne = () => {
			const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-slow' });
			simulator.clock.advance(1_000);
			simulator.endRun(id, 'failed');
			simulator.clock.advance(1_000);
			return id;
		};
		endOne();
		expect(await poll()).toEqual([]);
		const first = [endOne(), endOne()];
		expect((await poll()).map(({ id }) => id)).toEqual(first);
		const second = endOne();
		expect((await poll()).map(({ id }) => id)).toEqual([second]);
		expect(await poll()).toEqual([]);
	});

	test('the trigger tells the end of a run that began before it was switched on', async () => {
		const { poll } = createTrigger({ ...credentialsFor(simulator), requestsPerSecond: 1_000 });
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-slow' });
		simulator.clock.advance(1_000);
		await poll();
		simulator.clock.advance(1_000);
		simulator.endRun(id, 'succeeded');
		simulator.clock.advance(1_000);
		expect((await poll()).map(({ id: told }) => told)).toEqual([id]);
	});
});
