/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { runInThisContext } from 'node:vm';
import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, startAmperity } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import { gaps } from '../engine/traffic';
import { within } from '../engine/within';
import type { AmperitySimulator, Fault } from '../simulator';

/**
 * A server far from UTC: a date without a zone must not be read in this one. The environment that tests see is a copy,
 * which the zone is not taken from.
 */
const setZone = (zone: string) =>
	runInThisContext('(zone) => { process.env.TZ = zone; }')(zone) as undefined;

const realZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
setZone('America/New_York');
afterAll(() => setZone(realZone));

test('these tests run in New York', () => {
	expect(new Date(2026, 9, 6, 8).toISOString()).toBe('2026-10-06T12:00:00.000Z');
});

/** What Amperity's clock says in the answer; n8n's says something else. */
const NOW = 'Tue, 06 Oct 2026 12:00:00 GMT';

let simulator: AmperitySimulator;
const use = (started: AmperitySimulator) => {
	simulator = started;
};

const refusal = (retryAfter: string, status = 429): Fault => ({
	kind: 'body',
	status,
	headers: { date: NOW, 'retry-after': retryAfter },
	body: { status, message: 'Too many requests', request_id: 'r' },
});
const execute = async (parameters: IDataObject, seconds = 15) =>
	await within(seconds, startAmperity({ parameters, credentials: credentialsFor(simulator) }));
const newRun = () => simulator.startRunAs({ principal: 'person', configId: 'cg-slow' }).id;

/** Seconds between the refusal and the next request. */
const waited = () => gaps(simulator.requests)[0]! / 1_000;

describe('a 429 with Retry-After', () => {
	shareSimulator(20, use);

	test.each<[string, number]>([
		['2', 2],
		['2.5', 2.5],
		['32.5', 32.5],
		['0.9', 0.9],
		[' 7 ', 7],
		['Tue, 06 Oct 2026 12:00:20 GMT', 20],
		['Tuesday, 06-Oct-26 12:00:20 GMT', 20],
		['Tue Oct  6 12:00:20 2026', 20],
	])('%p asks for %d s, and gets them', async (retryAfter, seconds) => {
		simulator.failNext(refusal(retryAfter));
		const { items, error } = await execute({ operation: 'get', runId: newRun() });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(simulator.requests).toHaveLength(2);
		expect(waited()).toBeGreaterThanOrEqual(seconds - 0.1);
		expect(waited()).toBeLessThan(seconds * 1.5 + 4);
	});

	test.each<[string, () => IDataObject]>([
		['Start', () => ({ configId: 'cg-1', options: { ifStartIsLost: 'report' } })],
		['Get Many', () => ({ operation: 'getMany' })],
		['Stop', () => ({ operation: 'stop', runId: newRun() })],
		['a list of campaigns', () => ({ resource: 'campaign', operation: 'getMany' })],
	])('is waited for by %s too', async (_, parameters) => {
		simulator.failNext(refusal('Tue Oct  6 12:00:12 2026'));
		const { error } = await execute(parameters());
		expect(error).toBeUndefined();
		expect(waited()).toBeGreaterThanOrEqual(11.9);
		expect(waited()).toBeLessThan(25);
		expect(simulator.runsStartedFor('cg-1').length).toBeLessThanOrEqual(1);
	});

	test.each([
		...['-1', '2,5', '0x10', 'soon', 'Infinity', 'NaN', '5 seconds', '2026-10-06', '0'],
		'Tue, 06 Oct 2026 11:00:00 GMT',
		'Tue, 32 Oct 2026 12:00:20 GMT',
		'Tue Oct  6 12:00:20 GMT 2026 and more',
	])('that says nothing (%p) is like none: a little patience, then again', async (retryAfter) => {
		simulator.failNext(refusal(retryAfter));
		const { items, error } = await execute({ operation: 'get', runId: newRun() });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(waited()).toBeGreaterThan(0.1);
		expect(waited()).toBeLessThan(15);
	});

	test.each([
		'99999999999999999999',
		'86400',
		'Wed, 07 Oct 2026 12:00:00 GMT',
		'Wed Oct  7 12:00:00 2026',
	])('of a day or more (%p) is an error, and nobody is asked meanwhile', async (retryAfter) => {
		simulator.failNext(refusal(retryAfter), { times: 50 });
		const { error } = await execute({ operation: 'get', runId: newRun() });
		expect(error).toBeDefined();
		expect(simulator.requests).toHaveLength(1);
	});
});

describe('a wait that is answered 429 with Retry-After: 300', () => {
	/** A minute of waiting takes 0.2 s. */
	shareSimulator(300, use);

	test.each<[string, number]>([
		['one run, read by its ID', 1],
		['five runs, read from the list', 5],
	])('asks once in these 300 s, for %s', async (_, count) => {
		simulator.setScenario('cg-1', { durationMs: 15 * 60_000 });
		let until: number | undefined;
		simulator.onRequest = ({ at, method }, index) => {
			if (method !== 'GET' || index < 12) return undefined;
			until ??= at + 300_000;
			return at < until ? refusal('300') : undefined;
		};
		const { items, error } = await within(
			15,
			startAmperity({
				parameters: {
					configId: '={{ $json.id }}',
					waitForCompletion: true,
					options: { checkInterval: 5, ifStartIsLost: 'report' },
				},
				items: Array.from({ length: count }, () => ({ id: 'cg-1' })),
				credentials: credentialsFor(simulator),
			}),
		);
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.outcome)).toEqual(Array(count).fill('succeeded'));
		const refused = simulator.requests.filter(({ status }) => status === 429);
		expect(refused).toHaveLength(1);
		const next = simulator.requests[refused[0]!.index + 1]!;
		expect(next.at - refused[0]!.at).toBeLessThan(450_000);
	});
});
