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
const moment = (clock: ServerClock) => clock.span(monotonic, monotonic);

const NOON = 'Thu, 01 Oct 2026 12:00:00 GMT';

test('is n8n’s own while nothing better is known', () => {
	const clock = new ServerClock();
	expect(clock.isKnown).toBe(false);
	expect(clock.now()).toBe(TEN);
	pass(1_234);
	expect(clock.now()).toBe(TEN + 1_234);
	expect(clock.span(5_000, 6_000)).toEqual({ from: TEN, to: TEN + 1_000 });
	wallClock += HOUR;
	expect(clock.span(5_000, 6_000)).toEqual({ from: TEN + HOUR, to: TEN + HOUR + 1_000 });
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
		expect(clock.span(6_000, 9_000)).toEqual({ from: TWELVE + 1_000, to: TWELVE + 5_000 });
		expect(clock.span(5_000, Infinity)).toEqual({ from: TWELVE, to: Infinity });
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
