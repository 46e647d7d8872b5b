import type { INodeParameters } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import type { SavedWorkflow } from '../n8n-host/N8nClient';
import {
	endRun,
	endsAroundAKill,
	latestEnd,
	polls,
	reportsOf,
	RESTART_TIMEOUT,
	untilReported,
} from './finishedRuns';
import { shareLab } from './shareLab';
import { amperityTrigger, chain, useRunId } from './workflows';

let lab: Lab;
const active: SavedWorkflow[] = [];

shareLab((started) => {
	lab = started;
});

afterEach(async () => {
	for (const workflow of active.splice(0)) await lab.client.deactivate(workflow);
	expect(lab.simulator.validationErrors).toEqual([]);
	lab.simulator.reset();
});

const create = async (parameters?: INodeParameters) => {
	const name = expect.getState().currentTestName ?? '';
	const workflow = await lab.client.createWorkflow(
		chain(name, amperityTrigger(lab.credential, parameters), useRunId()),
	);
	active.push(workflow);
	return workflow;
};

const activated = async (parameters?: INodeParameters) => {
	const workflow = await create(parameters);
	await lab.client.activate(workflow);
	return workflow;
};

const executionsOf = async (workflow: SavedWorkflow) =>
	await Promise.all(
		(await lab.client.listExecutions(workflow)).map(({ id }) => lab.client.getExecution(id)),
	);

it('begins with its activation, and gets the ends of one poll in one execution, the oldest first', async () => {
	endRun(lab.simulator);
	const workflow = await activated();
	await polls(lab.simulator);

	const started = [1, 2, 3].map(() => lab.simulator.startRunAs({ principal: 'automated' }));
	const ends = started.reverse().map((run) => {
		lab.simulator.clock.advance(1_000);
		return endRun(lab.simulator, 'succeeded', run);
	});
	await untilReported(lab, workflow, 3);

	const [execution] = await executionsOf(workflow);
	expect(execution).toMatchObject({ status: 'success', mode: 'trigger' });
	expect(execution!.json('Use Run ID')).toEqual(started.map(({ id }) => ({ startedRun: id })));
	const last = endRun(lab.simulator);
	expect(await reportsOf(lab, workflow, 4)).toEqual([ends, [last]]);
});

it(
	'reports each end once, although n8n was killed and some runs ended meanwhile',
	async () => {
		const { ends, reported } = await endsAroundAKill(lab, await create());
		expect(reported).toEqual(ends);
	},
	RESTART_TIMEOUT,
);

it('reports once what ended while the workflow was not active', async () => {
	const workflow = await activated();
	const ends = [endRun(lab.simulator)];
	await untilReported(lab, workflow, 1);
	await lab.client.deactivate(workflow);
	ends.push(endRun(lab.simulator));
	await lab.client.activate(workflow);
	ends.push(endRun(lab.simulator));

	expect((await reportsOf(lab, workflow, 3)).flat()).toEqual(ends);
});

it('reports a run again that is restarted in Amperity and ends again', async () => {
	const workflow = await activated();
	const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cg-slow' });
	const ends = [endRun(lab.simulator, 'failed', { id })];
	await untilReported(lab, workflow, 1);
	lab.simulator.restartRun(id, 'succeeded', 100);
	ends.push(latestEnd(lab.simulator, id));

	expect(await reportsOf(lab, workflow, 2)).toEqual(ends.map((end) => [end]));
});

it('reports the outcomes that are wanted, with tasks and error', async () => {
	const workflow = await activated({ outcomes: ['failed'], includeDetails: true });
	endRun(lab.simulator, 'succeeded');
	endRun(lab.simulator, 'stopped');
	const failed = endRun(lab.simulator, 'failed');
	expect(await reportsOf(lab, workflow, 1)).toEqual([[failed]]);

	const [execution] = await executionsOf(workflow);
	expect(execution!.status).toBe('success');
	expect(execution!.json('Amperity Trigger')).toMatchObject([
		{
			outcome: 'failed',
			run_error: { message: 'No file matches the pattern of the courier' },
			task_instances: expect.arrayContaining([expect.objectContaining({ state: 'failed' })]),
			failure: { attribution: 'customer', tasks: [{ state: 'failed' }] },
		},
	]);
});

it('shows a poll that fails as a failed execution, and the next one loses and repeats nothing', async () => {
	const workflow = await activated({ includeDetails: true });
	const runs = [1, 2].map(() => lab.simulator.startRunAs({ principal: 'person' }));
	lab.simulator.failNext({ kind: 'status', status: 403 }, { path: /^\/workflow\/runs\/wf-/ });
	const ends = runs.map((run) => endRun(lab.simulator, 'succeeded', run));
	expect((await reportsOf(lab, workflow, 2)).flat().sort()).toEqual(ends.sort());

	const executions = await executionsOf(workflow);
	expect(executions.map(({ status }) => status)).toEqual(['success', 'error']);
	expect(executions[1]!.error?.message).toContain('The API key is not allowed to do this');
});

describe('a test event', () => {
	it('shows the latest ends, and a later activation reports them all the same', async () => {
		const workflow = await activated();
		const ends = [endRun(lab.simulator)];
		await untilReported(lab, workflow, 1);
		await lab.client.deactivate(workflow);
		ends.push(endRun(lab.simulator, 'failed'));
		const execution = await lab.client.runStep(workflow, 'Amperity Trigger');

		expect(execution).toMatchObject({ status: 'success', mode: 'manual' });
		expect(execution.json('Amperity Trigger').map(({ outcome }) => outcome)).toEqual([
			'succeeded',
			'failed',
		]);
		expect(execution.timesRun('Use Run ID')).toBe(0);
		await lab.client.activate(workflow);
		expect((await reportsOf(lab, workflow, 4)).slice(1)).toEqual([ends, [ends[1]]]);
	});

	it('starts the whole workflow with them when a person executes it', async () => {
		const { id } = lab.simulator.startRunAs({ principal: 'person' });
		endRun(lab.simulator, 'succeeded', { id });
		const execution = await lab.client.runWorkflow(await create());
		expect(execution.json('Use Run ID')).toEqual([{ startedRun: id }]);
	});

	it('says so where no run has ended', async () => {
		lab.simulator.startRunAs({ principal: 'person', configId: 'cg-slow' });
		const workflow = await create();
		const execution = await lab.client.runStep(workflow, 'Amperity Trigger');
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({
			message: expect.stringContaining('No run that fits has ended'),
			description: expect.stringContaining('Widen the outcomes and filters'),
		});
	});
});
