import { ServerClock } from '../../nodes/Amperity/transport/serverClock';

const HOUR = 3_600_000;
const TEN = Date.UTC(2026, 9, 1, 10);
const TWELVE = TEN + 2 * HOUR;

/** n8n's own clock, which a person may set. */
let wallClock = TEN;

/** The clock that nobody sets. */
let monotonic = 5_000;

const pass = (milliseconds: number) => {
	wallClock += milliseconds;
	monotonic += milliseconds;
};

beforeEach(() => {
	wallClock = TEN;
	monotonic = 5_000;
	jest.spyOn(Date, 'now').mockImplementation(() => wallClock);
	jest.spyOn(performance, 'now').mockImplementation(() => monotonic);
});

afterEach(() => jest.restoreAllMocks());

const knowing = (date: string) => {
	const clock = new ServerClock();
	clock.learn(date);
	return clock;
};

/** What a clock says of this very moment. */
const moment = (clock: ServerClock) => clock.spans(monotonic, monotonic).at(-1);

const NOON = 'Thu, 01 Oct 2026 12:00:00 GMT';

test('is n8n’s own while nothing better is known', () => {
	const clock = new ServerClock();
	expect(clock.isKnown).toBe(false);
	expect(clock.now()).toBe(TEN);
	pass(1_234);
	expect(clock.now()).toBe(TEN + 1_234);
	expect(clock.spans(5_000, 6_000)).toEqual([{ from: TEN, to: TEN + 1_000 }]);
	wallClock += HOUR;
	expect(clock.spans(5_000, 6_000)).toEqual([{ from: TEN + HOUR, to: TEN + HOUR + 1_000 }]);
	expect(clock.isSure(5_000, 5_000)).toBe(false);
});

test.each([NOON, 'Thursday, 01-Oct-26 12:00:00 GMT', 'Thu Oct  1 12:00:00 2026'])(
	'is Amperity’s as soon as an answer tells it, to half a second (“%s”)',
	(date) => {
		const clock = knowing(date);
		expect(clock.isKnown).toBe(true);
		expect(clock.now()).toBe(TWELVE + 500);
		pass(90_000);
		expect(clock.now()).toBe(TWELVE + 90_500);
	},
);

test.each([
	['back', -HOUR],
	['forward', 2 * HOUR],
])('does not change when n8n’s clock is set %s', (_, milliseconds) => {
	const clock = knowing(NOON);
	wallClock += milliseconds;
	expect(clock.now()).toBe(TWELVE + 500);
	expect(moment(clock)).toEqual({ from: TWELVE, to: TWELVE + 1_000 });
});

test.each([undefined, null, '', 'noon', 5, {}])('learns nothing from %p', (header) => {
	const clock = knowing(NOON);
	pass(1_000);
	clock.learn(header);
	expect(clock.now()).toBe(TWELVE + 1_500);
	const other = new ServerClock();
	other.learn(header);
	expect(other.isKnown).toBe(false);
});

describe('knows it as closely as the answers tell:', () => {
	test('a whole second and the time of the request are left open', () => {
		const clock = new ServerClock();
		const sentAt = monotonic;
		pass(300);
		clock.learn(NOON, sentAt);
		expect(moment(clock)).toEqual({ from: TWELVE, to: TWELVE + 1_300 });
	});

	test('a span is widened by what is left open', () => {
		const clock = knowing(NOON);
		pass(10_000);
		expect(clock.spans(6_000, 9_000)).toEqual([{ from: TWELVE + 1_000, to: TWELVE + 5_000 }]);
		expect(clock.spans(5_000, Infinity)).toEqual([{ from: TWELVE, to: Infinity }]);
	});

	test('answers whose seconds begin at other moments narrow it', () => {
		const clock = knowing(NOON);
		// It still is the same second.
		pass(600);
		clock.learn(NOON);
		expect(moment(clock)).toEqual({ from: TWELVE + 600, to: TWELVE + 1_000 });
		// The next one has begun.
		pass(300);
		clock.learn('Thu, 01 Oct 2026 12:00:01 GMT');
		expect(moment(clock)).toEqual({ from: TWELVE + 1_000, to: TWELVE + 1_300 });
		expect(clock.now()).toBe(TWELVE + 1_150);
	});

	test('a slow answer makes it no less known', () => {
		const clock = knowing(NOON);
		const sentAt = monotonic;
		pass(20_000);
		clock.learn('Thu, 01 Oct 2026 12:00:10 GMT', sentAt);
		expect(moment(clock)).toEqual({ from: TWELVE + 20_000, to: TWELVE + 21_000 });
	});

	test('spans that only touch are true together', () => {
		const clock = knowing(NOON);
		pass(1_000);
		clock.learn(NOON);
		expect(moment(clock)).toEqual({ from: TWELVE + 1_000, to: TWELVE + 1_000 });
	});
});

