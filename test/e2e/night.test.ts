import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import { readExample } from '../n8n-host/examples';
import type { Lab } from '../n8n-host/lab';
import { until, type SavedWorkflow, type WorkflowDefinition } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import { shareLab } from './shareLab';
import {
	amperity,
	chain,
	items,
	manualTrigger,
	startAndWaitParameters,
	startParameters,
	webhook,
} from './workflows';

/** Milliseconds from the start to the end of a run: it has ended when the node first looks, after 4 to 6 s. */
const RUN_DURATION = 2_000;

/** Milliseconds for an execution that waits for a few runs. */
const TIMEOUT = 40_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let lab: Lab;

shareLab((started) => (lab = started), { simulator: { runDurationMs: RUN_DURATION } });

afterAll(() => expect(lab.simulator.validationErrors).toEqual([]));

const parametersOf = ({ nodes }: WorkflowDefinition, name: string): INodeParameters =>
	nodes.find((each) => each.name === name)!.parameters;

const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

const runNodes = async (name: string, ...nodes: INode[]): Promise<N8nExecution> =>
	await lab.client.runWorkflow(
		await lab.client.createWorkflow(chain(name, manualTrigger(), ...nodes)),
		TIMEOUT,
	);

describe('the example of a nightly chain', () => {
	const names = { cg: 'Daily customer load', cc: 'Fall winback' };

	/** After a person has filled it in. */
	const readChain = async (): Promise<WorkflowDefinition> => {
		const example = await readExample('nightly-chain.json', lab.credential);
		Object.assign(parametersOf(example, 'Ensure Fresh Data'), {
			configId: byId('cg-chain'),
			nameInAmperity: names.cg,
		});
		const campaign = parametersOf(example, 'Send Campaign');
		campaign.configId = byId('cc-chain');
		(campaign.options as IDataObject).nameInAmperity = names.cc;
		return example;
	};

	it.concurrent('loads data once a day, and sends the campaign after that', async () => {
		const { client, simulator } = lab;
		for (const [prefix, name] of Object.entries(names)) {
			simulator.setScenario(`${prefix}-chain`, { name });
		}
		// Before today by more than the least age that the field takes.
		const createdAt = Math.floor(simulator.clock.now() / DAY) * DAY - 7 * MINUTE;
		const configId = 'cg-chain';
		simulator.startRunAs({ principal: 'automated', configId, createdAt });
		const workflow = await client.createWorkflow(await readChain());

		const first = await client.runWorkflow(workflow, TIMEOUT);
		expect(first.error?.message).toBeUndefined();
		const [load, ...otherLoads] = simulator.runsStartedFor('cg-chain');
		expect(otherLoads).toEqual([]);
		expect(first.json('Ensure Fresh Data')).toMatchObject([
			{ id: load!.id, outcome: 'succeeded', request: { run_mode: 'refresh' } },
		]);
		expect(first.json('Ensure Fresh Data')[0]).not.toHaveProperty('fresh');
		const [campaign] = simulator.runsStartedFor('cc-chain');
		expect(first.json('Send Campaign')).toMatchObject([{ id: campaign!.id, outcome: 'succeeded' }]);
		expect(campaign!.createdAt).toBeGreaterThanOrEqual(load!.createdAt + RUN_DURATION);

		const second = await client.runWorkflow(workflow, TIMEOUT);
		expect(second.json('Ensure Fresh Data')).toMatchObject([{ id: load!.id, fresh: true }]);
		expect(simulator.runsStartedFor('cg-chain')).toHaveLength(1);
		expect(simulator.runsStartedFor('cc-chain')).toHaveLength(2);
	});

	it.concurrent('sends nothing before a person has said what its runs are called', async () => {
		const example = await readExample('nightly-chain.json', lab.credential);
		const execution = await lab.client.runWorkflow(await lab.client.createWorkflow(example));

		expect(execution.error).toMatchObject({
			message: expect.stringContaining('n8n does not know yet what its runs are called'),
			description: expect.stringContaining('Fill in Name in Amperity'),
		});
		expect(lab.simulator.runsStartedFor('cg-123ABc4DE')).toEqual([]);
		expect(execution.timesRun('Send Campaign')).toBe(0);
	});
});

/** The example of a backfill for the first days of its month. */
const readBackfill = async (configId: string, days: number): Promise<WorkflowDefinition> => {
	const example = await readExample('backfill-month.json', lab.credential);
	const parameters = parametersOf(example, 'Load Each Day');
	parameters.configId = byId(configId);
	parameters.rangeTo = `2026-09-0${days + 1}T00:00:00`;
	return example;
};

const day = (number: number): string => `2026-09-0${number}T00:00:00Z`;

it.concurrent('the example of a backfill runs one day after the other', async () => {
	const { client, simulator } = lab;
	const workflow = await client.createWorkflow(await readBackfill('cg-month', 2));
	const execution = await client.runWorkflow(workflow, TIMEOUT);

	expect(execution.error?.message).toBeUndefined();
	const [first, second, ...others] = simulator.runsStartedFor('cg-month');
	expect(others).toEqual([]);
	expect(second!.createdAt).toBeGreaterThanOrEqual(first!.createdAt + RUN_DURATION);
	const summary = expect.stringContaining('succeeded after');
	expect(execution.json('Edit Fields')).toEqual([
		{ from: day(1), runId: first!.id, summary, wasDoneBefore: false },
		{ from: day(2), runId: second!.id, summary, wasDoneBefore: false },
	]);
	const bodies = simulator.requests.flatMap(({ body }) =>
		(body as IDataObject | undefined)?.config_id === 'cg-month' ? body : [],
	);
	expect(bodies).toEqual(
		[1, 2].map((number) => ({
			config_id: 'cg-month',
			run_mode: 'refresh',
			range_from: day(number),
			range_to: day(number + 1),
		})),
	);
});

