import type { INode } from 'n8n-workflow';
import type { LostStart } from '../../nodes/Amperity/runs/start/lostStart';
import { lostStartError } from '../../nodes/Amperity/runs/start/lostStartError';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { inState } from './inState';

const NODE = { name: 'Amperity', type: 'amperity', typeVersion: 1 } as INode;

const lost = (more: Partial<LostStart> = {}) =>
	({
		configId: 'cg-daily',
		cause: 'Amperity did not answer.',
		facts: ' (Code ECONNRESET)',
		looks: [{}],
		isInterrupted: false,
		timesStartedAgain: 0,
		...more,
	}) as LostStart;

const errorOf = (candidates: WorkflowRun[], more: Partial<LostStart> = {}, wasLookedFor = true) =>
	lostStartError(NODE, { lost: lost(more), candidates, wasLookedFor });

const DAILY = inState('running', { name: 'Daily load', created_at: '2026-11-27T21:00:04.640Z' });

test.each<[string, WorkflowRun[], string]>([
	[
		'one candidate',
		[DAILY],
		'It may be this run: wf-1 (Daily load, running, created 2026-11-27 21:00 UTC). ',
	],
	[
		'several candidates',
		[DAILY, { ...DAILY, id: 'wf-2', name: 'A, b', state: 'in_progress' }],
		'It may be one of these runs: wf-1 (Daily load, running, created 2026-11-27 21:00 UTC); wf-2 (A, b, in progress, created 2026-11-27 21:00 UTC). ',
	],
	[
		'candidates that tell little',
		[inState('', { name: null, created_at: 'soon' }), inState(5, { name: '<b>x</b>' })],
		'It may be one of these runs: wf-1; wf-1 (x). ',
	],
	['no candidate', [], 'No new run was found that could be it, but it may still appear. '],
])('%s', (_, candidates, beginning) => {
	const { description, context } = errorOf(candidates);
	expect(description!.startsWith(beginning)).toBe(true);
	expect(context.details).toEqual({
		config_id: 'cg-daily',
		may_have_started: true,
		run_ids: candidates.map(({ id }) => id),
	});
});

test('the config ID is named once', () => {
	const { message, description } = errorOf([DAILY]);
	expect(message).toBe('Amperity did not answer. A run of cg-daily may have started all the same');
	expect(description).not.toContain('cg-daily');
});

test.each<[Partial<LostStart>, boolean, string]>([
	[{}, false, 'It was not looked for, as If a Start Is Lost is set to Report.'],
	[{ looks: [] }, true, 'It could not be looked for: '],
	[{ timesStartedAgain: 1 }, true, ' It was sent again once, '],
	[{ timesStartedAgain: 2 }, true, ' It was sent again twice, '],
	[{ isInterrupted: true }, true, ' Other items may have been started before n8n stopped, too.'],
])('of %j', (more, wasLookedFor, expected) => {
	expect(errorOf([], more, wasLookedFor).description).toContain(expected);
});
