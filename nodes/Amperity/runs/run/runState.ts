import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { textOf } from './text';

/** How a run ended. `unknown` is an end that nobody has described yet. Only `succeeded` is a success. */
export type RunOutcome = 'succeeded' | 'failed' | 'skipped' | 'stopped' | 'unknown';

/**
 * The states that Amperity's pages name, without case, hyphens, underscores and spaces. New ones
 * count as a non-breaking change of the API, so others must be expected.
 */
const ENDED_STATES = new Map<string, RunOutcome>([
	['succeeded', 'succeeded'],
	['failed', 'failed'],
	['stopped', 'stopped'],
	['canceled', 'stopped'],
	['skipped', 'skipped'],
]);

const STOPPING_STATES = ['stopping', 'canceling'];

const ACTIVE_STATES = new Set([
	'scheduled',
	'started',
	'inprogress',
	'running',
	'runningwithfailures',
	'finalizing',
	'paused',
	...STOPPING_STATES,
]);

/** The states as Amperity's pages write them. */
export const STATE_NAMES = [
	'Canceled',
	'Canceling',
	'Failed',
	'Finalizing',
	'In progress',
	'Paused',
	'Running',
	'Running with failures',
	'Scheduled',
	'Skipped',
	'Started',
	'Stopped',
	'Stopping',
	'Succeeded',
];

const wordOf = (state: unknown): string =>
	textOf(state)
		.toLowerCase()
		.replace(/[^a-z]/g, '')
		.replace(/cancell/, 'cancel');

/** The state of a run in words, however Amperity writes it, or an empty text if it tells none. */
export const stateText = ({ state }: WorkflowRun): string =>
	plainText(textOf(state)).replace(/[_-]+/g, ' ').toLowerCase();

/** Whether two texts mean the same state: however they are spelled, in Amperity's answers or on its pages. */
export const isSameState = (one: unknown, other: unknown): boolean =>
	wordOf(one) !== '' && wordOf(one) === wordOf(other);

/** Whether a run, or a task of one, has failed. */
export const hasFailed = ({ state }: { state?: unknown }): boolean => wordOf(state) === 'failed';

/** Whether a run has ended. For a state that nobody knows, `ended_at` decides. */
export function isFinished({ state, ended_at }: WorkflowRun): boolean {
	const word = wordOf(state);
	if (ENDED_STATES.has(word)) return true;
	return !ACTIVE_STATES.has(word) && textOf(ended_at) !== '';
}

/** Whether a run is coming to a stop: it has been told to, and a task is still being stopped. */
export const isStopping = ({ state }: WorkflowRun): boolean =>
	STOPPING_STATES.includes(wordOf(state));

/** How a run ended, or undefined while it has not. */
export function outcomeOf(run: WorkflowRun): RunOutcome | undefined {
	if (!isFinished(run)) return undefined;
	return ENDED_STATES.get(wordOf(run.state)) ?? 'unknown';
}
