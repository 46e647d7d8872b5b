import { failingTask, runSummary } from '../../nodes/Amperity/runs/run/runSummary';
import { inState } from './inState';

const from = (ended_at: string) => ({
	name: 'Daily load',
	created_at: '2026-10-01T00:00:00Z',
	ended_at,
});

describe('summary', () => {
	test.each([
		['scheduled', {}, 'wf-1 is scheduled.'],
		['', {}, 'wf-1 is active.'],
		[5, { name: ['a'], created_at: 'soon' }, 'wf-1 is active.'],
		['In-Progress', from(''), 'Daily load is in progress since 2026-10-01 00:00 UTC.'],
		['paused', from(''), 'Daily load is paused (created 2026-10-01 00:00 UTC).'],
		['canceling', from(''), 'Daily load is canceling (created 2026-10-01 00:00 UTC).'],
		[
			'succeeded',
			from('2026-10-01T00:00:00.085Z'),
			'Daily load succeeded after less than a second.',
		],
		[
			'running_with_failures',
			{ name: 'Daily load', created_at: '2026-10-01T00:00:00Z' },
			'Daily load is running with failures since 2026-10-01 00:00 UTC.',
		],
		['succeeded', from('2026-10-01T00:00:01Z'), 'Daily load succeeded after 1 second.'],
		['succeeded', from('2026-10-01T00:00:59.6Z'), 'Daily load succeeded after 1 minute.'],
		['succeeded', from('2026-10-01T00:59:50Z'), 'Daily load succeeded after 1 hour.'],
		[
			'succeeded',
			from('2026-10-01T01:30:00Z'),
			'Daily load succeeded after 1 hour and 30 minutes.',
		],
		[
			'succeeded',
			from('2026-10-02T02:01:00Z'),
			'Daily load succeeded after 26 hours and 1 minute.',
		],
		['succeeded', from('2026-09-30T00:00:00Z'), 'Daily load succeeded.'],
		['succeeded', { error: { message: 'ignored' } }, 'wf-1 succeeded.'],
		['skipped', { ...from('2026-10-01T00:00:00Z'), name: ' ' }, 'wf-1 was skipped.'],
		['failed', { name: '<br>', error: { message: '<b></b>' } }, 'wf-1 failed.'],
		[
			'failed',
			{ name: 'canceled orders', error: { message: 'Why?' } },
			'cancelled orders failed: Why?',
		],
		[
			'failed',
			{
				...from('2026-10-01T00:12:00Z'),
				error: { message: 'No file matches the pattern of the courier.' },
				task_instances: [
					{ id: 'wft-2', state: 'failed', label: 'Later', ended_at: '2026-10-01T00:12:00Z' },
					{ id: 'wft-1', state: 'failed', label: 'Stitch', ended_at: '2026-10-01T00:11:00Z' },
				],
			},
			'Daily load failed after 12 minutes: No file matches the pattern of the courier (task Stitch).',
		],
		[
			'canceled',
			{ error: { message: 'Workflow manually stopped' } },
			'wf-1 was stopped: Workflow manually stopped.',
		],
		['failed', { error: { message: 'It was canceled.' } }, 'wf-1 failed: It was cancelled.'],
		[
			'failed',
			{
				task_instances: [{ id: 'wft-1', state: 'failed', error: { message: 'No <b>file</b>\n' } }],
			},
			'wf-1 failed: No file (task wft-1).',
		],
		[
			'exploded',
			from('2026-10-01T00:05:00Z'),
			'Daily load ended after 5 minutes in the state exploded, which is not known as a success.',
		],
		[
			undefined,
			{ ended_at: '2026-10-01T00:00:00Z' },
			'wf-1 ended in a way that is not known as a success.',
		],
	])('%s', (state, more, expected) => {
		expect(runSummary(inState(state, more))).toBe(expected);
	});
});

test.each<[unknown, string | undefined]>([
	[[{ id: 'wft-1', label: ' Load <b>files</b>', state: 'failed' }], 'Load files'],
	[[{ id: 'wft-1', label: '<br>', state: 'Failed' }], 'wft-1'],
	[[{ id: 'wft-1', label: 5, state: 'failed' }], 'wft-1'],
	[[{ id: 5, state: 'failed' }], undefined],
	[[{ id: 'wft-1', state: 'succeeded' }], undefined],
	[[null, 'no', []], undefined],
	['none', undefined],
])('of the tasks %j, %p failed', (task_instances, expected) => {
	expect(failingTask(inState('failed', { task_instances }))).toBe(expected);
});
