/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import { createdAt, endedAt, timeText } from '../../nodes/Amperity/runs/run/runTimes';
import { inState } from './inState';

const NOON = Date.UTC(2026, 9, 1, 12);

const TIMES: Array<[string, number]> = [
	['2026-10-01T12:00:00Z', NOON],
	['2026-10-01T12:00:00.250Z', NOON + 250],
	['2026-10-01T12:00:00.123456Z', NOON + 123],
	['2026-10-01T14:00:00+02:00', NOON],
	['2026-10-01T07:00:00-0500', NOON],
	// Without a zone.
	['2026-10-01T12:00:00', NOON],
	['2026-10-01T12:00:00.250', NOON + 250],
	['2026-10-01T12:00', NOON],
	['2026-10-01 12:00:00', NOON],
	[' 2026-10-01T12:00:00 ', NOON],
	['2026-10-01', NOON - 12 * 3_600_000],
];

describe('times', () => {
	test.each(TIMES)('%s', (text, time) => {
		expect(createdAt(inState('running', { created_at: text }))).toBe(time);
		expect(endedAt(inState('failed', { ended_at: text }))).toBe(time);
	});

	test.each(['', 'yesterday', '2026-13-01T00:00:00Z', 5, null, undefined, {}])(
		'%p is none',
		(value) => {
			expect(createdAt(inState('running', { created_at: value }))).toBeUndefined();
			expect(endedAt(inState('failed', { ended_at: value }))).toBeUndefined();
		},
	);

	test.each([
		['2026-10-01T23:59:59.999Z', '2026-10-01 23:59 UTC'],
		['2026-10-01T00:30:00+02:00', '2026-09-30 22:30 UTC'],
		['2026-10-01T12:00:00', '2026-10-01 12:00 UTC'],
		['soon', undefined],
		[null, undefined],
	])('%p is read as %p', (value, expected) => {
		expect(timeText(value)).toBe(expected);
	});

	test('are the same in a server of any zone', () => {
		const script = `
			const { createdAt } = require('./nodes/Amperity/runs/run/runTimes');
			const times = ${JSON.stringify(TIMES)}.map(([created_at]) => createdAt({ id: 'wf-1', created_at }));
			console.log(JSON.stringify([new Date(2026, 9, 1).getTimezoneOffset(), ...times]));`;
		const output = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
			env: { ...process.env, TZ: 'America/Los_Angeles' },
			encoding: 'utf8',
		});
		const [offset, ...times] = JSON.parse(output) as number[];
		expect(offset).toBe(420);
		expect(times).toEqual(TIMES.map(([, time]) => time));
	});
});
