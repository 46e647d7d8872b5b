/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import axios, { type AxiosRequestConfig, type AxiosResponse } from 'axios';
import {
	AmperitySimulator,
	NAMED_SCENARIOS,
	violation,
	type Fault,
	type SimulatorOptions,
} from '../simulator';

type Json = Record<string, unknown>;

interface Page {
	data: Json[];
	next_token?: string | number;
	total?: number;
}

/** A moment in which the injected clock stands still. */
const NOON = Date.parse('2026-10-01T12:00:00Z');

const RUNS = '/workflow/runs';

let simulator: AmperitySimulator;
let realTime: number;

const OPTIONS: SimulatorOptions = { rateLimit: false, now: () => realTime };

beforeAll(async () => {
	realTime = NOON;
	simulator = await AmperitySimulator.start(OPTIONS);
});

beforeEach(() => {
	realTime = NOON;
	simulator.reset();
});

/** Simulators that a single test has started. */
const others: AmperitySimulator[] = [];

async function startOther(options: SimulatorOptions = {}): Promise<AmperitySimulator> {
	const other = await AmperitySimulator.start({ ...OPTIONS, ...options });
	others.push(other);
	return other;
}

afterEach(async () => {
	for (const other of others.splice(0)) await other.stop();
	expect(simulator.validationErrors).toEqual([]);
});

afterAll(async () => {
	await simulator.stop();
});

/** Sends a request as the node would; never throws for a status. */
async function call(
	method: string,
	url: string,
	config: AxiosRequestConfig = {},
	target = simulator,
): Promise<AxiosResponse<Json>> {
	return await axios.request<Json>({
		method,
		baseURL: target.baseUrl,
		url,
		validateStatus: () => true,
		maxRedirects: 0,
		...config,
		headers: {
			Authorization: `Bearer ${target.token}`,
			'amperity-tenant': target.tenant,
			'api-version': '2024-04-01',
			...config.headers,
		},
	});
}

const get = async (url: string, params: Json = {}) => await call('GET', url, { params });

const start = async (body: unknown, config: AxiosRequestConfig = {}) =>
	await call('POST', RUNS, { data: body, ...config });

async function startedId(configId: string): Promise<string> {
	const { status, data } = await start({ config_id: configId });
	expect(status).toBe(201);
	return String(data.id);
}

const overview = async (id: string) => (await get(`${RUNS}/${id}`)).data;

const verbose = async (id: string) => (await get(`${RUNS}/${id}`, { view: 'verbose' })).data;

async function pages(url: string, params: Json = {}, target = simulator): Promise<Page[]> {
	const found: Page[] = [];
	let next: Page['next_token'];
	do {
		const query = { ...params, ...(next && { next_token: next }) };
		const { status, data } = await call('GET', url, { params: query }, target);
		expect(status).toBe(200);
		const page = data as unknown as Page;
		found.push(page);
		next = page.next_token;
	} while (next);
	return found;
}

async function listedIds(params: Json = {}, target = simulator): Promise<unknown[]> {
	const found = await pages(RUNS, params, target);
	return found.flatMap((page) => page.data.map(({ id }) => id));
}

describe('start', () => {
	it.each([RUNS, `${RUNS}/`])('answers POST %s with 201 and the run', async (path) => {
		const { status, data, headers } = await call('POST', path, {
			data: {
				config_id: 'cg-123ABc4DE',
				range_from: '2026-10-01T00:00:00Z',
				range_to: '2026-10-02T00:00:00+02:00',
				run_mode: 'full',
			},
		});
		expect(status).toBe(201);
		expect(headers['content-type']).toContain('application/json');
		expect(violation('run', data)).toBeUndefined();
		expect(data).toMatchObject({
			state: 'scheduled',
			type: 'courier.group/run',
			tenant: 'acme',
			created_at: '2026-10-01T12:00:00.000Z',
			principal_name: 'Simulator API key',
		});
		expect(data.id).toMatch(/^wf-20261001-\d{5}-[0-9A-Za-z]{6}$/);
		expect(data).not.toHaveProperty('task_instances');
		expect(JSON.stringify(data)).not.toContain('123ABc4DE');
	});

	it.each([
		['cg-a', 'courier.group/run'],
		['og-a', 'amperity.orchestration.orchestration/run'],
		['cc-a', 'campaign.send'],
	])('makes of %s a run of type %s', async (configId, type) => {
		expect((await start({ config_id: configId })).data.type).toBe(type);
	});

	it('logs the request and the run that it started', async () => {
		const id = await startedId('cg-a');
		const [request] = simulator.requests;
		expect(request).toMatchObject({
			index: 0,
			method: 'POST',
			path: RUNS,
			body: { config_id: 'cg-a' },
			status: 201,
			startedRunId: id,
			rateLimited: false,
			headers: { 'amperity-tenant': 'acme' },
		});
		const [run] = simulator.runsStartedFor('cg-a');
		expect(run).toMatchObject({ id, configId: 'cg-a', requestIndex: 0 });
	});

	it.each([
		['no config_id', {}, 'config_id'],
		['an empty config_id', { config_id: '' }, 'config_id'],
		['a config_id of another type', { config_id: 7 }, 'config_id'],
		['a config_id of odd shape', { config_id: 'cg-1/../2' }, 'config_id'],
		['an unknown property', { config_id: 'cg-a', wait: true }, 'wait'],
		['a null', { config_id: 'cg-a', range_from: null }, 'range_from'],
		['a bare date', { config_id: 'cg-a', range_from: '2026-10-01' }, 'range_from'],
		['a time without zone', { config_id: 'cg-a', range_from: '2026-10-01T00:00:00' }, 'range_from'],
		['no such day', { config_id: 'cg-a', range_from: '2026-02-30T00:00:00Z' }, 'range_from'],
		['range_to alone', { config_id: 'cg-a', range_to: '2026-10-01T00:00:00Z' }, 'range_from'],
		[
			'from equal to to',
			{
				config_id: 'cg-a',
				range_from: '2026-10-01T02:00:00+02:00',
				range_to: '2026-10-01T00:00:00Z',
			},
			'before',
		],
		['an unknown run_mode', { config_id: 'cg-a', run_mode: 'Full' }, 'run_mode'],
		['a run_mode for a campaign', { config_id: 'cc-a', run_mode: 'full' }, 'courier'],
		['a range for an og-', { config_id: 'og-a', range_from: '2026-10-01T00:00:00Z' }, 'courier'],
		['an array', [{ config_id: 'cg-a' }], 'one JSON object'],
		['no JSON', '{"config_id"="cg-a"}', 'one JSON object'],
	])('refuses %s', async (_, body, word) => {
		const { status, data } = await start(body, { headers: { 'Content-Type': 'application/json' } });
		expect(status).toBe(400);
		expect(violation('error', data)).toBeUndefined();
		expect(data.message).toContain(word);
		expect(data.request_id).toBe('request-0');
		expect(simulator.runs).toEqual([]);
	});

	it('refuses a body of another content type', async () => {
		const headers = { 'Content-Type': 'text/plain' };
		expect((await start('{"config_id":"cg-a"}', { headers })).status).toBe(400);
	});

	it.each(['cg-missing', 'cc-other-tenant'])('knows no %s', async (configId) => {
		const { status, data } = await start({ config_id: configId });
		expect(status).toBe(404);
		expect(data.message).toContain(configId);
	});
});

