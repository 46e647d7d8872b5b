import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialsFor, startAmperity, type NodeResult } from '../engine';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator, type Fault, type Scenario } from '../simulator';

/** An hour takes two seconds. */
const SPEED = 1_800;

/** Seconds. More than a second of real time. */
const REQUEST_TIMEOUT = 3_000;

const MINUTE = 60_000;

jest.setTimeout(60_000);

let simulator: AmperitySimulator;
let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
});

// The node remembers its own starts for each address, so every test has an Amperity of its own.
beforeEach(async () => {
	simulator = await AmperitySimulator.start({ rateLimit: false });
});

afterEach(async () => {
	expect(simulator.validationErrors).toEqual([]);
	await simulator.stop();
});

afterAll(() => unwarp());

let executions = 0;

/** Starts the configurations in one execution, which goes on after a failed item and is tried twice. */
const start = (configIds: string[], parameters: IDataObject = {}): Promise<NodeResult> =>
	startAmperity({
		parameters: {
			configId: '={{ $json.configId }}',
			options: { requestTimeout: REQUEST_TIMEOUT, maximumWait: 600 },
			...parameters,
		},
		items: configIds.map((configId) => ({ configId })),
		settings: {
			onError: 'continueRegularOutput',
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 1,
		},
		credentials: credentialsFor(simulator),
		executionId: String(++executions),
	}).result;

const startAndWait = (...configIds: string[]) => start(configIds, { waitForCompletion: true });

/** Lets the first start of a configuration fail. */
const failStartOf = (faults: Record<string, Fault>) => {
	const left = new Map(Object.entries(faults));
	simulator.onRequest = ({ method, body }) => {
		const { config_id } = (body ?? {}) as { config_id?: string };
		if (method !== 'POST' || config_id === undefined) return undefined;
		const fault = left.get(config_id);
		left.delete(config_id);
		return fault;
	};
};

const play = (configId: string, ...scenarios: Scenario[]) =>
	simulator.setScenario(configId, ...scenarios);
const idsOf = (configId: string) => simulator.runsStartedFor(configId).map(({ id }) => id);
const untilStarted = async (configId: string) => {
	while (idsOf(configId).length === 0) await sleep(1_000);
};
const jsonOf = ({ items }: NodeResult) => items.map(({ json }) => json);

/** The run that an item reports, or that its start may have started a run. */
const reportOf = ({ id, error, details }: IDataObject) =>
	id ??
	(details as IDataObject | undefined)?.run_id ??
	(/may have started/.exec(String(error)) ? 'may have started' : error);

const learnWhoWeAre = async () => {
	expect(jsonOf(await start(['cg-first']))).toMatchObject([{ id: expect.any(String) }]);
};

describe('a lost start that is looked for again after hours of waiting', () => {
	test('does not take the run of another item', async () => {
		await learnWhoWeAre();
		const slow: Scenario = { durationMs: 120 * MINUTE, outcome: 'failed-platform' };
		play('cg-slow-one', slow, { durationMs: MINUTE });
		failStartOf({ 'cg-lost': { kind: 'drop-before' } });
		const [waited, lost] = jsonOf(await startAndWait('cg-slow-one', 'cg-lost'));
		expect(reportOf(waited!)).toBe(idsOf('cg-slow-one')[1]);
		expect(reportOf(lost!)).toBe('may have started');
	});

	test('does not take the run of another execution', async () => {
		await learnWhoWeAre();
		play('og-slow-one', { durationMs: 200 * MINUTE });
		failStartOf({ 'cg-lost': { kind: 'drop-before' } });
		const waiting = startAndWait('cg-lost', 'og-slow-one');
		await untilStarted('og-slow-one');
		play('cg-other-one', { durationMs: 90 * MINUTE, outcome: 'failed-platform' }, {});
		await startAndWait('cg-other-one');
		const [lost] = jsonOf(await waiting);
		expect(reportOf(lost!)).toBe('may have started');
	});

	test('does not take the run of another start whose answer was lost', async () => {
		await learnWhoWeAre();
		play('cg-slow-one', { durationMs: 60 * MINUTE });
		failStartOf({ 'cg-lost': { kind: 'drop-before' }, 'cg-lost-too': { kind: 'drop-after' } });
		const waiting = startAndWait('cg-lost', 'cg-slow-one');
		await untilStarted('cg-slow-one');
		const [other] = jsonOf(await start(['cg-lost-too']));
		expect(reportOf(other!)).toBe('may have started');
		const [lost] = jsonOf(await waiting);
		expect(reportOf(lost!)).toBe('may have started');
	});
});

test('the last error names the runs of items that only an earlier try came to', async () => {
	failStartOf({ 'cg-3': { kind: 'status', status: 400 } });
	const { onRequest } = simulator;
	simulator.onRequest = (request, index) =>
		request.path.includes('/runs/wf-')
			? { kind: 'status', status: 403 }
			: onRequest!(request, index);
	const { error } = await startAmperity({
		parameters: {
			configId: '={{ $json.configId }}',
			options: { requestTimeout: REQUEST_TIMEOUT },
		},
		items: ['cg-1', 'cg-2', 'cg-3'].map((configId) => ({ configId })),
		settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		credentials: credentialsFor(simulator),
		executionId: String(++executions),
	}).result;
	expect(error!.message).toContain(idsOf('cg-1')[0]);
	expect(error!.description).toContain(idsOf('cg-2')[0]);
});

test('an answer is not forgotten because n8n cannot read the credential any more', async () => {
	const credentials = credentialsFor(simulator);
	const { tenant } = credentials;
	let failures = 1;
	// n8n's database fails for a moment, right after the start.
	Object.defineProperty(credentials, 'tenant', {
		enumerable: true,
		get: () => {
			if (idsOf('cg-1').length > 0 && failures-- > 0) throw new Error('No database');
			return tenant;
		},
	});
	const { items } = await startAmperity({
		parameters: { configId: 'cg-1', options: { requestTimeout: REQUEST_TIMEOUT } },
		settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		credentials,
		executionId: String(++executions),
	}).result;
	expect(idsOf('cg-1')).toHaveLength(1);
	expect(items.map(({ json }) => json.id)).toEqual(idsOf('cg-1'));
});
