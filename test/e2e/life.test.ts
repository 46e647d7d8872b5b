import type { INode } from 'n8n-workflow';
import { startLab, type Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import { filesHolding } from './filesHolding';
import { beginLongRuns, testLongRuns, type LongRuns } from './longRun';
import { testStoppedExecutions } from './stoppedExecutions';
import {
	amperity,
	chain,
	items,
	manualTrigger,
	runParameters,
	startAndWaitParameters,
	threeTries,
	useRunId,
} from './workflows';

/** Milliseconds from the start to the end of a run: it has ended when the node first looks, after 4 to 6 s. */
const RUN_DURATION = 2_000;
const EXECUTION_TIMEOUT = 35_000;

const DAY = 24 * 60 * 60 * 1_000;

let lab: Lab;
let longRuns: LongRuns;

beforeAll(async () => {
	lab = await startLab({ simulator: { runDurationMs: RUN_DURATION } });
	// Before the other tests, so that the waits pass meanwhile.
	longRuns = await beginLongRuns(lab);
}, 200_000);

afterAll(async () => {
	await lab?.stop();
});

async function run(name: string, ...nodes: INode[]): Promise<N8nExecution> {
	const workflow = await lab.client.createWorkflow(chain(name, manualTrigger(), ...nodes));
	return await lab.client.runWorkflow(workflow, EXECUTION_TIMEOUT);
}

const requestsFor = (runId: string) =>
	lab.simulator.requests.filter(({ path }) => path.includes(runId));

const idsOf = (list: Array<{ id?: unknown }>) => list.map(({ id }) => id);

describe('a run that is waited for', () => {
	it.concurrent(
		'is emitted as a whole when it has succeeded, for the next node to use',
		async () => {
			const node = amperity(lab.credential, startAndWaitParameters('cg-one'));
			const execution = await run('start and wait', node, useRunId());

			expect(execution.status).toBe('success');
			const started = lab.simulator.runsStartedFor('cg-one');
			expect(started).toHaveLength(1);
			expect(execution.json('Amperity')).toEqual([
				expect.objectContaining({
					id: started[0]!.id,
					state: 'succeeded',
					outcome: 'succeeded',
					duration_seconds: RUN_DURATION / 1_000,
					n8n_execution_id: execution.id,
					request: { config_id: 'cg-one' },
					tasks: expect.arrayContaining([expect.objectContaining({ state: 'succeeded' })]),
				}),
			]);
			expect(execution.json('Use Run ID')).toEqual([{ startedRun: started[0]!.id }]);
		},
	);

	it.concurrent('is started before any of the others of its items is waited for', async () => {
		const list = ['cg-a', 'og-b', 'cc-c', 'cg-d'].map((configId) => ({ configId }));
		const node = amperity(lab.credential, startAndWaitParameters('={{ $json.configId }}'));
		const execution = await run('start and wait for several', ...items(list), node);

		expect(execution.status).toBe('success');
		const runs = list.map(({ configId }) => {
			const started = lab.simulator.runsStartedFor(configId);
			expect(started).toHaveLength(1);
			return started[0]!;
		});
		expect(execution.json('Amperity')).toMatchObject(
			runs.map(({ id }) => ({ id, outcome: 'succeeded' })),
		);
		expect(execution.items('Amperity').map(({ pairedItem }) => pairedItem)).toEqual(
			list.map((_, item) => ({ item })),
		);
		const firstRead = lab.simulator.requests.find(({ path }) =>
			runs.some(({ id }) => path.includes(id)),
		);
		expect(firstRead!.index).toBeGreaterThan(Math.max(...runs.map((each) => each.requestIndex!)));
	});

	it.concurrent(
		'is not started again by Retry On Fail when the configuration is the cause',
		async () => {
			const parameters = startAndWaitParameters('cg-retry-fails-customer');
			const execution = await run('retry', amperity(lab.credential, parameters, threeTries));

			const started = lab.simulator.runsStartedFor('cg-retry-fails-customer');
			expect(started).toHaveLength(1);
			const reads = requestsFor(started[0]!.id).filter(({ query }) => query.view === 'verbose');
			expect(reads.length).toBeGreaterThanOrEqual(threeTries.maxTries!);
			expect(execution.status).toBe('error');
			expect(execution.error).toMatchObject({
				message: expect.stringMatching(
					`\\(${started[0]!.id}\\) failed: No file matches the pattern of the courier`,
				),
				description: expect.stringMatching(
					/attributes this to the configuration.*Failing tasks: Generate databases\./,
				),
			});
		},
	);

	it.concurrent('is started again by Retry On Fail when the platform is the cause', async () => {
		lab.simulator.setScenario('cg-shaky', { outcome: 'failed-platform' }, {});
		const parameters = startAndWaitParameters('cg-shaky');
		const execution = await run('retry', amperity(lab.credential, parameters, threeTries));

		expect(execution.status).toBe('success');
		const started = lab.simulator.runsStartedFor('cg-shaky');
		expect(started).toHaveLength(2);
		expect(execution.json('Amperity')).toMatchObject([
			{ id: started[1]!.id, outcome: 'succeeded' },
		]);
	});

	it.concurrent(
		'goes to the error output with its ID and the fields of its input when it has failed',
		async () => {
			const list = ['cg-e', 'cg-output-fails-customer', 'cg-f'];
			const execution = await run(
				'error output',
				...items(list.map((configId, order) => ({ configId, order }))),
				amperity(lab.credential, startAndWaitParameters('={{ $json.configId }}'), {
					onError: 'continueErrorOutput',
				}),
			);

			expect(execution.status).toBe('success');
			const ids = list.map((configId) => lab.simulator.runsStartedFor(configId)[0]!.id);
			expect(execution.items('Amperity')).toMatchObject([
				{ json: { id: ids[0], outcome: 'succeeded' }, pairedItem: { item: 0 } },
				{ json: { id: ids[2], outcome: 'succeeded' }, pairedItem: { item: 2 } },
			]);
			expect(execution.items('Amperity', 1)).toMatchObject([
				{
					json: {
						configId: 'cg-output-fails-customer',
						order: 1,
						error: expect.stringMatching(
							new RegExp(`${ids[1]}.*No file matches the pattern of the courier`),
						),
						message: expect.stringContaining('Amperity attributes this to the configuration'),
					},
					pairedItem: { item: 1 },
				},
			]);
		},
	);
});

describe('a run that was started elsewhere', () => {
	const startElsewhere = (configId: string, createdAt?: number) =>
		lab.simulator.startRunAs({ principal: 'person', configId, createdAt });

	it.concurrent(
		'is read with one request when it has failed, and its error is no error of the node',
		async () => {
			const { id } = startElsewhere('cg-fails-customer', lab.simulator.clock.now() - DAY);
			const parameters = runParameters('get', id, { view: 'verbose' });
			const execution = await run('get', amperity(lab.credential, parameters, threeTries));

			expect(execution.status).toBe('success');
			expect(execution.json('Amperity')).toEqual([
				expect.objectContaining({
					id,
					state: 'failed',
					failure: expect.objectContaining({
						message: 'No file matches the pattern of the courier',
						attribution: 'customer',
					}),
				}),
			]);
			expect(execution.json('Amperity')[0]).not.toHaveProperty('error');
			expect(requestsFor(id)).toMatchObject([{ method: 'GET', query: { view: 'verbose' } }]);
		},
	);

	it.concurrent('is listed when it meets the filters', async () => {
		const now = lab.simulator.clock.now();
		const fitting = [8, 9].map((days) => startElsewhere('cc-fails-platform', now - days * DAY));
		startElsewhere('cc-fails-platform', now - 7 * DAY);
		startElsewhere('cc-fails-platform', now - 11 * DAY);
		startElsewhere('cc-succeeds', now - 9 * DAY);
		startElsewhere('cg-fails-platform', now - 9 * DAY);
		const filters = {
			created_from: '={{ $now.minus({ days: 10 }) }}',
			created_to: '={{ $now.minus({ hours: 180 }) }}',
			state: 'failed',
			type: 'campaign.send',
		};
		const parameters = { operation: 'getMany', returnAll: true, filters };
		const execution = await run('get many', amperity(lab.credential, parameters));

		expect(idsOf(execution.json('Amperity'))).toEqual(idsOf(fitting));
	});

	it.concurrent('is waited for, together with those of the other items', async () => {
		const configIds = ['cg-1', 'og-2', 'cc-3', 'cg-4', 'og-5', 'cc-6', 'cg-7', 'og-8'];
		const runs = configIds.map((configId) => startElsewhere(`${configId}-waits-for-files`));
		const workflow = await lab.client.createWorkflow(
			chain(
				'wait',
				manualTrigger(),
				...items(runs.map(({ id }) => ({ id }))),
				amperity(lab.credential, runParameters('wait', '={{ $json.id }}')),
			),
		);
		const executionId = await lab.client.startWorkflow(workflow);
		await until('n8n to look at all runs', 10_000, async () =>
			runs.every(({ id }) => requestsFor(id).length > 0) ? true : undefined,
		);
		for (const { id } of runs) lab.simulator.endRun(id, 'succeeded');
		const execution = await lab.client.waitForExecution(executionId);

		expect(execution.status).toBe('success');
		expect(execution.json('Amperity')).toMatchObject(
			runs.map(({ id }) => ({ id, outcome: 'succeeded' })),
		);
		const requests = runs.flatMap(({ id }) => requestsFor(id));
		expect(requests.filter(({ method }) => method !== 'GET')).toEqual([]);
	});

	it.concurrent('is stopped, with no error if it has already ended', async () => {
		const active = startElsewhere('cg-waits-for-files');
		const ended = startElsewhere('cg-succeeds', lab.simulator.clock.now() - DAY);
		const execution = await run(
			'stop',
			...items([active, ended].map(({ id }) => ({ id }))),
			amperity(lab.credential, runParameters('stop', '={{ $json.id }}')),
		);

		expect(execution.status).toBe('success');
		expect(execution.json('Amperity')).toMatchObject([
			{ id: active.id, state: 'stopping', already_ended: false },
			{ id: ended.id, state: 'succeeded', already_ended: true },
		]);
		expect(requestsFor(active.id).filter(({ method }) => method === 'POST')).toHaveLength(1);
		expect(requestsFor(ended.id).filter(({ method }) => method === 'POST')).toEqual([]);
	});

	it.concurrent('is stopped and seen to have stopped', async () => {
		const { id } = startElsewhere('cg-waits-for-files');
		const parameters = runParameters('stop', id, { waitUntilStopped: true });
		const execution = await run('stop and wait', amperity(lab.credential, parameters));

		expect(execution.status).toBe('success');
		expect(execution.json('Amperity')).toMatchObject([
			{ id, state: 'canceled', outcome: 'stopped', already_ended: false },
		]);
	});
});

describe('an execution that waits for a run', () => {
	testStoppedExecutions(() => lab);
});

describe('the example of a long run, after n8n was killed and started again', () => {
	testLongRuns(
		() => lab,
		() => longRuns,
	);
});

it('shows the access token nowhere, also not when runs have failed', async () => {
	// The executions of all tests before this one are in the database.
	const [failed] = lab.simulator.runsStartedFor('cg-retry-fails-customer');

	expect(lab.n8n.log).not.toContain(lab.simulator.token);
	expect(await filesHolding(lab.home, failed!.id)).not.toEqual([]);
	expect(await filesHolding(lab.home, lab.simulator.token)).toEqual([]);
});
