import { sleep } from 'n8n-workflow';
import { RecentRuns, type ReadRuns } from '../../nodes/Amperity/runs/start/recentRuns';
import { accountNamed, FakeClient, type Asked } from './fakeClient';

const NOON = Date.UTC(2026, 9, 1, 12);
const LATE = 1e9;

/** A time span by seconds after noon. */
const span = (from: number, to: number) => ({ from: NOON + from * 1_000, to: NOON + to * 1_000 });
const at = (seconds: number) => new Date(NOON + seconds * 1_000).toISOString();
const spanIn = ({ qs }: Asked) => [qs.created_from, qs.created_to];

/** Answers when a test says so, in the order of the requests. */
class Answers {
	private readonly waiting: Array<(json: unknown) => void> = [];

	readonly answer = async () =>
		await new Promise<unknown>((resolve, reject) => {
			this.waiting.push((json) => (json instanceof Error ? reject(json) : resolve(json)));
		});

	async next(json: unknown): Promise<void> {
		this.waiting.shift()!(json);
		await settle();
	}
}

/** Lets everything happen that waits for nothing. */
const settle = async () => await sleep(0);

const listOf = (...ids: string[]) => ({ data: ids.map((id) => ({ id })) });
const idsOf = async (reading: Promise<ReadRuns>) => (await reading).runs.map(({ id }) => id);

test('reads the runs created in a time, once, and in large pages', async () => {
	const fake = new FakeClient(() => listOf('wf-1', 'wf-2'));
	expect(await idsOf(new RecentRuns().createdIn(span(0, 60), fake.client, LATE))).toEqual([
		'wf-1',
		'wf-2',
	]);
	expect(fake.asked).toEqual([
		{
			method: 'GET',
			path: '/workflow/runs',
			qs: { created_from: at(0), created_to: at(60), limit: 500 },
			limits: expect.objectContaining({ retry: false, until: LATE }) as unknown,
		},
	]);
});

test('hands a reading to one after the other, and n8n gets to other work between them', async () => {
	const fake = new FakeClient(() => listOf('wf-1'));
	const recent = new RecentRuns();
	let turns = 0;
	const seenAt: number[] = [];
	const look = async () => {
		await recent.createdIn(span(0, 60), fake.client, LATE);
		seenAt.push(turns);
	};
	const looks = Promise.all([look(), look(), look(), look(), look()]);
	while (seenAt.length < 5) {
		await settle();
		turns++;
	}
	await looks;
	expect(fake.asked).toHaveLength(1);
	expect(seenAt[4]).toBeGreaterThan(seenAt[1]!);
});

