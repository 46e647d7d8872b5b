import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialsFor, runAmperity, startAmperity, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator, Fault } from '../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const run = (nodeRun: NodeRun) => runAmperity(simulator, nodeRun);
const operate = (operation: string, parameters: IDataObject, items?: IDataObject[]) =>
	run({ parameters: { operation, ...parameters }, items });
const startAndWait = (
	configId: string,
	{ maximumWait = 60, ...options }: IDataObject = {},
	more: Partial<NodeRun> = {},
) => run({ parameters: { configId, waitForCompletion: true, maximumWait, options }, ...more });
const sent = (method: string, path: RegExp) =>
	simulator.requests.filter((request) => request.method === method && path.test(request.path));
const starts = () => sent('POST', /\/runs$/);
const jsonOf = ({ items }: { items: Array<{ json: IDataObject }> }) =>
	items.map(({ json }) => json);

describe('Get', () => {
	test('reads the overview, or everything', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const [overview] = jsonOf(await operate('get', { runId: id }));
		expect(Object.keys(overview!).sort()).toEqual(
			expect.arrayContaining(['created_at', 'id', 'name', 'state', 'tenant', 'type']),
		);
		expect(overview).not.toHaveProperty('task_instances');
		const [verbose] = jsonOf(await operate('get', { runId: id, view: 'verbose' }));
		expect(verbose).toHaveProperty('tasks');
		const [raw] = jsonOf(await operate('get', { runId: id, view: 'verbose', simplify: false }));
		expect(raw).toHaveProperty('task_instances');
	});

	test('a failed run is one request and no error of the node', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-fails-customer' });
		simulator.endRun(id, 'failed-customer');
		const result = await run({
			parameters: { operation: 'get', runId: id, view: 'verbose' },
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		});
		expect(jsonOf(result)).toEqual([
			expect.objectContaining({ id, state: 'failed', failure: expect.any(Object) }),
		]);
		expect(simulator.requests).toHaveLength(1);
	});

	test.each(['', '../runs', 'wf-1/stop', 'wf 1'])('refuses the run ID %p', async (runId) => {
		const { error } = await operate('get', { runId: `={{ ${JSON.stringify(runId)} }}` });
		expect(error!.message).toMatch(/^Run ID (is empty|holds characters)/);
		expect(simulator.requests).toEqual([]);
	});

	test('a run that does not exist, or is another tenant’s, says what to check', async () => {
		const { error } = await operate('get', { runId: 'wf-20240619-14418-6UhqSe' });
		expect(error!.message).toContain('Amperity did not find what the request names');
		expect(error!.description).toContain('sandbox');
	});

	test('is repeated after 5xx, 429 and lost answers', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		simulator.failNext({ kind: 'status', status: 503 });
		simulator.failNext({ kind: 'drop-before' });
		simulator.failNext({ kind: 'html', status: 502 });
		simulator.failNext({ kind: 'half-json' });
		simulator.failNext({ kind: 'status', status: 429, retryAfter: '1' });
		const result = await operate('get', { runId: id });
		expect(jsonOf(result)).toEqual([expect.objectContaining({ id })]);
		expect(simulator.requests).toHaveLength(6);
	});
});