describe('header checks', () => {
	const refusals: Array<[string, Record<string, string | undefined>, number]> = [
		['no token', { Authorization: undefined }, 401],
		['a wrong token', { Authorization: 'Bearer other' }, 401],
		['a token without Bearer', { Authorization: 'simulator-token' }, 401],
		['no version', { 'api-version': undefined }, 400],
		['an unsupported version', { 'api-version': '2020-01-01' }, 400],
		['no tenant', { 'amperity-tenant': undefined }, 400],
		['an unknown tenant', { 'amperity-tenant': 'nobody' }, 404],
		['the token of another tenant', { 'amperity-tenant': 'globex' }, 403],
		['a key without the policy', { Authorization: 'Bearer simulator-token-without-policy' }, 403],
	];

	it.each(refusals)('refuses %s', async (_, headers, status) => {
		const answers = [
			await call('GET', RUNS, { headers }),
			await call('GET', '/campaigns', { headers }),
			await call('POST', RUNS, { headers, data: { config_id: 'cg-a' } }),
		];
		for (const answer of answers) {
			expect(answer.status).toBe(status);
			expect(violation('error', answer.data)).toBeUndefined();
			expect(answer.data.status).toBe(status);
		}
		expect(simulator.runs).toEqual([]);
	});

	it('takes the version from the query, too', async () => {
		const headers = { 'api-version': undefined };
		const answer = await call('GET', RUNS, { headers, params: { api_version: '2024-04-01' } });
		expect(answer.status).toBe(200);
	});

	it('knows no other path and no other method', async () => {
		expect((await get('/workflow')).status).toBe(404);
		expect((await get(`${RUNS}/`)).status).toBe(405);
		expect((await call('DELETE', RUNS)).status).toBe(405);
	});

	it('follows changes of the token', async () => {
		simulator.setToken('new-token');
		expect((await get(RUNS)).status).toBe(200);
		expect(
			(await call('GET', RUNS, { headers: { Authorization: 'Bearer simulator-token' } })).status,
		).toBe(401);
		simulator.revokeToken('new-token');
		expect((await get(RUNS)).status).toBe(401);
	});
});

