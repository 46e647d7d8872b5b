import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';
import { readTimeRanges } from '../../nodes/Amperity/actions/workflowRun/timeRange';
import { fieldsWith } from './fieldsWith';

const HOUR = 3_600_000;
const ZONES = ['utc', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'];

interface Split {
	rangeFrom: string;
	rangeTo: string;
	timeZone: string;
	splitRange: 'days' | 'hours' | 'nDays';
	daysPerWindow?: number;
}

/** From and to of each window. What Amperity reads as a day of UTC may be told by its start alone. */
function windowsOf(split: Record<string, unknown>): Array<[from: number, to: number]> {
	const ranges = readTimeRanges(fieldsWith({ timeRange: 'range', ...split }));
	return ranges.map(({ range_from, range_to }) => {
		const from = Date.parse(range_from!);
		return [from, range_to === undefined ? from + 24 * HOUR : Date.parse(range_to)];
	});
}

const textsOf = (split: Split) =>
	windowsOf({ ...split }).map((edges) =>
		edges.map((edge) => new Date(edge).toISOString().replace(/:00\.000Z$/, 'Z')).join(' '),
	);

/** A wall clock's time in a zone; the earlier one of an hour that is there twice. */
const wall = (time: string, zone: string) => {
	const [earlier] = DateTime.fromISO(time, { zone }).getPossibleOffsets();
	return earlier!;
};

const splits: fc.Arbitrary<Split & { hours: number }> = fc
	.record({
		// Around the changes of all the clocks, and anywhere.
		day: fc.oneof(
			fc.constantFrom('2026-03-05', '2026-03-27', '2026-04-02', '2026-10-01', '2026-10-23'),
			fc.constantFrom('2026-10-30', '2028-02-27', '2026-12-30'),
			fc.nat(3_000).map((days) => DateTime.utc(2024, 1, 1).plus({ days }).toISODate()),
		),
		hour: fc.constantFrom(0, 0, 0, 1, 2, 3, 12, 23),
		minute: fc.constantFrom(0, 0, 15, 30, 59),
		hours: fc.integer({ min: 1, max: 900 }),
		timeZone: fc.constantFrom(...ZONES),
		splitRange: fc.constantFrom<Split['splitRange']>('days', 'hours', 'nDays'),
		daysPerWindow: fc.integer({ min: 1, max: 40 }),
	})
	.map(({ day, hour, minute, hours, ...split }) => {
		const clock = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
		const rangeFrom = `${day}T${clock}`;
		const to = wall(rangeFrom, split.timeZone).plus({ hours });
		return { ...split, hours, rangeFrom, rangeTo: to.toUTC().toISO()! };
	});

const holds = (property: (split: Split, windows: Array<[number, number]>) => void) =>
	fc.assert(
		fc.property(splits, (split) => property(split, windowsOf({ ...split }))),
		{ numRuns: 300 },
	);

describe('windows', () => {
	test('cover the range without gap and overlap', () => {
		holds(({ rangeFrom, rangeTo, timeZone }, windows) => {
			expect(windows[0]![0]).toBe(wall(rangeFrom, timeZone).toMillis());
			expect(windows.at(-1)![1]).toBe(Date.parse(rangeTo));
			expect(windows.slice(1).map(([from]) => from)).toEqual(
				windows.slice(0, -1).map(([, to]) => to),
			);
			expect(windows.filter(([from, to]) => from >= to)).toEqual([]);
		});
	});

	test('of hours are exact hours, but for a shorter last one', () => {
		holds(({ splitRange }, windows) => {
			if (splitRange !== 'hours') return;
			const lengths = windows.map(([from, to]) => to - from);
			expect(lengths.slice(0, -1).filter((length) => length !== HOUR)).toEqual([]);
			expect(lengths.at(-1)).toBeLessThanOrEqual(HOUR);
		});
	});

	test('of days begin at the time of Range From by the clocks of the zone', () => {
		holds(({ rangeFrom, timeZone, splitRange, daysPerWindow = 7 }, windows) => {
			if (splitRange === 'hours') return;
			const days = splitRange === 'days' ? 1 : daysPerWindow;
			const first = DateTime.fromISO(rangeFrom, { zone: 'utc' });
			// A time that a day does not have is the one that a clock shows which was not put forward.
			const due = windows.map((_, index) =>
				wall(first.plus({ days: index * days }).toFormat("yyyy-MM-dd'T'HH:mm"), timeZone),
			);
			expect(windows.map(([from]) => from)).toEqual(due.map((time) => time.toMillis()));
		});
	});
});

describe('a change of the clocks', () => {
	test.each<[string, string, string, string[]]>([
		[
			'America/New_York',
			'2026-03-07T00:00',
			'2026-03-10T00:00',
			[
				'2026-03-07T05:00Z 2026-03-08T05:00Z',
				'2026-03-08T05:00Z 2026-03-09T04:00Z',
				'2026-03-09T04:00Z 2026-03-10T04:00Z',
			],
		],
		[
			'America/New_York',
			'2026-10-31T00:00',
			'2026-11-03T00:00',
			[
				'2026-10-31T04:00Z 2026-11-01T04:00Z',
				'2026-11-01T04:00Z 2026-11-02T05:00Z',
				'2026-11-02T05:00Z 2026-11-03T05:00Z',
			],
		],
		[
			'Europe/Berlin',
			'2026-10-24T00:00',
			'2026-10-26T00:00',
			['2026-10-23T22:00Z 2026-10-24T22:00Z', '2026-10-24T22:00Z 2026-10-25T23:00Z'],
		],
		[
			'Australia/Lord_Howe',
			'2026-04-04T00:00',
			'2026-04-06T00:00',
			['2026-04-03T13:00Z 2026-04-04T13:00Z', '2026-04-04T13:00Z 2026-04-05T13:30Z'],
		],
		[
			// 02:30 is not there on the day of the change, and is there again on the next one.
			'America/New_York',
			'2026-03-07T02:30',
			'2026-03-10T02:30',
			[
				'2026-03-07T07:30Z 2026-03-08T07:30Z',
				'2026-03-08T07:30Z 2026-03-09T06:30Z',
				'2026-03-09T06:30Z 2026-03-10T06:30Z',
			],
		],
	])('moves the days of %s from %s', (timeZone, rangeFrom, rangeTo, expected) => {
		expect(textsOf({ rangeFrom, rangeTo, timeZone, splitRange: 'days' })).toEqual(expected);
	});

	test('makes a day of 25 hours, or of 23', () => {
		const hours = (rangeFrom: string, rangeTo: string) =>
			textsOf({ rangeFrom, rangeTo, timeZone: 'America/New_York', splitRange: 'hours' }).length;
		expect(hours('2026-11-01', '2026-11-02')).toBe(25);
		expect(hours('2026-03-08', '2026-03-09')).toBe(23);
	});
});

describe('Last N Days', () => {
	afterEach(() => (Settings.now = () => Date.now()));

	test.each(ZONES)('is split into whole days of %s', (timeZone) => {
		Settings.now = () => Date.parse('2026-11-03T12:00:00Z');
		const windows = windowsOf({ timeRange: 'lastDays', days: 30, timeZone, splitRange: 'days' });
		expect(windows).toHaveLength(30);
		windows.forEach(([from, to], index) => {
			const start = DateTime.fromMillis(from, { zone: timeZone });
			expect(start.toMillis()).toBe(start.startOf('day').toMillis());
			expect(to).toBe(start.plus({ days: 1 }).toMillis());
			if (index > 0) expect(from).toBe(windows[index - 1]![1]);
		});
	});
});

describe('what is refused', () => {
	const year = { rangeFrom: '2026-01-01', timeZone: 'utc' };

	test.each<[string, Record<string, unknown>]>([
		['1,001 days', { ...year, rangeTo: '2028-09-28', splitRange: 'days' }],
		['1,001 hours', { ...year, rangeTo: '2026-02-11T17:00', splitRange: 'hours' }],
		['a part of the 1,001st', { ...year, rangeTo: '2026-02-11T16:00:01', splitRange: 'hours' }],
	])('is more than 1,000 windows: %s', (_, split) => {
		expect(() => windowsOf(split)).toThrow(/1,?000/);
	});

	test.each<[string, Record<string, unknown>]>([
		['days', { ...year, rangeTo: '2028-09-27', splitRange: 'days' }],
		['hours', { ...year, rangeTo: '2026-02-11T16:00', splitRange: 'hours' }],
	])('is not 1,000 %s', (_, split) => {
		expect(windowsOf(split)).toHaveLength(1_000);
	});

	test.each([null, ''])('is a range without an end: %p', (rangeTo) => {
		expect(() => windowsOf({ ...year, rangeTo, splitRange: 'days' })).toThrow('Range To');
	});

	test.each(['x', 1.5])('are windows of %p days', (daysPerWindow) => {
		const split = { ...year, rangeTo: '2026-02-01', splitRange: 'nDays', daysPerWindow };
		expect(() => windowsOf(split)).toThrow('Days per Run');
	});
});

test('a range without a split is one window', () => {
	const split = { rangeFrom: '2026-01-01', rangeTo: '2026-03-01', timeZone: 'utc' };
	expect(windowsOf({ ...split, splitRange: 'none' })).toHaveLength(1);
	expect(windowsOf({ ...split, splitRange: null })).toHaveLength(1);
});