describe('Get Many', () => {
	beforeEach(() => {
		const now = simulator.clock.now();
		for (let i = 0; i < 250; i++) {
			simulator.startRunAs({
				principal: 'person',
				configId: i % 2 ? 'cg-1' : 'cc-1',
				name: i % 10 ? `Weekly ${i}` : `Daily ${i}`,
				createdAt: now - i * 60_000,
			});
		}
	});

	test('returns all pages without doubles', async () => {
		const runs = jsonOf(await operate('getMany', { returnAll: true }));
		expect(new Set(runs.map(({ id }) => id)).size).toBe(250);
		expect(runs).toHaveLength(250);
		expect(simulator.requests).toHaveLength(3);
	});

	test('keeps to the limit', async () => {
		expect(jsonOf(await operate('getMany', { limit: 120 }))).toHaveLength(120);
		expect(jsonOf(await operate('getMany', {}))).toHaveLength(50);
		expect(simulator.requests.map(({ query }) => query.limit)).toEqual(['100', '100', '50']);
	});

	test('filters by name on our side and by the rest on Amperity’s', async () => {
		const now = simulator.clock.now();
		const iso = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
		const result = await operate('getMany', {
			returnAll: true,
			filters: {
				nameContains: 'DAILY',
				type: 'campaign.send',
				created_from: iso(100.5),
				created_to: iso(5),
			},
		});
		expect(jsonOf(result).map(({ name }) => name)).toEqual(
			[10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((i) => `Daily ${i}`),
		);
		expect(simulator.requests[0]!.query).toMatchObject({
			type: 'campaign.send',
			created_from: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
		});
		expect(simulator.requests[0]!.query).not.toHaveProperty('state');
	});

	test('a cursor that repeats ends in an error instead of a loop', async () => {
		const page = { data: [{ id: 'wf-1' }], next_token: 'again' };
		simulator.failNext({ kind: 'body', status: 200, body: page }, { times: 5 });
		const { error } = await operate('getMany', { returnAll: true });
		expect(error!.message).toContain('The list repeats itself');
		expect(simulator.requests).toHaveLength(2);
	});

	test('a bare object is the only run of the list', async () => {
		simulator.failNext({ kind: 'body', status: 200, body: { id: 'wf-1', state: 'running' } });
		const result = await operate('getMany', { returnAll: true });
		expect(jsonOf(result)).toMatchObject([{ id: 'wf-1', state: 'running' }]);
	});

	test('a filter that is no date is named', async () => {
		const { error } = await operate('getMany', { filters: { created_from: '2026-02-30' } });
		expect(error!.message).toBe('Created From is not a date that exists: "2026-02-30"');
		expect(simulator.requests).toEqual([]);
	});
});

describe('Stop', () => {
	test('stops a run', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-waits-for-files' });
		const [stopped] = jsonOf(await operate('stop', { runId: id }));
		expect(stopped).toMatchObject({ id, already_ended: false });
		expect(sent('POST', /\/stop$/)).toHaveLength(1);
	});

	test('waits until it has stopped', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-waits-for-files' });
		const [stopped] = jsonOf(await operate('stop', { runId: id, waitUntilStopped: true }));
		expect(stopped).toMatchObject({ id, outcome: 'stopped', already_ended: false });
	});

	test('a run that has ended is a normal result, and no stop is sent', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		simulator.endRun(id, 'succeeded');
		const [stopped] = jsonOf(await operate('stop', { runId: id, waitUntilStopped: true }));
		expect(stopped).toMatchObject({ id, outcome: 'succeeded', already_ended: true });
		expect(sent('POST', /stop/)).toEqual([]);
	});

	test('a run that ends between the two requests is a normal result too', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-waits-for-files' });
		simulator.onRequest = ({ method }) => {
			if (method !== 'POST') return undefined;
			simulator.endRun(id, 'succeeded');
			return { kind: 'status', status: 409 };
		};
		const [stopped] = jsonOf(await operate('stop', { runId: id }));
		expect(stopped).toMatchObject({ id, state: 'succeeded', already_ended: true });
	});
});