describe('the life of a run', () => {
	it('goes from scheduled over running to succeeded', async () => {
		const id = await startedId('cg-a');
		expect(await overview(id)).toEqual({
			id,
			state: 'scheduled',
			type: 'courier.group/run',
			name: expect.any(String),
			tenant: 'acme',
			created_at: '2026-10-01T12:00:00.000Z',
		});
		simulator.clock.advance(5_000);
		expect((await overview(id)).state).toBe('running');
		simulator.clock.advance(54_999);
		expect(await overview(id)).not.toHaveProperty('ended_at');
		simulator.clock.advance(1);
		expect(await overview(id)).toMatchObject({
			state: 'succeeded',
			ended_at: '2026-10-01T12:01:00.000Z',
		});
	});

	it('shows tasks in the verbose view only, and none that has not begun', async () => {
		const id = await startedId('cg-a');
		expect((await verbose(id)).task_instances).toEqual([]);
		simulator.clock.advance(25_000);
		const { task_instances: tasks } = await verbose(id);
		expect(tasks).toMatchObject([
			{ label: 'Load files', state: 'succeeded', ended_at: '2026-10-01T12:00:18.750Z' },
			{ label: 'Refresh domain tables', state: 'running', run_id: id },
		]);
		simulator.clock.advance(60_000);
		expect(((await verbose(id)).task_instances as Json[]).map(({ state }) => state)).toEqual(
			Array(4).fill('succeeded'),
		);
		expect(await overview(id)).not.toHaveProperty('task_instances');
	});

	it.each([
		['cg-fails-customer', 'failed', 'customer'],
		['og-nightly-fails-platform', 'failed', 'platform'],
		['cc-gets-stopped', 'canceled', undefined],
	])('lets %s end as %s', async (configId, state, attribution) => {
		const id = await startedId(configId);
		simulator.clock.advance(60_000);
		const { error, ...run } = await verbose(id);
		expect(run.state).toBe(state);
		expect((error as Json).attribution).toBe(attribution);
		expect((run.task_instances as Json[]).at(-1)).toMatchObject({ state, error });
		expect(await overview(id)).not.toHaveProperty('error');
	});

	it('starts a run for each scenario of the table that has one', async () => {
		for (const [name, { scenario }] of Object.entries(NAMED_SCENARIOS)) {
			const { status } = await start({ config_id: `cg-${name}` });
			expect([name, status]).toEqual([name, scenario ? 201 : 404]);
		}
	});

	it('ends at another time than now where a test says so', async () => {
		simulator.clock.advance(600_000);
		const [past, future] = [NOON + 540_000, NOON + 4_200_000];
		const ends = [past, future].map((at) => {
			const { id } = simulator.startRunAs({
				principal: 'person',
				createdAt: NOON,
				scenario: { neverEnds: true },
			});
			simulator.endRun(id, 'failed', at);
			return id;
		});
		const [before, ahead] = ends;
		expect(await verbose(before!)).toMatchObject({
			state: 'failed',
			ended_at: '2026-10-01T12:09:00.000Z',
			error: { attribution: 'customer' },
		});
		expect(await overview(ahead!)).toMatchObject({
			state: 'failed',
			ended_at: '2026-10-01T13:10:00.000Z',
		});
		expect(
			await listedIds({ ended_from: '2026-10-01T12:09', ended_to: '2026-10-01T12:10' }),
		).toEqual([before]);
		expect(await listedIds({ ended_from: '2026-10-01T12:30' })).toEqual([ahead]);
		simulator.restartRun(ahead!);
		expect(await overview(ahead!)).not.toHaveProperty('ended_at');
	});

	it('can not end before it was created', async () => {
		const id = await startedId('cg-waits-for-files');
		expect(() => simulator.endRun(id, 'failed', NOON - 1)).toThrow('before it was created');
	});

	it.each([
		[undefined, 86_400_000],
		[600_000, 600_000],
		[null, undefined],
	])('warns after a time: %p', async (warnAfterMs, expected) => {
		simulator.setScenario('cg-a', { warnAfterMs });
		const id = await startedId('cg-a');
		expect((await verbose(id)).warn_after_ms).toBe(expected);
		expect(await overview(id)).not.toHaveProperty('warn_after_ms');
	});

	it('waits for files until it is ended', async () => {
		const id = await startedId('cg-waits-for-files');
		simulator.clock.advance(48 * 3_600_000);
		expect((await overview(id)).state).toBe('running');
		simulator.endRun(id, 'failed');
		expect((await overview(id)).state).toBe('failed');
		expect((await verbose(id)).error).toMatchObject({ attribution: 'customer' });
	});

	it('is stopped over the API: stopping, then canceled', async () => {
		const id = await startedId('cg-slow');
		simulator.clock.advance(10_000);
		const stopped = await call('POST', `${RUNS}/${id}/stop`);
		expect(stopped.status).toBe(200);
		expect(stopped.data).toMatchObject({ id, state: 'stopping' });
		expect((await call('POST', `${RUNS}/${id}/stop`)).data.state).toBe('stopping');
		simulator.clock.advance(2_000);
		expect(await verbose(id)).toMatchObject({
			state: 'canceled',
			ended_at: '2026-10-01T12:00:12.000Z',
			error: {
				type: 'amperity.workflow.workflow.repository.core/cancel',
				message: 'Workflow manually stopped',
			},
		});
		const again = await call('POST', `${RUNS}/${id}/stop`);
		expect(again.status).toBe(409);
		expect(again.data.message).toContain('already ended');
	});

	it('refuses a second stop while it is stopping, if told so', async () => {
		simulator.secondStop = 'conflict';
		const id = await startedId('cg-slow');
		expect((await call('POST', `${RUNS}/${id}/stop`)).status).toBe(200);
		const { status, data } = await call('POST', `${RUNS}/${id}/stop`);
		expect(status).toBe(409);
		expect(violation('error', data)).toBeUndefined();
		expect(data.message).toContain('already being stopped');
		expect(simulator.stateOf(id)).toBe('stopping');
		simulator.reset();
		expect(simulator.secondStop).toBe('accepted');
	});

	it('goes on after a person has restarted it, and ends again', async () => {
		const id = await startedId('cg-fails-platform');
		expect(() => simulator.restartRun(id)).toThrow('has not ended');
		simulator.clock.advance(100_000);
		simulator.restartRun(id, 'succeeded', 30_000);
		const restarted = await verbose(id);
		expect(restarted.state).toBe('running');
		expect(restarted).not.toHaveProperty('ended_at');
		expect(restarted).not.toHaveProperty('error');
		simulator.clock.advance(30_000);
		expect(await overview(id)).toMatchObject({
			state: 'succeeded',
			ended_at: '2026-10-01T12:02:10.000Z',
		});
	});

	it('plays the scenarios that a test sets, one run after the other', async () => {
		simulator.setScenario('cg-a', { outcome: 'failed-platform', durationMs: 1_000 }, {});
		const [first, second, third] = [
			await startedId('cg-a'),
			await startedId('cg-a'),
			await startedId('cg-a'),
		];
		simulator.clock.advance(60_000);
		expect(simulator.stateOf(first)).toBe('failed');
		expect(simulator.stateOf(second)).toBe('succeeded');
		expect(simulator.stateOf(third)).toBe('succeeded');
	});

	it('spells states as it is told, hides properties and adds unknown ones', async () => {
		simulator.setScenario('cg-a', {
			states: ['Scheduled', 'IN_PROGRESS', 'Cancelled'],
			outcome: 'stopped',
			durationMs: 20_000,
			hide: ['ended_at'],
			extra: { priority: { level: 3 } },
		});
		const id = await startedId('cg-a');
		simulator.clock.advance(10_000);
		expect((await overview(id)).state).toBe('IN_PROGRESS');
		simulator.clock.advance(10_000);
		expect(await overview(id)).toMatchObject({ state: 'Cancelled', priority: { level: 3 } });
		expect(await overview(id)).not.toHaveProperty('ended_at');
	});

	it('ends never, if told so', async () => {
		simulator.setScenario('cg-a', { states: ['scheduled', 'paused'], neverEnds: true });
		const id = await startedId('cg-a');
		simulator.clock.advance(48 * 3_600_000);
		expect((await overview(id)).state).toBe('paused');
	});

	it('appears late in the list, or late by its ID, if told so', async () => {
		simulator.setScenario('cg-a', { listLagMs: 10_000 }, { getLagMs: 10_000 });
		const [inListLate, byIdLate] = [await startedId('cg-a'), await startedId('cg-a')];
		expect(await listedIds()).toEqual([byIdLate]);
		expect((await get(`${RUNS}/${inListLate}`)).status).toBe(200);
		expect((await get(`${RUNS}/${byIdLate}`)).status).toBe(404);
		simulator.clock.advance(10_000);
		expect(await listedIds()).toEqual([byIdLate, inListLate]);
		expect((await get(`${RUNS}/${byIdLate}`)).status).toBe(200);
	});

	it('is hidden from the list for a while, if told so', async () => {
		const listHiddenMs: Array<[number, number]> = [
			[5_000, 20_000],
			[30_000, 40_000],
		];
		simulator.setScenario('cg-a', { listLagMs: 1_000, listHiddenMs });
		const id = await startedId('cg-a');
		const isListed: Record<number, boolean> = {};
		for (const second of [0, 1, 4, 5, 19, 20, 30, 40]) {
			realTime = NOON + second * 1_000;
			isListed[second] = (await listedIds()).length > 0;
			expect(simulator.requests.at(-1)!.listed).toEqual({ runIds: isListed[second] ? [id] : [] });
			expect((await get(`${RUNS}/${id}`)).status).toBe(200);
		}
		expect(isListed).toEqual({
			0: false,
			1: true,
			4: true,
			5: false,
			19: false,
			20: true,
			30: false,
			40: true,
		});
	});

	it('ends late in the list, but with the true time, if told so', async () => {
		simulator.setScenario('cg-a', { durationMs: 10_000, listStaleMs: 5_000 });
		const id = await startedId('cg-a');
		simulator.clock.advance(12_000);
		expect((await overview(id)).state).toBe('succeeded');
		expect(await listedIds({ ended_from: '2026-10-01' })).toEqual([]);
		expect((await pages(RUNS))[0]?.data).toMatchObject([{ id, state: 'running' }]);
		expect(await listedIds({ state: 'succeeded' })).toEqual([]);
		simulator.clock.advance(3_000);
		const [page] = await pages(RUNS, { ended_from: '2026-10-01' });
		expect(page?.data).toMatchObject([{ id, ended_at: '2026-10-01T12:00:10.000Z' }]);
	});

	it('stays in the list as it was at first, if told so', async () => {
		simulator.setScenario('cg-a', { states: ['running', 'succeeded'], listStaleMs: Infinity });
		const id = await startedId('cg-a');
		simulator.clock.advance(48 * 3_600_000);
		expect((await overview(id)).state).toBe('succeeded');
		const [page] = await pages(RUNS);
		expect(page?.data).toMatchObject([{ id, state: 'running' }]);
		expect(page?.data[0]).not.toHaveProperty('ended_at');
	});

	it('follows a faster clock', async () => {
		simulator.clock.speed = 60;
		const id = await startedId('cg-a');
		realTime += 999;
		expect(simulator.stateOf(id)).toBe('running');
		realTime += 1;
		expect(simulator.stateOf(id)).toBe('succeeded');
	});

	it('tells who started it', async () => {
		const automated = simulator.startRunAs({ principal: 'automated', configId: 'cg-a' });
		const other = simulator.startRunAs({ principal: { id: 'key-2', name: 'Other key' } });
		expect((await verbose(automated.id)).principal_name).toBe('Automated workflow');
		expect((await verbose(other.id)).principal_id).toBe('key-2');
		expect(simulator.runsStartedFor('cg-a')).toEqual([]);
	});

	it('is unknown to another tenant', async () => {
		const { id } = simulator.startRunAs({ principal: 'api', tenant: simulator.otherTenant });
		expect((await get(`${RUNS}/${id}`)).status).toBe(404);
		expect((await call('POST', `${RUNS}/${id}/stop`)).status).toBe(404);
		expect(await listedIds()).toEqual([]);
		const headers = {
			Authorization: `Bearer ${simulator.otherToken}`,
			'amperity-tenant': simulator.otherTenant,
		};
		expect((await call('GET', `${RUNS}/${id}`, { headers })).status).toBe(200);
	});

	it('is a 404 if there is none, and a 400 for an unknown view', async () => {
		expect((await get(`${RUNS}/wf-20260101-00000-abcdef`)).status).toBe(404);
		const id = await startedId('cg-a');
		expect((await get(`${RUNS}/${id}`, { view: 'full' })).status).toBe(400);
	});
});

