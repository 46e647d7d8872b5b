import { NodeConnectionTypes, type INode } from 'n8n-workflow';
import { readExample } from '../n8n-host/examples';
import type { Lab } from '../n8n-host/lab';
import { until, type SavedWorkflow, type WorkflowDefinition } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import type { SimulatedRun } from '../simulator';
import { chain, items, noOperation, webhook } from './workflows';

/** Seconds: from 65 on n8n keeps a wait in its database, below that in its memory only. */
const SHORTEST_STORED_WAIT = 66;

/** Milliseconds in which an execution of the example starts its run, has it looked at, and begins to wait. */
const WAITING_TIMEOUT = 20_000;

/** Milliseconds from a look to the next, with which the execution ends, and from there to the caller's end. */
const END_TIMEOUT = 120_000;

/** An execution of the example, or of one like it, and the runs that it started. */
interface LongRun {
	executionId: string;
	runs: SimulatedRun[];
}

/** What becomes of the executions, or of their runs. */
const FATES = [
	'succeeds',
	'fails',
	'isStoppedInAmperity',
	'hasNoTimeLeft',
	'goesOn',
	'isStopped',
	'losesItsSubWorkflow',
	'hasSeveral',
] as const;
type Fate = (typeof FATES)[number];

/** What `beginLongRuns` leaves for `testLongRuns`. */
export interface LongRuns extends Record<Fate, LongRun> {
	subWorkflow: SavedWorkflow;
}

const configIdOf = (fate: Fate, index = 0): string => `cg-${fate}${index}-waits-for-files`;

const nodeNamed = ({ nodes }: WorkflowDefinition, name: string): INode =>
	nodes.find((each) => each.name === name)!;

/** Imports the sub-workflow and publishes it, as its note says. It looks more often than a person would have it. */
async function importSubWorkflow({ client, credential }: Lab): Promise<SavedWorkflow> {
	const example = await readExample('wait-for-run.json', credential);
	const wait = nodeNamed(example, 'Wait');
	expect(wait.parameters).toEqual({ amount: 10, unit: 'minutes' });
	wait.parameters = { amount: SHORTEST_STORED_WAIT, unit: 'seconds' };
	const workflow = await client.createWorkflow(example);
	await client.activate(workflow);
	return workflow;
}

/** The example that calls it, after a person has filled it in. */
async function readCaller(
	{ credential }: Lab,
	subWorkflow: SavedWorkflow,
	configId: string,
): Promise<WorkflowDefinition> {
	const example = await readExample('long-run.json', credential);
	nodeNamed(example, 'Start Run').parameters.configId = { __rl: true, mode: 'id', value: configId };
	const { parameters } = nodeNamed(example, 'Wait for Run');
	parameters.workflowId = { __rl: true, mode: 'list', value: subWorkflow.id };
	return example;
}

/** A node that says how long the sub-workflow is to wait, put between those of the example. */
function limitWait({ nodes, connections }: WorkflowDefinition, minutes: number): void {
	const limit: INode = {
		...noOperation('Limit'),
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			mode: 'raw',
			jsonOutput: JSON.stringify({ maximumMinutes: minutes }),
			includeOtherFields: true,
			options: {},
		},
	};
	nodes.push(limit);
	connections[limit.name] = connections['Start Run']!;
	connections['Start Run'] = {
		main: [[{ node: limit.name, type: NodeConnectionTypes.Main, index: 0 }]],
	};
}

/** An execution is begun only when its run has been looked at, and it waits. */
async function untilItWaits(lab: Lab, executionId: string, configIds: string[]): Promise<LongRun> {
	await until(`execution ${executionId} to wait`, WAITING_TIMEOUT, async () =>
		(await lab.client.getExecution(executionId)).status === 'waiting' ? true : undefined,
	);
	const runs = configIds.flatMap((configId) => lab.simulator.runsStartedFor(configId));
	expect(runs).toHaveLength(configIds.length);
	for (const run of runs) expect(looksAt(lab, run)).toBe(1);
	return { executionId, runs };
}

async function begin(
	lab: Lab,
	subWorkflow: SavedWorkflow,
	fate: Fate,
	maximumMinutes?: number,
): Promise<LongRun> {
	const caller = await readCaller(lab, subWorkflow, configIdOf(fate));
	if (maximumMinutes !== undefined) limitWait(caller, maximumMinutes);
	const executionId = await lab.client.startWorkflow(await lab.client.createWorkflow(caller));
	return await untilItWaits(lab, executionId, [configIdOf(fate)]);
}

