import { failureOf, isPlatformFailure } from '../../nodes/Amperity/runs/run/runFailure';
import { rawRun, runItem, SELECTABLE_FIELDS } from '../../nodes/Amperity/runs/run/runItem';
import { inState } from './inState';

const failed = inState('failed', {
	created_at: '2026-10-01T12:00:00',
	ended_at: '2026-10-01T12:01:30.500Z',
	error: { message: 'Courier failed', attribution: 'platform', data: {} },
	task_instances: [
		{ id: 'wft-1', state: 'succeeded', ended_at: '2026-10-01T12:00:10Z', timeout_ms: 5 },
		{ id: 'wft-2', state: 'stopped', error: { message: 'gone', attribution: 'customer' } },
		{ id: 'wft-3', state: 'FAILED', label: 'Ingest', ended_at: '2026-10-01T12:01:00Z' },
		null,
	],
	something_new: 1,
});

describe('raw', () => {
	test('a run keeps all it holds, but its error is no error of the node', () => {
		const { error, ...rest } = failed;
		expect(rawRun(failed)).toEqual({ ...rest, run_error: error, outcome: 'failed' });
		expect(rawRun(inState('running'))).toEqual({ id: 'wf-1', state: 'running' });
	});
});

describe('simplified', () => {
	test('a failure is told before its tasks, the task that failed first before the others', () => {
		const item = runItem(failed, 'simplified');
		expect(item).toEqual({
			id: 'wf-1',
			state: 'failed',
			outcome: 'failed',
			summary: 'wf-1 failed after 2 minutes: Courier failed (task Ingest).',
			duration_seconds: 90.5,
			failing_task: 'Ingest',
			next_step: expect.stringContaining('run it again from n8n'),
			failure: {
				message: 'Courier failed',
				attribution: 'platform',
				tasks: [
					{ id: 'wft-3', label: 'Ingest', state: 'FAILED' },
					{ id: 'wft-2', state: 'stopped', message: 'gone', attribution: 'customer' },
				],
			},
			created_at: '2026-10-01T12:00:00',
			ended_at: '2026-10-01T12:01:30.500Z',
			tasks: [
				{ id: 'wft-1', state: 'succeeded', ended_at: '2026-10-01T12:00:10Z' },
				{ id: 'wft-2', state: 'stopped', message: 'gone' },
				{ id: 'wft-3', state: 'FAILED', label: 'Ingest', ended_at: '2026-10-01T12:01:00Z' },
			],
		});
		const keys = Object.keys(item);
		expect(keys.indexOf('failure')).toBeLessThan(keys.indexOf('tasks'));
	});

	test('a success has no failure, and an overview does not know it', () => {
		for (const run of [inState('succeeded', { task_instances: [] }), inState('failed')]) {
			const item = runItem(run, 'simplified');
			expect(Object.keys(item).filter((key) => /fail|next_step/.test(key))).toEqual([]);
		}
	});

	test.each([undefined, null, 'no', 5, [], { message: 7 }])('an error of %p is borne', (error) => {
		const run = inState('failed', { error, task_instances: 'none', name: 5, created_at: {} });
		expect(failureOf(run)).toEqual({ message: undefined, attribution: undefined, tasks: [] });
		expect(runItem(run, 'simplified')).toMatchObject({ summary: 'wf-1 failed.', tasks: [] });
	});
});

describe('the address of its page', () => {
	const url = 'https://amperity.example/runs/wf-1';

	test('is there in each form where it is known, and nowhere else', () => {
		for (const form of ['simplified', 'raw', ['id', 'url']] as const) {
			expect(runItem(failed, form, url)).toMatchObject({ id: 'wf-1', url });
			expect(runItem(failed, form)).not.toHaveProperty('url');
		}
	});

	test('stays Amperity’s own in the raw run, should there be one', () => {
		const run = { ...failed, url: 'https://amperity.example/own' };
		expect(rawRun(run, url)).toMatchObject({ url: 'https://amperity.example/own' });
		expect(runItem(run, 'simplified', url)).toMatchObject({ url });
	});
});

describe('selected fields', () => {
	test('are those of both forms, in the order of the choice', () => {
		const item = runItem(failed, ['summary', 'id', 'run_error', 'principal_name']);
		expect(Object.keys(item)).toEqual(['summary', 'id', 'run_error']);
		expect(item.run_error).toEqual(failed.error);
	});

	test('are those that the run has, and nothing that every object has', () => {
		expect(runItem(failed, ['constructor', 'error', 'tenant', 'state'])).toEqual({
			state: 'failed',
		});
	});

	test('all that a simplified run holds can be selected', () => {
		const selectable = SELECTABLE_FIELDS.map(({ value }) => value);
		expect(selectable).toEqual(
			expect.arrayContaining(Object.keys(runItem({ ...failed, name: 'x' }, 'simplified', 'y'))),
		);
	});
});

test('only a failure of the platform is worth another try', () => {
	expect(isPlatformFailure(failed)).toBe(true);
	expect(isPlatformFailure({ ...failed, state: 'stopped' })).toBe(false);
	expect(isPlatformFailure(inState('failed', { error: { attribution: 'customer' } }))).toBe(false);
	expect(isPlatformFailure(inState('failed'))).toBe(false);
});
