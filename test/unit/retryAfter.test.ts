/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { httpDate, retryAfterMs } from '../../nodes/Amperity/transport/retryAfter';

const NOW = 'Thu, 01 Oct 2026 00:00:00 GMT';

test.each<[string, number]>([
	['0', 0],
	['3', 3_000],
	[' 3 ', 3_000],
	['300', 300_000],
	['2.5', 2_500],
	['32.5', 32_500],
	['0.25', 250],
])('“%s” is seconds', (header, expected) => {
	expect(retryAfterMs(header, NOW)).toBe(expected);
});

/** The three forms of RFC 9110, section 5.6.7: IMF-fixdate, RFC 850 and asctime. */
const FORMS = [
	'Thu, 01 Oct 2026 00:00:32 GMT',
	'Thursday, 01-Oct-26 00:00:32 GMT',
	'Thu Oct  1 00:00:32 2026',
];

describe.each(FORMS)('“%s”', (date) => {
	test('is a date in UTC', () => {
		expect(httpDate(date)).toBe(Date.UTC(2026, 9, 1, 0, 0, 32));
		expect(httpDate(` ${date} `)).toBe(Date.UTC(2026, 9, 1, 0, 0, 32));
	});

	test.each(FORMS)('counts from the date of the answer, “%s”', (answered) => {
		expect(retryAfterMs(date, answered.replace(':32', ':02'))).toBe(30_000);
	});

	test('counts from n8n’s clock where the answer has no date', () => {
		const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 9, 1, 0, 0, 20));
		expect(retryAfterMs(date, undefined)).toBe(12_000);
		expect(retryAfterMs(date, 'noon')).toBe(12_000);
		clock.mockRestore();
	});

	test('that has passed is no wait', () => {
		expect(retryAfterMs(date, 'Thu, 01 Oct 2026 00:00:33 GMT')).toBe(0);
	});
});

test('the date of the answer counts however wrong n8n’s clock is', () => {
	const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2031, 0, 1));
	expect(retryAfterMs('Thu, 01 Oct 2026 00:01:00 GMT', NOW)).toBe(60_000);
	clock.mockRestore();
});

test('a day of the last century stays there', () => {
	expect(httpDate('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
});

test.each([
	'',
	'soon',
	'-5',
	'+5',
	'1e3',
	'.5',
	'5.',
	'5 s',
	'0x10',
	'2026-10-01T00:00:05Z',
	'Thu, 31 Feb 2026 00:00:05 GMT',
	'Thu, 01 Oct 2026 25:00:05 GMT',
	'Thu, 01 Oct 2026 00:00:05 +0200',
	5,
	null,
	undefined,
	['5'],
	{},
])('%p is not understood', (header) => {
	expect(retryAfterMs(header, NOW)).toBeUndefined();
	expect(httpDate(header)).toBeUndefined();
});

test('no time zone of a server changes a date', () => {
	const script = `
		const { httpDate, retryAfterMs } = require('./nodes/Amperity/transport/retryAfter');
		const forms = ${JSON.stringify(FORMS)};
		const results = [...forms.map(httpDate), ...forms.map((form) => retryAfterMs(form, ${JSON.stringify(NOW)}))];
		console.log(JSON.stringify([new Date(2026, 9, 1).getTimezoneOffset(), ...results]));`;
	const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
		env: { ...process.env, TZ: 'America/New_York' },
		encoding: 'utf8',
	});
	const [offset, ...results] = JSON.parse(output) as number[];
	expect(offset).toBe(240);
	const time = Date.UTC(2026, 9, 1, 0, 0, 32);
	expect(results).toEqual([time, time, time, 32_000, 32_000, 32_000]);
});
