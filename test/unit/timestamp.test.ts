/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { DateTime } from 'luxon';
import { readDateTime, toDayTimestamp, toTimestamp } from '../../nodes/Amperity/actions/timestamp';
import { isTimeZone } from '../../nodes/Amperity/fields/timeZone';

const inUtc = (value: unknown, zone = 'UTC') => {
	const dateTime = readDateTime(value, zone);
	return dateTime && toTimestamp(dateTime);
};

const dayOf = (value: unknown, zone = 'UTC') => {
	const dateTime = readDateTime(value, zone);
	return dateTime && toDayTimestamp(dateTime);
};

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
		// Two hours that daylight saving time skips and repeats in New York.
		['2026-03-08T02:30:00', 'America/New_York', '2026-03-08T07:30:00Z'],
		['2026-11-01T12:00:00', 'America/New_York', '2026-11-01T17:00:00Z'],
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

describe('toDayTimestamp', () => {
	test.each([
		['2026-10-01', 'America/New_York'],
		['2026-10-01T23:30:00', 'America/New_York'],
		['2026-10-01T23:30:00-05:00', 'UTC'],
		['2026-10-01T00:30:00+09:00', 'UTC'],
	])('keeps the calendar day that %s shows (zone %s)', (text, zone) => {
		expect(dayOf(text, zone)).toBe('2026-10-01T00:00:00Z');
	});

	test('takes the day of a Luxon DateTime from its own zone', () => {
		const justAfterMidnight = DateTime.fromISO('2026-10-01T00:15:00', { zone: 'Europe/Berlin' });
		expect(dayOf(justAfterMidnight)).toBe('2026-10-01T00:00:00Z');
	});
});

test.each(['UTC', 'America/Los_Angeles', 'Asia/Tokyo'])(
	'a server in %s sends the same timestamps',
	(serverZone) => {
		const script = `
			const { readDateTime, toTimestamp, toDayTimestamp } = require('./nodes/Amperity/actions/timestamp');
			const dates = ['2026-10-01', '2026-10-01T23:30:00', '2026-03-08T02:30:00', new Date(Date.UTC(2026, 9, 1, 23, 30))];
			console.log(new Date(2026, 9, 1).getTimezoneOffset());
			console.log(JSON.stringify(dates.map((date) => readDateTime(date, 'UTC')).flatMap((date) => [toTimestamp(date), toDayTimestamp(date)])));`;
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

test('isTimeZone knows IANA names only', () => {
	expect(['UTC', 'America/New_York', 'Europe/Berlin'].every(isTimeZone)).toBe(true);
	expect(['', 'New York', 'Mars/Base', '+02:00'].some(isTimeZone)).toBe(false);
});
