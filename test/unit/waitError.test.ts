import type { INode } from 'n8n-workflow';
import { waitError } from '../../nodes/Amperity/actions/workflowRun/waitError';
import { nextStep } from '../../nodes/Amperity/runs/run/nextStep';
import type { WaitResult } from '../../nodes/Amperity/runs/wait/waitForRuns';
import { inState } from './inState';

const NODE = { name: 'Amperity', type: 'amperity', typeVersion: 1 } as INode;
const HOUR = 3_600_000;

const errorOf = (result: WaitResult, maxWaitMs = HOUR) =>
	waitError(NODE, 'wf-1', result, maxWaitMs, '');

const load = (state: unknown, more: object = {}) => inState(state, { name: 'Daily load', ...more });

describe('message', () => {
	test.each<[string, WaitResult, string]>([
		[
			'a failure',
			{ end: 'finished', run: load('failed', { error: { message: 'No files' } }) },
			'Workflow run Daily load (wf-1) failed: No files',
		],
		[
			'a run without a name',
			{ end: 'finished', run: inState('stopped', { name: ' ' }) },
			'Workflow run wf-1 was stopped',
		],
		[
			'a state that nobody knows',
			{ end: 'finished', run: load('expired', { ended_at: '2026-10-01T00:00:00Z' }) },
			'Workflow run Daily load (wf-1) ended in the state expired, which is not known as a success',
		],
		[
			'a time-out',
			{ end: 'timedOut', run: load('running_with_failures') },
			'Workflow run Daily load (wf-1) has not ended within the Maximum Wait of 60 minutes; its state is running with failures',
		],
		[
			'a time-out of a run that was never read',
			{ end: 'timedOut' },
			'Workflow run wf-1 has not ended within the Maximum Wait of 60 minutes; its state is unknown',
		],
		[
			'a time-out for which the run was stopped',
			{ end: 'timedOut', run: load('canceled') },
			'Workflow run Daily load (wf-1) has not ended within the Maximum Wait of 60 minutes; after that it was stopped',
		],
		[
			'a run that cannot be read',
			{ end: 'unreadable', run: load(5), error: new Error('Lost.') },
			'The state of workflow run Daily load (wf-1) cannot be read: Lost.',
		],
		[
			'a stop',
			{ end: 'executionStopped', run: load('running') },
			'n8n stopped the execution while it waited for workflow run Daily load (wf-1); the last known state of the run is running',
		],
		[
			'a word that n8n takes for a cancel',
			{ end: 'finished', run: inState('failed', { name: 'canceled orders' }) },
			'Workflow run cancelled orders (wf-1) failed',
		],
	])('of %s', (_, result, expected) => {
		const { message, description, context } = errorOf(result);
		expect(message).toBe(expected);
		expect(description).toEqual(expect.stringMatching(/\S/));
		expect(context.details).toMatchObject({ run_id: 'wf-1' });
	});

	test.each([
		[60_000, '1 minute;'],
		[90_000, '1.5 minutes;'],
		[100_000, '1.67 minutes;'],
	])('names a maximum wait of %p ms', (maxWaitMs, expected) => {
		const { message } = errorOf({ end: 'timedOut' }, maxWaitMs);
		expect(message).toContain(`within the Maximum Wait of ${expected}`);
	});
});

describe('description', () => {
	test.each([
		['customer', /^Amperity attributes this to the configuration\. /],
		['platform', /^Amperity attributes this to its platform\. /],
		['constructor', /^Look at the run/],
		[undefined, /^Look at the run/],
	])('of a failure attributed to %p holds its next step', (attribution, beginning) => {
		const run = load('failed', { error: { attribution } });
		const { description } = errorOf({ end: 'finished', run });
		expect(description).toMatch(beginning);
		expect(description).toContain(nextStep(run));
	});

	test('names five failing tasks at most', () => {
		const task_instances = Array.from({ length: 7 }, (_, index) => ({
			label: `Task ${index}`,
			state: 'failed',
			error: { message: 'Lost' },
		}));
		const run = load('failed', { task_instances });
		const { description } = errorOf({ end: 'finished', run });
		expect(description).toMatch(/ Failing tasks: Task 0: Lost; .*Task 4: Lost; and 2 more\.$/);
	});

	test('names the page of a run that did not succeed, where it is known', () => {
		const url = 'https://amperity.example/runs/wf-1';
		const { description, context } = errorOf({ end: 'finished', run: load('failed'), url });
		expect(description).toMatch(/ Its page in Amperity: https:\/\/amperity\.example\/runs\/wf-1$/);
		expect(context.details).toMatchObject({ run_id: 'wf-1', url });
		const unknown = errorOf({ end: 'finished', run: load('failed') });
		expect(unknown.description).not.toContain('Its page');
		expect(unknown.context.details).not.toHaveProperty('url');
	});

	test('says how to wait for longer', () => {
		expect(errorOf({ end: 'timedOut' }).description).toContain('raise Maximum Wait (Minutes).');
	});
});