describe('the list of runs', () => {
	const runAt = (createdAt: number, durationMs = 60_000) =>
		simulator.startRunAs({ principal: 'automated', createdAt, scenario: { durationMs } });

	it('shows overviews, newest first', async () => {
		const older = runAt(NOON - 100_000);
		const newer = runAt(NOON - 10_000);
		const [page] = await pages(RUNS);
		expect(page).toEqual({ data: [await overview(newer.id), await overview(older.id)] });
		expect(violation('runList', page)).toBeUndefined();
	});

	it.each(['newest-first', 'oldest-first', 'shuffled'] as const)(
		'pages without doubles and gaps: %s',
		async (listOrder) => {
			const other = await startOther({ listOrder });
			// Times repeat and jump back and forth.
			const ids = Array.from(
				{ length: 57 },
				(_, index) =>
					other.startRunAs({ principal: 'person', createdAt: NOON - (index % 4) * 1_000 }).id,
			);
			const found = await listedIds({ limit: 5 }, other);
			const expected = await listedIds({}, other);
			expect(found).toEqual(expected);
			expect([...found].sort()).toEqual(ids.sort());
		},
	);

	it('keeps its place while runs are added', async () => {
		const old = Array.from({ length: 4 }, (_, index) => runAt(NOON - index * 1_000).id);
		const first = (await get(RUNS, { limit: 2 })).data as unknown as Page;
		runAt(NOON + 1_000);
		simulator.clock.advance(2_000);
		const second = (await get(RUNS, { limit: 2, next_token: first.next_token }))
			.data as unknown as Page;
		expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(old);
		expect(second).not.toHaveProperty('next_token');
	});

	it('may end with an empty cursor, and may give less than asked for', async () => {
		for (let index = 0; index < 5; index++) runAt(NOON);
		simulator.lastPageToken = 'empty';
		simulator.pageCap = 2;
		const found = await pages(RUNS, { limit: 1_000 });
		expect(found.map(({ data }) => data.length)).toEqual([2, 2, 1]);
		expect(found.at(-1)?.next_token).toBe('');
	});

	it('may give cursors that are numbers, which come back as text', async () => {
		const ids = Array.from({ length: 5 }, (_, index) => runAt(NOON - index * 1_000).id);
		simulator.cursorForm = 'number';
		simulator.lastPageToken = 'empty';
		const found = await pages(RUNS, { limit: 2 });
		expect(found.map(({ next_token }) => next_token)).toEqual([1, 2, '']);
		expect(found.flatMap(({ data }) => data.map(({ id }) => id))).toEqual(ids);
		expect((await pages('/campaigns', { limit: 40 }))[0]?.next_token).toBe(3);
		expect((await get(RUNS, { next_token: 9 })).status).toBe(400);
		expect((await get(RUNS, { next_token: 1, type: 'campaign.send' })).status).toBe(400);
		simulator.reset();
		expect((await get('/campaigns', { limit: 40 })).data.next_token).toEqual(expect.any(String));
		expect((await get(RUNS, { next_token: 1 })).status).toBe(400);
	});

	it('may count where its pages begin, so that what comes and goes shifts them', async () => {
		const ids = Array.from({ length: 6 }, (_, index) => runAt(NOON - 120_000 - index * 1_000).id);
		const ended = { ended_to: '2030', limit: 2 };
		const next = async ({ data }: { data: Json }) =>
			await get(RUNS, { ...ended, next_token: data.next_token });
		const idsOf = ({ data }: { data: Json }) => (data.data as Json[]).map(({ id }) => id);

		simulator.cursorKind = 'offset';
		const first = await get(RUNS, ended);
		simulator.restartRun(ids[0]!);
		const second = await next(first);
		const third = await next(second);
		expect([first, second, third].map(idsOf)).toEqual([
			[ids[0], ids[1]],
			[ids[3], ids[4]],
			[ids[5]],
		]);
		expect(third.data).not.toHaveProperty('next_token');

		simulator.reset();
		expect(simulator.cursorKind).toBe('place');
	});

	it('loses nobody to a run that leaves it where its pages begin at a place', async () => {
		const ids = Array.from({ length: 4 }, (_, index) => runAt(NOON - 120_000 - index * 1_000).id);
		const { data } = await get(RUNS, { ended_to: '2030', limit: 2 });
		simulator.restartRun(ids[0]!);
		const query = { ended_to: '2030', limit: 2, next_token: data.next_token };
		expect((await get(RUNS, query)).data.data).toMatchObject([{ id: ids[2] }, { id: ids[3] }]);
	});

	it.each([
		['down', 60_000, ['12:00:00', '12:00:30']],
		['up', 60_000, ['12:01:00']],
		['down', 1_000, ['12:00:30', '12:01:00']],
		['up', 1_000, ['12:01:00']],
	] as const)(
		'may know the times it is asked for %s to %d ms only',
		async (rounds, ms, expected) => {
			const ends = ['12:00:00', '12:00:30', '12:01:00', '12:02:00'];
			const time = (text: string) => `2026-10-01T${text}Z`;
			for (const end of ends) runAt(Date.parse(time(end)) - 60_000);
			simulator.clock.advance(600_000);
			simulator.filterGrain = { ms, rounds };
			for (const name of ['ended', 'created'] as const) {
				const earlier = name === 'created' ? 60_000 : 0;
				const from = new Date(Date.parse(time('12:00:30.500')) - earlier).toISOString();
				const to = new Date(Date.parse(time('12:01:59.500')) - earlier).toISOString();
				const page = await get(RUNS, { [`${name}_from`]: from, [`${name}_to`]: to });
				const found = (page.data.data as Json[]).map(({ ended_at }) =>
					String(ended_at).slice(11, 19),
				);
				expect(found.reverse()).toEqual(expected);
			}
			simulator.reset();
			expect(simulator.filterGrain).toBe(false);
		},
	);

	it('gives the total only on request', async () => {
		for (let index = 0; index < 3; index++) runAt(NOON);
		expect((await get(RUNS, { limit: 1, with_total: true })).data.total).toBe(3);
		expect((await get(RUNS, { limit: 1, with_total: false })).data).not.toHaveProperty('total');
	});

	it.each(['newest-first', 'shuffled'] as const)(
		'filters by time, from inclusive and to exclusive: %s',
		async (listOrder) => {
			const other = await startOther({ listOrder });
			const times = ['2026-09-30T23:59:59.999Z', '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'];
			const ids = times.map(
				(time) =>
					other.startRunAs({
						principal: 'person',
						createdAt: Date.parse(time) - 60_000,
						scenario: { durationMs: 60_000 },
					}).id,
			);
			const middle = [ids[1]];
			other.clock.advance(24 * 3_600_000);
			const created = { created_from: '2026-09-30T23:59:00Z', created_to: '2026-10-01T23:59' };
			expect(await listedIds(created, other)).toEqual(middle);
			const ended = { ended_from: '2026-10-01', ended_to: '2026-10-02T02:00:00+02:00' };
			expect(await listedIds(ended, other)).toEqual(middle);
		},
	);

	it('shows no active run where an end is asked for', async () => {
		simulator.startRunAs({ principal: 'person', scenario: { waitsForFiles: true } });
		expect(await listedIds({ ended_to: '2030' })).toEqual([]);
	});

	it('filters by state and type, also together with pages', async () => {
		const campaign = simulator.startRunAs({ principal: 'person', configId: 'cc-a' });
		const done = runAt(NOON - 100_000);
		const alsoDone = runAt(NOON - 200_000);
		expect(await listedIds({ type: 'campaign.send' })).toEqual([campaign.id]);
		expect(await listedIds({ state: 'Succeeded', limit: 1 })).toEqual([done.id, alsoDone.id]);
		expect(await listedIds({ state: 'stopped' })).toEqual([]);
	});

	it.each([
		['limit', '0'],
		['limit', '1001'],
		['limit', 'many'],
		['with_total', 'yes'],
		['created_from', 'yesterday'],
		['created_from', '2026-02-30'],
		['ended_to', ''],
		['state', 'failed'],
		['next_token', ''],
		['next_token', 'null'],
		['page', '2'],
	])('refuses %s=%s', async (name, value) => {
		const { status, data } = await get(RUNS, { [name]: value });
		expect(status).toBe(400);
		expect(data.message).toContain(name);
	});

	it('refuses a cursor with other filters than it was made for', async () => {
		runAt(NOON);
		runAt(NOON);
		const { next_token } = (await get(RUNS, { limit: 1 })).data;
		expect((await get(RUNS, { limit: 1, next_token, type: 'campaign.send' })).status).toBe(400);
		expect((await get(RUNS, { limit: 2, next_token })).status).toBe(200);
	});
});