describe('follows the last answer where it cannot be true together with those before', () => {
	test.each([
		['forward', 'Thu, 01 Oct 2026 12:05:00 GMT', TWELVE + 300_000],
		['back', 'Thu, 01 Oct 2026 11:00:00 GMT', TWELVE - HOUR],
		['by little', 'Thu, 01 Oct 2026 12:00:58 GMT', TWELVE + 58_000],
	])('%s', (_, date, from) => {
		const clock = knowing(NOON);
		pass(60_000);
		clock.learn(date);
		expect(moment(clock)).toEqual({ from, to: from + 1_000 });
		expect(clock.now()).toBe(from + 500);
	});

	test('and narrows from there', () => {
		const clock = knowing(NOON);
		pass(1_000);
		clock.learn('Thu, 01 Oct 2026 11:00:00 GMT');
		pass(700);
		clock.learn('Thu, 01 Oct 2026 11:00:00 GMT');
		expect(moment(clock)).toEqual({ from: TWELVE - HOUR + 700, to: TWELVE - HOUR + 1_000 });
	});
});

describe('a time that Amperity states exactly, of something between a request and its answer,', () => {
	test('is learnt from, however little else is known', () => {
		const clock = new ServerClock();
		const sentAt = monotonic;
		pass(80);
		clock.learnTime({ from: TWELVE, to: TWELVE + 1 }, sentAt);
		expect(clock.isKnown).toBe(true);
		expect(moment(clock)).toEqual({ from: TWELVE, to: TWELVE + 81 });
	});

	test('tells more than the date of its answer', () => {
		const clock = new ServerClock();
		const sentAt = monotonic;
		pass(80);
		clock.learn(NOON, sentAt);
		clock.learnTime({ from: TWELVE + 400, to: TWELVE + 401 }, sentAt);
		expect(moment(clock)).toEqual({ from: TWELVE + 400, to: TWELVE + 481 });
	});

	test('counts alone where it contradicts all before', () => {
		const clock = knowing(NOON);
		clock.learnTime({ from: TEN, to: TEN + 1 }, monotonic);
		expect(moment(clock)).toEqual({ from: TEN, to: TEN + 1 });
	});
});

