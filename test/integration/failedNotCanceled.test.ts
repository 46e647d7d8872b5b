import type { IDataObject } from 'n8n-workflow';
import { runAmperity, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator } from '../simulator';

let simulator: AmperitySimulator;
shareSimulator(300, (started) => {
	simulator = started;
});

const run = async (parameters: IDataObject, more?: Partial<NodeRun>) =>
	await runAmperity(simulator, { parameters, ...more });

/** What people and Amperity may write everywhere. n8n takes the same word in an error for a stopped execution. */
const WORD = 'canceled';

describe('an execution that fails is recorded as failed, and not as canceled,', () => {
	test('where an ID holds the word', async () => {
		simulator.failNext({ kind: 'status', status: 503 }, { times: 50 });
		const { run: execution, error } = await run({
			configId: `cg-${WORD}`,
			options: { ifStartIsLost: 'report' },
		});
		expect(error!.message).toContain('cg-cancelled');
		expect(execution.status).toBe('error');
	});

	test.each<[string, IDataObject]>([
		['start', { configId: 'cg-1' }],
		['get', { operation: 'get', runId: `wf-${WORD}` }],
		['stop', { operation: 'stop', runId: `wf-${WORD}` }],
		['list', { operation: 'getMany' }],
		['list of campaigns', { resource: 'campaign', operation: 'getMany' }],
	])('where Amperity’s answer to a %s does', async (_, parameters) => {
		const body = { status: 400, message: `The workflow was ${WORD}` };
		simulator.failNext({ kind: 'body', status: 400, body }, { times: 5 });
		const { run: execution, error } = await run(parameters);
		expect(error!.message).toContain('The workflow was cancelled');
		expect(execution.status).toBe('error');
	});

	test('where the name of a run does', async () => {
		simulator.setScenario('cg-1', { name: `Orders ${WORD}`, outcome: 'failed-customer' });
		const { run: execution, error } = await run({ configId: 'cg-1', waitForCompletion: true });
		expect(error!.message).toContain('Orders cancelled');
		expect(execution.status).toBe('error');
	});

	test('where the state of a run does', async () => {
		simulator.setScenario('cg-1', { states: ['running', `${WORD} in part`], neverEnds: true });
		const { run: execution, error } = await run({
			configId: 'cg-1',
			waitForCompletion: true,
			maximumWait: 2,
		});
		expect(error!.message).toContain('cancelled in part');
		expect(execution.status).toBe('error');
	});

	test.each<[string, IDataObject]>([
		['a choice', { runMode: `={{ '${WORD}' }}` }],
		['a date', { timeRange: 'day', day: `={{ '${WORD}' }}` }],
		['a number', { options: { requestTimeout: `={{ '${WORD}' }}` } }],
		['an ID', { configId: `={{ '${WORD} 1' }}` }],
	])('where %s that is refused does', async (_, parameters) => {
		const { run: execution, error } = await run({ configId: 'cg-1', ...parameters });
		expect(error!.message).toContain('cancelled');
		expect(execution.status).toBe('error');
		expect(simulator.requests).toEqual([]);
	});

	test('where only the description does, which n8n does not look at', async () => {
		const task = { id: 'wft-1', state: 'failed', tenant: 'acme', label: `Query ${WORD}` };
		simulator.setScenario('cg-1', { outcome: 'stopped', extra: { task_instances: [task] } });
		const { run: execution, error } = await run({ configId: 'cg-1', waitForCompletion: true });
		expect(error!.description).toContain(`Query ${WORD}`);
		expect(execution.status).toBe('error');
	});
});
