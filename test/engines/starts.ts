/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import {
	amperity,
	chain,
	items,
	manualTrigger,
	startAndWaitParameters,
	startParameters,
	useRunId,
} from '../e2e/workflows';
import { freePort } from '../n8n-host/freePort';
import { credentialData, type Lab } from '../n8n-host/lab';
import { AmperitySimulator } from '../simulator';
import { run } from './run';

/** Milliseconds in which the node is refused a connection. It tries for much longer. */
const CLOSED = 1_000;

export function testStarts(lab: () => Lab): void {
	it('of three items starts three runs, in order', async () => {
		const { simulator, credential } = lab();
		const configIds = ['cg-one', 'og-two', 'cc-three'];
		const execution = await run(
			lab(),
			...items(configIds.map((configId) => ({ configId }))),
			amperity(credential, startParameters('={{ $json.configId }}')),
			useRunId(),
		);

		expect(execution.status).toBe('success');
		const started = configIds.map((configId) => simulator.runsStartedFor(configId));
		expect(started.map(({ length }) => length)).toEqual([1, 1, 1]);
		expect(execution.json('Use Run ID')).toEqual(
			started.flat().map(({ id }) => ({ startedRun: id })),
		);
		expect(execution.items('Amperity').map(({ pairedItem }) => pairedItem)).toEqual(
			configIds.map((_, item) => ({ item })),
		);
	});

	it('ends with the outcome of its run when it waits for completion', async () => {
		const { simulator, credential } = lab();
		const execution = await run(lab(), amperity(credential, startAndWaitParameters('cg-waits')));

		expect(execution.status).toBe('success');
		const started = simulator.runsStartedFor('cg-waits');
		expect(started).toHaveLength(1);
		expect(execution.json('Amperity')).toMatchObject([
			{ id: started[0]!.id, state: 'succeeded', outcome: 'succeeded', duration_seconds: 2 },
		]);
	});

	it('of a split range waits for what is running, and starts one part after the other', async () => {
		const { simulator, credential } = lab();
		const [configId, nameInAmperity] = ['cg-night', 'Nightly load'];
		simulator.setScenario(configId, { name: nameInAmperity });
		const running = simulator.startRunAs({ principal: 'person', configId });
		const parameters = startParameters(configId, {
			timeRange: 'range',
			rangeFrom: '2026-10-01',
			rangeTo: '2026-10-03',
			splitRange: 'days',
			waitForCompletion: true,
			options: { ifAlreadyRunning: 'waitThenStart', nameInAmperity, order: 'oneAfterAnother' },
		});
		const execution = await run(lab(), amperity(credential, parameters));

		expect(execution.error?.message).toBeUndefined();
		const started = simulator.runsStartedFor(configId);
		expect(started).toHaveLength(2);
		expect(execution.json('Amperity')).toMatchObject([
			{ id: started[0]!.id, outcome: 'succeeded', waited_for_run_id: running.id },
			{
				id: started[1]!.id,
				outcome: 'succeeded',
				request: { range_from: '2026-10-02T00:00:00Z', range_to: '2026-10-03T00:00:00Z' },
			},
		]);
	});

	it('is made once when nothing listens at first', async () => {
		const { client, simulator } = lab();
		const port = await freePort();
		const credential = await client.createCredential('amperityApi', {
			...credentialData(simulator),
			baseUrl: `http://127.0.0.1:${port}/api`,
		});
		const workflow = await client.createWorkflow(
			chain('Closed', manualTrigger(), amperity(credential, startParameters('cg-closed'))),
		);
		const executionId = await client.startWorkflow(workflow);
		await delay(CLOSED);
		expect((await client.getExecution(executionId)).status).toBe('running');

		const opened = await AmperitySimulator.start({ port });
		try {
			const execution = await client.waitForExecution(executionId);
			expect(execution.error?.message).toBeUndefined();
			const started = opened.runsStartedFor('cg-closed');
			expect(started).toHaveLength(1);
			expect(execution.json('Amperity')).toMatchObject([{ id: started[0]!.id }]);
		} finally {
			await opened.stop();
		}
	});
}
