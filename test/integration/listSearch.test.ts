import type { IDataObject, INodeListSearchResult } from 'n8n-workflow';
import { credentialsFor, runAmperity, searchList } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator, Fault, SimulatedRun } from '../simulator';

/** The backoff of a request that is sent again takes little time. */
const SPEED = 300;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const search = (method: string, filter?: string, token?: string) =>
	searchList(credentialsFor(simulator), method, filter, token);
const namesOf = ({ results }: INodeListSearchResult) => results.map(({ name }) => name);
const valuesOf = ({ results }: INodeListSearchResult) => results.map(({ value }) => value);

/** All choices, as the editor gets them by scrolling to the end. */
async function scroll(method: string, filter?: string) {
	const pages: INodeListSearchResult[] = [];
	let token: string | undefined;
	do {
		const page = await search(method, filter, token);
		pages.push(page);
		token = page.paginationToken as string | undefined;
	} while (token !== undefined && pages.length < 20);
	return pages;
}

describe('the campaigns to choose from', () => {
	test('show their name and ID', async () => {
		const choices = await search('searchCampaigns');
		expect(choices.results).toHaveLength(45);
		expect(choices.results).toContainEqual({
			name: expect.stringMatching(/^Campaign 7\b.*cc-Campaign7/),
			value: 'cc-Campaign7',
		});
		expect(choices.paginationToken).toBeUndefined();
	});

	test('are searched by name and by ID, in upper or lower case', async () => {
		expect(valuesOf(await search('searchCampaigns', 'CAMPAIGN 45'))).toEqual(['cc-Campaign45']);
		expect(valuesOf(await search('searchCampaigns', ' cc-campaign44 '))).toEqual(['cc-Campaign44']);
		expect(await search('searchCampaigns', 'no such name')).toMatchObject({ results: [] });
	});

	test('are in order of their names, and of the numbers in them', async () => {
		const choices = await search('searchCampaigns');
		expect(valuesOf(choices)).toEqual(
			Array.from({ length: 45 }, (_, index) => `cc-Campaign${index + 1}`),
		);
	});

	test('come page by page', async () => {
		simulator.pageCap = 10;
		const pages = await scroll('searchCampaigns');
		expect(pages.map(({ results }) => results.length)).toEqual([10, 10, 10, 10, 5]);
		expect(new Set(pages.flatMap(valuesOf)).size).toBe(45);
	});

	test('are found on whatever page they are', async () => {
		simulator.pageCap = 2;
		const pages = await scroll('searchCampaigns', 'Campaign 45');
		expect(pages.flatMap(valuesOf)).toEqual(['cc-Campaign45']);
	});

	test('without a name show their ID', async () => {
		simulator.campaigns = [{ id: 'cc-1', name: '' }];
		expect(namesOf(await search('searchCampaigns'))).toEqual([expect.stringContaining('cc-1')]);
	});

	test('show no markup and no line breaks', async () => {
		simulator.campaigns = [{ id: 'cc-1', name: 'A <b>bold</b>\nname\u202e' }];
		const [name] = namesOf(await search('searchCampaigns'));
		expect(name).toMatch(/^A\s+bold\s+name \(cc-1\)$/);
	});
});

