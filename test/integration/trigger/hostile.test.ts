import type { IDataObject } from 'n8n-workflow';
import { ENGINES, HOUR, idsOf, MINUTE, SECOND, TriggerLab } from './lab';

/** All events for which a list is read in each poll. */
const EVENTS = ['runEnded', 'runStarted', 'runIsSlow'];

describe('a list that is not as it should be', () => {
	const lab = new TriggerLab({ validate: false, speed: 100 });

	const run = (more: IDataObject = {}) => ({
		id: 'wf-20261001-99999-Zzzzzz',
		state: 'failed',
		type: 'courier.group/run',
		name: 'Another',
		tenant: lab.simulator.tenant,
		created_at: new Date(lab.now - MINUTE).toISOString(),
		ended_at: new Date(lab.now).toISOString(),
		...more,
	});

	test.each<[string, () => unknown]>([
		['a text', () => 'none'],
		['nothing', () => ''],
		['a list', () => []],
		['an object', () => ({})],
		['no data', () => ({ data: null })],
		['data that are a text', () => ({ data: 'none' })],
		['an error with a good status', () => ({ status: 403, message: 'no', request_id: 'r' })],
	])('%s instead of a list is an error, and loses nothing', async (_, body) => {
		const { poll } = lab.trigger({ events: EVENTS, slowAfterMinutes: 5 });
		await poll();
		await poll();
		const ids = [lab.end(), lab.end()];
		lab.simulator.onRequest = () => ({ kind: 'body', body: body() });
		await expect(poll()).rejects.toThrow();
		lab.simulator.onRequest = undefined;
		const told = await poll();
		expect(idsOf(told.filter(({ event }) => event === 'runEnded'))).toEqual(ids);
		expect(idsOf(told.filter(({ event }) => event === 'runStarted'))).toEqual(ids);
	});

	test.each<[string, () => unknown[]]>([
		['nothing', () => [null]],
		['a text', () => ['run']],
		['a run without an ID', () => [run({ id: undefined })]],
		['a run with an ID that is a number', () => [run({ id: 5 })]],
		['an end that is no time', () => [run({ ended_at: 'soon' })]],
		['an end that is a number', () => [run({ ended_at: 5 })]],
		['an end in the year 9999', () => [run({ ended_at: '9999-12-31T23:59:59Z' })]],
		['an end in the year 1', () => [run({ ended_at: '0001-01-01T00:00:00Z' })]],
		['a beginning that is no time', () => [run({ created_at: 'soon' })]],
		['no state', () => [run({ state: undefined })]],
		['no times at all', () => [run({ created_at: undefined, ended_at: undefined })]],
		['the same run twice', () => Array<IDataObject>(2).fill(run())],
	])('%s in it holds up nobody else', async (_, rows) => {
		const { poll } = lab.trigger({ events: EVENTS, slowAfterMinutes: 5 });
		await poll();
		await poll();
		const before = lab.end();
		lab.pass(SECOND);
		lab.simulator.onRequest = () => ({ kind: 'body', body: { data: rows() } });
		// It may be an error of the poll.
		const told = await poll().catch((): IDataObject[] => []);
		lab.simulator.onRequest = undefined;
		const ids = [before];
		for (let round = 0; round < 3; round++) {
			lab.pass(MINUTE);
			ids.push(lab.end());
			told.push(...(await poll()));
		}
		const ends = told.filter(({ event, name }) => event === 'runEnded' && name !== 'Another');
		expect(idsOf(ends)).toEqual(ids);
		const others = told.filter(({ event, name }) => event === 'runEnded' && name === 'Another');
		expect(others.length).toBeLessThanOrEqual(1);
	});

	test('a list without end is an error', async () => {
		const { poll } = lab.trigger();
		await poll();
		const ids = [lab.end()];
		let page = 0;
		const endless = [
			() => ({ data: [run()], next_token: 'same' }),
			() => ({ data: [], next_token: `page-${++page}` }),
		];
		for (const body of endless) {
			lab.simulator.onRequest = () => ({ kind: 'body', body: body() });
			const before = lab.simulator.requests.length;
			// What it has told is told.
			const told = await poll().catch((): IDataObject[] => []);
			expect(idsOf(told).filter((id) => id === ids[0])).toEqual([]);
			expect(lab.simulator.requests.length - before).toBeLessThan(2_000);
		}
		lab.simulator.onRequest = undefined;
		expect(idsOf(await poll())).toEqual(ids);
	});

	test('ends without a time are told once, or not at all', async () => {
		const { poll } = lab.trigger();
		await poll();
		const hidden = lab.end('failed', { scenario: { hide: ['ended_at'] } });
		const ids = [lab.end()];
		const told: unknown[] = [];
		for (let round = 0; round < 10; round++) {
			told.push(...idsOf(await poll()));
			lab.pass(20 * MINUTE);
			ids.push(lab.end());
		}
		told.push(...idsOf(await poll()));
		expect(told.filter((id) => id !== hidden)).toEqual(ids);
		expect(told.filter((id) => id === hidden).length).toBeLessThanOrEqual(1);
	});

	test.each(['', '+00:00', '+05:30', '.123456Z', '.123456789'])(
		'times that end in "%s" are understood',
		async (suffix) => {
			const { poll } = lab.trigger({ events: EVENTS, slowAfterMinutes: 60 });
			await poll();
			await poll();
			const offsetMs = suffix === '+05:30' ? 5.5 * HOUR : 0;
			const text = (time: number) => new Date(time + offsetMs).toISOString().slice(0, 19) + suffix;
			const ids: string[] = [];
			const told: IDataObject[] = [];
			for (let round = 0; round < 12; round++) {
				const createdAt = Math.ceil(lab.now / SECOND) * SECOND;
				const endedAt = createdAt + 2 * MINUTE;
				const extra = { created_at: text(createdAt), ended_at: text(endedAt) };
				ids.push(lab.start({ createdAt, scenario: { durationMs: endedAt - createdAt, extra } }));
				lab.pass(10 * MINUTE);
				told.push(...(await poll()));
			}
			for (const event of ['runEnded', 'runStarted']) {
				expect(idsOf(told.filter((item) => item.event === event))).toEqual(ids);
			}
			expect(told).toHaveLength(2 * ids.length);
		},
	);
});