describe('dates what happened when answers tell different times:', () => {
	/** An answer tells Amperity's time, exactly and at once: so far ahead of the first one. */
	const tell = (clock: ServerClock, aheadMs: number) => {
		const time = TWELVE + (monotonic - 5_000) + aheadMs;
		clock.learnTime({ from: time, to: time }, monotonic);
	};

	/** How far ahead something was at a time, and whether that is sure. */
	const aheadAt = (clock: ServerClock, time: number) => [
		clock.spans(time, time).map(({ from }) => from - TWELVE - (time - 5_000)),
		clock.isSure(time, time),
	];

	/** Lets answers tell these times: the first at 5 s by the monotonic clock, and each other one a second later. */
	const telling = (...ahead: number[]) => {
		const clock = new ServerClock();
		for (const aheadMs of ahead) {
			tell(clock, aheadMs);
			pass(1_000);
		}
		return clock;
	};

	test.each<[string, number[], number, number[], boolean]>([
		['nothing has changed', [0, 0, 0], 5_500, [0], true],
		['by all that was told after it', [0, HOUR], 5_500, [0, HOUR], false],
		['by what held when it happened', [HOUR, 0, 0], 6_500, [0], true],
		['at the moment of a change, by both', [0, HOUR], 6_000, [0, HOUR], false],
		['after a change, by the new one', [0, HOUR, HOUR], 6_001, [HOUR], true],
		['before all answers, by all of them', [0, HOUR], 1_000, [0, HOUR], false],
		['by each of several changes', [0, HOUR, -HOUR], 5_500, [0, HOUR, -HOUR], false],
		['also where it changed back', [0, HOUR, 0], 5_500, [HOUR, 0], false],
		['after it changed back, by that', [0, HOUR, 0, 0], 7_500, [0], true],
		['surely only once it is told again', [0, 0], 6_001, [0], false],
		['in between, by both', [0, HOUR, 0], 6_500, [HOUR, 0], false],
		['two servers that take turns count both', [0, 1_500, 0, 1_500, 0], 7_500, [1_500, 0], true],
		['but nothing of long before', [HOUR, 0, 9, 0, 9], 8_500, [0, 9], true],
		['servers may differ by two seconds', [0, 2_000], 5_500, [0, 2_000], true],
		['and not by more', [0, 2_001], 5_500, [0, 2_001], false],
		[
			'many small steps are a large one',
			[0, 900, 1_800, 2_700],
			5_500,
			[0, 900, 1_800, 2_700],
			false,
		],
	])('%s', (_, told, time, ahead, isSure) => {
		expect(aheadAt(telling(...told), time)).toEqual([ahead, isSure]);
	});

	test('what is not known closely may differ by as much more', () => {
		const clock = knowing(NOON);
		clock.learn('Thu, 01 Oct 2026 12:00:04 GMT');
		// From the end of one second to the beginning of the other are three.
		expect(clock.isSure(5_000, 5_000)).toBe(false);
		const other = knowing(NOON);
		other.learn('Thu, 01 Oct 2026 12:00:03 GMT');
		expect(other.isSure(5_000, 5_000)).toBe(true);
		expect(other.spans(5_000, 5_000)).toHaveLength(2);
	});

	test.each([
		['a day', 24 * HOUR, 10_000, true],
		['a day, by more than that', 24 * HOUR, 11_000, false],
		['an hour', HOUR, 2_300, true],
		['an hour, by more than that', HOUR, 2_400, false],
	])('clocks drift while nothing is told for %s', (_, milliseconds, aheadMs, isSure) => {
		const clock = new ServerClock();
		tell(clock, 0);
		pass(milliseconds);
		const sentAt = monotonic;
		pass(100);
		tell(clock, aheadMs);
		expect(aheadAt(clock, sentAt)).toEqual([[0, aheadMs], isSure]);
	});

	test('each of them is known more closely by all answers that agree with it', () => {
		const clock = knowing(NOON);
		clock.learn('Thu, 01 Oct 2026 12:00:02 GMT');
		pass(600);
		clock.learn(NOON);
		clock.learn('Thu, 01 Oct 2026 12:00:02 GMT');
		expect(clock.spans(5_000, 5_000)).toEqual([
			{ from: TWELVE, to: TWELVE + 400 },
			{ from: TWELVE + 2_000, to: TWELVE + 2_400 },
		]);
	});

	test('and surely only what was over when it was told', () => {
		const clock = telling(0, 0);
		expect(clock.isSure(5_500, 6_000)).toBe(true);
		expect(clock.isSure(5_500, 6_001)).toBe(false);
		expect(clock.isSure(5_500, Infinity)).toBe(false);
	});

	test('of more than a hundred, those that were told last', () => {
		const clock = telling(...Array.from({ length: 150 }, (_, minute) => minute * HOUR));
		expect(clock.spans(5_000, 5_000)).toHaveLength(100);
		expect(clock.now()).toBe(TWELVE + 150_000 + 149 * HOUR);
	});

	test('none of them by an answer that may be of any', () => {
		const clock = new ServerClock();
		const told = [monotonic, monotonic + 1_500];
		for (const time of told) clock.learnTime({ from: time, to: time }, monotonic);
		clock.learnTime({ from: monotonic - 500, to: monotonic + 2_000 }, monotonic);
		expect(clock.spans(monotonic, monotonic)).toEqual(
			told.map((time) => ({ from: time, to: time })),
		);
	});

	test.each([
		[100, true],
		[101, false],
	])('surely while what held then is remembered (%i later: %s)', (count, isSure) => {
		const clock = new ServerClock();
		const began = monotonic;
		for (let ahead = 0; ahead < count; ahead++) {
			pass(1_000);
			const time = monotonic + ahead;
			clock.learnTime({ from: time, to: time }, monotonic);
		}
		expect(clock.isSure(began, began)).toBe(isSure);
	});
});

describe('what n8n’s own clock said before the first answer', () => {
	test('counts for nothing after it, however wrong', () => {
		const clock = new ServerClock();
		pass(10_000);
		clock.learn(NOON);
		expect(clock.spans(5_000, 5_000)).toEqual([{ from: TWELVE - 10_000, to: TWELVE - 9_000 }]);
		expect(clock.isSure(5_000, 5_000)).toBe(true);
	});

	test.each([
		['forward, as after a suspension,', 1_200_000],
		['back', -HOUR],
	])('counts too if that clock has jumped %s meanwhile', (_, milliseconds) => {
		const clock = new ServerClock();
		wallClock += milliseconds;
		pass(1_000);
		clock.learn(NOON);
		expect(clock.spans(5_000, 5_000)).toEqual([
			{ from: TEN - 2_000, to: TEN + 2_000 },
			{ from: TWELVE - 1_000, to: TWELVE },
		]);
		expect(clock.isSure(5_000, 5_000)).toBe(false);
		pass(1);
		clock.learn(NOON);
		expect(clock.isSure(monotonic, monotonic)).toBe(true);
	});

	test('is no better known than it can be', () => {
		const clock = new ServerClock();
		wallClock = TWELVE;
		clock.learn('Thu, 01 Oct 2026 10:00:00 GMT');
		expect(clock.spans(5_000, 5_000)).toEqual([{ from: TEN, to: TEN + 1_000 }]);
		expect(clock.isSure(5_000, 5_000)).toBe(true);
	});
});