describe('the recent runs to choose from', () => {
	const start = (configId: string, agoMs = 0, name?: string) =>
		simulator.startRunAs({
			principal: 'person',
			configId,
			name,
			createdAt: simulator.clock.now() - agoMs,
		});

	const shownStart = ({ createdAt }: SimulatedRun) =>
		`${new Date(createdAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

	test('show name, start and state, the youngest first', async () => {
		const old = start('cg-1', 3_600_000, 'Daily load');
		const young = start('cc-1', 60_000, 'Newsletter');
		simulator.endRun(old.id, 'failed');
		simulator.endRun(young.id, 'stopped');
		expect((await search('searchRecentRuns')).results).toEqual([
			{ name: `Newsletter – ${shownStart(young)} – canceled`, value: young.id },
			{ name: `Daily load – ${shownStart(old)} – failed`, value: old.id },
		]);
	});

	test('of one configuration are told apart', async () => {
		for (const agoMs of [1_000, 2_000, 3_000]) start('cg-1', agoMs, 'Hourly load');
		expect(new Set(namesOf(await search('searchRecentRuns'))).size).toBe(3);
	});

	test.each(['canceled', 'cancelled', 'Canceled', 'RUNNING_WITH_FAILURES', 'something new'])(
		'show the state %p as Amperity writes it',
		async (state) => {
			simulator.startRunAs({ principal: 'person', scenario: { states: [state], neverEnds: true } });
			expect(namesOf(await search('searchRecentRuns'))).toEqual([
				expect.stringMatching(new RegExp(` – ${state}$`)),
			]);
		},
	);

	test('show their ID where Amperity gives them no name, and a start that is no time as it is', async () => {
		const run = { id: 'wf-1', name: '', state: 'running', created_at: 'yesterday' };
		simulator.failNext({ kind: 'body', body: { data: [run, { id: 'wf-2', state: 7 }] } });
		expect(namesOf(await search('searchRecentRuns'))).toEqual([
			'wf-1 – yesterday – running',
			'wf-2',
		]);
	});

	test('are searched by any of it, and by ID', async () => {
		const daily = start('cg-1', 5_000, 'Daily load');
		const news = start('cc-1', 1_000, 'Newsletter');
		simulator.endRun(news.id, 'stopped');
		expect(valuesOf(await search('searchRecentRuns', 'daily'))).toEqual([daily.id]);
		expect(valuesOf(await search('searchRecentRuns', 'Canceled'))).toEqual([news.id]);
		expect(valuesOf(await search('searchRecentRuns', shownStart(daily)))).toEqual([daily.id]);
		expect(valuesOf(await search('searchRecentRuns', daily.id))).toEqual([daily.id]);
	});

	test('come page by page', async () => {
		simulator.pageCap = 10;
		for (let i = 0; i < 25; i++) start('cg-1', i * 1_000);
		const pages = await scroll('searchRecentRuns');
		expect(pages.flatMap(valuesOf)).toEqual(simulator.runs.map(({ id }) => id));
		expect(pages).toHaveLength(3);
	});
});

describe.each([
	'searchCampaigns',
	'searchRecentRuns',
	'searchRunNames',
	'searchRunStates',
	'searchRunTypes',
])('an error of %s is thrown', (method) => {
	test.each<[string, Fault, string]>([
		['a refused token', { kind: 'status', status: 401 }, 'did not accept the access token'],
		['a missing policy', { kind: 'status', status: 403 }, 'The API key is not allowed to do this'],
		[
			'an answer that is no list',
			{ kind: 'body', body: { hello: 'world' } },
			'Something between n8n and Amperity answered',
		],
		['a gateway', { kind: 'html', status: 502 }, 'Something between n8n and Amperity answered'],
	])('%s', async (_, fault, message) => {
		simulator.failNext(fault, { times: 20 });
		await expect(search(method)).rejects.toThrow(message);
	});

	test('and so is one of a later page', async () => {
		simulator.failNext({ kind: 'status', status: 403 });
		await expect(search(method, '', 'some-token')).rejects.toThrow(
			'The API key is not allowed to do this',
		);
	});
});

describe('a chosen or typed value', () => {
	const runWith = (parameters: IDataObject, items?: IDataObject[]) =>
		runAmperity(simulator, { parameters, items });
	const located = (mode: string, value: string) => ({ __rl: true, mode, value });
	const started = () => simulator.runs.map(({ configId }) => configId);

	test.each([
		['by ID', located('id', 'cg-1')],
		['from the list', { ...located('list', 'cg-1'), cachedResultName: 'A name' }],
		['by ID with spaces', located('id', ' cg-1 ')],
		['by ID as an expression', located('id', '={{ $json.config }}')],
		['from the list as an expression', located('list', '={{ $json.config }}')],
		['as an expression for all of it', '={{ $json.config }}'],
		['as a text', 'cg-1'],
	])('starts a run, %s', async (_, configId) => {
		const { error } = await runWith({ configId }, [{ config: 'cg-1' }]);
		expect(error).toBeUndefined();
		expect(started()).toEqual(['cg-1']);
	});

	test('is read for each item', async () => {
		const configId = located('id', '={{ $json.config }}');
		await runWith({ configId }, [{ config: 'cg-1' }, { config: 'og-2' }]);
		expect(started()).toEqual(['cg-1', 'og-2']);
	});

	test.each([
		['empty', "={{ '' }}"],
		['nothing', '={{ $json.missing }}'],
		['a path', "={{ 'cg-1/../x' }}"],
		['two words', "={{ 'cg 1' }}"],
		['an object', '={{ { id: "cg-1" } }}'],
	])('that is %s is refused, and nothing is sent', async (_, value) => {
		const { error } = await runWith({ configId: located('id', value) });
		expect(error!.message).toMatch(/^Config ID (is|holds) /);
		expect(simulator.requests).toEqual([]);
	});

	test.each(['', 'cg-1/../x', 'cg 1', 'cg-1?'])(
		'%p is refused by n8n itself when it is typed',
		async (value) => {
			await expect(runWith({ configId: located('id', value) })).rejects.toThrow(/An ID looks like/);
			expect(simulator.requests).toEqual([]);
		},
	);

	test.each(['id', 'list'])('reads a run in mode %s', async (mode) => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const { items } = await runWith({ operation: 'get', runId: located(mode, id) });
		expect(items.map(({ json }) => json.id)).toEqual([id]);
	});
});

describe('the names of runs to choose from', () => {
	test('are each there once, in order, and say what is searched for', async () => {
		for (const name of ['Weekly load', 'Load 10', 'Load 9', 'Weekly load', ' ']) {
			simulator.startRunAs({ principal: 'person', name });
		}
		expect(valuesOf(await search('searchRunNames'))).toEqual(['Load 9', 'Load 10', 'Weekly load']);
		expect(valuesOf(await search('searchRunNames', 'weekly'))).toEqual(['Weekly load']);
	});

	test('are found among many runs', async () => {
		simulator.startRunAs({ principal: 'person', name: 'Weekly load' });
		for (let index = 0; index < 1_200; index++) {
			simulator.startRunAs({ principal: 'person', name: 'Hourly load' });
		}
		expect(valuesOf(await search('searchRunNames', 'weekly'))).toEqual(['Weekly load']);
	});

	test('bear the IDs of configurations that this n8n has started, also when their runs are old', async () => {
		simulator.setScenario('cg-1', { name: 'Nightly load' });
		await runAmperity(simulator, { parameters: { configId: 'cg-1' } });
		const nightly = { name: 'Nightly load (cg-1)', value: 'Nightly load' };
		expect((await search('searchRunNames')).results).toEqual([nightly]);
		simulator.clock.advance(30 * 24 * 3_600_000);
		expect((await search('searchRunNames', 'cg-1')).results).toEqual([nightly]);
	});
});

describe('the types of runs to choose from', () => {
	test('are those of recent runs, as the API writes them, and all others that Amperity’s pages name', async () => {
		simulator.startRunAs({ principal: 'person', configId: 'cc-1' });
		simulator.startRunAs({ principal: 'person', type: 'amperity.new/run' });
		const { results } = await search('searchRunTypes');
		expect(results.slice(0, 2)).toEqual([
			{ name: 'amperity.new/run', value: 'amperity.new/run' },
			{ name: 'Campaign send (campaign.send)', value: 'campaign.send' },
		]);
		expect(results).toContainEqual({ name: 'Courier group', value: 'Courier group' });
		expect(results.filter(({ name }) => name.startsWith('Campaign send'))).toHaveLength(1);
		expect(results.length).toBe(1 + 23);
	});

	test('say what is searched for', async () => {
		expect(valuesOf(await search('searchRunTypes', 'COURIER'))).toEqual([
			'Courier',
			'Courier group',
		]);
	});
});

describe('the states of runs to choose from', () => {
	const inState = (...states: string[]) => {
		for (const state of states) {
			simulator.startRunAs({ principal: 'person', scenario: { states: [state], neverEnds: true } });
		}
	};

	test('are those that Amperity’s pages name', async () => {
		const { results } = await search('searchRunStates');
		expect(results).toContainEqual({
			name: 'Running with failures',
			value: 'Running with failures',
		});
		expect(valuesOf({ results })).toEqual(expect.arrayContaining(['Canceled', 'Failed', 'Paused']));
	});

	test('and those of recent runs, as Amperity writes them, each once', async () => {
		const count = (await search('searchRunStates')).results.length;
		inState('canceled', 'IN_PROGRESS', 'something new', 'canceled');
		const values = valuesOf(await search('searchRunStates'));
		expect(values).toEqual(expect.arrayContaining(['canceled', 'IN_PROGRESS', 'something new']));
		expect(values).not.toContain('Canceled');
		expect(values).not.toContain('In progress');
		expect(values).toHaveLength(count + 1);
	});

	test('are in order, and say what is searched for', async () => {
		inState('canceled', 'stopping');
		const names = namesOf(await search('searchRunStates'));
		const inOrder = [...names].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
		expect(names).toEqual(inOrder);
		expect(valuesOf(await search('searchRunStates', ' STOP'))).toEqual(['Stopped', 'stopping']);
	});
});