describe('Start and wait', () => {
	test('emits the whole run with its outcome and duration', async () => {
		const [ended] = jsonOf(await startAndWait('cg-1'));
		expect(ended).toMatchObject({
			id: simulator.runs[0]!.id,
			state: 'succeeded',
			outcome: 'succeeded',
			tasks: expect.any(Array),
		});
		expect(ended!.duration_seconds).toBeCloseTo(60, -1);
		expect(starts()).toHaveLength(1);
	});

	test('a failed run is an error that tells the cause, the remedy and the tasks', async () => {
		const { error, items } = await startAndWait('cg-fails-customer');
		expect(items).toEqual([]);
		expect(error!.message).toMatch(/^Workflow run .* \(wf-\S+\) failed: \S/);
		expect(error!.description).toContain('attributes this to the configuration');
		expect(error!.description).toContain('Failing tasks: ');
		expect(error!.context!.details).toMatchObject({
			run_id: simulator.runs[0]!.id,
			outcome: 'failed',
			failure: { attribution: 'customer' },
		});
	});

	test('a failed run is emitted if the user wants it', async () => {
		const [failed] = jsonOf(await startAndWait('cg-fails-platform', { onUnsuccessful: 'emit' }));
		expect(failed).toMatchObject({
			outcome: 'failed',
			failing_task: expect.any(String),
			next_step: expect.stringContaining('run it again'),
			failure: {
				attribution: 'platform',
				message: expect.any(String),
				tasks: [{ state: 'failed' }],
			},
		});
	});

	test('a stopped run is no success, and the error does not look like a stopped execution', async () => {
		const { error } = await startAndWait('cg-gets-stopped');
		expect(error!.message).toContain('was stopped');
		expect(`${error!.message} ${error!.description}`).not.toMatch(/canceled/i);
	});

	test.each([
		[['scheduled', 'in-progress', 'RUNNING_WITH_FAILURES', 'Succeeded'], 'succeeded'],
		[['Running With Failures', 'cancelled'], 'stopped'],
		[['running', 'something new'], 'unknown'],
	])('understands the states %p', async (states, outcome) => {
		simulator.setScenario('cg-1', { states, durationMs: 20_000 });
		const [ended] = jsonOf(await startAndWait('cg-1', { onUnsuccessful: 'emit' }));
		expect(ended).toMatchObject({ state: states.at(-1), outcome });
	});

	test('several runs are started first and waited for together', async () => {
		const result = await run({
			parameters: { configId: '={{ $json.id }}', waitForCompletion: true },
			items: [{ id: 'cg-a' }, { id: 'cg-b' }, { id: 'cg-c' }, { id: 'cg-d' }],
		});
		expect(jsonOf(result).map(({ id }) => id)).toEqual(simulator.runs.map(({ id }) => id));
		const methods = simulator.requests.map(({ method }) => method);
		expect(methods.lastIndexOf('POST')).toBeLessThanOrEqual(4);
		// The list shows all four, and each is read once more in its verbose view.
		expect(sent('GET', /\/runs$/).length).toBeGreaterThanOrEqual(2);
		const views = sent('GET', /\/runs\/wf-/).map(({ query }) => query.view);
		expect(views.filter((view) => view === 'verbose')).toHaveLength(4);
		expect(views.length).toBeLessThan(8);
	});

	test('one failing run does not hide the others', async () => {
		const result = await run({
			parameters: { configId: '={{ $json.id }}', waitForCompletion: true },
			items: [{ id: 'cg-a' }, { id: 'cg-fails-customer' }, { id: 'cg-missing' }, { id: 'cg-d' }],
			settings: { onError: 'continueErrorOutput' },
		});
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 3 }]);
		expect(result.errorItems.map(({ json }) => json)).toEqual([
			expect.objectContaining({
				id: 'cg-fails-customer',
				error: expect.stringContaining(simulator.runs[1]!.id),
				message: expect.any(String),
			}),
			expect.objectContaining({ id: 'cg-missing' }),
		]);
		// A third key would send them to the success output of older engines.
		for (const { json } of result.errorItems) {
			expect(Object.keys(json).sort()).toEqual(['error', 'id', 'message']);
		}
	});

	test('the error of a failed start names the runs that were started before', async () => {
		const { error } = await run({
			parameters: { configId: '={{ $json.id }}', waitForCompletion: true },
			items: [{ id: 'cg-a' }, { id: 'cg-b' }, { id: 'cg-missing' }],
		});
		for (const { id } of simulator.runs) expect(error!.description).toContain(id);
		expect(simulator.runs).toHaveLength(2);
	});
});

describe('the maximum wait', () => {
	const slow = (onTimeout: string) =>
		startAndWait('cg-waits-for-files', { maximumWait: 2, onTimeout });

	test('ends in an error that says how to go on', async () => {
		const { error } = await slow('error');
		const { id } = simulator.runs[0]!;
		expect(error!.message).toContain(id);
		expect(error!.message).toContain(
			'has not ended within the Maximum Wait of 2 minutes; its state is running',
		);
		expect(error!.description).toContain('operation Wait or Get with its ID');
		expect(sent('POST', /stop/)).toEqual([]);
	});

	test('emits the current details', async () => {
		const [item] = jsonOf(await slow('continue'));
		expect(item).toMatchObject({ state: 'running', timed_out: true });
	});

	test('stops the run', async () => {
		const { error } = await slow('stop');
		expect(error!.description).toContain('Amperity was told to stop the run');
		expect(sent('POST', /stop$/)).toHaveLength(1);
	});
});