it.concurrent('two executions at once that use the running one have one run', async () => {
	const { client, credential, simulator } = lab;
	const nameInAmperity = 'Load at once';
	simulator.setScenario('cg-at-once', { name: nameInAmperity });
	const options = { ifAlreadyRunning: 'useRunning', nameInAmperity };
	const node = amperity(credential, startAndWaitParameters('cg-at-once', options));
	const workflow = await client.createWorkflow(chain('at once', manualTrigger(), node));
	const ids = await Promise.all([1, 2].map(async () => await client.startWorkflow(workflow)));
	const executions = await Promise.all(
		ids.map(async (id) => await client.waitForExecution(id, TIMEOUT)),
	);

	expect(executions.map(({ error }) => error?.message)).toEqual([undefined, undefined]);
	const started = simulator.runsStartedFor('cg-at-once');
	expect(started).toHaveLength(1);
	const ended = executions.flatMap((execution) => execution.json('Amperity'));
	const { id } = started[0]!;
	expect(ended).toMatchObject([
		{ id, outcome: 'succeeded' },
		{ id, outcome: 'succeeded' },
	]);
	expect(ended.filter(({ reused }) => reused === true)).toHaveLength(1);
});

it.concurrent('Ensure Fresh uses what somebody else has run, if it is not too old', async () => {
	const { credential, simulator } = lab;
	const [configId, name] = ['cg-hourly', 'Hourly load'];
	simulator.setScenario(configId, { name });
	const createdAt = simulator.clock.now() - HOUR;
	const { id } = simulator.startRunAs({ principal: 'person', configId, createdAt });
	const parameters = startParameters(configId, {
		operation: 'ensureFresh',
		nameInAmperity: name,
		maximumAge: '={{ $json.hours }}',
	});
	const ages = items([{ hours: 1.5 }, { hours: 0.5 }]);
	const execution = await runNodes('fresh', ...ages, amperity(credential, parameters));

	expect(execution.error?.message).toBeUndefined();
	const started = simulator.runsStartedFor(configId);
	expect(started).toHaveLength(1);
	expect(execution.json('Amperity')).toMatchObject([
		{ id, outcome: 'succeeded', fresh: true },
		{ id: started[0]!.id, outcome: 'succeeded' },
	]);
});

describe('a backfill that is called, and fails in the middle', () => {
	const configId = 'cg-fails-once';
	const runIds = () => lab.simulator.runsStartedFor(configId).map(({ id }) => id);
	let workflow: SavedWorkflow;
	let calls = 0;

	/** An execution that was not started by hand, so that n8n keeps what it has done. */
	const call = async (): Promise<N8nExecution> => {
		const { client } = lab;
		await client.callWebhook('backfill');
		calls++;
		const id = await until('an execution', TIMEOUT, async () => {
			const executions = await client.listExecutions(workflow);
			return executions.length === calls ? executions[0]!.id : undefined;
		});
		return await client.waitForExecution(id, TIMEOUT);
	};

	it('says what is done and what was not started', async () => {
		const { client, simulator } = lab;
		simulator.setScenario(configId, {}, { outcome: 'failed-customer' }, {});
		const { name, nodes } = await readBackfill(configId, 3);
		const [load, edit] = ['Load Each Day', 'Edit Fields'].map(
			(each) => nodes.find((node) => node.name === each)!,
		);
		workflow = await client.createWorkflow(chain(name, webhook('backfill'), load!, edit!));
		await client.activate(workflow);
		const execution = await call();

		expect(execution.mode).toBe('webhook');
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({
			message: expect.stringContaining('No file matches the pattern of the courier'),
			description: expect.stringContaining(
				`Done: ${configId} from ${day(1)}. Not started: ${configId} from ${day(3)}. Run the node again`,
			),
		});
		expect(runIds()).toHaveLength(2);
	});

	it('goes on from there after a restart of n8n', async () => {
		await lab.n8n.restart();
		const execution = await call();

		expect(execution.error?.message).toBeUndefined();
		const [first, , second, third, ...others] = runIds();
		expect(others).toEqual([]);
		expect(execution.json('Edit Fields')).toMatchObject([
			{ from: day(1), runId: first, wasDoneBefore: true },
			{ from: day(2), runId: second, wasDoneBefore: false },
			{ from: day(3), runId: third, wasDoneBefore: false },
		]);
	});

	it('starts nothing once all is done', async () => {
		const execution = await call();

		expect(execution.error?.message).toBeUndefined();
		const wasDoneBefore = execution.json('Edit Fields').map((item) => item.wasDoneBefore);
		expect(wasDoneBefore).toEqual([true, true, true]);
		expect(runIds()).toHaveLength(4);
	});
});
