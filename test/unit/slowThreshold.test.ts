import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import {
	learnDuration,
	slowThresholdOf,
	type Durations,
} from '../../nodes/Amperity/trigger/events/slowThreshold';

const BEGAN = Date.parse('2026-10-01T02:00:00Z');
const minutes = (count: number) => count * 60_000;

const run = (took: number, more: Partial<WorkflowRun> = {}): WorkflowRun => ({
	id: 'wf-1',
	name: 'Nightly',
	state: 'succeeded',
	created_at: new Date(BEGAN).toISOString(),
	ended_at: new Date(BEGAN + minutes(took)).toISOString(),
	...more,
});

const active: WorkflowRun = { id: 'wf-2', name: 'Nightly', state: 'running' };

/** What is known after runs that took so many minutes. */
function learnt(...took: number[]): Durations {
	const durations: Durations = {};
	for (const each of took) learnDuration(durations, run(each));
	return durations;
}

test('the field counts before all else', () => {
	const own = { ...active, warn_after_ms: minutes(10) };
	expect(slowThresholdOf(own, minutes(5), learnt(1, 1, 1))).toEqual({
		ms: minutes(5),
		source: 'field',
	});
});

test('the run’s own time counts before that of others', () => {
	const own = { ...active, warn_after_ms: minutes(10) };
	expect(slowThresholdOf(own, undefined, learnt(1, 1, 1))).toEqual({
		ms: minutes(10),
		source: 'warn_after_ms',
	});
});

test.each<[string, unknown]>([
	['none', undefined],
	['zero', 0],
	['less than nothing', -1],
	['no number', '600000'],
	['no end', Infinity],
])('a time of its own that is %s is none', (_, warn_after_ms) => {
	expect(
		slowThresholdOf({ ...active, warn_after_ms } as WorkflowRun, undefined, {}),
	).toBeUndefined();
});

test.each([
	[[10, 20, 30], 40],
	[[30, 10, 20, 100], 50],
	[[1_000, 10, 20, 30, 40, 50], 60],
])('of runs of %p minutes, twice the median of the last five counts', (took, expected) => {
	expect(slowThresholdOf(active, undefined, learnt(...took))).toEqual({
		ms: minutes(expected),
		source: 'median',
	});
});

test('two runs are too few, and those of another name do not count', () => {
	expect(slowThresholdOf(active, undefined, learnt(10, 20))).toBeUndefined();
	expect(
		slowThresholdOf({ ...active, name: 'Weekly' }, undefined, learnt(1, 2, 3)),
	).toBeUndefined();
});

test.each<[string, Partial<WorkflowRun>]>([
	['has failed', { state: 'failed' }],
	['does not say when it began', { created_at: undefined }],
	['does not say when it ended', { ended_at: undefined }],
	['has no name', { name: undefined }],
])('nothing is learnt from a run that %s', (_, more) => {
	const durations: Durations = {};
	learnDuration(durations, run(10, more));
	expect(durations).toEqual({});
});

test('a name that means something to JavaScript is like any other', () => {
	const durations: Durations = {};
	for (let times = 0; times < 3; times++) {
		learnDuration(durations, run(10, { name: 'constructor' }));
	}
	expect(slowThresholdOf({ ...active, name: 'constructor' }, undefined, durations)?.source).toBe(
		'median',
	);
	expect(slowThresholdOf({ ...active, name: 'toString' }, undefined, durations)).toBeUndefined();
});

test('five hundred names are kept, the latest', () => {
	const durations: Durations = {};
	for (let index = 0; index < 600; index++) {
		learnDuration(durations, run(10, { name: `Run ${index % 510}` }));
	}
	expect(Object.keys(durations)).toHaveLength(500);
	expect(durations['Run 509']).toEqual([minutes(10)]);
	expect(durations['Run 95']).toBeUndefined();
});
