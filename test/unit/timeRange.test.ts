import { Settings } from 'luxon';
import { readTimeRanges } from '../../nodes/Amperity/actions/workflowRun/timeRange';
import { fieldsWith } from './fieldsWith';

const ranges = (values: Record<string, unknown>) => readTimeRanges(fieldsWith(values));

function range(values: Record<string, unknown>) {
	const all = ranges(values);
	expect(all).toHaveLength(1);
	return all[0]!;
}

/** Sets n8n's clock. */
const at = (time: string) => (Settings.now = () => Date.parse(time));

afterEach(() => (Settings.now = () => Date.now()));

test.each([[{}], [{ timeRange: 'none' }], [{ timeRange: null }], [{ timeRange: 'None' }]])(
	'%p sends no range',
	(values) => expect(range(values)).toEqual({}),
);

describe('Yesterday', () => {
	test.each([
		['2026-10-02T00:00:00Z', 'utc', '2026-10-01T00:00:00Z', undefined],
		['2026-10-02T23:59:59.999Z', null, '2026-10-01T00:00:00Z', undefined],
		// In New York, where the workflow is, it is still the day before.
		['2026-10-02T02:00:00Z', 'workflow', '2026-09-30T04:00:00Z', '2026-10-01T04:00:00Z'],
		['2026-10-02T02:00:00Z', 'Pacific/Auckland', '2026-09-30T11:00:00Z', '2026-10-01T11:00:00Z'],
		// A day of 25 hours, and one of 23.
		['2026-11-02T12:00:00Z', 'workflow', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
		['2026-03-09T12:00:00Z', 'workflow', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
		// London is UTC in winter, and its days are those of Amperity.
		['2026-12-02T12:00:00Z', 'Europe/London', '2026-12-01T00:00:00Z', undefined],
		['2026-07-02T12:00:00Z', 'Europe/London', '2026-06-30T23:00:00Z', '2026-07-01T23:00:00Z'],
		['2026-03-30T12:00:00Z', 'Europe/London', '2026-03-29T00:00:00Z', '2026-03-29T23:00:00Z'],
	])('at %s in %s', (now, timeZone, range_from, range_to) => {
		at(now);
		const expected = range_to === undefined ? { range_from } : { range_from, range_to };
		expect(range({ timeRange: 'yesterday', timeZone })).toEqual(expected);
		expect(range({ timeRange: 'lastDays', days: 1, timeZone })).toEqual(expected);
	});
});

describe('Last N Days', () => {
	test.each([
		['2026-10-08T00:00:00Z', 7, 'utc', '2026-10-01T00:00:00Z', '2026-10-08T00:00:00Z'],
		['2026-03-01T12:00:00Z', 2, 'utc', '2026-02-27T00:00:00Z', '2026-03-01T00:00:00Z'],
		['2026-11-03T12:00:00Z', '3', 'workflow', '2026-10-31T04:00:00Z', '2026-11-03T05:00:00Z'],
	])('at %s: %p days in %s', (now, days, timeZone, range_from, range_to) => {
		at(now);
		expect(range({ timeRange: 'lastDays', days, timeZone })).toEqual({ range_from, range_to });
	});

	test('needs a number', () => {
		expect(() => range({ timeRange: 'lastDays', days: null })).toThrow('Number of Days is empty');
	});
});

describe('Single Day', () => {
	test.each([
		['2026-10-01', 'utc', { range_from: '2026-10-01T00:00:00Z' }],
		['2026-10-01T23:30:00', 'utc', { range_from: '2026-10-01T00:00:00Z' }],
		['2026-10-01T23:30:00-07:00', 'utc', { range_from: '2026-10-01T00:00:00Z' }],
		[
			'2026-10-01',
			'workflow',
			{ range_from: '2026-10-01T04:00:00Z', range_to: '2026-10-02T04:00:00Z' },
		],
		[
			'2026-10-01T23:30:00-07:00',
			'Asia/Kolkata',
			{ range_from: '2026-09-30T18:30:00Z', range_to: '2026-10-01T18:30:00Z' },
		],
	])('%s in %s', (day, timeZone, expected) => {
		expect(range({ timeRange: 'day', day, timeZone })).toEqual(expected);
	});
});

describe('Date Range', () => {
	test.each([
		[
			'2026-10-01T00:00:00',
			'2026-10-02T00:00:00',
			'utc',
			'2026-10-01T00:00:00Z',
			'2026-10-02T00:00:00Z',
		],
		[
			'2026-10-01T00:00:00',
			'2026-10-02T00:00:00',
			'workflow',
			'2026-10-01T04:00:00Z',
			'2026-10-02T04:00:00Z',
		],
		[
			'2026-10-01T00:00:00+02:00',
			'2026-10-02T00:00:00',
			'workflow',
			'2026-09-30T22:00:00Z',
			'2026-10-02T04:00:00Z',
		],
		[
			'2026-10-01T00:00:00.999Z',
			'2026-10-01T23:59:59.999Z',
			'utc',
			'2026-10-01T00:00:00Z',
			'2026-10-02T00:00:00Z',
		],
		[
			'2025-11-02T01:00',
			'2025-11-02T02:00',
			'workflow',
			'2025-11-02T05:00:00Z',
			'2025-11-02T07:00:00Z',
		],
	])('%s to %s in %s', (rangeFrom, rangeTo, timeZone, range_from, range_to) => {
		for (const now of ['2026-07-01T00:00:00Z', '2026-12-01T00:00:00Z']) {
			at(now);
			expect(range({ timeRange: 'range', rangeFrom, rangeTo, timeZone })).toEqual({
				range_from,
				range_to,
			});
		}
	});

	test.each([
		[null, '2026-10-02', 'Range From is empty but Range To is set'],
		[null, null, 'Range From is empty'],
		['2026-10-01', undefined, 'Range To is undefined'],
		[
			'2026-10-01',
			'2026-10-01',
			'Range From (2026-10-01T00:00:00Z) is not before Range To (2026-10-01T00:00:00Z)',
		],
		['2026-10-02', '2026-10-01T23:59:59.999Z', 'is not before'],
	])('%p to %p is refused', (rangeFrom, rangeTo, message) => {
		expect(() => range({ timeRange: 'range', rangeFrom, rangeTo })).toThrow(message);
	});
});

describe('Time Zone', () => {
	const day = { timeRange: 'day', day: '2026-10-01' };

	test('may be named in a field of its own', () => {
		const zone = { timeZone: 'named', timeZoneName: ' Asia/Tokyo ' };
		expect(range({ ...day, ...zone }).range_from).toBe('2026-09-30T15:00:00Z');
	});

	test.each([
		[{ timeZone: 'named' }, 'Time Zone Name is empty'],
		[{ timeZone: 'named', timeZoneName: 'NYC' }, 'Time Zone Name is not a known time zone: "NYC"'],
		[
			{ timeZone: 'named', timeZoneName: '-05:00' },
			'Time Zone Name is not a known time zone: "-05:00"',
		],
		[{ timeZone: 'NYC' }, 'Time Zone has no choice "NYC"'],
		[{ timeZone: '+02:00' }, 'Time Zone has no choice "+02:00"'],
		[{ timeZone: undefined }, 'Time Zone is undefined'],
	])('%p is refused', (zone, message) => {
		expect(() => range({ ...day, ...zone })).toThrow(message);
	});
});
