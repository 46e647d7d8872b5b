import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialsFor, startAmperity, type NodeRun } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { amperitySays } from '../engine/speakers';
import { mostAtOnce } from '../engine/traffic';
import { within } from '../engine/within';
import type { AmperitySimulator } from '../simulator';

/** What a slow answer takes, in real milliseconds. */
const LATENCY = 500;

let simulator: AmperitySimulator;
shareSimulator(
	1,
	(started) => {
		simulator = started;
	},
	{ rateLimit: false, latencyMs: LATENCY },
);

/** Without a pace that matters: what holds requests back is how many are under way. */
const credentials = () => ({ ...credentialsFor(simulator), requestsPerSecond: 1_000 });
const execute = (nodeRun: Partial<NodeRun> & { parameters: IDataObject }) =>
	startAmperity({ credentials: credentials(), ...nodeRun });
const newRuns = (count: number, configId = 'cg-slow') =>
	Array.from(
		{ length: count },
		() => simulator.startRunAs({ principal: 'person', configId }).id,
	).map((id) => ({ id }));
const get = (items: IDataObject[], settings: NodeRun['settings'] = {}) =>
	execute({ parameters: { operation: 'get', runId: '={{ $json.id }}' }, items, settings });

const ITEMS = 30;

describe(`${ITEMS} items whose answers take half a second`, () => {
	test.each<[string, IDataObject, number]>([
		['Get', { operation: 'get', runId: '={{ $json.id }}' }, 1],
		['Stop', { operation: 'stop', runId: '={{ $json.id }}' }, 2],
		['Get Many', { operation: 'getMany', limit: 1 }, 1],
		['Campaign: Get Many', { resource: 'campaign', operation: 'getMany', limit: 1 }, 1],
	])('of %s go out together, ten at a time, and come in order', async (_, parameters, each) => {
		const items = newRuns(ITEMS);
		const began = performance.now();
		const result = await within(25, execute({ parameters, items }));
		const took = performance.now() - began;
		expect(errorText(result)).toBe('');
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((__, item) => ({ item })),
		);
		if ('runId' in parameters) {
			expect(result.items.map(({ json }) => json.id)).toEqual(items.map(({ id }) => id));
		}
		expect(mostAtOnce(simulator.requests, LATENCY)).toBeLessThanOrEqual(10);
		expect(mostAtOnce(simulator.requests, LATENCY)).toBeGreaterThanOrEqual(5);
		expect(took).toBeLessThan((ITEMS * LATENCY * each) / 3);
	});

	test('answered in any order come in the order of the items', async () => {
		const items = newRuns(ITEMS);
		simulator.latencyMs = ({ path }) => 20 + (Number(path.charCodeAt(path.length - 2)) % 7) * 60;
		const { items: output } = await within(20, get(items));
		expect(output.map(({ json }) => json.id)).toEqual(items.map(({ id }) => id));
	});

	test('fail in the order of the items too', async () => {
		const items = newRuns(12);
		simulator.latencyMs = 100;
		const missing = new Set([3, 7, 8]);
		const asked = items.map(({ id }, item) => ({ id: missing.has(item) ? `${id}x` : id }));
		const { items: output } = await within(10, get(asked, { onError: 'continueRegularOutput' }));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(output.flatMap(({ json }, item) => (json.error ? item : []))).toEqual([3, 7, 8]);
	});
});

describe('after a failure', () => {
	test('with On Error = Stop nothing further is sent', async () => {
		const items = newRuns(ITEMS);
		const failing = items[2]!.id;
		simulator.latencyMs = ({ path }) => (path.endsWith(failing) ? 100 : LATENCY);
		simulator.failNext(amperitySays(404), { path: `/workflow/runs/${failing}` });
		const { error } = await within(20, get(items));
		expect(error!.message).toContain('The words of Amperity');
		expect(error!.context!.itemIndex).toBe(2);
		await sleep(LATENCY);
		// No other one had been answered by then.
		expect(simulator.requests.length).toBeLessThanOrEqual(10);
	});

	test('the error is that of the first item, whichever was answered first', async () => {
		const items = newRuns(6);
		const [slow, quick] = [items[1]!.id, items[4]!.id];
		simulator.latencyMs = ({ path }) => (path.endsWith(slow) ? 400 : 100);
		simulator.failNext(amperitySays(404, 'The slow one'), { path: `/workflow/runs/${slow}` });
		simulator.failNext(amperitySays(404, 'The quick one'), { path: `/workflow/runs/${quick}` });
		const { error } = await within(10, get(items));
		expect(error!.message).toContain('The slow one');
		expect(error!.context!.itemIndex).toBe(1);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'with %s all are tried',
		async (onError) => {
			const items = newRuns(ITEMS);
			simulator.latencyMs = 50;
			simulator.failNext(amperitySays(404), { path: `/workflow/runs/${items[2]!.id}` });
			simulator.failNext(amperitySays(403), { path: `/workflow/runs/${items[20]!.id}` });
			const { items: output, errorItems } = await within(20, get(items, { onError }));
			expect(simulator.requests).toHaveLength(ITEMS);
			const failed = onError === 'continueErrorOutput' ? 2 : 0;
			expect(errorItems).toHaveLength(failed);
			expect(output).toHaveLength(ITEMS - failed);
		},
	);
});

describe('a wait for 300 runs', () => {
	const waitFor300 = (options: IDataObject = {}) => {
		const items = newRuns(300);
		simulator.requests.length = 0;
		return execute({
			parameters: { operation: 'wait', runId: '={{ $json.id }}', options },
			items,
		});
	};

	test('has three requests under way at most, and lets others through', async () => {
		const waiting = waitFor300({ checkInterval: 5 });
		await sleep(2_000);
		const before = simulator.requests.length;
		expect(before).toBeGreaterThan(0);
		expect(mostAtOnce(simulator.requests, LATENCY)).toBeLessThanOrEqual(3);
		const began = performance.now();
		const { items } = await within(10, get(newRuns(1)));
		expect(items).toHaveLength(1);
		expect(performance.now() - began).toBeLessThan(LATENCY + 1_000);
		await sleep(4_000);
		waiting.stop();
		await within(3, waiting);
		expect(mostAtOnce(simulator.requests, LATENCY)).toBeLessThanOrEqual(4);
	});

	test('looks at them by pages rather than one by one', async () => {
		simulator.latencyMs = 0;
		const waiting = waitFor300({ checkInterval: 5 });
		// None has been read before, so the first look reads each.
		while (simulator.requests.length < 300) await sleep(100);
		simulator.requests.length = 0;
		await sleep(6_000);
		waiting.stop();
		await within(3, waiting);
		expect(simulator.requests.length).toBeLessThan(60);
	});
});
