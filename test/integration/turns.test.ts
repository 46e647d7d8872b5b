import { sleep } from 'n8n-workflow';
import { createTrigger, credentialsFor, searchList, startAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { mostWithin } from '../engine/traffic';
import { within } from '../engine/within';
import type { AmperitySimulator } from '../simulator';

let simulator: AmperitySimulator;
const use = (started: AmperitySimulator) => {
	simulator = started;
};

const newRun = () => simulator.startRunAs({ principal: 'person', configId: 'cg-slow' }).id;
const credentials = (changes = {}) => ({ ...credentialsFor(simulator), ...changes });
let executions = 0;
const gets = (count: number, changes = {}) =>
	startAmperity({
		executionId: String(++executions),
		parameters: { operation: 'get', runId: '={{ $json.id }}' },
		items: Array.from({ length: count }, () => ({ id: newRun() })),
		credentials: credentials(changes),
	});
const timed = async <T>(work: Promise<T>) => {
	const began = performance.now();
	await work;
	return performance.now() - began;
};

describe('while an execution has many requests to send', () => {
	shareSimulator(1, use, { rateLimit: false });

	const SLOW = { requestsPerSecond: 4 };
	/** Long enough for a turn or two, and far too short for the queue: 100 requests take 25 s. */
	const A_TURN = 2_000;

	let busy: ReturnType<typeof gets>;
	beforeEach(async () => {
		busy = gets(100, SLOW);
		await sleep(700);
	});
	afterEach(async () => {
		busy.stop();
		await within(3, busy);
	});

	test('another execution gets its turn', async () => {
		expect(await timed(within(10, gets(1, SLOW)))).toBeLessThan(A_TURN);
	});

	test('and another one half of the turns', async () => {
		const items = 6;
		const took = await timed(within(15, gets(items, SLOW)));
		expect(took).toBeLessThan((2 * items * 1_000) / 4 + 1_500);
	});

	test('a poll of the trigger gets its turn', async () => {
		expect(await timed(createTrigger(credentials(SLOW)).poll())).toBeLessThan(A_TURN);
	});

	test('a search in a list gets its turn', async () => {
		expect(await timed(searchList(credentials(SLOW), 'searchCampaigns'))).toBeLessThan(A_TURN);
	});

	test('another tenant does not wait for it', async () => {
		const changes = { ...SLOW, tenant: 'globex', accessToken: simulator.otherToken };
		const id = simulator.startRunAs({ principal: 'person', tenant: 'globex' }).id;
		const execution = startAmperity({
			parameters: { operation: 'get', runId: id },
			credentials: credentials(changes),
		});
		expect(await timed(within(10, execution))).toBeLessThan(400);
	});

	test('it leaves the queue at once when it is stopped', async () => {
		busy.stop();
		expect(await timed(within(5, busy))).toBeLessThan(500);
		const sent = simulator.requests.length;
		await sleep(800);
		expect(simulator.requests).toHaveLength(sent);
	});

	test('one that was stopped leaves its turns to the others', async () => {
		const other = gets(5, SLOW);
		await sleep(100);
		busy.stop();
		expect(await timed(within(10, other))).toBeLessThan(2_500);
	});
});

describe('the pace', () => {
	/** A second takes a fifth of one. */
	shareSimulator(5, use);

	test('is one for the tenant, however its address is spelled', async () => {
		simulator.rateLimit = false;
		const slow = { requestsPerSecond: 5 };
		const spelled = { ...slow, baseUrl: `${simulator.baseUrl.replace('http:', 'HTTP:')}/` };
		await Promise.all([within(10, gets(10, slow)), within(10, gets(10, spelled))]);
		expect(simulator.requests).toHaveLength(20);
		expect(mostWithin(simulator.requests, 1_000)).toBeLessThanOrEqual(7);
	});

	test('learns from 429: sixty Gets succeed below a limit that others share', async () => {
		simulator.rateLimit = 4;
		const result = await within(20, gets(60));
		expect(errorText(result)).toBe('');
		expect(result.items).toHaveLength(60);
		const refused = simulator.requests.filter(({ status }) => status === 429).length;
		expect(refused / simulator.requests.length).toBeLessThanOrEqual(0.15);
	});

	test('learns the same for starts, each of which happens once', async () => {
		simulator.rateLimit = 4;
		const execution = startAmperity({
			parameters: { configId: 'cg-slow', options: { ifStartIsLost: 'report' } },
			items: Array.from({ length: 40 }, () => ({})),
			credentials: credentials(),
		});
		const result = await within(20, execution);
		expect(errorText(result)).toBe('');
		expect(simulator.runs).toHaveLength(40);
		const refused = simulator.requests.filter(({ status }) => status === 429).length;
		expect(refused / simulator.requests.length).toBeLessThanOrEqual(0.2);
	});

	test('comes back when the limit does', async () => {
		simulator.rateLimit = 3;
		await within(20, gets(15));
		simulator.rateLimit = 10;
		await within(20, gets(60));
		const since = simulator.requests.length;
		const began = performance.now();
		await within(20, gets(40));
		expect(simulator.requests.length - since).toBeLessThan(50);
		expect(performance.now() - began).toBeLessThan(10_000);
	});
});

describe('429 and nothing else', () => {
	/** A minute takes a second. */
	shareSimulator(60, use);

	test('for a minute loses no item', async () => {
		let until: number | undefined;
		simulator.onRequest = ({ at }) => {
			until ??= at + 60_000;
			return at < until ? { kind: 'status', status: 429 } : undefined;
		};
		const result = await within(20, gets(5));
		expect(errorText(result)).toBe('');
		expect(result.items).toHaveLength(5);
	});

	test('is an error after two minutes', async () => {
		simulator.onRequest = () => ({ kind: 'status', status: 429 });
		const result = await within(28, gets(1));
		expect(errorText(result)).toContain('too many requests');
		const [first, last] = [simulator.requests[0]!, simulator.requests.at(-1)!];
		expect(last.at - first.at).toBeGreaterThan(60_000);
		expect(last.at - first.at).toBeLessThan(150_000);
		expect(simulator.requests.length).toBeLessThan(60);
	});
});