describe('the rate limit', () => {
	beforeEach(() => {
		simulator.rateLimit = 10;
	});

	const statuses = async (count: number) => {
		const answers = await Promise.all(Array.from({ length: count }, async () => await get(RUNS)));
		return answers.map(({ status }) => status);
	};

	it('lets ten requests pass in any second, and counts no refused ones', async () => {
		expect(await statuses(5)).toEqual(Array(5).fill(200));
		realTime += 600;
		expect((await statuses(6)).sort()).toEqual([...Array<number>(5).fill(200), 429]);
		realTime += 399;
		expect(await statuses(1)).toEqual([429]);
		realTime += 1;
		expect((await statuses(6)).sort()).toEqual([...Array<number>(5).fill(200), 429]);
		expect(simulator.requests.filter(({ rateLimited }) => rateLimited)).toHaveLength(3);
	});

	it('starts nothing beyond it', async () => {
		await statuses(10);
		const { status, data } = await start({ config_id: 'cg-a' });
		expect(status).toBe(429);
		expect(violation('error', data)).toBeUndefined();
		expect(simulator.runs).toEqual([]);
	});

	it('counts each tenant by itself', async () => {
		await statuses(10);
		const headers = {
			Authorization: `Bearer ${simulator.otherToken}`,
			'amperity-tenant': 'globex',
		};
		expect((await call('GET', RUNS, { headers })).status).toBe(200);
	});
});

