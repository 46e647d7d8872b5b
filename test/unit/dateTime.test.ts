/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { DateTime } from 'luxon';
import {
	readDateTime,
	startOfDay,
	toEndTimestamp,
	toTimestamp,
} from '../../nodes/Amperity/fields/dateTime';

const inUtc = (value: unknown, zone = 'UTC') => {
	const dateTime = readDateTime(value, zone);
	return dateTime && toTimestamp(dateTime);
};

const startOfDayIn = (value: unknown, zone: string) =>
	toTimestamp(startOfDay(readDateTime(value, 'UTC')!, zone));

describe('readDateTime', () => {
	test.each([
		['2026-10-01', 'UTC', '2026-10-01T00:00:00Z'],
		['2026-10-01', 'America/New_York', '2026-10-01T04:00:00Z'],
		['2026-10-01T06:30', 'UTC', '2026-10-01T06:30:00Z'],
		['2026-10-01T06:30:15', 'Asia/Kolkata', '2026-10-01T01:00:15Z'],
		['2026-10-01 06:30:15', 'UTC', '2026-10-01T06:30:15Z'],
		['2026-10-01T06:30:15.999Z', 'America/New_York', '2026-10-01T06:30:15Z'],
		['2026-10-01T06:30:15+02:00', 'America/New_York', '2026-10-01T04:30:15Z'],
		['2026-10-01T06:30:15-0500', 'UTC', '2026-10-01T11:30:15Z'],
		['  2026-10-01  ', 'UTC', '2026-10-01T00:00:00Z'],
		['2026-11-01T12:00:00', 'America/New_York', '2026-11-01T17:00:00Z'],
		// An hour that daylight saving time skips.
		['2026-03-08T02:30:00', 'America/New_York', '2026-03-08T07:30:00Z'],
		// Of an hour that is there twice, the earlier one.
		['2025-11-02T01:00:00', 'America/New_York', '2025-11-02T05:00:00Z'],
		['2025-11-02T01:59:59', 'America/New_York', '2025-11-02T05:59:59Z'],
		['2025-11-02T01:00:00-05:00', 'America/New_York', '2025-11-02T06:00:00Z'],
		['2026-04-05T02:30:00', 'Pacific/Auckland', '2026-04-04T13:30:00Z'],
		['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z'],
		['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
	])('reads %s in %s as %s', (text, zone, expected) => {
		expect(inUtc(text, zone)).toBe(expected);
	});

	test('reads a Luxon DateTime and a Date as the moment they are', () => {
		const moment = DateTime.fromISO('2026-10-01T06:30:15', { zone: 'Asia/Tokyo' });
		expect(inUtc(moment)).toBe('2026-09-30T21:30:15Z');
		expect(inUtc(moment.toJSDate(), 'America/New_York')).toBe('2026-09-30T21:30:15Z');
	});

	test.each([
		'2026-02-30',
		'2026-13-01',
		'2026-10-01T25:00:00',
		'01/10/2026',
		'tomorrow',
		'20261001',
		'2026-10',
		'2026-10-01T00:00:00Z; drop',
		'',
		1_790_000_000_000,
		null,
		undefined,
		{},
		DateTime.invalid('test'),
		new Date(Number.NaN),
	])('refuses %p', (value) => {
		expect(readDateTime(value, 'UTC')).toBeUndefined();
	});
});

describe('startOfDay', () => {
	test.each([
		['2026-10-01', 'UTC', '2026-10-01T00:00:00Z'],
		['2026-10-01T23:30:00', 'America/New_York', '2026-10-01T04:00:00Z'],
		['2026-10-01T23:30:00-05:00', 'UTC', '2026-10-01T00:00:00Z'],
		['2026-10-01T00:30:00+09:00', 'Pacific/Auckland', '2026-09-30T11:00:00Z'],
		// Midnight is skipped in one zone and there twice in the other.
		['2026-03-29T12:00:00', 'Asia/Beirut', '2026-03-28T22:00:00Z'],
		['2026-11-01T12:00:00', 'America/Havana', '2026-11-01T04:00:00Z'],
	])('of the calendar day that %s shows, in %s', (text, zone, expected) => {
		expect(startOfDayIn(text, zone)).toBe(expected);
	});

	test('takes the day of a Luxon DateTime from its own zone', () => {
		const justAfterMidnight = DateTime.fromISO('2026-10-01T00:15:00', { zone: 'Europe/Berlin' });
		expect(startOfDayIn(justAfterMidnight, 'UTC')).toBe('2026-10-01T00:00:00Z');
	});
});

test.each([
	['2026-10-01T23:59:59.999Z', '2026-10-02T00:00:00Z'],
	['2026-10-01T23:59:59.001Z', '2026-10-02T00:00:00Z'],
	['2026-10-01T23:59:59Z', '2026-10-01T23:59:59Z'],
	['2026-10-02T00:00:00Z', '2026-10-02T00:00:00Z'],
])('an exclusive end at %s loses nothing', (text, expected) => {
	expect(toEndTimestamp(readDateTime(text, 'UTC')!)).toBe(expected);
});

test.each(['UTC', 'America/Los_Angeles', 'Asia/Tokyo'])(
	'a server in %s sends the same timestamps',
	(serverZone) => {
		const script = `
			const { readDateTime, startOfDay, toTimestamp } = require('./nodes/Amperity/fields/dateTime');
			const dates = ['2026-10-01', '2026-10-01T23:30:00', '2026-03-08T02:30:00', new Date(Date.UTC(2026, 9, 1, 23, 30))];
			console.log(new Date(2026, 9, 1).getTimezoneOffset());
			console.log(JSON.stringify(dates.map((date) => readDateTime(date, 'UTC')).flatMap((date) => [toTimestamp(date), toTimestamp(startOfDay(date, 'UTC'))])));`;
		const [offset, timestamps] = execFileSync(
			process.execPath,
			['--require', 'tsx/cjs', '-e', script],
			{
				env: { ...process.env, TZ: serverZone },
				encoding: 'utf8',
			},
		).split('\n');

		expect(offset).toBe(
			{ UTC: '0', 'America/Los_Angeles': '420', 'Asia/Tokyo': '-540' }[serverZone],
		);
		expect(JSON.parse(timestamps!)).toEqual([
			'2026-10-01T00:00:00Z',
			'2026-10-01T00:00:00Z',
			'2026-10-01T23:30:00Z',
			'2026-10-01T00:00:00Z',
			'2026-03-08T02:30:00Z',
			'2026-03-08T00:00:00Z',
			'2026-10-01T23:30:00Z',
			'2026-10-01T00:00:00Z',
		]);
	},
);