describe('readings are shared', () => {
	let answers: Answers;
	let fake: FakeClient;
	let recent: RecentRuns;

	beforeEach(() => {
		answers = new Answers();
		fake = new FakeClient(answers.answer);
		recent = new RecentRuns();
	});

	const read = async (from: number, to: number) =>
		await idsOf(recent.createdIn(span(from, to), fake.client, LATE));

	test('by those that ask at the same time, for all the time that any of them means', async () => {
		const spans: Array<[number, number]> = [
			[10, 20],
			[5, 15],
			[12, 30],
		];
		const readings = spans.map(async ([from, to]) => await read(from, to));
		await settle();
		expect(fake.asked.map(spanIn)).toEqual([[at(5), at(30)]]);
		await answers.next(listOf('wf-1'));
		expect(await Promise.all(readings)).toEqual([['wf-1'], ['wf-1'], ['wf-1']]);
	});

	test('but not by who asks while one is under way, as it may have missed a run', async () => {
		const first = read(0, 60);
		await settle();
		const later = [read(10, 70), read(-5, 65)];
		await settle();
		expect(fake.asked).toHaveLength(1);
		await answers.next(listOf('wf-1'));
		expect(await first).toEqual(['wf-1']);
		expect(fake.asked.map(spanIn)).toEqual([
			[at(0), at(60)],
			[at(-5), at(70)],
		]);
		await answers.next(listOf('wf-1', 'wf-2'));
		expect(await Promise.all(later)).toEqual([
			['wf-1', 'wf-2'],
			['wf-1', 'wf-2'],
		]);
		expect(fake.asked).toHaveLength(2);
	});

	test('never longer than that: who asks afterwards has a reading of their own', async () => {
		const ids = ['wf-1', 'wf-2', 'wf-3'];
		for (const [index, id] of ids.entries()) {
			const reading = read(0, 60);
			await settle();
			await answers.next(listOf(id));
			expect(await reading).toEqual(ids.slice(0, index + 1));
		}
		expect(fake.asked).toHaveLength(3);
	});

	test.each([
		[10, 20],
		[20, 10],
	])('and have as much time as the last of them (%i, %i)', async (mine, other) => {
		const readings = [mine, other].map((until) =>
			recent.createdIn(span(0, 60), fake.client, LATE + until),
		);
		await settle();
		expect(fake.asked.map(({ limits }) => limits.until)).toEqual([LATE + 20]);
		await answers.next(listOf());
		await Promise.all(readings);
	});

	test('and leave the spans of those who ask as they are', async () => {
		const mine = span(10, 20);
		const reading = recent.createdIn(mine, fake.client, LATE);
		const other = recent.createdIn(span(0, 90), fake.client, LATE);
		await settle();
		await answers.next(listOf());
		await Promise.all([reading, other]);
		expect(mine).toEqual(span(10, 20));
	});

	test('not by other connections, which may see other runs', async () => {
		const otherFake = new FakeClient(() => listOf('wf-9'), accountNamed('connection-2'));
		const mine = read(0, 60);
		const theirs = idsOf(recent.createdIn(span(10, 20), otherFake.client, LATE));
		expect(await theirs).toEqual(['wf-9']);
		expect(otherFake.asked.map(spanIn)).toEqual([[at(10), at(20)]]);
		await answers.next(listOf('wf-1'));
		expect(await mine).toEqual(['wf-1']);
		expect(fake.asked.map(spanIn)).toEqual([[at(0), at(60)]]);
	});

	test('a failure is one of all that share it, and does not stick', async () => {
		const failing = [read(0, 60), read(0, 60)];
		const outcomes = Promise.allSettled(failing);
		await settle();
		const next = read(0, 60);
		await answers.next(new Error('no'));
		expect(await outcomes).toEqual([
			expect.objectContaining({ reason: expect.objectContaining({ message: 'no' }) }),
			expect.objectContaining({ reason: expect.objectContaining({ message: 'no' }) }),
		]);
		await answers.next(listOf('wf-1'));
		expect(await next).toEqual(['wf-1']);
		const last = read(0, 60);
		await settle();
		await answers.next(listOf('wf-2'));
		expect(await last).toEqual(['wf-1', 'wf-2']);
	});
});

describe('a run that a reading has shown', () => {
	const asked = (recent: RecentRuns, json: unknown, account = accountNamed('connection-1')) =>
		idsOf(recent.createdIn(span(0, 60), new FakeClient(() => json, account).client, LATE));

	afterEach(() => jest.restoreAllMocks());

	test('is there although the list hides it later, as it was shown last', async () => {
		const recent = new RecentRuns();
		await asked(recent, { data: [{ id: 'wf-1', state: 'scheduled' }] });
		await asked(recent, { data: [{ id: 'wf-1', state: 'running' }] });
		const fake = new FakeClient(() => listOf(), accountNamed('connection-1'));
		const { runs } = await recent.createdIn(span(0, 60), fake.client, LATE);
		expect(runs).toEqual([{ id: 'wf-1', state: 'running' }]);
	});

	test('is not there for another connection', async () => {
		const recent = new RecentRuns();
		await asked(recent, listOf('wf-1'));
		expect(await asked(recent, listOf(), accountNamed('connection-2'))).toEqual([]);
	});

	test('is forgotten five minutes after it was shown last', async () => {
		const recent = new RecentRuns();
		let now = 0;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		await asked(recent, listOf('wf-1', 'wf-2'));
		now = 200_000;
		await asked(recent, listOf('wf-2'));
		now = 300_001;
		expect(await asked(recent, listOf())).toEqual(['wf-2']);
	});
});