describe('faults', () => {
	const startWith = async (fault: Fault, config: AxiosRequestConfig = {}) => {
		simulator.failNext(fault, { method: 'post', path: RUNS });
		return await start({ config_id: 'cg-a' }, config).catch((error: unknown) => error);
	};

	const runsStarted = () => simulator.runsStartedFor('cg-a').length;

	it('drop-before: nothing has happened', async () => {
		expect(await startWith({ kind: 'drop-before' })).toMatchObject({ code: 'ECONNRESET' });
		expect(runsStarted()).toBe(0);
		expect(simulator.requests).toMatchObject([
			{ status: undefined, fault: { kind: 'drop-before' } },
		]);
	});

	it('drop-after: the run has started', async () => {
		expect(await startWith({ kind: 'drop-after' })).toMatchObject({ code: 'ECONNRESET' });
		expect(runsStarted()).toBe(1);
		expect(simulator.requests).toMatchObject([
			{ status: undefined, startedRunId: simulator.runs[0]?.id },
		]);
	});

	it('late: accepted at once, answered later', async () => {
		expect(await startWith({ kind: 'late', delayMs: 150 }, { timeout: 50 })).toMatchObject({
			code: 'ECONNABORTED',
		});
		expect(runsStarted()).toBe(1);
		expect(await startWith({ kind: 'late', delayMs: 20 })).toMatchObject({ status: 201 });
	});

	it('late-accept: accepted later, even when the client has gone', async () => {
		expect(await startWith({ kind: 'late-accept', delayMs: 100 }, { timeout: 50 })).toMatchObject({
			code: 'ECONNABORTED',
		});
		expect(runsStarted()).toBe(0);
		await start({ config_id: 'cg-b' });
		expect(await startWith({ kind: 'late-accept', delayMs: 100 })).toMatchObject({ status: 201 });
		expect(runsStarted()).toBe(2);
	});

	it('a reset lets no late request begin anything', async () => {
		await startWith({ kind: 'late-accept', delayMs: 60 }, { timeout: 20 });
		simulator.reset();
		expect(await startWith({ kind: 'late', delayMs: 60 })).toMatchObject({ status: 201 });
		expect(runsStarted()).toBe(1);
	});

	it.each([400, 401, 408, 418, 429, 500, 503, 520, 599])('status %d', async (status) => {
		const answer = (await startWith({ kind: 'status', status })) as AxiosResponse<Json>;
		expect(answer.status).toBe(status);
		expect(violation('error', answer.data)).toBeUndefined();
		expect(runsStarted()).toBe(0);
	});

	it('a status with Retry-After and another body, after acceptance', async () => {
		const answer = await startWith({
			kind: 'status',
			status: 503,
			accepted: true,
			retryAfter: '7',
			body: { message: 'Down' },
		});
		expect(answer).toMatchObject({
			status: 503,
			data: { message: 'Down' },
			headers: { 'retry-after': '7' },
		});
		expect(runsStarted()).toBe(1);
	});

	it('any status after acceptance, as JSON or as a page', async () => {
		const json = await startWith({ kind: 'status', status: 522, accepted: true });
		expect(json).toMatchObject({ status: 522, data: { status: 522 } });
		const page = await startWith({ kind: 'html', status: 404, accepted: true });
		expect(page).toMatchObject({ status: 404, data: expect.stringContaining('<html>') });
		expect(runsStarted()).toBe(2);
	});

	it('a stop that was accepted and answered 503', async () => {
		const id = await startedId('cg-slow');
		const path = `${RUNS}/${id}/stop`;
		simulator.failNext({ kind: 'status', status: 503, accepted: true }, { method: 'POST', path });
		expect((await call('POST', path)).status).toBe(503);
		expect((await overview(id)).state).toBe('stopping');
	});

	it('drip: bytes and no end, also of a token', async () => {
		simulator.failNext({ kind: 'drip', everyMs: 5 }, { path: '/v0/oauth2/token' });
		const { status, headers, data } = await axios.post<Readable>(
			`${simulator.baseUrl}/v0/oauth2/token`,
			'',
			{ responseType: 'stream' },
		);
		expect(status).toBe(200);
		expect(headers.date).toBe('Thu, 01 Oct 2026 12:00:00 GMT');
		let dripped = '';
		for await (const chunk of data) {
			dripped += String(chunk);
			if (dripped.length >= 3) break;
		}
		expect(dripped).toMatch(/^ +$/);
		expect(simulator.tokenExchanges).toEqual([]);
	});

	it('html', async () => {
		const answer = await startWith({ kind: 'html', status: 200, accepted: true });
		expect(answer).toMatchObject({ status: 200, data: expect.stringContaining('<html>') });
		expect(runsStarted()).toBe(1);
		expect(await startWith({ kind: 'html' })).toMatchObject({ status: 502 });
		expect(runsStarted()).toBe(1);
	});

	it('half-json: half of the true answer', async () => {
		const answer = (await startWith({
			kind: 'half-json',
			accepted: true,
		})) as unknown as AxiosResponse<string>;
		expect(answer.status).toBe(201);
		expect(answer.data).toContain(simulator.runs[0]?.id);
		expect(() => JSON.parse(answer.data) as unknown).toThrow(SyntaxError);
		expect(await startWith({ kind: 'half-json' })).toMatchObject({ status: 200 });
		expect(runsStarted()).toBe(1);
	});

	it('empty', async () => {
		expect(await startWith({ kind: 'empty', status: 201, accepted: true })).toMatchObject({
			status: 201,
			data: '',
		});
		expect(runsStarted()).toBe(1);
	});

	it.each<[string, Fault, object]>([
		['an error', { kind: 'status', status: 504 }, { status: 504 }],
		['a page', { kind: 'html', status: 200 }, { status: 200 }],
		['half an answer', { kind: 'half-json' }, { status: 200 }],
		['no body', { kind: 'empty', status: 502 }, { status: 502 }],
		['any body', { kind: 'body', body: [] }, { status: 200 }],
		['the end of the connection', { kind: 'drop-after' }, { code: 'ECONNRESET' }],
	])('%s now, accepted later', async (_, fault, answer) => {
		const late = { ...fault, accepted: true, acceptedAfterMs: 60 } as Fault;
		expect(await startWith(late)).toMatchObject(answer);
		expect(runsStarted()).toBe(0);
		await delay(100);
		expect(runsStarted()).toBe(1);
	});

	it('a reset lets nothing be accepted later', async () => {
		const fault: Fault = { kind: 'html', status: 504, accepted: true, acceptedAfterMs: 20 };
		expect(await startWith(fault)).toMatchObject({ status: 504 });
		simulator.reset();
		await delay(50);
		expect(runsStarted()).toBe(0);
	});

	it('cut-off: half an answer, then the end of the connection', async () => {
		const isCutOff = { message: 'stream has been aborted' };
		expect(await startWith({ kind: 'cut-off', accepted: true })).toMatchObject(isCutOff);
		expect(runsStarted()).toBe(1);
		expect(await startWith({ kind: 'cut-off' })).toMatchObject(isCutOff);
		expect(runsStarted()).toBe(1);
	});

	it('redirect', async () => {
		expect(await startWith({ kind: 'redirect', location: 'http://127.0.0.1:1/' })).toMatchObject({
			status: 307,
			headers: { location: 'http://127.0.0.1:1/' },
		});
		expect(runsStarted()).toBe(0);
	});

	it('body: any text, JSON and headers', async () => {
		const text = await startWith({
			kind: 'body',
			body: 'not JSON',
			headers: { 'X-Odd': 'yes', 'Content-Type': 'text/plain' },
		});
		expect(text).toMatchObject({
			status: 200,
			data: 'not JSON',
			headers: { 'x-odd': 'yes', 'content-type': 'text/plain' },
		});
		const json = await startWith({ kind: 'body', body: [null], status: 201, accepted: true });
		expect(json).toMatchObject({ status: 201, data: [null] });
		expect(runsStarted()).toBe(1);
	});

	it('meet as many requests as they are told, and only those they are meant for', async () => {
		simulator.failNext({ kind: 'status', status: 500 }, { path: /^\/campaigns/, times: 2 });
		expect((await get(RUNS)).status).toBe(200);
		expect((await get('/campaigns')).status).toBe(500);
		expect((await get('/campaigns')).status).toBe(500);
		expect((await get('/campaigns')).status).toBe(200);
	});

	it('can be decided for each request', async () => {
		simulator.onRequest = (request, index) =>
			index === 1 && request.path === RUNS ? { kind: 'status', status: 503 } : undefined;
		expect((await get(RUNS)).status).toBe(200);
		expect((await get(RUNS)).status).toBe(503);
		expect((await get(RUNS)).status).toBe(200);
	});

	it('hide no bad request', async () => {
		simulator.failNext({ kind: 'status', status: 500, accepted: true });
		await start({ config: 'cg-a' });
		expect(simulator.validationErrors.splice(0)).toEqual([
			expect.stringContaining('was not acceptable'),
		]);
	});
});

