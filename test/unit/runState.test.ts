import {
	isFinished,
	isSameState,
	isStopping,
	outcomeOf,
	type RunOutcome,
} from '../../nodes/Amperity/runs/run/runState';
import { inState } from './inState';

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

	test.each([
		['cancelled', 'canceled', true],
		['In progress', 'in-progress', true],
		['Running with failures', 'RUNNING_WITH_FAILURES', true],
		['running', 'running with failures', false],
		['stopped', 'canceled', false],
		['', '', false],
		[undefined, undefined, false],
		[5, '5', false],
	])('%p and %p are the same: %p', (one, other, expected) => {
		expect(isSameState(one, other)).toBe(expected);
	});

	test('of a run that comes to a stop', () => {
		for (const state of ['stopping', 'canceling', 'cancelling']) {
			for (const spelling of spellings(state)) expect(isStopping(inState(spelling))).toBe(true);
		}
		for (const state of ['running', 'stopped', 'canceled', 'cancelled', 'paused', undefined]) {
			expect(isStopping(inState(state))).toBe(false);
		}
	});
});
