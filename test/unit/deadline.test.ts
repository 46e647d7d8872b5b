import { deadlinesBetween, type DailyDeadline } from '../../nodes/Amperity/trigger/deadline';

const daily = (more: Partial<DailyDeadline> = {}): DailyDeadline => ({
	startBy: { hour: 6, minute: 0 },
	notBefore: { hour: 0, minute: 0 },
	zone: 'UTC',
	weekdays: [1, 2, 3, 4, 5, 6, 7],
	...more,
});

const between = (settings: DailyDeadline, after: string, until: string) =>
	deadlinesBetween(settings, Date.parse(after), Date.parse(until)).map(
		({ from, at }) => `${new Date(from).toISOString()} ${new Date(at).toISOString()}`,
	);

test('one a day, after the first time and up to the second', () => {
	expect(between(daily(), '2026-10-01T06:00:00Z', '2026-10-03T06:00:00Z')).toEqual([
		'2026-10-02T00:00:00.000Z 2026-10-02T06:00:00.000Z',
		'2026-10-03T00:00:00.000Z 2026-10-03T06:00:00.000Z',
	]);
	expect(between(daily(), '2026-10-01T06:00:00Z', '2026-10-02T05:59:59Z')).toEqual([]);
});

test('on the chosen weekdays, as the time zone counts them', () => {
	// 22:00 in New York on Friday, October 2nd, is Saturday in UTC.
	const fridays = daily({
		startBy: { hour: 22, minute: 0 },
		zone: 'America/New_York',
		weekdays: [5],
	});
	expect(between(fridays, '2026-10-01T00:00:00Z', '2026-10-09T00:00:00Z')).toEqual([
		'2026-10-02T04:00:00.000Z 2026-10-03T02:00:00.000Z',
	]);
});

test.each([
	['earlier than the deadline is on its day', { hour: 5, minute: 30 }, '2026-10-02T05:30:00.000Z'],
	[
		'later than the deadline is on the day before',
		{ hour: 18, minute: 0 },
		'2026-10-01T18:00:00.000Z',
	],
	['equal to the deadline is a day earlier', { hour: 6, minute: 0 }, '2026-10-01T06:00:00.000Z'],
])('a begin %s', (_, notBefore, from) => {
	expect(between(daily({ notBefore }), '2026-10-02T00:00:00Z', '2026-10-02T12:00:00Z')).toEqual([
		`${from} 2026-10-02T06:00:00.000Z`,
	]);
});

describe('where clocks change', () => {
	const newYork = (hour: number, minute: number) =>
		daily({ startBy: { hour, minute }, zone: 'America/New_York' });

	test('a repeated hour is the earlier one', () => {
		expect(between(newYork(1, 30), '2026-11-01T00:00:00Z', '2026-11-01T20:00:00Z')).toEqual([
			'2026-11-01T04:00:00.000Z 2026-11-01T05:30:00.000Z',
		]);
	});

	test('a left out hour is the one after it', () => {
		expect(between(newYork(2, 30), '2026-03-08T00:00:00Z', '2026-03-08T20:00:00Z')).toEqual([
			'2026-03-08T05:00:00.000Z 2026-03-08T07:30:00.000Z',
		]);
	});

	test('a begin that is left out stays on its day', () => {
		const settings = { ...newYork(3, 0), notBefore: { hour: 2, minute: 0 } };
		expect(between(settings, '2026-03-08T00:00:00Z', '2026-03-08T20:00:00Z')).toEqual([
			'2026-03-08T07:00:00.000Z 2026-03-08T07:00:00.000Z',
		]);
	});

	test('each day has one deadline', () => {
		expect(between(newYork(6, 0), '2026-10-25T00:00:00Z', '2026-11-08T00:00:00Z')).toHaveLength(14);
	});
});
