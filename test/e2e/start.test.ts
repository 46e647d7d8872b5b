import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';
import { readExample } from '../n8n-host/examples';
import { credentialData, type Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import { filesHolding } from './filesHolding';
import { shareLab } from './shareLab';
import {
	amperity,
	chain,
	items,
	manualTrigger,
	scheduleTrigger,
	startParameters,
	useRunId,
} from './workflows';

let lab: Lab;

shareLab((started) => {
	lab = started;
});

beforeEach(() => lab.simulator.reset());

const node = (parameters = startParameters('cg-succeeds'), settings: Partial<INode> = {}): INode =>
	amperity(lab.credential, parameters, settings);

async function run(...nodes: INode[]): Promise<N8nExecution> {
	const workflow = await lab.client.createWorkflow(
		chain(expect.getState().currentTestName ?? '', manualTrigger(), ...nodes),
	);
	return await lab.client.runWorkflow(workflow);
}

describe('the credential', () => {
	const test = async (changes: ICredentialDataDecryptedObject) => {
		const data = { ...credentialData(lab.simulator), ...changes };
		const credential = await lab.client.createCredential('amperityApi', data);
		return await lab.client.testCredential(credential, data);
	};

	it('is accepted when it is right', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
		expect(lab.simulator.requests).toMatchObject([
			{ method: 'GET', path: '/workflow/runs', query: { limit: '1' }, status: 200 },
		]);
	});

	it('says what is wrong and what to do, differently for each cause', async () => {
		const { baseUrl, forbiddenToken } = lab.simulator;
		const cases: Array<[ICredentialDataDecryptedObject, RegExp]> = [
			[
				{ accessToken: 'some-old-token' },
				/did not accept the access token.*Get a new one in Amperity/,
			],
			[{ accessToken: forbiddenToken }, /API key.*DataGrid Operator/],
			[{ tenant: 'nobody' }, /does not know this tenant.*Check Tenant ID and Hosting/],
			[{ baseUrl: baseUrl.replace('/api', '/v9') }, /Check Tenant ID and Hosting/],
			[{ baseUrl: 'http://127.0.0.1:9/api' }, /Nothing accepts connections at this address/],
			[{ tenant: 'evil.example/' }, /Tenant ID.*letters, digits/],
		];
		for (const [changes, message] of cases) {
			expect(await test(changes)).toEqual({
				status: 'Error',
				message: expect.stringMatching(message),
			});
		}
	});

	it('is forgiven white space around what was pasted', async () => {
		const { accessToken } = credentialData(lab.simulator);
		expect(
			await test({ tenant: ' acme\n', accessToken: ` ${String(accessToken)} \n` }),
		).toMatchObject({ status: 'OK' });
	});
});