describe('who started a run', () => {
	const RUN = { id: 'wf-1', name: 'Daily', state: 'running', principal_id: null };
	const STARTER = { principal_id: 'key-1', principal_name: 'n8n' };
	const verbose = () => new FakeClient(({ path }) => ({ id: path, state: 'started', ...STARTER }));

	test('is read once, and added to what the list says', async () => {
		const [recent, fake] = [new RecentRuns(), verbose()];
		expect(await recent.withStarter(RUN, fake.client)).toEqual({ ...RUN, ...STARTER });
		const later = { ...RUN, state: 'succeeded' };
		expect(await recent.withStarter(later, fake.client)).toEqual({ ...later, ...STARTER });
		expect(fake.asked).toEqual([
			{
				method: 'GET',
				path: '/workflow/runs/wf-1',
				qs: { view: 'verbose' },
				limits: { retry: false },
			},
		]);
	});

	test('is read once for all that ask at the same time', async () => {
		const [recent, fake] = [new RecentRuns(), verbose()];
		const ask = async () => await recent.withStarter(RUN, fake.client);
		const both = [ask(), ask()];
		expect(await Promise.all(both)).toEqual([
			{ ...RUN, ...STARTER },
			{ ...RUN, ...STARTER },
		]);
		expect(fake.asked).toHaveLength(1);
	});

	test('is asked again where it could not be read', async () => {
		const recent = new RecentRuns();
		const refusing = new FakeClient(() => undefined);
		expect(await recent.withStarter(RUN, refusing.client)).toBeUndefined();
		expect(await recent.withStarter(RUN, verbose().client)).toEqual({ ...RUN, ...STARTER });
	});

	test('is remembered of a thousand runs', async () => {
		const [recent, fake] = [new RecentRuns(), verbose()];
		const read = async (number: number) =>
			await recent.withStarter({ id: `wf-${number}` }, fake.client);
		for (let number = 0; number < 1_000; number++) await read(number);
		await read(0);
		expect(fake.asked).toHaveLength(1_000);
		await read(1_000);
		await read(1);
		expect(fake.asked).toHaveLength(1_001);
		await read(0);
		expect(fake.asked).toHaveLength(1_002);
	});
});

describe('a list of several pages', () => {
	/** Answers so many pages of one run each. */
	const pages = (count: number) =>
		new FakeClient(({ qs }) => {
			const page = Number(qs.next_token ?? 1);
			const next_token = page < count ? String(page + 1) : undefined;
			return { ...listOf(`wf-${page}`), next_token };
		});

	const read = async (fake: FakeClient) =>
		await idsOf(new RecentRuns().createdIn(span(0, 60), fake.client, LATE));

	test.each([2, 3, 20])('is read to its end (%i pages)', async (count) => {
		const fake = pages(count);
		expect(await read(fake)).toHaveLength(count);
		expect(fake.asked).toHaveLength(count);
		for (const { qs, limits } of fake.asked) {
			expect(qs).toMatchObject({ created_from: at(0), created_to: at(60), limit: 500 });
			expect(limits).toMatchObject({ retry: false, until: LATE });
		}
	});

	test('is given up after 20 pages, as a part of it proves nothing', async () => {
		const fake = pages(21);
		await expect(read(fake)).rejects.toThrow('The list of runs is too long');
		expect(fake.asked).toHaveLength(20);
	});

	test('is given up if it repeats itself', async () => {
		const fake = new FakeClient(() => ({ ...listOf('wf-1'), next_token: 'again' }));
		await expect(read(fake)).rejects.toThrow('The list repeats itself');
		expect(fake.asked).toHaveLength(2);
	});

	test('is given up if any page cannot be read', async () => {
		const fake = new FakeClient(({ qs }) =>
			qs.next_token ? { data: 'none' } : { ...listOf('wf-1'), next_token: '2' },
		);
		await expect(read(fake)).rejects.toThrow('This is not what was asked for');
	});
});
