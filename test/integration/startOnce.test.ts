import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, runAmperity, startAmperity, type NodeRun } from '../engine';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator, type Fault } from '../simulator';

/** A look-up of 20 s takes a third of a second, and a request still has a whole one. */
const SPEED = 60;

let simulator: AmperitySimulator;
let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
});

// The node remembers its own starts for each address, so every test has an Amperity of its own.
beforeEach(async () => {
	simulator = await AmperitySimulator.start();
});

afterEach(async () => {
	expect(simulator.validationErrors).toEqual([]);
	await simulator.stop();
});

afterAll(() => unwarp());

const failStart = (fault: Fault, times = 1) => simulator.failNext(fault, { method: 'POST', times });
const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
const run = (more: Partial<NodeRun> & { ids: string[]; options?: IDataObject }) =>
	runAmperity(simulator, {
		parameters: { configId: '={{ $json.config }}', options: more.options ?? {} },
		items: more.ids.map((config) => ({ config })),
		...more,
	});
const start = (...ids: string[]) => run({ ids });
const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

/** Lets the node learn from an answer which principal it is. */
const learnWhoWeAre = async () => {
	const { error } = await start('cg-first');
	expect(error).toBeUndefined();
};

/** Starts somebody else's run at the moment of a POST. */
const atTheSameMoment = (principal: 'automated' | 'person', fault: Fault) => {
	simulator.onRequest = ({ method }) => {
		if (method !== 'POST') return undefined;
		simulator.startRunAs({ principal, configId: 'cg-other' });
		return fault;
	};
};

/** The start is accepted, and n8n cannot read the answer. */
const garbled = (header: string, value: string): Fault => ({
	kind: 'body',
	status: 201,
	headers: { [header]: value },
	body: '{"id":"wf-unreadable',
	accepted: true,
});

describe('an answer that is lost', () => {
	test.each<[string, Fault]>([
		['dropped after the start', { kind: 'drop-after' }],
		['answered with 500 after the start', { kind: 'status', status: 500, accepted: true }],
		['answered with half a body', { kind: 'half-json', accepted: true }],
		['answered with a web page', { kind: 'html', status: 200, accepted: true }],
		['redirected after the start', { kind: 'body', status: 303, body: '', accepted: true }],
		['answered in characters that nobody knows', garbled('content-type', 'text/x; charset=x-1')],
		['answered with a body that cannot be unpacked', garbled('content-encoding', 'gzip')],
	])('%s: the one run is found in the list', async (_, fault) => {
		await learnWhoWeAre();
		failStart(fault);
		const { items } = await start('cg-1');
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({
				id: simulator.runsStartedFor('cg-1')[0]!.id,
				start_confirmed_by: 'list',
			}),
		]);
		expect(posts()).toHaveLength(2);
	});

	test('also if the list shows the run late', async () => {
		await learnWhoWeAre();
		simulator.setScenario('cg-1', { listLagMs: 8_000 });
		failStart({ kind: 'drop-after' });
		const { items } = await start('cg-1');
		expect(items[0]!.json).toMatchObject({ start_confirmed_by: 'list' });
	});

	test('is an error that names the candidate while nobody has told who we are', async () => {
		failStart({ kind: 'drop-after' });
		const { error, items } = await start('cg-1');
		expect(items).toEqual([]);
		expect(error!.message).toContain('A run of cg-1 may have started all the same');
		expect(error!.description).toContain(simulator.runsStartedFor('cg-1')[0]!.id);
		expect(posts()).toHaveLength(1);
	});

	test('is an error if the run was not started: nothing is sent again', async () => {
		await learnWhoWeAre();
		failStart({ kind: 'drop-before' });
		const { error } = await run({ ids: ['cg-1'], settings: retry });
		expect(error!.message).toContain('may have started all the same');
		expect(error!.description).toContain('No new run was found that could be it');
		expect(simulator.runsStartedFor('cg-1')).toEqual([]);
		expect(posts()).toHaveLength(2);
	});

	test.each(['automated', 'person'] as const)(
		'a run that %s starts at the same moment is never taken over',
		async (principal) => {
			await learnWhoWeAre();
			atTheSameMoment(principal, { kind: 'drop-before' });
			const { error } = await start('cg-1');
			expect(error!.message).toContain('may have started all the same');
		},
	);

	test('the own run is told from the one of somebody else', async () => {
		await learnWhoWeAre();
		atTheSameMoment('person', { kind: 'drop-after' });
		const { items } = await start('cg-1');
		expect(items[0]!.json.id).toBe(simulator.runsStartedFor('cg-1')[0]!.id);
	});

	test('two lost starts are not taken for each other', async () => {
		await learnWhoWeAre();
		failStart({ kind: 'drop-before' });
		failStart({ kind: 'drop-after' });
		const { items } = await run({
			ids: ['cg-1', 'cg-2'],
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('A run of cg-1 may have started'),
			expect.stringContaining('A run of cg-2 may have started'),
		]);
	});

	test('is not looked for if the user does not want it', async () => {
		failStart({ kind: 'drop-after' });
		const { error } = await run({ ids: ['cg-1'], options: { ifStartIsLost: 'report' } });
		expect(error!.message).toContain('may have started all the same');
		expect(simulator.requests.filter(({ method }) => method === 'GET')).toEqual([]);
	});
});