/** Three items at once, in an active workflow. */
async function beginSeveral(lab: Lab, subWorkflow: SavedWorkflow): Promise<LongRun> {
	const { client } = lab;
	const example = await readCaller(lab, subWorkflow, '={{ $json.configId }}');
	const configIds = [0, 1, 2].map((index) => configIdOf('hasSeveral', index));
	const after: INode = {
		...nodeNamed(example, 'Succeeded'),
		name: 'After',
		parameters: {
			mode: 'raw',
			jsonOutput: "={{ { id: $json.id, configId: $('Items').item.json.configId } }}",
			options: {},
		},
	};
	const workflow = await client.createWorkflow(
		chain(
			'several long runs',
			webhook('several-long-runs'),
			...items(configIds.map((configId) => ({ configId }))),
			nodeNamed(example, 'Start Run'),
			nodeNamed(example, 'Wait for Run'),
			after,
		),
	);
	await client.activate(workflow);
	await client.callWebhook('several-long-runs');
	const executionId = await until('an execution', WAITING_TIMEOUT, async () => {
		const [execution] = await client.listExecutions(workflow);
		return execution?.id;
	});
	return await untilItWaits(lab, executionId, configIds);
}

/** How often n8n has asked for a run. */
const looksAt = ({ simulator }: Lab, { id }: SimulatedRun): number =>
	simulator.requests.filter(({ path }) => path.includes(id)).length;

/** The execution of the sub-workflow that waits for a run. */
async function waitFor({ client }: Lab, longRuns: LongRuns, fate: Fate): Promise<N8nExecution> {
	const { runs } = longRuns[fate];
	const list = await client.listExecutions(longRuns.subWorkflow);
	const executions = await Promise.all(list.map(async ({ id }) => await client.getExecution(id)));
	return executions.find((execution) => execution.json('Set Deadline')[0]?.id === runs[0]!.id)!;
}

/**
 * Runs the example several times, and ends n8n by a crash while all executions wait. This takes more than
 * a minute to bear fruit: begin it before other tests.
 */
export async function beginLongRuns(lab: Lab): Promise<LongRuns> {
	const { client, simulator, n8n, worker } = lab;
	const subWorkflow = await importSubWorkflow(lab);
	const longRuns: LongRuns = {
		subWorkflow,
		succeeds: await begin(lab, subWorkflow, 'succeeds'),
		fails: await begin(lab, subWorkflow, 'fails'),
		isStoppedInAmperity: await begin(lab, subWorkflow, 'isStoppedInAmperity'),
		hasNoTimeLeft: await begin(lab, subWorkflow, 'hasNoTimeLeft', 1),
		goesOn: await begin(lab, subWorkflow, 'goesOn'),
		isStopped: await begin(lab, subWorkflow, 'isStopped'),
		losesItsSubWorkflow: await begin(lab, subWorkflow, 'losesItsSubWorkflow'),
		hasSeveral: await beginSeveral(lab, subWorkflow),
	};
	await client.stopExecution(longRuns.isStopped.executionId);
	for (const each of [worker, n8n]) await each?.kill();

	const { succeeds, fails, isStoppedInAmperity, isStopped, hasSeveral } = longRuns;
	for (const { id } of [...succeeds.runs, ...hasSeveral.runs, ...isStopped.runs]) {
		simulator.endRun(id, 'succeeded');
	}
	simulator.endRun(fails.runs[0]!.id, 'failed');
	simulator.endRun(isStoppedInAmperity.runs[0]!.id, 'stopped');
	for (const each of [n8n, worker]) await each?.restart();
	await client.stopExecution((await waitFor(lab, longRuns, 'losesItsSubWorkflow')).id);
	return longRuns;
}

/** How versions of n8n differ. */
export interface LongRunOptions {
	/** Whether the error of a sub-workflow that has waited reaches its caller. */
	errorsReachCaller?: boolean;
}

