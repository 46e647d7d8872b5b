import {
	createdAround,
	failedAt,
	fitsRequests,
	type LostStart,
} from '../../nodes/Amperity/runs/start/lostStart';
import type { Fit, RunIdentity } from '../../nodes/Amperity/runs/configuration/identity';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import type { TimeSpan } from '../../nodes/Amperity/transport/serverClock';

const NOON = Date.UTC(2026, 9, 1, 12);
const MINUTE = 60_000;

const KNOWN: RunIdentity = {
	name: { value: 'Daily', times: 2 },
	type: { value: 'courier-group', times: 2 },
	principal: { value: 'key-1', times: 2 },
};

const runCreated = (created_at: unknown, more: object = {}): WorkflowRun =>
	({
		id: 'wf-1',
		name: 'Daily',
		type: 'courier-group',
		principal_id: 'key-1',
		created_at,
		...more,
	}) as WorkflowRun;

/** A time of Amperity's, so many milliseconds after noon, with or without its fraction of a second. */
const exactly = (milliseconds: number) => new Date(NOON + milliseconds).toISOString();
const inSeconds = (milliseconds: number) => exactly(milliseconds).replace(/\.\d+/, '');

/** A request that was sent at noon and failed five seconds later. */
const REQUEST: TimeSpan = { from: NOON, to: NOON + 5_000 };

const fits = (created_at: unknown, spans = [REQUEST], identity = KNOWN, more: object = {}): Fit =>
	fitsRequests(spans, 'cg-1', identity, runCreated(created_at, more));

describe('a run that is known to be like ours, created', () => {
	test.each<[string, number, Fit]>([
		['long before the request', -MINUTE, 'no'],
		// A run is created within the millisecond that it tells.
		['more than 2 s before the request', -2_002, 'no'],
		['2 s before the request', -2_001, 'maybe'],
		['up to 2 s before the request', -1_000, 'maybe'],
		['a little more than 200 ms before the request', -202, 'maybe'],
		['200 ms before the request', -201, 'yes'],
		['as the request was sent', 0, 'yes'],
		['while the request was under way', 2_500, 'yes'],
		['as the request failed', 5_000, 'yes'],
		['200 ms after the failure', 5_200, 'yes'],
		['a little more than 200 ms after the failure', 5_201, 'maybe'],
		['a minute after the failure', 5_000 + MINUTE, 'maybe'],
		['15 minutes after the failure', 5_000 + 15 * MINUTE, 'maybe'],
		['more than 15 minutes after the failure', 5_001 + 15 * MINUTE, 'no'],
		['a day after the failure', 24 * 60 * MINUTE, 'no'],
	])('%s', (_, milliseconds, expected) => {
		expect(fits(exactly(milliseconds))).toBe(expected);
	});
});

describe('whole seconds leave open which part of the second it was', () => {
	const late: TimeSpan = { from: NOON + 900, to: NOON + 950 };

	test.each<[string, string, Fit]>([
		['in whole seconds', inSeconds(0), 'yes'],
		['without a zone', inSeconds(0).replace('Z', ''), 'yes'],
		['with a blank and without a zone', inSeconds(0).replace('Z', '').replace('T', ' '), 'yes'],
		['with the zone of another place', '2026-10-01T14:00:00+02:00', 'yes'],
		['to the millisecond', exactly(0), 'maybe'],
		['to the millisecond, without a zone', exactly(0).replace('Z', ''), 'maybe'],
		['to the microsecond', '2026-10-01T12:00:00.920417Z', 'yes'],
		['a whole second before', inSeconds(-1_000), 'maybe'],
		['more than that before', inSeconds(-3_000), 'no'],
		['the second after', inSeconds(1_000), 'yes'],
		['two seconds after', inSeconds(2_000), 'maybe'],
	])('%s', (_, created, expected) => {
		expect(fits(created, [late])).toBe(expected);
	});
});

test.each([undefined, null, '', 'today', 5, {}])(
	'a run that does not tell when it was created (%p) may be the one at best',
	(created) => {
		expect(fits(created)).toBe('maybe');
		expect(fits(created, [])).toBe('maybe');
		expect(fits(created, [REQUEST], KNOWN, { principal_id: 'key-2' })).toBe('no');
		expect(fits(created, [REQUEST], {})).toBe('maybe');
	},
);

test('time alone proves nothing, and what speaks against a run counts at any time', () => {
	expect(fits(exactly(2_500), [REQUEST], {})).toBe('maybe');
	expect(fits(exactly(2_500), [REQUEST], { ...KNOWN, name: undefined })).toBe('maybe');
	for (const milliseconds of [-1_000, 2_500, 10 * MINUTE]) {
		const more = { principal_name: 'Automated workflow' };
		expect(fits(exactly(milliseconds), [REQUEST], KNOWN, more)).toBe('no');
		expect(fits(exactly(milliseconds), [REQUEST], KNOWN, { name: 'Weekly' })).toBe('no');
	}
	expect(fitsRequests([REQUEST], 'cc-1', {}, runCreated(exactly(2_500)))).toBe('no');
});

describe('of several requests', () => {
	const again: TimeSpan = { from: NOON + 60 * MINUTE, to: NOON + 60 * MINUTE + 100 };
	const spans = [REQUEST, again];

	test.each<[string, number, Fit]>([
		['during the first', 1_000, 'yes'],
		['during the last', 60 * MINUTE + 50, 'yes'],
		['after the first', 10 * MINUTE, 'maybe'],
		['between them, too late for the first and too early for the last', 30 * MINUTE, 'no'],
		['shortly before the last', 60 * MINUTE - 1_500, 'maybe'],
		['before the first', -3_000, 'no'],
		['after the last', 70 * MINUTE, 'maybe'],
		['too late for the last', 80 * MINUTE, 'no'],
	])('created %s', (_, milliseconds, expected) => {
		expect(fits(exactly(milliseconds), spans)).toBe(expected);
		expect(fits(exactly(milliseconds), spans.toReversed())).toBe(expected);
	});

	test('none makes a run', () => {
		expect(fits(exactly(0), [])).toBe('no');
	});
});

test('a request without an answer may make a run at any time', () => {
	const open = [{ from: NOON, to: Infinity }];
	expect(fits(exactly(24 * 60 * MINUTE), open)).toBe('yes');
	expect(fits(exactly(-1_000), open)).toBe('maybe');
	expect(fits(exactly(-MINUTE), open)).toBe('no');
});

test('the list is read from 2 seconds before a request to 15 minutes after it', () => {
	expect(createdAround(REQUEST)).toEqual({
		from: NOON - 2_000,
		to: NOON + 5_000 + 15 * MINUTE,
	});
});

test('the failure is that of the last request', () => {
	const failing = (...spans: TimeSpan[]) => failedAt({ spans } as LostStart);
	const earlier = { from: NOON - 9_000, to: NOON - 8_000 };
	expect(failing(REQUEST)).toBe(NOON + 5_000);
	expect(failing(earlier, REQUEST)).toBe(NOON + 5_000);
	expect(failing(REQUEST, earlier)).toBe(NOON + 5_000);
});