describe('a state that cannot be read', () => {
	const reads = (faultFor: (read: number) => Fault | undefined) => {
		let read = 0;
		simulator.onRequest = ({ method, path }) =>
			method === 'GET' && path.includes('/runs/wf-') ? faultFor(read++) : undefined;
	};

	test('is tolerated for a while', async () => {
		reads((read) => (read < 4 ? { kind: 'status', status: 503 } : undefined));
		const [ended] = jsonOf(await startAndWait('cg-1'));
		expect(ended).toMatchObject({ outcome: 'succeeded' });
	});

	test('ends the wait after ten minutes, each good read counting anew', async () => {
		simulator.setScenario('cg-1', { durationMs: 6 * 3_600_000 });
		reads((read) => (read === 10 ? undefined : { kind: 'status', status: 500 }));
		const { error } = await startAndWait('cg-1', { maximumWait: 120 });
		expect(error!.message).toContain('cannot be read: Amperity could not answer the request');
		expect(error!.description).toContain('its last known state is running');
		const readsAt = sent('GET', /runs\/wf-/).map(({ at }) => at);
		expect(readsAt.at(-1)! - readsAt[10]!).toBeGreaterThanOrEqual(600_000);
		expect(readsAt.at(-1)! - readsAt[10]!).toBeLessThan(700_000);
	});

	test('an end is told although its details cannot be read', async () => {
		simulator.onRequest = ({ query }) =>
			query.view === 'verbose' ? { kind: 'status', status: 500 } : undefined;
		const [ended] = jsonOf(await startAndWait('cg-quick', { maximumWait: 5 }));
		expect(ended).toMatchObject({ state: 'succeeded', outcome: 'succeeded' });
	});

	test('a list that is in trouble does not matter where runs can be read by their ID', async () => {
		const configIds = ['cg-1', 'cg-2', 'cg-3'];
		simulator.onRequest = ({ method, path }) =>
			method === 'GET' && path === '/workflow/runs' ? { kind: 'status', status: 504 } : undefined;
		const result = await startAndWait(
			'={{ $json.configId }}',
			{ ifStartIsLost: 'report' },
			{ items: configIds.map((configId) => ({ configId })) },
		);
		expect(jsonOf(result).map(({ outcome }) => outcome)).toEqual(Array(3).fill('succeeded'));
	});

	test('a 408 is tolerated like any trouble of the server', async () => {
		reads((read) => (read === 0 ? { kind: 'body', status: 408, body: {} } : undefined));
		const [ended] = jsonOf(await startAndWait('cg-1'));
		expect(ended).toMatchObject({ outcome: 'succeeded' });
	});

	test('a 404 right after the start is tolerated', async () => {
		simulator.setScenario('cg-1', { getLagMs: 30_000 });
		const [ended] = jsonOf(await startAndWait('cg-1'));
		expect(ended).toMatchObject({ outcome: 'succeeded' });
	});

	test('a 404 of a run that someone typed ends the wait at once', async () => {
		const { error } = await operate('wait', { runId: 'wf-20240619-14418-6UhqSe' });
		expect(error!.message).toContain('cannot be read: Amperity did not find');
		expect(simulator.requests).toHaveLength(1);
	});

	test('403 ends the wait at once', async () => {
		reads(() => ({ kind: 'status', status: 403 }));
		const { error } = await startAndWait('cg-1');
		expect(error!.message).toContain('The API key is not allowed to do this');
		expect(sent('GET', /runs\/wf-/)).toHaveLength(1);
	});
});

describe('Wait', () => {
	test('waits for runs that were started elsewhere', async () => {
		const ids = ['cg-1', 'og-1', 'cc-1', 'cg-2'].map(
			(configId) => simulator.startRunAs({ principal: 'person', configId }).id,
		);
		const result = await operate(
			'wait',
			{ runId: '={{ $json.id }}' },
			ids.map((id) => ({ id })),
		);
		expect(jsonOf(result).map(({ id, outcome }) => [id, outcome])).toEqual(
			ids.map((id) => [id, 'succeeded']),
		);
		expect(starts()).toEqual([]);
	});

	test('a run that has ended needs two requests: what it is, and everything about it', async () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		simulator.endRun(id, 'succeeded');
		expect(jsonOf(await operate('wait', { runId: id }))).toHaveLength(1);
		expect(simulator.requests).toHaveLength(2);
	});
});

describe('an execution that is stopped', () => {
	const startThenStop = async (onCancel: string) => {
		const execution = startAmperity({
			parameters: {
				configId: 'cg-waits-for-files',
				waitForCompletion: true,
				options: { onCancel },
			},
			credentials: credentialsFor(simulator),
		});
		while (sent('GET', /runs\/wf-/).length === 0) await sleep(500);
		execution.stop();
		await execution.result;
		await sleep(5_000);
		return simulator.runs[0]!;
	};

	test('leaves the run running', async () => {
		await startThenStop('leave');
		expect(sent('POST', /stop/)).toEqual([]);
	});

	test('stops the run if the user wants it', async () => {
		await startThenStop('stop');
		expect(sent('POST', /stop$/)).toMatchObject([{ status: 200 }]);
	});
});
