import type { IDataObject } from 'n8n-workflow';
import { callTool, credentialsFor, runAmperity, searchList, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator, SimulatedRun } from '../simulator';

let simulator: AmperitySimulator;
shareSimulator(300, (started) => {
	simulator = started;
});

const getMany = async (parameters: IDataObject, more?: Partial<NodeRun>) =>
	await runAmperity(simulator, { parameters: { operation: 'getMany', ...parameters }, ...more });
const filtered = async (filters: IDataObject, parameters: IDataObject = {}) =>
	await getMany({ returnAll: true, filters, ...parameters });
const statesOf = ({ items }: Awaited<ReturnType<typeof getMany>>) =>
	items.map(({ json }) => json.state).sort();
const queries = () => simulator.requests.map(({ query }) => query);
const fromList = (value: string) => ({ __rl: true, mode: 'list', value, cachedResultName: value });
const byName = (value: string) => ({ __rl: true, mode: 'name', value });

/** A run that stays in a state; `ended` runs say when they have ended. */
function runIn(state: string, { ended = false, ...more }: IDataObject = {}): SimulatedRun {
	return simulator.startRunAs({
		principal: 'person',
		scenario: ended
			? { states: ['running', state], durationMs: 0 }
			: { states: [state], neverEnds: true },
		...more,
	});
}

describe('State', () => {
	test.each([
		[fromList('canceled'), ['CANCELLED', 'Canceled', 'canceled']],
		[byName('Cancelled'), ['CANCELLED', 'Canceled', 'canceled']],
		['canceled', ['CANCELLED', 'Canceled', 'canceled']],
		[byName(' in progress '), ['IN_PROGRESS', 'in-progress']],
		[fromList('Running with failures'), ['running_with_failures']],
		[byName('running'), ['running']],
		[byName('phase two'), []],
		["={{ 'failed' }}", ['failed']],
	])('%j finds %j, however Amperity writes them', async (state, found) => {
		const ended = ['CANCELLED', 'Canceled', 'canceled', 'failed'];
		for (const each of ended) runIn(each, { ended: true });
		for (const each of ['IN_PROGRESS', 'in-progress', 'running', 'running_with_failures']) {
			runIn(each);
		}
		const result = await filtered({ state });
		expect(result.error).toBeUndefined();
		expect(statesOf(result)).toEqual(found);
	});

	test('finds each run by the state that the lists show', async () => {
		const states = ['Cancelled', 'IN_PROGRESS', 'failed', 'something new', 'succeeded'];
		const ids = new Map(states.map((state) => [state, runIn(state).id]));
		const { results: choices } = await searchList(credentialsFor(simulator), 'searchRunStates');
		const { results: runs } = await searchList(credentialsFor(simulator), 'searchRecentRuns');
		for (const [state, id] of ids) {
			expect(runs).toContainEqual({ name: expect.stringContaining(` – ${state}`), value: id });
			expect(choices).toContainEqual({ name: state, value: state });
			const { items } = await filtered({ state: fromList(state) });
			expect(items.map(({ json }) => json.id)).toEqual([id]);
		}
	});

	test('is not sent: Amperity documents few of the states that it understands', async () => {
		await filtered({ state: byName('failed') });
		expect(queries()).toEqual([{ limit: '500' }]);
	});
});

describe('Type', () => {
	const startTwo = () => {
		runIn('running', { configId: 'cg-1' });
		runIn('running', { configId: 'cc-1' });
	};
	const typesOf = ({ items }: Awaited<ReturnType<typeof getMany>>) =>
		items.map(({ json }) => json.type);

	test.each([fromList('campaign.send'), byName(' campaign.send '), 'campaign.send'])(
		'as the API writes it is left to Amperity: %j',
		async (type) => {
			startTwo();
			expect(typesOf(await filtered({ type }))).toEqual(['campaign.send']);
			expect(queries()).toEqual([{ limit: '100', type: 'campaign.send' }]);
		},
	);

	test.each([fromList('Campaign send'), byName('campaign SEND')])(
		'as a page names it is compared here: %j',
		async (type) => {
			startTwo();
			expect(typesOf(await filtered({ type }))).toEqual(['campaign.send']);
			expect(queries()).toEqual([{ limit: '500' }]);
		},
	);

	test('that no run has finds none', async () => {
		startTwo();
		expect(typesOf(await filtered({ type: byName('Bridge sync') }))).toEqual([]);
	});
});

