import type { IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor, type TriggerSetup } from '../engine';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator, type Fault } from '../simulator';

let simulator: AmperitySimulator;

beforeEach(async () => {
	simulator = await AmperitySimulator.start({ rateLimit: false });
});

afterEach(async () => {
	expect(simulator.validationErrors).toEqual([]);
	await simulator.stop();
});

let unwarp = () => {};
const warp = (speed: number) => {
	unwarp = warpTime(speed);
};

afterEach(() => unwarp());

const credentials = () => ({ ...credentialsFor(simulator), requestsPerSecond: 10_000 });
const trigger = (parameters: IDataObject = {}, setup: TriggerSetup = {}) =>
	createTrigger(credentials(), parameters, setup);
const idsOf = (items: IDataObject[]) => items.map(({ id }) => id);
const copyOf = (data: IDataObject) => JSON.parse(JSON.stringify(data)) as IDataObject;

const end = (
	outcome: 'succeeded' | 'failed' | 'stopped' = 'succeeded',
	more: Partial<Parameters<AmperitySimulator['startRunAs']>[0]> = {},
) => {
	const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1', ...more });
	simulator.clock.advance(1_000);
	simulator.endRun(id, outcome);
	simulator.clock.advance(1_000);
	return id;
};

test('the first poll sets where to begin, and later ones report each end once, the oldest first', async () => {
	const { poll } = trigger();
	end();
	expect(await poll()).toEqual([]);
	const ids = [end('failed'), end(), end('stopped')];
	const items = await poll();
	expect(idsOf(items)).toEqual(ids);
	expect(items.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded', 'stopped']);
	expect(await poll()).toEqual([]);
	const last = end();
	expect(idsOf(await poll())).toEqual([last]);
});

test('a quiet tenant gives no baseline, and its first end is reported', async () => {
	const { poll } = trigger();
	await poll();
	await poll();
	const id = end();
	expect(idsOf(await poll())).toEqual([id]);
});

test.each<[string, IDataObject, (ids: Record<string, string>) => string[]]>([
	['the outcome', { outcomes: ['failed'] }, ({ failed }) => [failed!]],
	['the type', { filters: { type: 'campaign.send' } }, ({ campaign }) => [campaign!]],
	['the name', { filters: { nameContains: 'DAILY' } }, ({ daily }) => [daily!]],
	[
		'who started it',
		{ filters: { startedBy: 'automated workflow' } },
		({ automated }) => [automated!],
	],
])('filters by %s', async (_, parameters, expected) => {
	const { poll } = trigger(parameters);
	await poll();
	const ids = {
		failed: end('failed'),
		campaign: end('succeeded', { configId: 'cc-1' }),
		daily: end('succeeded', { name: 'The daily one' }),
		automated: end('succeeded', { principal: 'automated' }),
	};
	expect(idsOf(await poll())).toEqual(expected(ids));
	expect(await poll()).toEqual([]);
});

test('details take one more request for each run', async () => {
	const { poll } = trigger({ includeDetails: true });
	await poll();
	end('failed');
	end();
	const before = simulator.requests.length;
	const [failed] = await poll();
	expect(failed).toMatchObject({
		run_error: expect.any(Object),
		task_instances: expect.any(Array),
		failure: { attribution: 'customer' },
	});
	expect(simulator.requests.length - before).toBe(3);
});

test('a run that is restarted in Amperity ends again', async () => {
	const { poll } = trigger();
	await poll();
	const id = end('failed');
	expect((await poll()).map(({ outcome }) => outcome)).toEqual(['failed']);
	simulator.restartRun(id, 'succeeded', 5_000);
	expect(await poll()).toEqual([]);
	simulator.clock.advance(6_000);
	expect((await poll()).map(({ id: again, outcome }) => [again, outcome])).toEqual([
		[id, 'succeeded'],
	]);
});

test('an end that the list shows late is not lost', async () => {
	const { poll } = trigger();
	await poll();
	const late = end('succeeded', { scenario: { listLagMs: 300_000 } });
	const early = end();
	expect(idsOf(await poll())).toEqual([early]);
	simulator.clock.advance(300_000);
	expect(idsOf(await poll())).toEqual([late]);
});

test('an error keeps the cursor where it was', async () => {
	const { poll, staticData } = trigger({ includeDetails: true });
	await poll();
	const ids = [end(), end()];
	const stored = JSON.stringify(staticData);
	simulator.failNext({ kind: 'status', status: 403 }, { path: new RegExp(ids[0]!) });
	await expect(poll()).rejects.toThrow('The API key is not allowed to do this');
	expect(JSON.stringify(staticData)).toBe(stored);
	expect(idsOf(await poll())).toEqual(ids);
});

test('what comes before an error is told, and the next poll goes on from there', async () => {
	const { poll } = trigger({ includeDetails: true });
	await poll();
	const ids = [end(), end(), end()];
	const fault: Fault = { kind: 'status', status: 403 };
	simulator.failNext(fault, { path: new RegExp(ids[1]!), times: 2 });
	expect(idsOf(await poll())).toEqual([ids[0]]);
	await expect(poll()).rejects.toThrow('The API key is not allowed to do this');
	expect(idsOf(await poll())).toEqual([ids[1], ids[2]]);
});

test('a backlog of many pages is drained without loss, in any order of the list', async () => {
	const shuffled = await AmperitySimulator.start({
		rateLimit: false,
		listOrder: 'shuffled',
		validate: false,
	});
	try {
		const { poll } = createTrigger({ ...credentialsFor(shuffled), requestsPerSecond: 10_000 });
		await poll();
		const ids: string[] = [];
		for (let i = 0; i < 1_100; i++) {
			const { id } = shuffled.startRunAs({ principal: 'automated', configId: 'cg-1' });
			shuffled.clock.advance(60_000);
			shuffled.endRun(id, 'succeeded');
			ids.push(id);
		}
		expect(idsOf(await poll())).toEqual(ids);
		expect(await poll()).toEqual([]);
	} finally {
		await shuffled.stop();
	}
});

describe('what is stored', () => {
	test.each<[string, IDataObject]>([
		['a position that is a text', { position: 'soon' }],
		['a position that is no date', { position: 1e300 }],
		['keys that are none', { seen: 'none' }],
		['no keys', { seen: null }],
	])('a cursor with %s is set aside with a warning', async (_, change) => {
		const { poll, staticData, warnings } = trigger();
		await poll();
		expect(warnings).toEqual([]);
		staticData.cursor = { ...(staticData.cursor as IDataObject), ...change };
		end();
		expect(await poll()).toEqual([]);
		expect(warnings).toEqual([expect.stringContaining('begins anew')]);
		const id = end();
		expect(idsOf(await poll())).toEqual([id]);
		expect(warnings).toHaveLength(1);
	});

	test.each([['a text'], [5], [[]], [null]])('%p is no cursor', async (cursor) => {
		const { poll, staticData } = trigger({}, { staticData: { cursor } });
		end();
		expect(await poll()).toEqual([]);
		expect(staticData.cursor).toMatchObject({ seen: expect.any(Object) });
	});

	test('another tenant in the credential begins anew', async () => {
		const first = trigger();
		await first.poll();
		end();
		await first.poll();
		const second = createTrigger(
			{ ...credentials(), tenant: simulator.otherTenant, accessToken: simulator.otherToken },
			{},
			{ staticData: copyOf(first.staticData) },
		);
		end('succeeded', { tenant: simulator.otherTenant });
		expect(await second.poll()).toEqual([]);
		expect(second.warnings).toHaveLength(1);
		const id = end('succeeded', { tenant: simulator.otherTenant });
		expect(idsOf(await second.poll())).toEqual([id]);
	});

	test('a cursor of another tenant is set aside', async () => {
		const { poll, staticData } = trigger();
		await poll();
		(staticData.cursor as IDataObject).tenant = 'another';
		end();
		expect(await poll()).toEqual([]);
	});
});

describe('a test event', () => {
	test('shows the most recent ended runs that fit, and stores nothing', async () => {
		const { poll, staticData } = trigger({ outcomes: ['failed'] });
		const ids = [end('failed'), end(), end('failed')];
		expect(idsOf(await poll('manual'))).toEqual([ids[0], ids[2]]);
		expect(staticData).toEqual({});
	});

	test('says so in words if there is none', async () => {
		await expect(trigger().poll('manual')).rejects.toThrow(
			'No run that fits has ended in the last 30 days',
		);
	});
});

describe('a restart of n8n', () => {
	/** Polls as n8n does: it saves after the activation poll and when there are items. */
	const liveOf = (parameters: IDataObject) => {
		let saved: IDataObject = {};
		let live = trigger(parameters);
		return {
			async poll(): Promise<IDataObject[]> {
				const isActivation = live.staticData.cursor === undefined;
				const items = await live.poll();
				if (isActivation || items.length > 0) saved = copyOf(live.staticData);
				return items;
			},
			restart() {
				live = trigger(parameters, { staticData: copyOf(saved) });
			},
		};
	};

	test('loses nothing and repeats nothing, also of what empty polls have passed', async () => {
		const n8n = liveOf({ outcomes: ['failed'] });
		await n8n.poll();
		const reported: unknown[] = [];
		const expected: string[] = [];
		for (let round = 0; round < 6; round++) {
			end();
			if (round % 2) expected.push(end('failed'));
			reported.push(...idsOf(await n8n.poll()));
			n8n.restart();
			reported.push(...idsOf(await n8n.poll()));
			simulator.clock.advance(round * 300_000);
		}
		expect(reported).toEqual(expected);
	});

	test('a deactivation of days is made up for', async () => {
		const n8n = liveOf({});
		await n8n.poll();
		const ids = [end()];
		simulator.clock.advance(2 * 24 * 3_600_000);
		ids.push(end());
		n8n.restart();
		expect(idsOf(await n8n.poll())).toEqual(ids);
	});
});

describe('what goes wrong on the way', () => {
	test('a page that fails loses nothing', async () => {
		const { poll, staticData } = trigger();
		await poll();
		const ids = [end(), end(), end(), end(), end()];
		const stored = copyOf(staticData);
		simulator.pageCap = 2;
		simulator.onRequest = ({ query }) =>
			query.next_token ? { kind: 'status', status: 403 } : undefined;
		await expect(poll()).rejects.toThrow('The API key is not allowed to do this');
		expect(staticData).toEqual(stored);
		simulator.onRequest = undefined;
		expect(idsOf(await poll())).toEqual(ids);
	});

	test('a list that is stale shows each end once, in the end', async () => {
		const { poll } = trigger();
		await poll();
		const stale = Array.from({ length: 8 }, (_, index) =>
			end('succeeded', { scenario: { listStaleMs: index * 80_000 } }),
		);
		const reported: unknown[] = [];
		for (let minute = 0; minute < 12; minute++) {
			reported.push(...idsOf(await poll()));
			simulator.clock.advance(60_000);
		}
		expect(reported.sort()).toEqual(stale.sort());
	});

	test('a run that is restarted before its details are read is told as it ended', async () => {
		const { poll } = trigger({ includeDetails: true });
		await poll();
		const id = end('failed');
		simulator.onRequest = ({ path }) => {
			if (!path.endsWith(id)) return undefined;
			simulator.onRequest = undefined;
			simulator.restartRun(id);
			return undefined;
		};
		expect(await poll()).toEqual([
			expect.objectContaining({
				id,
				state: 'failed',
				outcome: 'failed',
				ended_at: expect.any(String),
			}),
		]);
	});

	test('a run that is gone when its details are read does not keep the others back', async () => {
		const { poll } = trigger({ includeDetails: true });
		await poll();
		const ids = [end(), end()];
		simulator.failNext({ kind: 'status', status: 404 }, { path: new RegExp(ids[0]!) });
		expect(idsOf(await poll())).toEqual(ids);
	});

	test('a run whose details are broken is told without them, and keeps nobody back', async () => {
		const { poll } = trigger({ includeDetails: true, filters: { startedBy: 'Pat' } });
		await poll();
		const ids = [end('failed'), end('failed')];
		const unreadable: Fault = { kind: 'html', status: 200 };
		simulator.failNext(unreadable, { path: new RegExp(ids[0]!), times: 50 });
		warp(100);
		// The attempts to read the first one may use up the time for one poll.
		expect([...(await poll()), ...(await poll())]).toEqual([
			expect.objectContaining({ id: ids[0], details_error: expect.any(String) }),
			expect.objectContaining({ id: ids[1], run_error: expect.any(Object) }),
		]);
	});

	test('polls that overlap report each end once', async () => {
		const { poll } = trigger();
		await poll();
		const ids = [end(), end()];
		const both = await Promise.all([poll(), poll()]);
		expect(both.flatMap(idsOf)).toEqual(ids);
		expect(await poll()).toEqual([]);
	});

	test('a short time for one poll still gets on', async () => {
		const { poll } = trigger({}, { budgetMs: 5_000 });
		await poll();
		const id = end();
		expect(idsOf(await poll())).toEqual([id]);
	});
});

describe('a test event of a busy tenant', () => {
	const endMany = (failedAgoMs: number) => {
		simulator.pageCap = 5;
		const failed = end('failed');
		simulator.clock.advance(failedAgoMs);
		for (let i = 0; i < 60; i++) end();
		return failed;
	};

	/** The simulator's clock has been moved forward, so n8n's follows it. */
	const testEvent = async (parameters: IDataObject) => {
		const ahead = simulator.clock.now() - Date.now();
		const now = Date.now.bind(Date);
		const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
		try {
			return await trigger(parameters).poll('manual');
		} finally {
			clock.mockRestore();
		}
	};

	test('shows runs however many have ended', async () => {
		endMany(0);
		expect(await testEvent({})).toHaveLength(5);
	});

	test('finds the one that fits among many that do not', async () => {
		const failed = endMany(3 * 24 * 3_600_000);
		expect(idsOf(await testEvent({ outcomes: ['failed'] }))).toEqual([failed]);
	});
});

describe('a backlog', () => {
	const HOUR = 3_600_000;
	beforeEach(async () => {
		await simulator.stop();
		simulator = await AmperitySimulator.start({ rateLimit: false, validate: false });
	});

	/** Runs that have ended over some time before now. */
	const endMany = (count: number, overMs: number) => {
		const began = simulator.clock.now() - overMs;
		return Array.from({ length: count }, (_, index) => {
			const createdAt = began + Math.floor((overMs * index) / count);
			const scenario = { durationMs: 1 };
			return simulator.startRunAs({ principal: 'automated', configId: 'cg-1', createdAt, scenario })
				.id;
		});
	};

	/** A trigger that was active until three days ago. */
	const asleep = async (parameters: IDataObject = {}, fields = credentialsFor(simulator)) => {
		const first = trigger(parameters);
		await first.poll();
		const cursor = first.staticData.cursor as IDataObject;
		cursor.position = Date.now() - 72 * HOUR;
		return createTrigger(fields, parameters, { staticData: copyOf(first.staticData) });
	};

	/** Polls until two polls in a row find nothing, and tells how long the longest took. */
	const drain = async ({ poll }: ReturnType<typeof trigger>, mostPolls: number) => {
		const polls: unknown[][] = [];
		let longestMs = 0;
		for (let quiet = 0; polls.length < mostPolls && quiet < 2; ) {
			const began = Date.now();
			const { items, failed } = await poll().then(
				(all) => ({ items: all, failed: false }),
				() => ({ items: [], failed: true }),
			);
			longestMs = Math.max(longestMs, Date.now() - began);
			polls.push(idsOf(items));
			quiet = items.length > 0 || failed ? 0 : quiet + 1;
		}
		return { reported: polls.flat(), polls, longestMs };
	};

	test('of thousands of runs is drained at the pace of the tenant, each end once', async () => {
		warp(100);
		const sleeper = await asleep();
		const ids = endMany(2_500, 70 * HOUR);
		const { reported, longestMs } = await drain(sleeper, 12);
		expect(reported).toEqual(ids);
		expect(longestMs).toBeLessThan(45_000);
	});

	test('with details takes several polls, each within its time', async () => {
		warp(60);
		const sleeper = await asleep({ includeDetails: true });
		const ids = endMany(320, 70 * HOUR);
		const { reported, polls, longestMs } = await drain(sleeper, 12);
		expect(reported).toEqual(ids);
		expect(polls.length).toBeGreaterThan(3);
		expect(longestMs).toBeLessThan(45_000);
	});

	test('gets on when Amperity takes seconds to answer', async () => {
		warp(80);
		const sleeper = await asleep();
		const ids = endMany(900, 70 * HOUR);
		simulator.onRequest = () => ({ kind: 'late', delayMs: 5_000 });
		const { reported } = await drain(sleeper, 12);
		expect(reported).toEqual(ids);
	});

	test('gets on when it is far too large for one poll of a slow Amperity', async () => {
		warp(80);
		const sleeper = await asleep();
		const ids = endMany(2_000, 70 * HOUR);
		simulator.onRequest = () => ({ kind: 'late', delayMs: 3_000 });
		const { reported } = await drain(sleeper, 12);
		expect(reported).toEqual(ids);
	});

	test('of many ends within minutes costs little more than one of days', async () => {
		const costOf = async (overMs: number) => {
			const { poll } = await asleep({}, credentials());
			const ids = endMany(2_000, overMs);
			const before = simulator.requests.length;
			expect(idsOf(await poll())).toEqual(ids);
			const cost = simulator.requests.length - before;
			simulator.reset();
			return cost;
		};
		const ofDays = await costOf(70 * HOUR);
		expect(await costOf(60_000)).toBeLessThan(1.5 * ofDays);
	});
});
