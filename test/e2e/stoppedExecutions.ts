import type { INodeParameters } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import type { SimulatedRun } from '../simulator';
import {
	amperity,
	chain,
	manualTrigger,
	noOperation,
	startAndWaitParameters,
	threeTries,
} from './workflows';

/** Seconds: the node has looked at its run by then, and waits for the next look. */
const EXECUTION_TIMEOUT = 10;

/** Milliseconds. The node looks at a run after 4 to 6 s for the first time. */
const FIRST_LOOK_TIMEOUT = 12_000;
const STOP_TIMEOUT = 5_000 + EXECUTION_TIMEOUT * 1_000;

/** An execution that waits for a run, and that run. */
interface Waiting {
	executionId: string;
	run: SimulatedRun;
}

async function waitForEndlessRun(
	lab: Lab,
	configId: string,
	options: INodeParameters,
	executionTimeout?: number,
): Promise<Waiting> {
	const { client, simulator, credential } = lab;
	simulator.setScenario(configId, { scheduledMs: 0, neverEnds: true });
	const workflow = await client.createWorkflow({
		...chain(
			configId,
			manualTrigger(),
			amperity(credential, startAndWaitParameters(configId, options), threeTries),
			noOperation('After'),
		),
		settings: { executionTimeout },
	});
	const executionId = await client.startWorkflow(workflow);
	const run = await until(`a look at the run of ${configId}`, FIRST_LOOK_TIMEOUT, async () => {
		const [started] = simulator.runsStartedFor(configId);
		const isLookedAt = simulator.requests.some(({ path }) => path.endsWith(`/${started?.id}`));
		return isLookedAt ? started : undefined;
	});
	return { executionId, run };
}

/** The same in regular and in queue mode: what becomes of a run when the execution that waits for it is stopped. */
export function testStoppedExecutions(lab: () => Lab): void {
	it.concurrent.each([
		['by a person', undefined],
		['by its time-out', EXECUTION_TIMEOUT],
	])('stopped %s leaves its run running, or stops it if that is wanted', async (by, timeout) => {
		const { client, simulator } = lab();
		const cause = by.split(' ').at(-1);
		const leftConfig = `cg-left-${cause}`;
		const stoppedConfig = `cg-stopped-${cause}`;
		const [left, stopped] = await Promise.all([
			waitForEndlessRun(lab(), leftConfig, {}, timeout),
			waitForEndlessRun(lab(), stoppedConfig, { onCancel: 'stop' }, timeout),
		]);
		for (const { run } of [left, stopped]) expect(simulator.stateOf(run.id)).toBe('running');

		if (timeout === undefined) {
			await client.stopExecution(left.executionId);
			await client.stopExecution(stopped.executionId);
		}
		// When this run has been stopped, the other one would have been too.
		await until('the run to be stopped', STOP_TIMEOUT, async () =>
			simulator.stateOf(stopped.run.id) === 'canceled' ? true : undefined,
		);
		expect(simulator.stateOf(left.run.id)).toBe('running');
		for (const { executionId } of [left, stopped]) {
			const execution = await client.waitForExecution(executionId);
			expect(execution.status).toBe('canceled');
			expect(execution.timesRun('After')).toBe(0);
		}

		const stops = simulator.requests.filter(({ path }) => path.endsWith('/stop'));
		expect(stops.filter(({ path }) => path.includes(stopped.run.id))).toHaveLength(1);
		expect(stops.filter(({ path }) => path.includes(left.run.id))).toEqual([]);
		expect(simulator.runsStartedFor(leftConfig)).toEqual([left.run]);
		expect(simulator.runsStartedFor(stoppedConfig)).toEqual([stopped.run]);
	});
}
