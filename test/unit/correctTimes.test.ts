import { THIS_PROCESS } from '../../credentials/monotonicClock';
import { correctTimes, type LostStart } from '../../nodes/Amperity/runs/start/lostStart';
import { ServerClock } from '../../nodes/Amperity/transport/serverClock';
import { named, NOON, OURS, Search, seconds } from './search';

beforeEach(() => {
	jest.useFakeTimers({ now: NOON });
});

afterEach(() => {
	jest.useRealTimers();
});

const HOUR = 3_600_000;

/** A clock that knows Amperity's to be ahead of n8n's by some milliseconds, give or take. */
function clockAhead(aheadMs: number, giveOrTakeMs = 0): ServerClock {
	const clock = new ServerClock();
	const time = Date.now() + aheadMs;
	clock.learnTime({ from: time - giveOrTakeMs, to: time + giveOrTakeMs }, performance.now());
	return clock;
}

/** A request that was sent a second before noon and failed at noon, by n8n's clock. */
const sentSince = (sinceMs = -1_000) => ({
	from: performance.now() + sinceMs,
	to: performance.now(),
});

const lostStart = (more: Partial<LostStart> = {}): LostStart => ({
	...new Search().lost,
	sent: { process: THIS_PROCESS, spans: [sentSince()] },
	...more,
});

describe('the times of a lost start', () => {
	test('are corrected by what is known now, and those of its looks with them', () => {
		const lost = lostStart({ looks: [{ at: NOON + 1_000, candidates: 0 }] });
		correctTimes(lost, clockAhead(HOUR, 50));
		expect(lost.spans).toEqual([{ from: NOON + HOUR - 1_050, to: NOON + HOUR + 50 }]);
		expect(lost.looks).toEqual([{ at: NOON + HOUR + 1_050, candidates: 0 }]);
	});

	test('stay as they are when corrected once more', () => {
		const lost = lostStart({ looks: [{ at: NOON + 1_000, candidates: 0 }] });
		const clock = clockAhead(HOUR);
		correctTimes(lost, clock);
		const once = structuredClone(lost);
		correctTimes(lost, clock);
		expect(lost).toEqual(once);
	});

	test('are corrected only of requests that this process has sent', () => {
		const before = { from: NOON - 90_000, to: NOON - 80_000 };
		const lost = lostStart({
			spans: [before, { from: 1, to: 2 }, { from: 3, to: 4 }],
			sent: { process: THIS_PROCESS, spans: [sentSince(-70_000), sentSince()] },
		});
		correctTimes(lost, clockAhead(HOUR));
		expect(lost.spans).toEqual([
			before,
			{ from: NOON + HOUR - 70_000, to: NOON + HOUR },
			{ from: NOON + HOUR - 1_000, to: NOON + HOUR },
		]);
	});

	test.each([
		['of another process', { process: THIS_PROCESS + 1, spans: [{ from: 0, to: 1 }] }],
		['of which that is not known', undefined],
	])('%s cannot be corrected', (_, sent) => {
		const lost = lostStart({ sent, looks: [{ at: NOON + 1_000, candidates: 0 }] });
		const copy = structuredClone(lost);
		correctTimes(lost, clockAhead(HOUR));
		expect(lost).toEqual(copy);
	});
});

describe('a start that was lost before Amperity told its time', () => {
	test.each([
		['behind', -5_000],
		['an hour behind', -HOUR],
		['ahead', 5_000],
		['an hour ahead', HOUR],
	])('is looked for by that of the list (%s)', async (_, aheadMs) => {
		const search = new Search(2, false);
		search.lost = lostStart({ spans: search.lost.spans });
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
			const search = new Search(2, false);
			search.lost = lostStart({ spans: search.lost.spans });
			search.onLook = () => search.tellTime(aheadMs);
			expect(await search.outcome()).toEqual(['startAgain', 67]);
			// The first one has asked for runs of another time.
			const good = search.looksAt.slice(aheadMs === 0 ? 0 : 1);
			const times = search.lost.looks.map(({ at }) => (at - NOON - aheadMs) / 1_000);
			expect(times).toEqual(good);
		},
	);

	test('has no look while nothing has told it', async () => {
		const search = new Search(2, false);
		search.lost = lostStart({ spans: search.lost.spans });
		search.list = () => [OURS];
		expect((await search.outcome())[0]).toBe('report');
		expect(search.lost.looks).toEqual([]);
	});

	test('is dated anew when Amperity’s clock turns out to be another', async () => {
		const search = new Search();
		search.lost = lostStart({ spans: search.lost.spans });
		search.onLook = () => search.tellTime(seconds() > 40 ? HOUR : 0);
		// The look at 45 seconds has asked for runs of another time.
		expect(await search.outcome()).toEqual(['startAgain', 67]);
		expect(search.lost.looks.map(({ at }) => (at - NOON - HOUR) / 1_000)).toEqual([
			1, 5, 11, 16, 26, 67,
		]);
	});
});