describe.each(ENGINES)('details of other events, in the %s mode', (engine) => {
	const lab = new TriggerLab();

	test.each(['runStarted', 'runIsSlow'])('%s: two polls wait for them', async (event) => {
		const parameters = { events: [event], includeDetails: true, slowAfterMinutes: 5 };
		const { poll } = lab.trigger(parameters, { engine });
		await poll();
		await poll();
		const ids = [1, 2, 3].map(() => {
			lab.pass(SECOND);
			return lab.startEndless();
		});
		lab.simulator.onRequest = ({ path }) =>
			path.endsWith(ids[1]!) ? { kind: 'status', status: 403 } : undefined;
		lab.pass(10 * MINUTE);
		const polls: IDataObject[][] = [];
		for (let round = 0; round < 4; round++) {
			polls.push(await poll());
			lab.pass(MINUTE);
		}
		expect(idsOf(polls.flat()).sort()).toEqual(ids.slice().sort());
		expect(polls[0]).toMatchObject([{ id: ids[0] }, ...polls[0]!.slice(1)]);
		expect(polls[2]![0]).toMatchObject({ event, id: ids[1], details_error: expect.any(String) });
		expect(polls.flat().filter((item) => item.details_error)).toHaveLength(1);
	});

	test('an event that waits holds up no other', async () => {
		const parameters = { events: ['runEnded', 'runStarted'], includeDetails: true };
		const { poll } = lab.trigger(parameters, { engine });
		await poll();
		await poll();
		const unreadable = lab.startEndless();
		lab.simulator.onRequest = ({ path }) =>
			path.endsWith(unreadable) ? { kind: 'status', status: 410 } : undefined;
		lab.pass(SECOND);
		const id = lab.end('failed');
		const told: IDataObject[] = [];
		for (let round = 0; round < 5; round++) {
			told.push(...(await poll()));
			lab.pass(MINUTE);
		}
		expect(told.map((item) => `${String(item.event)} ${String(item.id)}`).sort()).toEqual(
			[`runEnded ${id}`, `runStarted ${id}`, `runStarted ${unreadable}`].sort(),
		);
	});

	test('a run whose starter can not be read is told, with the error', async () => {
		const { poll } = lab.trigger({ filters: { startedBy: 'Pat' } }, { engine });
		await poll();
		await poll();
		const ids = [lab.end('failed'), lab.end('failed')];
		lab.simulator.onRequest = ({ path }) =>
			path.endsWith(ids[0]!) ? { kind: 'status', status: 403 } : undefined;
		const told: IDataObject[] = [];
		for (let round = 0; round < 5; round++) {
			told.push(...(await poll()));
			lab.pass(MINUTE);
		}
		expect(idsOf(told)).toEqual(ids);
		expect(told[0]).toMatchObject({ details_error: expect.any(String) });
	});
});
