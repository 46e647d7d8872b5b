import { ServerClock } from '../../nodes/Amperity/transport/serverClock';

const HOUR = 3_600_000;
const TEN = Date.UTC(2026, 9, 1, 10);

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

const NOON = 'Thu, 01 Oct 2026 12:00:00 GMT';

test('is n8n’s own while nothing better is known', () => {
	const clock = new ServerClock();
	expect(clock.now()).toBe(TEN);
	pass(1_234);
	expect(clock.now()).toBe(TEN + 1_234);
});

test.each([NOON, 'Thursday, 01-Oct-26 12:00:00 GMT', 'Thu Oct  1 12:00:00 2026'])(
	'is Amperity’s as soon as an answer tells it, to half a second (“%s”)',
	(date) => {
		const clock = knowing(date);
		expect(clock.now()).toBe(TEN + 2 * HOUR + 500);
		pass(90_000);
		expect(clock.now()).toBe(TEN + 2 * HOUR + 90_500);
	},
);

test.each([
	['back', -HOUR],
	['forward', 2 * HOUR],
])('does not change when n8n’s clock is set %s', (_, milliseconds) => {
	const clock = knowing(NOON);
	wallClock += milliseconds;
	expect(clock.now()).toBe(TEN + 2 * HOUR + 500);
});

test('follows the last answer', () => {
	const clock = knowing(NOON);
	pass(60_000);
	clock.learn('Thu, 01 Oct 2026 12:05:00 GMT');
	expect(clock.now()).toBe(TEN + 2 * HOUR + 5 * 60_000 + 500);
});

test.each([undefined, null, '', 'noon', 5, {}])('learns nothing from %p', (header) => {
	const clock = knowing(NOON);
	pass(1_000);
	clock.learn(header);
	expect(clock.now()).toBe(TEN + 2 * HOUR + 1_500);
});