/** What becomes of the executions that `beginLongRuns` has left. */
export function testLongRuns(
	lab: () => Lab,
	longRuns: () => LongRuns,
	{ errorsReachCaller = true }: LongRunOptions = {},
): void {
	const endOf = async (fate: Fate) =>
		await lab().client.waitForExecution(longRuns()[fate].executionId, END_TIMEOUT);
	const runOf = (fate: Fate) => longRuns()[fate].runs[0]!;

	it(
		'ends with the run when that has succeeded',
		async () => {
			const execution = await endOf('succeeds');
			const { id } = runOf('succeeds');

			expect(execution.status).toBe('success');
			expect(execution.json('Wait for Run')).toMatchObject([
				{ id, outcome: 'succeeded', tasks: expect.any(Array) },
			]);
			expect(execution.json('Succeeded')).toMatchObject([
				{ runId: id, state: 'succeeded', endedAt: expect.any(String) },
			]);
			expect(execution.timesRun('Did Not Succeed')).toBe(0);
			// Once before n8n was killed, once after the wait, and once for the details.
			expect(looksAt(lab(), runOf('succeeds'))).toBe(3);
		},
		END_TIMEOUT,
	);

	it.each<[string, Fate, RegExp]>([
		['has failed', 'fails', /: No file matches the pattern of the courier.*Deliver the file/],
		['was stopped', 'isStoppedInAmperity', /was stopped/],
		['goes on for too long', 'hasNoTimeLeft', /has not ended by \d{4}-.+, and goes on in Amperity/],
	])('ends with an error when its run %s', async (_, fate, reason) => {
		const execution = await endOf(fate);
		const { id } = runOf(fate);

		expect(execution.status).toBe('error');
		expect(execution.timesRun('Succeeded')).toBe(0);
		expect(execution.error!.message).toContain(`Amperity run ${id}`);
		const wait = await waitFor(lab(), longRuns(), fate);
		expect(wait.status).toBe('error');
		expect(wait.error!.message).toContain(`Amperity run ${id}`);
		expect(wait.error!.message).toMatch(reason);
		if (errorsReachCaller) expect(execution.error!.message).toBe(wait.error!.message);
	});

	it('gets several runs together, each for its item', async () => {
		const execution = await endOf('hasSeveral');
		const { runs } = longRuns().hasSeveral;

		expect(execution.status).toBe('success');
		expect(execution.mode).toBe('webhook');
		expect(execution.json('After')).toEqual(
			runs.map(({ id }, index) => ({ id, configId: configIdOf('hasSeveral', index) })),
		);
	});

	it('goes no further when a person stops it, but its sub-workflow waits on', async () => {
		const execution = await endOf('isStopped');

		expect(execution.status).toBe('canceled');
		const wait = await until('the sub-workflow to end', END_TIMEOUT, async () => {
			const seen = await waitFor(lab(), longRuns(), 'isStopped');
			return seen.isFinished ? seen : undefined;
		});
		expect(wait.status).toBe('success');
		expect((await endOf('isStopped')).status).toBe('canceled');
		expect((await endOf('isStopped')).timesRun('Has Succeeded')).toBe(0);
	});

	it('waits again when its run goes on', async () => {
		const wait = await until('n8n to wait again', END_TIMEOUT, async () => {
			const seen = await waitFor(lab(), longRuns(), 'goesOn');
			return seen.timesRun('Get Run') > 1 && seen.status === 'waiting' ? seen : undefined;
		});

		expect(wait.json('Get Run')).toMatchObject([{ id: runOf('goesOn').id, state: 'running' }]);
		const { executionId } = longRuns().goesOn;
		expect((await lab().client.getExecution(executionId)).status).toBe('waiting');
	});

	it('has started one run for each item', () => {
		const configIds = FATES.flatMap((fate) =>
			longRuns()[fate].runs.map((_, index) => configIdOf(fate, index)),
		);
		for (const configId of configIds) {
			expect(lab().simulator.runsStartedFor(configId)).toHaveLength(1);
		}
	});

	if (errorsReachCaller) {
		it(
			'ends with an error when its sub-workflow is stopped',
			async () => {
				const execution = await endOf('losesItsSubWorkflow');

				expect(execution.status).toBe('error');
				expect(execution.timesRun('Has Succeeded')).toBe(0);
			},
			END_TIMEOUT,
		);
	} else {
		it('waits for ever when its sub-workflow is stopped', async () => {
			const { executionId } = longRuns().losesItsSubWorkflow;
			expect((await lab().client.getExecution(executionId)).status).toBe('waiting');
		});
	}
}
