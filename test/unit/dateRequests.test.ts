import {
	dateRequests,
	failedBy,
	type LostStart,
	type SentRequests,
} from '../../nodes/Amperity/runs/start/lostStart';
import { ServerClock } from '../../nodes/Amperity/transport/serverClock';
import { named, NOON, OURS, Search, seconds } from './search';

let clock: ServerClock;

beforeEach(() => {
	jest.useFakeTimers({ now: NOON });
	clock = new ServerClock();
});

afterEach(() => {
	jest.useRealTimers();
});

const HOUR = 3_600_000;

/** An answer tells that Amperity's clock is ahead of n8n's by some milliseconds, give or take. */
function tell(aheadMs: number, giveOrTakeMs = 0): void {
	const time = Date.now() + aheadMs;
	clock.learnTime({ from: time - giveOrTakeMs, to: time + giveOrTakeMs }, performance.now());
}

/** A request that was sent a second before noon and failed at noon, by n8n's clock. */
const sentSince = (sinceMs = -1_000) => ({
	from: performance.now() + sinceMs,
	to: performance.now(),
});

const sent = (more: Partial<SentRequests> = {}): SentRequests => ({
	clock: clock.id,
	spans: [sentSince()],
	earlier: [],
	...more,
});

const lostStart = (more: Partial<LostStart> = {}): LostStart => ({
	...new Search().lost,
	sent: sent(),
	...more,
});

/** Requests that this clock cannot date. */
const OF_OTHERS: Array<[string, () => SentRequests | undefined]> = [
	['of another process', () => sent({ clock: clock.id + 1 })],
	['of which that is not known', () => undefined],
];

describe('the times of a lost start', () => {
	test('are those that Amperity’s clock says', () => {
		const lost = lostStart();
		tell(HOUR, 50);
		dateRequests(lost, clock);
		expect(lost.spans).toEqual([{ from: NOON + HOUR - 1_050, to: NOON + HOUR + 50 }]);
		expect(lost.isTimeDoubtful).toBe(false);
	});

	test('stay as they are when dated once more', () => {
		const lost = lostStart();
		tell(HOUR);
		dateRequests(lost, clock);
		const once = structuredClone(lost);
		dateRequests(lost, clock);
		expect(lost).toEqual(once);
	});

	test('are known more closely with each answer', () => {
		const lost = lostStart();
		tell(0, 500);
		dateRequests(lost, clock);
		tell(400, 500);
		dateRequests(lost, clock);
		expect(lost.spans).toEqual([{ from: NOON - 1_100, to: NOON + 500 }]);
		expect(lost.isTimeDoubtful).toBe(false);
	});

	test('are two where two servers tell the time differently, and both are right', () => {
		const lost = lostStart();
		tell(0);
		tell(1_500);
		dateRequests(lost, clock);
		expect(lost.spans).toEqual([
			{ from: NOON - 1_000, to: NOON },
			{ from: NOON + 500, to: NOON + 1_500 },
		]);
		expect(lost.isTimeDoubtful).toBe(false);
	});

	test.each([-HOUR, 120_000, HOUR])('are in doubt where the clock jumps (%i ms)', (jump) => {
		const lost = lostStart();
		tell(0);
		dateRequests(lost, clock);
		expect(lost.isTimeDoubtful).toBe(false);
		tell(jump);
		dateRequests(lost, clock);
		expect(lost.spans).toEqual([
			{ from: NOON - 1_000, to: NOON },
			{ from: NOON + jump - 1_000, to: NOON + jump },
		]);
		expect(lost.isTimeDoubtful).toBe(true);
	});

	test('are a guess while no answer has told Amperity’s, and known after that', () => {
		const lost = lostStart({ spans: [] });
		dateRequests(lost, clock);
		expect(lost).toMatchObject({
			spans: [{ from: NOON - 1_000, to: NOON }],
			isTimeDoubtful: true,
		});
		tell(5 * HOUR);
		dateRequests(lost, clock);
		expect(lost).toMatchObject({
			spans: [{ from: NOON + 5 * HOUR - 1_000, to: NOON + 5 * HOUR }],
			isTimeDoubtful: false,
		});
	});

	test('are dated only of requests that this process has sent', () => {
		const before = { from: NOON - 90_000, to: NOON - 80_000 };
		const lost = lostStart({
			spans: [before, { from: 1, to: 2 }, { from: 3, to: 4 }],
			sent: sent({ spans: [sentSince(-70_000), sentSince()], earlier: [before] }),
		});
		tell(HOUR);
		dateRequests(lost, clock);
		expect(lost.spans).toEqual([
			before,
			{ from: NOON + HOUR - 70_000, to: NOON + HOUR },
			{ from: NOON + HOUR - 1_000, to: NOON + HOUR },
		]);
	});

	test('are told to all that hold them', () => {
		const lost = lostStart();
		const { spans } = lost;
		tell(HOUR);
		dateRequests(lost, clock);
		expect(lost.spans).toBe(spans);
	});

	test.each(OF_OTHERS)('%s stay as they are, and as much in doubt', (_, ofOther) => {
		tell(HOUR);
		for (const isTimeDoubtful of [true, false]) {
			const lost = lostStart({ sent: ofOther(), isTimeDoubtful });
			const copy = structuredClone(lost);
			dateRequests(lost, clock);
			expect(lost).toEqual(copy);
		}
	});
});

