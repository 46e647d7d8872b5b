import type { IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor, runAmperity, startAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { setClock, steadyNow } from '../engine/setClock';
import { shareSimulator } from '../engine/shareSimulator';
import { gaps, mostWithin } from '../engine/traffic';
import { within } from '../engine/within';
import type { AmperitySimulator } from '../simulator';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const corrections: Array<[string, number]> = [
	['an hour back', -HOUR],
	['two hours forward', 2 * HOUR],
	['a year back', -365 * 24 * HOUR],
];

let simulator: AmperitySimulator;
const use = (started: AmperitySimulator) => {
	simulator = started;
};

/** Amperity's clock is not n8n's, so it is not corrected with it. A tenant of its own: nothing of other tests is remembered. */
const amperityOf = (tenant: string) => ({ now: steadyNow, tenant });

let setBack = () => {};
const correctClock = (byMs: number) => {
	setBack = setClock(byMs);
};

afterEach(() => {
	setBack();
	setBack = () => {};
});

/** Corrects the clock as soon as Amperity has been asked so often. */
const correctClockAtRequest = (number: number, byMs: number) => {
	simulator.onRequest = (_, index) => {
		if (index === number - 1) correctClock(byMs);
		return undefined;
	};
};

describe.each(corrections)('n8n’s clock set %s', (name, byMs) => {
	describe('in real time', () => {
		shareSimulator(1, use, amperityOf(`${name.replaceAll(' ', '-')}-1`));

		const get = (ids: string[]) =>
			startAmperity({
				parameters: { operation: 'get', runId: '={{ $json.id }}' },
				items: ids.map((id) => ({ id })),
				credentials: credentialsFor(simulator),
			});
		const newRun = () => simulator.startRunAs({ principal: 'person', configId: 'cg-1' }).id;

		test('between two Gets does not hold up the second', async () => {
			const id = newRun();
			await within(4, get([id]));
			correctClock(byMs);
			const { items } = await within(4, get([id]));
			expect(items).toHaveLength(1);
			expect(gaps(simulator.requests)[0]).toBeLessThan(2_000);
		});

		test('among many Gets changes neither their pace nor their result', async () => {
			const ids = Array.from({ length: 25 }, newRun);
			correctClockAtRequest(12, byMs);
			const { items } = await within(8, get(ids));
			expect(items.map(({ json }) => json.id)).toEqual(ids);
			expect(simulator.requests.filter(({ rateLimited }) => rateLimited)).toEqual([]);
			expect(mostWithin(simulator.requests, 1_000)).toBeLessThanOrEqual(10);
			expect(Math.max(...gaps(simulator.requests))).toBeLessThan(1_500);
		});

		test('during the wait that a 429 asks for does not change its length', async () => {
			const id = newRun();
			simulator.failNext({ kind: 'status', status: 429, retryAfter: '2' });
			correctClockAtRequest(1, byMs);
			const { items } = await within(8, get([id]));
			expect(items).toHaveLength(1);
			const [gap] = gaps(simulator.requests);
			expect(gap).toBeGreaterThanOrEqual(1_950);
			expect(gap).toBeLessThan(5_000);
		});

		test('between two polls loses no end and tells none twice', async () => {
			const { poll } = createTrigger({ ...credentialsFor(simulator), requestsPerSecond: 1_000 });
			const endOne = () => {
				const id = newRun();
				simulator.clock.advance(1_000);
				simulator.endRun(id, 'succeeded');
				simulator.clock.advance(1_000);
				return id;
			};
			endOne();
			expect(await poll()).toEqual([]);
			const before = endOne();
			correctClock(byMs);
			const after = endOne();
			expect((await poll()).map(({ id }) => id)).toEqual([before, after]);
			setBack();
			const last = endOne();
			expect((await poll()).map(({ id }) => id)).toEqual([last]);
			expect(await poll()).toEqual([]);
		});

		test('during a poll does not use up its time', async () => {
			const credentials = { ...credentialsFor(simulator), requestsPerSecond: 1_000 };
			const { poll } = createTrigger(credentials, {}, { budgetMs: 30_000 });
			await poll();
			const ids = Array.from({ length: 8 }, newRun);
			simulator.clock.advance(1_000);
			for (const id of ids) simulator.endRun(id, 'failed');
			simulator.clock.advance(1_000);
			simulator.pageCap = 2;
			correctClockAtRequest(simulator.requests.length + 2, byMs);
			expect((await poll()).map(({ id }) => id).sort()).toEqual([...ids].sort());
		});
	});

	describe('during a wait', () => {
		/** A minute of waiting takes 0.2 s. */
		shareSimulator(300, use, amperityOf(`${name.replaceAll(' ', '-')}-2`));

		const wait = async ({ maximumWait, ...options }: IDataObject, configId = 'cg-1') =>
			await runAmperity(simulator, {
				parameters: {
					configId,
					waitForCompletion: true,
					maximumWait,
					options: { checkInterval: 30, ...options },
				},
			});
		const looks = () => simulator.requests.filter(({ path }) => path.includes('/runs/wf-'));

		test('neither ends it nor changes how often it looks, and no healthy run is stopped', async () => {
			simulator.setScenario('cg-1', { durationMs: 12 * MINUTE });
			correctClockAtRequest(8, byMs);
			const { items, error } = await wait({ maximumWait: 20, onTimeout: 'stop' });
			expect(error).toBeUndefined();
			expect(items[0]!.json).toMatchObject({ state: 'succeeded', outcome: 'succeeded' });
			expect(simulator.requests.filter(({ path }) => path.endsWith('/stop'))).toEqual([]);
			expect(looks().length).toBeGreaterThan(12);
			expect(looks().length).toBeLessThan(34);
		});

		test('does not make it longer than its maximum', async () => {
			correctClockAtRequest(8, byMs);
			const result = await wait({ maximumWait: 10 }, 'cg-waits-for-files');
			expect(errorText(result)).toContain('has not ended within the Maximum Wait of 10 minutes');
			const times = looks().map(({ at }) => at);
			expect(times.at(-1)! - times[0]!).toBeGreaterThan(7 * MINUTE);
			expect(times.at(-1)! - times[0]!).toBeLessThan(13 * MINUTE);
		});

		test('does not move the end of its patience with answers that fail', async () => {
			let correctedAt: number | undefined;
			simulator.onRequest = ({ method, path }, index) => {
				if (method !== 'GET' || !path.includes('/runs/wf-')) return undefined;
				if (index === 12) {
					correctedAt = steadyNow();
					correctClock(byMs);
				}
				return index > 6 ? { kind: 'status', status: 503 } : undefined;
			};
			const result = await wait({ maximumWait: 120 }, 'cg-waits-for-files');
			expect(correctedAt).toBeDefined();
			expect(errorText(result)).toContain('cannot be read');
			const failed = looks().filter(({ status }) => status === 503);
			const patience = failed.at(-1)!.at - failed[0]!.at;
			expect(patience).toBeGreaterThan(8 * MINUTE);
			expect(patience).toBeLessThan(13 * MINUTE);
		});
	});
});