describe('Active or Ended, and Outcome', () => {
	beforeEach(() => {
		for (const state of ['canceled', 'failed', 'skipped', 'something new', 'succeeded']) {
			runIn(state, { ended: true });
		}
		for (const state of ['paused', 'something newer']) runIn(state);
	});

	test.each([
		[{ activity: 'active' }, ['paused', 'something newer']],
		[{ activity: 'Active' }, ['paused', 'something newer']],
		[{ activity: 'ended' }, ['canceled', 'failed', 'skipped', 'something new', 'succeeded']],
		[{ outcomes: ['failed'] }, ['failed']],
		[{ outcomes: ['skipped', 'stopped'] }, ['canceled', 'skipped']],
		[{ outcomes: "={{ 'Failed, succeeded' }}" }, ['failed', 'succeeded']],
		[{ outcomes: ['unknown'] }, ['something new']],
		[{ activity: 'ended', state: byName('failed') }, ['failed']],
		[{ activity: 'active', outcomes: ['failed'] }, []],
	])('%j', async (filters, found) => {
		const result = await filtered(filters);
		expect(result.error).toBeUndefined();
		expect(statesOf(result)).toEqual(found);
	});

	test.each([
		{},
		{ activity: null },
		{ outcomes: [] },
		{ state: fromList('') },
		{ type: byName(' ') },
	])('what is not set narrows nothing, and leaves the size of the pages: %j', async (filters) => {
		expect(statesOf(await filtered(filters))).toHaveLength(7);
		expect(queries()).toEqual([{ limit: '100' }]);
	});

	test.each([
		[{ activity: 'done' }, 'Active or Ended has no choice "done"', 'Choose from Active, Ended.'],
		[
			{ outcomes: ['failed', 'broken'] },
			'Outcome has no choice "broken"',
			'Choose from Failed, Skipped, Stopped, Succeeded, Unknown.',
		],
		[{ state: '={{ $json.missing }}' }, 'State is undefined', 'The expression'],
		[{ state: '={{ [1] }}' }, 'State is not a text: [1]', 'Enter a text'],
		[{ type: '={{ true }}' }, 'Type is not a text: true', 'Enter a text'],
		[{ nameContains: "={{ 'a\\nb' }}" }, 'Name Contains holds a line break', 'one line'],
	])('%j is refused, and nothing is sent', async (filters, message, remedy) => {
		const { error } = await filtered(filters);
		expect(error!.message).toContain(message);
		expect(error!.description).toContain(remedy);
		expect(simulator.requests).toEqual([]);
	});
});

describe('a filter that n8n checks', () => {
	test('reads large pages, and stops when the limit is reached', async () => {
		for (let index = 0; index < 1_300; index++) runIn(index === 600 ? 'failed' : 'running');
		const { items } = await getMany({ limit: 1, filters: { state: byName('failed') } });
		expect(items).toHaveLength(1);
		expect(queries().map(({ limit }) => limit)).toEqual(['500', '500']);
	});

	test('reads all pages for a limit that is not reached', async () => {
		simulator.pageCap = 3;
		for (let index = 0; index < 8; index++) runIn(index % 4 === 0 ? 'failed' : 'running');
		const { items } = await getMany({ limit: 50, filters: { outcomes: ['failed'] } });
		expect(items).toHaveLength(2);
		expect(simulator.requests).toHaveLength(3);
	});

	test('is an error, and no short list, if a later page cannot be read', async () => {
		simulator.pageCap = 3;
		for (let index = 0; index < 8; index++) runIn('failed', { ended: true });
		simulator.onRequest = ({ query }) =>
			query.next_token === undefined ? undefined : { kind: 'status', status: 403 };
		const { items, error } = await filtered({ outcomes: ['failed'] });
		expect(error!.message).toContain('The API key is not allowed to do this');
		expect(items).toEqual([]);
	});

	test('holds for each item by itself', async () => {
		runIn('failed', { ended: true });
		runIn('running');
		const { items } = await getMany(
			{ returnAll: true, filters: { activity: '={{ $json.activity }}' } },
			{ items: [{ activity: 'ended' }, { activity: 'active' }, { activity: null }] },
		);
		expect(items.map(({ json, pairedItem }) => [json.state, pairedItem])).toEqual([
			['failed', { item: 0 }],
			['running', { item: 1 }],
			['running', { item: 2 }],
			['failed', { item: 2 }],
		]);
	});

	test('is there for an agent', async () => {
		runIn('failed', { ended: true });
		runIn('running');
		const [told] = await callTool(simulator, {
			parameters: {
				operation: 'getMany',
				filters: { outcomes: "={{ $fromAI('outcomes', '', 'string') }}" },
			},
			calls: [{ outcomes: 'Failed' }],
		});
		expect(told!.answer).toMatchObject([{ state: 'failed' }]);
	});
});

describe('times', () => {
	test('lose nothing at an exclusive end, and are read in the Time Zone below', async () => {
		await filtered(
			{
				created_from: '2026-10-01T00:00:00.900',
				created_to: '2026-10-01T23:59:59.999',
				ended_from: '2026-10-01T00:00:00Z',
				ended_to: '2026-10-02',
			},
			{ timeZone: 'named', timeZoneName: 'America/New_York' },
		);
		expect(queries()).toEqual([
			{
				created_from: '2026-10-01T04:00:00Z',
				created_to: '2026-10-02T04:00:00Z',
				ended_from: '2026-10-01T00:00:00Z',
				ended_to: '2026-10-02T04:00:00Z',
				limit: '100',
			},
		]);
	});

	test.each(['created_from', 'created_to', 'ended_from', 'ended_to'])(
		'%s that is no date is refused',
		async (filter) => {
			const { error } = await filtered({ [filter]: 'last week' });
			expect(error!.message).toMatch(/^(Created|Ended) (From|To) is not a date that exists/);
			expect(simulator.requests).toEqual([]);
		},
	);
});