describe('a lost start failed', () => {
	const looks = [
		{ age: 1_000, candidates: 0 },
		{ age: 9_000, candidates: 0 },
	];

	test('with its last request', () => {
		const spans = [sentSince(-70_000), sentSince()];
		expect(failedBy(lostStart({ sent: sent({ spans }), looks }), clock)).toBe(spans[1]!.to);
	});

	test.each(OF_OTHERS)('%s as long ago as its last look says, or now', (_, ofOther) => {
		const now = performance.now();
		expect(failedBy(lostStart({ sent: ofOther(), looks }), clock)).toBe(now - 9_000);
		expect(failedBy(lostStart({ sent: ofOther() }), clock)).toBe(now);
	});
});

describe('a start that was lost before Amperity told its time', () => {
	const unknown = () => {
		const search = new Search(2, false);
		clock = search.fake.clock;
		search.lost = lostStart({ spans: search.lost.spans });
		return search;
	};

	test.each([
		['behind', -5_000],
		['an hour behind', -HOUR],
		['ahead', 5_000],
		['five hours ahead', 5 * HOUR],
	])('is looked for by that of the list (%s)', async (_, aheadMs) => {
		const search = unknown();
		search.onLook = () => search.tellTime(aheadMs);
		const created_at = new Date(NOON + aheadMs - 500).toISOString();
		search.list = () => {
			const [from, to] = search.asksFor as string[];
			return from! <= created_at && created_at < to! ? [named('wf-1', { created_at })] : [];
		};
		const [found, after] = await search.outcome();
		expect(found).toBe('wf-1');
		expect(after).toBeLessThanOrEqual(16);
	});

	test.each([0, -HOUR, HOUR])(
		'is not started again before 65 seconds have passed (%i ms)',
		async (aheadMs) => {
			const search = unknown();
			search.onLook = () => search.tellTime(aheadMs);
			expect(await search.outcome()).toEqual(['startAgain', 67]);
			// The first one has asked for runs of another time.
			const good = search.looksAt.slice(aheadMs === 0 ? 0 : 1);
			expect(search.lost.looks.map(({ age }) => age / 1_000)).toEqual(good);
		},
	);

	test('is dated by an answer that is no list, too', async () => {
		const search = unknown();
		search.onLook = () => search.tellTime(HOUR);
		search.list = () => {
			throw new Error('no');
		};
		expect((await search.outcome())[0]).toBe('report');
		expect(search.lost).toMatchObject({ looks: [], isTimeDoubtful: false });
		expect(search.lost.spans[0]!.from).toBeCloseTo(NOON + HOUR - 1_000, 0);
	});

	test('has no look while nothing has told it', async () => {
		const search = unknown();
		search.list = () => [OURS];
		expect((await search.outcome())[0]).toBe('report');
		expect(search.lost.looks).toEqual([]);
	});
});

describe('a start that was lost, and then Amperity’s clock turns out to be another,', () => {
	const jumping = (jump: number, atSeconds: number) => {
		const search = new Search();
		clock = search.fake.clock;
		search.lost = lostStart({ spans: search.lost.spans });
		search.onLook = () => search.tellTime(seconds() > atSeconds ? jump : 0);
		return search;
	};

	test.each([
		[HOUR, 0],
		[HOUR, 40],
		[-HOUR, 40],
		[120_000, 0],
		// The list would have to be asked for another time, and there is no other look.
		[HOUR, 165],
	])('is never started again (%i ms after %i s)', async (jump, atSeconds) => {
		const search = jumping(jump, atSeconds);
		search.list = () => {
			if (seconds() < atSeconds) throw new Error('no');
			return [];
		};
		expect((await search.outcome())[0]).toBe('report');
	});

	test.each([0, HOUR, -HOUR])('is reported with a run of either time (%i ms)', async (created) => {
		const search = jumping(created || HOUR, 3);
		const created_at = new Date(NOON + created - 500).toISOString();
		search.list = () => [named('wf-1', { created_at })];
		expect(await search.outcome()).toEqual(['report', 67]);
		expect(search.candidates).toEqual(['wf-1']);
	});

	test('is found as ever where that is little', async () => {
		const search = jumping(1_500, 3);
		search.list = () => [OURS];
		expect((await search.outcome())[0]).toBe('wf-ours');
		expect((await jumping(1_500, 3).outcome())[0]).toBe('startAgain');
	});
});
