/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { execFileSync } from 'node:child_process';
import {
	createdAt,
	endedAt,
	failureOf,
	isFinished,
	isPlatformFailure,
	isStopping,
	outcomeOf,
	toEndedItem,
	toItem,
	type RunOutcome,
	type WorkflowRun,
} from '../../nodes/Amperity/runs/run/workflowRun';

const inState = (state: unknown, more: object = {}): WorkflowRun =>
	({ id: 'wf-1', state, ...more }) as WorkflowRun;

/** A state as pages, lists and answers may write it. */
const spellings = (state: string): string[] => [
	state,
	state.toUpperCase(),
	state.replace(/\b./g, (letter) => letter.toUpperCase()),
	...['-', '_', ''].map((between) => state.replaceAll(' ', between)),
	` ${state} `,
];

describe('states', () => {
	test.each([
		'scheduled',
		'started',
		'in progress',
		'running',
		'running with failures',
		'finalizing',
		'paused',
		'stopping',
		'canceling',
		'cancelling',
	])('“%s” is active, also where an earlier end is still told', (state) => {
		for (const spelling of spellings(state)) {
			const run = inState(spelling, { ended_at: '2026-10-01T00:00:00Z' });
			expect(isFinished(run)).toBe(false);
			expect(outcomeOf(run)).toBeUndefined();
		}
	});

	test.each<[string, RunOutcome]>([
		['succeeded', 'succeeded'],
		['failed', 'failed'],
		['stopped', 'stopped'],
		['canceled', 'stopped'],
		['cancelled', 'stopped'],
		['skipped', 'skipped'],
	])('“%s” is an end: %s', (state, outcome) => {
		for (const spelling of spellings(state)) {
			expect(isFinished(inState(spelling))).toBe(true);
			expect(outcomeOf(inState(spelling))).toBe(outcome);
		}
	});

	test.each(['expired', 'succeeded with warnings', '', undefined, null, 5, {}])(
		'that nobody knows (%p) is an end if the run says when',
		(state) => {
			expect(outcomeOf(inState(state))).toBeUndefined();
			expect(outcomeOf(inState(state, { ended_at: '' }))).toBeUndefined();
			expect(outcomeOf(inState(state, { ended_at: null }))).toBeUndefined();
			expect(outcomeOf(inState(state, { ended_at: '2026-10-01T00:00:00Z' }))).toBe('unknown');
		},
	);

	test('of a run that comes to a stop', () => {
		for (const state of ['stopping', 'canceling', 'cancelling']) {
			for (const spelling of spellings(state)) expect(isStopping(inState(spelling))).toBe(true);
		}
		for (const state of ['running', 'stopped', 'canceled', 'cancelled', 'paused', undefined]) {
			expect(isStopping(inState(state))).toBe(false);
		}
	});
});

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

	test('are the same in a server of any zone', () => {
		const script = `
			const { createdAt } = require('./nodes/Amperity/runs/workflowRun');
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

describe('as an item', () => {
	const failed = inState('failed', {
		created_at: '2026-10-01T12:00:00',
		ended_at: '2026-10-01T12:01:30.500Z',
		error: { message: 'Courier failed', attribution: 'platform', data: {} },
		task_instances: [
			{ id: 'wft-1', state: 'succeeded' },
			{ id: 'wft-2', state: 'FAILED', label: 'Ingest' },
			{ id: 'wft-3', state: 'stopped', error: { message: 'gone', attribution: 'customer' } },
			null,
		],
		something_new: 1,
	});

	test('a run keeps all it holds, but its error is no error of the node', () => {
		const { error, ...rest } = failed;
		expect(toItem(failed)).toEqual({ ...rest, run_error: error, outcome: 'failed' });
		expect(toItem(inState('running'))).toEqual({ id: 'wf-1', state: 'running' });
	});

	test('an end tells how long the run took and why it failed', () => {
		expect(toEndedItem(failed)).toMatchObject({
			outcome: 'failed',
			duration_seconds: 90.5,
			failure: {
				message: 'Courier failed',
				attribution: 'platform',
				tasks: [
					{ id: 'wft-2', label: 'Ingest', state: 'FAILED' },
					{ id: 'wft-3', state: 'stopped', message: 'gone', attribution: 'customer' },
				],
			},
		});
	});

	test('a success has no failure, and an overview does not know it', () => {
		expect(toEndedItem(inState('succeeded', { task_instances: [] }))).not.toHaveProperty('failure');
		expect(toEndedItem(inState('failed'))).not.toHaveProperty('failure');
		expect(toEndedItem(inState('skipped', { error: null })).failure).toEqual({
			message: undefined,
			attribution: undefined,
			tasks: [],
		});
	});

	test('only a failure of the platform is worth another try', () => {
		expect(isPlatformFailure(failed)).toBe(true);
		expect(isPlatformFailure({ ...failed, state: 'stopped' })).toBe(false);
		expect(isPlatformFailure(inState('failed', { error: { attribution: 'customer' } }))).toBe(
			false,
		);
		expect(isPlatformFailure(inState('failed'))).toBe(false);
	});

	test.each([undefined, null, 'no', 5, [], { message: 7 }])('an error of %p is borne', (error) => {
		expect(failureOf(inState('failed', { error, task_instances: 'none' }))).toEqual({
			message: undefined,
			attribution: undefined,
			tasks: [],
		});
	});
});
