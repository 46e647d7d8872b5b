import { sleep } from 'n8n-workflow';
import { LearntIdentities } from '../../nodes/Amperity/runs/configuration/learntIdentities';
import type { OpenStart } from '../../nodes/Amperity/runs/configuration/ownStarts';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { accountNamed } from './fakeClient';
import { named, NOON, OURS, Search, seconds } from './search';

beforeEach(() => {
	jest.useFakeTimers({ now: NOON });
});

afterEach(() => {
	jest.useRealTimers();
});

const LOST_AT_THE_SAME_TIME = [{ from: NOON - 1_000, to: NOON }];

const another = (search: Search, more: Partial<OpenStart> = {}): OpenStart => ({
	account: search.fake.account,
	configId: 'cg-1',
	spans: [],
	...more,
});

describe('another start of this process', () => {
	test('that was lost at the same time may have made the run, which is reported', async () => {
		const search = new Search();
		search.own.begin('another', another(search, { spans: LOST_AT_THE_SAME_TIME }));
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-ours']);
	});

	test.each<[string, (search: Search) => Partial<OpenStart>]>([
		['was lost long before', () => ({ spans: [{ from: NOON - 3.6e6, to: NOON - 3.5e6 }] })],
		[
			'was lost after the run was created',
			() => ({ spans: [{ from: NOON + 5e3, to: NOON + 6e3 }] }),
		],
		['was sent after that', () => ({ unansweredSince: performance.now() + 5_000 })],
		['starts another type of run', () => ({ configId: 'cc-1', spans: LOST_AT_THE_SAME_TIME })],
		[
			'starts runs of another name',
			({ fake }) => {
				const identities = fake.remembered(LearntIdentities);
				const run = { ...OURS, name: 'Weekly' };
				for (let told = 0; told < 2; told++) identities.learn(fake.account, 'cg-2', run);
				return { configId: 'cg-2', spans: LOST_AT_THE_SAME_TIME };
			},
		],
		[
			'starts runs as another principal',
			({ fake }) => {
				const identities = fake.remembered(LearntIdentities);
				const account = accountNamed('connection-2');
				const run = { ...OURS, principal_id: 'key-2' };
				for (let told = 0; told < 2; told++) identities.learn(account, 'cg-2', run);
				return { account, spans: LOST_AT_THE_SAME_TIME };
			},
		],
	])('that %s has not made the run', async (_, more) => {
		const search = new Search();
		search.own.begin('another', another(search, more(search)));
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 11]);
	});

	test('of which little is known may have made it', async () => {
		const search = new Search();
		const spans = LOST_AT_THE_SAME_TIME;
		search.own.begin('another', another(search, { configId: 'xx-1', spans }));
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['report', 67]);
	});

	test('that is unanswered may still say that it has made the run: such a look is none', async () => {
		const search = new Search();
		const unansweredSince = performance.now() - 1_000;
		search.own.begin('another', another(search, { unansweredSince }));
		void sleep(30_000).then(() => search.own.end('another'));
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 67]);
		expect(search.lost.looks.map(({ age }) => age / 1_000)).toEqual([45, 67]);
	});

	test('that is answered with the run leaves none to us', async () => {
		const search = new Search();
		const unansweredSince = performance.now() - 1_000;
		search.own.begin('another', another(search, { unansweredSince }));
		void sleep(30_000).then(() =>
			search.own.claim({ key: 'another', executionId: '7' }, 'wf-ours', { config_id: 'cg-1' }),
		);
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['startAgain', 67]);
	});

	test('is not we ourselves', async () => {
		const search = new Search();
		search.own.begin('me', another(search, { spans: LOST_AT_THE_SAME_TIME }));
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 11]);
	});
});

describe('of many runs', () => {
	const many = (count: number, more: (index: number) => Partial<WorkflowRun> = () => ({})) =>
		Array.from({ length: count }, (_, index) => named(`wf-${index}`, more(index)));

	test('30 are read in a look, and the others stay candidates, also where the list hides them', async () => {
		const search = new Search();
		const runs = many(31, () => ({ principal_id: 'key-2' }));
		search.list = () => (seconds() < 3 ? runs : []);
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.readsOf.slice(0, 31)).toEqual(runs.map(({ id }) => id));
		expect(search.candidates).toEqual(['wf-30']);
	});

	test('the one that is ours is found, once the others are known to be of others', async () => {
		const search = new Search();
		const strangers = many(40, () => ({ principal_id: 'key-2' }));
		search.list = () => [...strangers, OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 16]);
	});

	test('one that cannot be read stays a candidate', async () => {
		const search = new Search();
		search.list = () => [named('wf-1/unreadable')];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-1/unreadable']);
	});
});

describe('a campaign', () => {
	const campaignSearch = (answers = 0) => {
		const search = new Search(answers);
		search.lost.configId = 'cc-1';
		search.lost.isPromptOutage = false;
		search.campaigns = { 'cc-1': 'Spring', 'cc-2': 'Autumn' };
		return search;
	};
	const campaignRun = (name: string) => named('wf-c', { name, type: 'campaign' });

	test('is found by its own name, where we know who we are', async () => {
		const search = campaignSearch(1);
		search.list = () => [campaignRun('Spring')];
		expect(await search.outcome()).toEqual(['wf-c', 11]);
		expect(search.campaignsRead).toBe(1);
	});

	test('may have runs of another name, as that is documented nowhere', async () => {
		const search = campaignSearch(2);
		search.list = () => [campaignRun('Spring 1')];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-c']);
	});

	test.each(['cannot be read', 'does not hold it'])(
		'whose list %s is looked for without its name',
		async (what) => {
			const search = campaignSearch(2);
			search.campaigns = what === 'cannot be read' ? undefined : {};
			search.list = () => [campaignRun('Spring')];
			expect(await search.outcome()).toEqual(['report', 67]);
			expect(search.campaignsRead).toBe(1);
			const { limits } = search.fake.asked.find(({ path }) => path === '/campaigns')!;
			expect(limits).toMatchObject({ retry: false, timeoutMs: 10_000 });
			expect(limits.until).toBeLessThanOrEqual(performance.now() + 180_000);
		},
	);

	test('whose runs tell their name meanwhile is found by that', async () => {
		const search = campaignSearch(1);
		const { fake } = search;
		const run = campaignRun('Spring run');
		void sleep(3_000).then(() => {
			fake.remembered(LearntIdentities).learn(fake.account, 'cc-1', run);
		});
		search.list = () => [run];
		expect(await search.outcome()).toEqual(['wf-c', 16]);
	});

	test('whose runs have told their name is not looked up, nor is anything else', async () => {
		const search = campaignSearch(2);
		const { fake } = search;
		const run = campaignRun('Spring run');
		fake.remembered(LearntIdentities).learn(fake.account, 'cc-1', run);
		search.list = () => [run];
		expect(await search.outcome()).toEqual(['wf-c', 11]);
		const other = new Search(0);
		other.list = () => [OURS];
		await other.outcome();
		expect([search.campaignsRead, other.campaignsRead]).toEqual([0, 0]);
	});
});