describe('the clock', () => {
	const dateOf = async (url: string, fault?: Fault) => {
		if (fault) simulator.failNext(fault);
		return ((await get(url)).headers as Json).date;
	};

	it.each<[string, string, Fault | undefined]>([
		['a list', RUNS, undefined],
		['an unknown run', `${RUNS}/wf-1`, undefined],
		['an unknown path', '/nowhere', undefined],
		['what can not be read', `${RUNS}/%E0%A4%A`, undefined],
		['a status', RUNS, { kind: 'status', status: 503 }],
		['a page', RUNS, { kind: 'html' }],
		['half an answer', RUNS, { kind: 'half-json' }],
		['no body', RUNS, { kind: 'empty' }],
		['a redirect', RUNS, { kind: 'redirect', location: '/' }],
		['any body', RUNS, { kind: 'body', body: {} }],
	])('dates %s', async (_, url, fault) => {
		simulator.clock.advance(90_999);
		expect(await dateOf(url, fault)).toBe('Thu, 01 Oct 2026 12:01:30 GMT');
	});

	it('dates what the rate limit refuses', async () => {
		simulator.rateLimit = 0;
		simulator.clock.offsetMs = -3_600_000;
		expect(await dateOf(RUNS)).toBe('Thu, 01 Oct 2026 11:00:00 GMT');
	});

	it('lets a fault give another date, or none', async () => {
		const date = 'Fri, 02 Oct 2026 00:00:00 GMT';
		expect(await dateOf(RUNS, { kind: 'body', body: {}, headers: { Date: date } })).toBe(date);
		const none: Fault = { kind: 'body', body: {}, headers: { date: undefined } };
		expect(await dateOf(RUNS, none)).toBeUndefined();
	});

	it.each([RUNS, `${RUNS}/wf-1`, '/nowhere'])('may be kept from %s', async (url) => {
		simulator.tellsDate = false;
		expect(await dateOf(url)).toBeUndefined();
		expect(await dateOf(url, { kind: 'html' })).toBeUndefined();
		simulator.reset();
		expect(await dateOf(url)).toBe('Thu, 01 Oct 2026 12:00:00 GMT');
	});

	it('may be ahead or behind', async () => {
		const other = await startOther({ clockOffsetMs: -7_200_000 });
		const { data, headers } = await call('POST', RUNS, { data: { config_id: 'cg-a' } }, other);
		expect(data.created_at).toBe('2026-10-01T10:00:00.000Z');
		expect(headers.date).toBe('Thu, 01 Oct 2026 10:00:00 GMT');
		other.clock.offsetMs = 60_000;
		expect(other.clock.now()).toBe(NOON + 60_000);
		other.clock.speed = 10;
		realTime += 1_000;
		expect(other.clock.offsetMs).toBe(69_000);
		other.clock.advance(-70_000);
		expect(other.clock.offsetMs).toBe(-1_000);
		other.reset();
		expect(other.clock.offsetMs).toBe(-7_200_000);
	});
});

describe('latency', () => {
	const timed = async (answer: Promise<unknown>) => {
		const began = performance.now();
		await answer;
		return performance.now() - began;
	};

	it('is between the acceptance of a request and its answer', async () => {
		simulator.latencyMs = 100;
		const answer = start({ config_id: 'cg-a' });
		while (simulator.requests.length === 0) await delay(1);
		expect(simulator.runsStartedFor('cg-a')).toHaveLength(1);
		expect(simulator.requests[0]?.status).toBeUndefined();
		simulator.clock.advance(60_000);
		expect(await answer).toMatchObject({
			status: 201,
			data: { state: 'scheduled' },
			headers: { date: 'Thu, 01 Oct 2026 12:01:00 GMT' },
		});
		expect(simulator.requests[0]?.status).toBe(201);
	});

	it('also comes before refusals and what faults answer', async () => {
		simulator.latencyMs = 60;
		simulator.failNext({ kind: 'status', status: 503 });
		expect(await timed(get(RUNS))).toBeGreaterThan(50);
		simulator.rateLimit = 0;
		expect(await timed(get(RUNS))).toBeGreaterThan(50);
	});

	it('is also on the way to the acceptance, which a client that goes does not hold up', async () => {
		simulator.transitMs = 60;
		const answer = start({ config_id: 'cg-a' }, { timeout: 20 });
		await expect(answer).rejects.toMatchObject({ code: 'ECONNABORTED' });
		expect(simulator.runsStartedFor('cg-a')).toEqual([]);
		await delay(80);
		expect(simulator.runsStartedFor('cg-a')).toHaveLength(1);
		expect(simulator.requests[0]).toMatchObject({ status: undefined });
		simulator.failNext({ kind: 'drop-before' });
		const dropped = get(RUNS).catch((error: unknown) => error);
		expect(await timed(dropped)).toBeGreaterThan(50);
		expect(await dropped).toMatchObject({ code: 'ECONNRESET' });
		simulator.reset();
		expect(simulator.transitMs).toBe(0);
	});

	it('is told by the log, and while it lasts by the port of the client', async () => {
		simulator.latencyMs = 60;
		const answer = start({ config_id: 'cg-a' });
		while (simulator.requests.length === 0) await delay(1);
		const port = simulator.requests[0]!.clientPort!;
		expect(simulator.isHolding(port)).toBe(true);
		realTime += 1_000;
		await answer;
		expect(simulator.isHolding(port)).toBe(false);
		expect(simulator.requests).toMatchObject([{ acceptedAt: NOON, endedAt: NOON + 1_000 }]);
	});

	it('can be that of each request, and ends with a reset', async () => {
		simulator.latencyMs = ({ path }) => (path === RUNS ? 60 : 0);
		const [slow, quick] = await Promise.all([timed(get(RUNS)), timed(get('/segments'))]);
		expect(slow).toBeGreaterThan(50);
		expect(quick).toBeLessThan(slow);
		simulator.reset();
		expect(simulator.latencyMs).toBe(0);
		const other = await startOther({ latencyMs: 60 });
		expect(await timed(call('GET', RUNS, {}, other))).toBeGreaterThan(50);
	});
});

describe('the schemas', () => {
	it('notice an answer that breaks them', async () => {
		simulator.setScenario('cg-a', { extra: { ended_at: 'yesterday' } });
		await start({ config_id: 'cg-a' });
		expect(simulator.validationErrors.splice(0)).toEqual([expect.stringContaining('ended_at')]);
	});

	it('can be left out', async () => {
		const other = await startOther({ validate: false });
		other.setScenario('cg-a', { extra: { ended_at: 'yesterday' } });
		await call('POST', RUNS, { data: { config_id: 'cg-a' } }, other);
		expect(other.validationErrors).toEqual([]);
	});
});