describe('a manual workflow', () => {
	it('starts one run, whose ID the next node uses', async () => {
		const execution = await run(node(), useRunId());

		expect(execution.status).toBe('success');
		const [started] = lab.simulator.runsStartedFor('cg-succeeds');
		expect(lab.simulator.runsStartedFor('cg-succeeds')).toHaveLength(1);
		expect(execution.json('Amperity')).toMatchObject([{ id: started!.id, state: 'scheduled' }]);
		expect(execution.json('Use Run ID')).toEqual([{ startedRun: started!.id }]);
	});

	it('sends run mode and time range as they are set', async () => {
		const range = { timeRange: 'range', rangeFrom: '2026-10-01', rangeTo: '={{ "2026-10-02" }}' };
		const execution = await run(node(startParameters('cg-daily', { runMode: 'source', ...range })));

		expect(execution.status).toBe('success');
		expect(lab.simulator.requests.at(-1)?.body).toEqual({
			config_id: 'cg-daily',
			run_mode: 'source',
			range_from: '2026-10-01T00:00:00Z',
			range_to: '2026-10-02T00:00:00Z',
		});
	});

	it('starts a run for each item, in order', async () => {
		const configIds = ['cg-one', 'cg-two', 'cg-three'];
		const list = configIds.map((configId) => ({ configId }));
		const execution = await run(...items(list), node(startParameters('={{ $json.configId }}')));

		const starts = lab.simulator.requests.filter(({ method }) => method === 'POST');
		expect(starts.map(({ body }) => body)).toEqual(configIds.map((id) => ({ config_id: id })));
		const ids = configIds.map((configId) => lab.simulator.runsStartedFor(configId)[0]?.id);
		expect(execution.json('Amperity').map(({ id }) => id)).toEqual(ids);
		expect(execution.items('Amperity').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('fails with an error that helps when Amperity refuses', async () => {
		const execution = await run(node(startParameters('cg-missing')));

		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({
			message: expect.stringContaining('No configuration was found for cg-missing'),
			description: expect.stringMatching(/Check the ID.*HTTP 404, Request ID .+, Trace ID/),
			httpCode: '404',
		});
	});
});

describe('the examples', () => {
	const runExample = async (file: string) => {
		const example = await readExample(file, lab.credential);
		return await lab.client.runWorkflow(await lab.client.createWorkflow(example));
	};

	it('start a courier group', async () => {
		const execution = await runExample('start-courier-group.json');

		const [started] = lab.simulator.runsStartedFor('cg-123ABc4DE');
		expect(execution.json('Edit Fields')).toMatchObject([
			{ runId: started!.id, state: 'scheduled' },
		]);
	});

	it('start a courier group for yesterday, and tell how it ended', async () => {
		lab.simulator.setScenario('cg-123ABc4DE', { durationMs: 1_000 });
		const execution = await runExample('nightly-courier-group.json');

		const [started] = lab.simulator.runsStartedFor('cg-123ABc4DE');
		expect(execution.json('Edit Fields')).toMatchObject([
			{ runId: started!.id, summary: expect.stringContaining('succeeded after') },
		]);
		const { at, body } = lab.simulator.requests[0]!;
		const yesterday = new Date(at - 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
		expect(body).toEqual({
			config_id: 'cg-123ABc4DE',
			run_mode: 'refresh',
			range_from: `${yesterday}T00:00:00Z`,
		});
	});
});

describe('a failing item', () => {
	const list = ['cg-one', 'cg-missing', 'cg-three'].map((configId, order) => ({ configId, order }));
	const runWith = async (onError: INode['onError']) =>
		await run(...items(list), node(startParameters('={{ $json.configId }}'), { onError }));

	it('goes to the error output with its input, and the others go on', async () => {
		const execution = await runWith('continueErrorOutput');

		expect(execution.status).toBe('success');
		expect(execution.items('Amperity').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		expect(execution.items('Amperity', 1)).toMatchObject([
			{
				json: { configId: 'cg-missing', order: 1, error: expect.any(String) },
				pairedItem: { item: 1 },
			},
		]);
	});

	it('stays in its place with Continue On Fail', async () => {
		const execution = await runWith('continueRegularOutput');

		expect(execution.status).toBe('success');
		expect(execution.items('Amperity')).toMatchObject([
			{ json: { id: expect.any(String) }, pairedItem: { item: 0 } },
			{ json: { error: expect.any(String) }, pairedItem: { item: 1 } },
			{ json: { id: expect.any(String) }, pairedItem: { item: 2 } },
		]);
	});

	it('ends the workflow otherwise, and what comes after it is not started', async () => {
		const execution = await runWith('stopWorkflow');

		expect(execution.status).toBe('error');
		expect(lab.simulator.runsStartedFor('cg-three')).toEqual([]);
	});
});

describe('an active workflow', () => {
	it('starts a run on schedule and hands its ID on', async () => {
		const workflow = await lab.client.createWorkflow(
			chain('scheduled', scheduleTrigger(), node(startParameters('cg-nightly')), useRunId()),
		);
		await lab.client.activate(workflow);
		const execution = await until('a scheduled execution', 10_000, async () => {
			const done = await lab.client.listExecutions(workflow);
			const ended = done.find(({ status }) => status === 'success');
			return ended && (await lab.client.getExecution(ended.id));
		});
		await lab.client.deactivate(workflow);

		expect(execution.mode).toBe('trigger');
		const started = lab.simulator.runsStartedFor('cg-nightly').map(({ id }) => id);
		expect(started).toContain(execution.json('Use Run ID')[0]?.startedRun);
	});
});

describe('the access token', () => {
	it('is sent to Amperity and is found nowhere else', async () => {
		await run(node());
		await run(node(startParameters('cg-missing')));
		expect(lab.simulator.requests.at(-1)?.headers.authorization).toContain(lab.simulator.token);

		expect(lab.n8n.log).not.toContain(lab.simulator.token);
		expect(await filesHolding(lab.home, 'cg-missing')).not.toEqual([]);
		expect(await filesHolding(lab.home, lab.simulator.token)).toEqual([]);
	});
});
