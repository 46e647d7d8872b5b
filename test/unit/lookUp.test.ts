import { sleep } from 'n8n-workflow';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { named, NOON, OURS, Search, seconds } from './search';

beforeEach(() => {
	jest.useFakeTimers({ now: NOON });
});

afterEach(() => {
	jest.useRealTimers();
});

describe('looks', () => {
	test('come at 1, 5, 11, 16, 26, 45 and 67 seconds, and then nothing has been started', async () => {
		const search = new Search();
		expect(await search.outcome()).toEqual(['startAgain', 67]);
		expect(search.looksAt).toEqual([1, 5, 11, 16, 26, 45, 67]);
		expect(search.lost.looks).toEqual(
			search.looksAt.map((at) => ({ age: at * 1_000, candidates: 0 })),
		);
	});

	test('that cannot be read do not count, and go on every 15 seconds, for three minutes', async () => {
		const search = new Search();
		search.list = () => {
			throw new Error('no');
		};
		expect(await search.outcome()).toEqual(['report', 172]);
		expect(search.looksAt.slice(6)).toEqual([67, 82, 97, 112, 127, 142, 157, 172]);
		expect(search.lost.looks).toEqual([]);
	});

	test('of which one hangs end after three minutes, and what it shows later does not count', async () => {
		const search = new Search();
		search.listTakes = () => (seconds() > 3 ? 200_000 : 0);
		expect(await search.outcome()).toEqual(['report', 180]);
		expect(search.looksAt).toEqual([1, 5]);
		expect(search.lost.looks).toEqual([{ age: 1_000, candidates: 0 }]);
	});

	test('count from when they were sent, which may be after a pause of all requests', async () => {
		const search = new Search();
		search.fake.awaitTurn = async () => {
			if (seconds() > 40) await sleep(30_000);
		};
		expect(await search.outcome()).toEqual(['startAgain', 75]);
		expect(search.lost.looks.at(-1)).toEqual({ age: 75_000, candidates: 0 });
	});

	test('do not count from when they were answered', async () => {
		const search = new Search();
		search.listTakes = () => (seconds() > 40 ? 30_000 : 0);
		expect(await search.outcome()).toEqual(['startAgain', 127]);
		expect(search.looksAt).toEqual([1, 5, 11, 16, 26, 45, 97]);
	});

	test('go on until one can be read after 65 seconds', async () => {
		const search = new Search();
		search.list = () => {
			if (seconds() > 40 && seconds() < 100) throw new Error('no');
			return [];
		};
		expect(await search.outcome()).toEqual(['startAgain', 112]);
	});

	test('end without another start where that is not wanted', async () => {
		const search = new Search();
		search.limits.mayStartAgain = () => seconds() < 60;
		expect(await search.outcome()).toEqual(['report', 67]);
	});

	test('ask for 2 seconds before the first request to 15 minutes after the last', async () => {
		const isoTime = (time: number) => new Date(time).toISOString();
		const search = new Search();
		await search.outcome();
		expect(search.asksFor).toEqual([isoTime(NOON - 3_000), isoTime(NOON + 900_000)]);

		jest.setSystemTime(NOON);
		const again = new Search();
		again.lost.spans = [{ from: NOON - 80_000, to: NOON - 79_000 }, ...again.lost.spans];
		await again.outcome();
		expect(again.asksFor).toEqual([isoTime(NOON - 82_000), isoTime(NOON + 900_000)]);
	});

	test('are added to those of an earlier try', async () => {
		const search = new Search();
		search.lost.looks = [{ age: 500, candidates: 1 }];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.lost.looks).toHaveLength(8);
	});

	test('of another process count on from its last one', async () => {
		const search = new Search();
		search.lost.looks = [{ age: 60_000, candidates: 0 }];
		expect(await search.outcome()).toEqual(['startAgain', 5]);
		expect(search.lost.looks.map(({ age }) => age)).toEqual([60_000, 61_000, 65_000]);
	});

	test('of this process count from the failure', async () => {
		const search = new Search();
		const since = performance.now();
		search.lost.spans = [{ from: NOON - 63_000, to: NOON - 62_000 }];
		search.lost.sent = {
			clock: search.fake.clock.id,
			spans: [{ from: since - 63_000, to: since - 62_000 }],
			earlier: [],
		};
		expect(await search.outcome()).toEqual(['startAgain', 5]);
		expect(search.lost.looks.map(({ age }) => age)).toEqual([63_000, 67_000]);
	});

	test('end at once when the execution is stopped, also in the middle of one', async () => {
		const search = new Search();
		const stop = new AbortController();
		search.limits.signal = stop.signal;
		void sleep(8_000).then(() => stop.abort());
		search.listTakes = () => (seconds() > 3 ? 20_000 : 0);
		expect(await search.outcome()).toEqual(['report', 8]);
		expect(search.lost.looks).toHaveLength(1);
	});
});

describe('a run in the list', () => {
	test('that is ours is found when looks ten seconds apart agree', async () => {
		const search = new Search();
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 11]);
		expect(search.candidates).toEqual(['wf-ours']);
	});

	test('that is shown late is found late', async () => {
		const search = new Search();
		search.list = () => (seconds() > 20 ? [OURS] : []);
		expect(await search.outcome()).toEqual(['wf-ours', 45]);
	});

	test.each<[string, number, Partial<WorkflowRun>]>([
		['we know nothing about', 0, {}],
		['was created after the failure', 2, { created_at: new Date(NOON + 5_000).toISOString() }],
		['has another principal than one answer told', 1, { principal_id: 'key-2' }],
	])('that %s may be ours, and is reported', async (_, answers, more) => {
		const search = new Search(answers);
		search.list = () => [named('wf-1', more)];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-1']);
	});

	test.each<[string, Partial<WorkflowRun>]>([
		['has another name', { name: 'Weekly' }],
		['has another principal', { principal_id: 'key-2' }],
		['was started by Amperity’s schedule', { principal_name: 'Automated workflow' }],
		['was created before', { created_at: new Date(NOON - 60_000).toISOString() }],
	])('that %s is not ours', async (_, more) => {
		const search = new Search();
		search.list = () => [named('wf-1', more)];
		expect(await search.outcome()).toEqual(['startAgain', 67]);
		expect(search.candidates).toEqual([]);
	});

	test('that another item holds is not ours', async () => {
		const search = new Search();
		search.own.claim({ key: 'another', executionId: '7' }, 'wf-1', { config_id: 'cg-1' });
		search.list = () => [named('wf-1'), OURS];
		expect(await search.outcome()).toEqual(['wf-ours', 11]);
		expect(search.readsOf).not.toContain('wf-1');
	});

	test('is read until it is known to be another’s, and then no more', async () => {
		const search = new Search();
		search.list = () => [named('wf-1', { principal_id: 'key-2' })];
		await search.outcome();
		expect(search.readsOf).toEqual(['wf-1']);
	});

	test('is only named where it may not be taken over', async () => {
		const search = new Search();
		search.limits.mayTakeOver = () => false;
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-ours']);
	});

	test('is only named where the time of its start may be wrong', async () => {
		const search = new Search();
		search.lost.isTimeDoubtful = true;
		search.list = () => [OURS];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-ours']);
	});

	test('is not told from another one like it', async () => {
		const search = new Search();
		search.list = () => [OURS, named('wf-2')];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-ours', 'wf-2']);
	});
});