describe('the token endpoint', () => {
	const exchange = async (form: Json = {}, headers: Json = {}) =>
		await axios.post<Json>(
			`${simulator.baseUrl}/v0/oauth2/token`,
			new URLSearchParams({
				grant_type: 'client_credentials',
				client_id: simulator.clientId,
				client_secret: simulator.clientSecret,
				...form,
			}),
			{
				validateStatus: () => true,
				headers: { 'X-Amperity-Tenant': 'acme', ...headers } as Record<string, string>,
			},
		);

	const statusWith = async (token: unknown) =>
		(await call('GET', RUNS, { headers: { Authorization: `Bearer ${String(token)}` } })).status;

	it('gives tokens that expire', async () => {
		simulator.tokenLifetimeMs = 5_000;
		const { status, data } = await exchange();
		expect(status).toBe(200);
		expect(violation('token', data)).toBeUndefined();
		expect(data.expires_in).toBe(5);
		realTime += 4_999;
		expect(await statusWith(data.access_token)).toBe(200);
		realTime += 1;
		expect(await statusWith(data.access_token)).toBe(401);
		expect((await exchange()).data.access_token).not.toBe(data.access_token);
		expect(simulator.tokenExchanges).toMatchObject([
			{ at: NOON, clientId: 'simulator-client', status: 200, token: data.access_token },
			{ at: NOON + 5_000, status: 200 },
		]);
	});

	it('gives tokens that can be revoked', async () => {
		const { access_token: token } = (await exchange()).data;
		simulator.revokeToken(String(token));
		expect(await statusWith(token)).toBe(401);
	});

	it.each<[string, Json, Json, number, string]>([
		['a wrong secret', { client_secret: 'x' }, {}, 401, 'invalid_client'],
		['a wrong client', { client_id: 'x' }, {}, 401, 'invalid_client'],
		['another grant', { grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
		['an unknown tenant', {}, { 'X-Amperity-Tenant': 'nobody' }, 404, 'invalid_request'],
		['JSON', {}, { 'Content-Type': 'application/json' }, 400, 'invalid_request'],
	])('refuses %s', async (_, form, headers, status, error) => {
		const answer = await exchange(form, headers);
		expect(answer.status).toBe(status);
		expect(violation('tokenError', answer.data)).toBeUndefined();
		expect(answer.data).toMatchObject({ status, error, message: answer.data.error_description });
		expect(simulator.tokenExchanges).toMatchObject([{ status }]);
	});

	it('follows a changed secret', async () => {
		const old = simulator.clientSecret;
		simulator.clientSecret = 'new-secret';
		expect((await exchange({ client_secret: old })).status).toBe(401);
		expect((await exchange()).status).toBe(200);
	});
});

describe('the other resources', () => {
	it.each([
		['/campaigns', 'campaignList', 45],
		['/segments', 'segmentList', 25],
		['/audit-events', 'auditEventList', 30],
	] as const)('GET %s pages through all', async (path, schema, count) => {
		const found = await pages(path, { limit: 20, with_total: true });
		expect(found).toHaveLength(Math.ceil(count / 20));
		for (const page of found) {
			expect(violation(schema, page)).toBeUndefined();
			expect(page.total).toBe(count);
		}
		const items = found.flatMap(({ data }) => data);
		expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(count);
	});

	it('filters campaigns by data template', async () => {
		const found = await pages('/campaigns', { destination_data_template_id: 'ptg-Newsletter' });
		expect(found.flatMap(({ data }) => data)).toHaveLength(15);
		simulator.campaigns = [{ id: 'cc-1', name: 'One', destination_data_template_ids: ['ptg-1'] }];
		const [page] = await pages('/campaigns', { destination_data_template_id: 'ptg-1' });
		expect(page).toEqual({ data: [{ id: 'cc-1', name: 'One' }] });
	});

	it('filters audit events, from inclusive and to exclusive', async () => {
		const range = { happened_from: '2026-10-01T10:00:00Z', happened_to: '2026-10-01T11:00:00Z' };
		const [page] = await pages('/audit-events', range);
		expect(page?.data.map(({ happened_at }) => happened_at)).toEqual(['2026-10-01T10:00:00.000Z']);
	});

	it('shows an ingest job for each courier group run that has ended', async () => {
		const id = await startedId('cg-a');
		await startedId('cc-a');
		const range = { created_from: '2026-09-30', created_to: '2026-10-07', with_total: true };
		expect((await get('/ingest/jobs', range)).data).toEqual({ data: [], total: 0 });
		simulator.clock.advance(60_000);
		const { data } = await get('/ingest/jobs', range);
		expect(violation('ingestJobList', data)).toBeUndefined();
		const [job] = (data as unknown as Page).data;
		expect(job).toMatchObject({ workflow_id: id, tables: [{ inserted: 890 }, { read: 5_000 }] });
		expect(data).toMatchObject({ total: 1, next_token: expect.any(String) });
		expect((await get(`/ingest/jobs/${String(job?.id)}`)).data).toEqual(job);
		expect((await get('/ingest/jobs/isj-none')).status).toBe(404);
		const next = await get('/ingest/jobs', { ...range, next_token: data.next_token });
		expect(next.status).toBe(400);
	});

	it('finds ingest jobs by the start, from inclusive and to exclusive', async () => {
		await startedId('cg-a');
		simulator.clock.advance(60_000);
		const count = async (from: string, to: string) => {
			const { data } = await get('/ingest/jobs', { created_from: from, created_to: to });
			return (data as unknown as Page).data.length;
		};
		expect(await count('2026-10-01T12:00:05Z', '2026-10-01T12:00:06Z')).toBe(1);
		expect(await count('2026-10-01T12:00:04Z', '2026-10-01T12:00:05Z')).toBe(0);
	});

	it.each([
		['no dates', {}],
		['one date', { created_from: '2026-10-01' }],
		['more than 7 days', { created_from: '2026-10-01', created_to: '2026-10-08T00:00:00.001Z' }],
		['dates in the wrong order', { created_from: '2026-10-02', created_to: '2026-10-01' }],
		['a limit', { created_from: '2026-10-01', created_to: '2026-10-02', limit: 5 }],
	])('refuses ingest jobs with %s', async (_, params) => {
		expect((await get('/ingest/jobs', params)).status).toBe(400);
	});
});

describe('the server', () => {
	it('stops although connections are open and answers due', async () => {
		const other = await startOther();
		const { baseUrl } = other;
		other.failNext({ kind: 'late', delayMs: 60_000 });
		const waiting = call('GET', RUNS, {}, other).catch((error: unknown) => error);
		await new Promise<void>((resolve) => {
			other.onRequest = () => {
				resolve();
				return undefined;
			};
			void call('GET', RUNS, {}, other).catch(() => undefined);
		});
		await other.stop();
		expect(await waiting).toMatchObject({ code: 'ECONNRESET' });
		const newConnection = { httpAgent: new Agent() };
		await expect(axios.get(baseUrl, newConnection)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
	});

	it('says when its port is taken', async () => {
		const port = Number(new URL(simulator.baseUrl).port);
		await expect(AmperitySimulator.start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	});

	it('answers in JSON what it can not read', async () => {
		const answer = await get(`${RUNS}/%E0%A4%A`);
		expect(answer.status).toBe(400);
		expect(violation('error', answer.data)).toBeUndefined();
	});
});