describe('Retry On Fail', () => {
	test('does not start earlier items again', async () => {
		let posted = 0;
		simulator.onRequest = ({ method }) =>
			method === 'POST' && ++posted === 3 ? { kind: 'status', status: 400 } : undefined;
		const { items } = await run({ ids: ['cg-1', 'cg-2', 'cg-3'], settings: retry });
		expect(items.map(({ json }) => [json.id, json.start_confirmed_by])).toEqual([
			[simulator.runsStartedFor('cg-1')[0]!.id, 'earlier_try'],
			[simulator.runsStartedFor('cg-2')[0]!.id, 'earlier_try'],
			[simulator.runsStartedFor('cg-3')[0]!.id, undefined],
		]);
		expect(simulator.runs).toHaveLength(3);
	});

	test('finds a run that an earlier try could not', async () => {
		await learnWhoWeAre();
		simulator.setScenario('cg-1', { listLagMs: 25_000 });
		failStart({ kind: 'drop-after' });
		const { items } = await run({ ids: ['cg-1'], settings: retry });
		expect(items[0]!.json).toMatchObject({
			id: simulator.runsStartedFor('cg-1')[0]!.id,
			start_confirmed_by: 'list',
		});
		expect(simulator.runsStartedFor('cg-1')).toHaveLength(1);
	});

	const waitFor = (configId: string) =>
		runAmperity(simulator, {
			parameters: { configId, waitForCompletion: true },
			settings: retry,
		});

	test('a run that failed by the configuration is not started again', async () => {
		const { error } = await waitFor('cg-fails-customer');
		expect(error!.message).toContain('failed');
		expect(simulator.runs).toHaveLength(1);
	});

	const anHourAgo = { timeRange: 'range', rangeFrom: '={{ $now.minus({ hours: 1 }) }}' };

	test('is the same item although its parameters say another time in each try', async () => {
		const { error } = await runAmperity(simulator, {
			parameters: { configId: 'cg-fails-customer', waitForCompletion: true, ...anHourAgo },
			settings: retry,
		});
		expect(error!.message).toContain('failed');
		expect(posts()).toHaveLength(1);
	});

	test('does not send a lost start again because time has passed', async () => {
		await learnWhoWeAre();
		simulator.setScenario('cg-1', { listLagMs: 3_600_000 });
		failStart({ kind: 'drop-after' });
		const { error } = await runAmperity(simulator, {
			parameters: { configId: 'cg-1', ...anHourAgo },
			settings: retry,
		});
		expect(error!.message).toContain('may have started');
		expect(simulator.runsStartedFor('cg-1')).toHaveLength(1);
	});

	test('a run that a person has stopped is not started again, whatever it is attributed to', async () => {
		const stopped = { type: 'x/cancel', message: 'Stopped', attribution: 'platform' };
		simulator.setScenario('cg-1', { outcome: 'stopped', extra: { error: stopped } });
		const { error } = await waitFor('cg-1');
		expect(error!.message).toContain('was stopped');
		expect(simulator.runs).toHaveLength(1);
	});

	test('a run that failed by the platform is started again', async () => {
		simulator.setScenario('cg-1', { outcome: 'failed-platform' }, { outcome: 'succeeded' });
		const { items } = await waitFor('cg-1');
		expect(items[0]!.json).toMatchObject({
			id: simulator.runsStartedFor('cg-1')[1]!.id,
			outcome: 'succeeded',
		});
		expect(simulator.runs).toHaveLength(2);
	});
});

test('the run of another credential with the same API key is not taken over', async () => {
	const executeWith = (credential: string, configId: string) =>
		startAmperity({
			parameters: { configId },
			settings: { credentials: { amperityApi: { id: credential, name: credential } } },
			credentials: credentialsFor(simulator),
			executionId: `${credential} ${configId}`,
		}).result;
	for (const credential of ['one', 'two']) await executeWith(credential, 'cg-first');
	failStart({ kind: 'drop-before' });
	const [lost, other] = await Promise.all([executeWith('one', 'cg-1'), executeWith('two', 'cg-2')]);
	expect(simulator.runsStartedFor('cg-1')).toEqual([]);
	expect(lost.error!.message).toContain('A run of cg-1 may have started');
	expect(other.items.map(({ json }) => json.id)).toEqual([simulator.runsStartedFor('cg-2')[0]!.id]);
});

test('executions at the same time start one run for each item', async () => {
	await learnWhoWeAre();
	simulator.onRequest = (_, index) => (index % 4 === 3 ? { kind: 'drop-after' } : undefined);
	const executions = [1, 2, 3].map((execution) =>
		startAmperity({
			parameters: { configId: '={{ $json.config }}' },
			items: [1, 2, 3].map((item) => ({ config: `cg-${execution}${item}` })),
			settings: { onError: 'continueRegularOutput' },
			credentials: credentialsFor(simulator),
			executionId: String(execution),
		}),
	);
	const results = await Promise.all(executions.map(({ result }) => result));
	results.forEach(({ items }, execution) => {
		expect(items).toHaveLength(3);
		items.forEach(({ json }, item) => {
			const runs = simulator.runsStartedFor(`cg-${execution + 1}${item + 1}`);
			expect(runs.length).toBeLessThanOrEqual(1);
			if (json.id) expect(json.id).toBe(runs[0]!.id);
			else expect(json.error).toContain('may have started');
		});
	});
});
