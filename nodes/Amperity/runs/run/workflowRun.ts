import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../transport/list';
import type { TimeSpan } from '../../transport/serverClock';
import type { WorkflowRun } from '../../transport/workflowRuns';

export type { WorkflowRun };

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
	['cancelled', 'stopped'],
	['skipped', 'skipped'],
]);

const STOPPING_STATES = ['stopping', 'canceling', 'cancelling'];

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

/** Text of a property, or an empty text where the API sent something else. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const textIfAny = (value: unknown): string | undefined => textOf(value) || undefined;

const wordOf = (state: unknown): string =>
	textOf(state)
		.toLowerCase()
		.replace(/[^a-z]/g, '');

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

/** A time that names no zone. It is in UTC, never in the zone of the server. */
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

function timeOf(value: unknown): number | undefined {
	const text = textOf(value).trim();
	const time = Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
	return Number.isNaN(time) ? undefined : time;
}

/** When the run was created, in milliseconds since the epoch, or undefined if it does not say. */
export const createdAt = ({ created_at }: WorkflowRun): number | undefined => timeOf(created_at);

/** When the run was created, as exactly as it says. Milliseconds since the epoch. */
export function createdBetween(run: WorkflowRun): TimeSpan | undefined {
	const from = createdAt(run);
	const leftOutMs = textOf(run.created_at).includes('.') ? 1 : 1_000;
	return from === undefined ? undefined : { from, to: from + leftOutMs };
}

/** When the run ended, in milliseconds since the epoch, or undefined if it does not say. */
export const endedAt = ({ ended_at }: WorkflowRun): number | undefined => timeOf(ended_at);

function durationSeconds(run: WorkflowRun): number | undefined {
	const started = createdAt(run);
	const ended = endedAt(run);
	return started === undefined || ended === undefined ? undefined : (ended - started) / 1000;
}

/** Why a run did not succeed, gathered from its verbose view. */
export interface RunFailure extends IDataObject {
	message?: string;
	/** `customer`: a configuration to fix. `platform`: often passes by itself. */
	attribution?: string;
	tasks: FailedTask[];
}

/** A task of a run that did not succeed. */
export interface FailedTask extends IDataObject {
	id?: string;
	label?: string;
	state?: string;
	message?: string;
	attribution?: string;
}

const objectOf = (value: unknown): IDataObject => (isObject(value) ? value : {});

/** The message, the attribution and the failing tasks of a run that did not succeed. */
export function failureOf({ error, task_instances }: WorkflowRun): RunFailure {
	const { message, attribution } = objectOf(error);
	const tasks = (Array.isArray(task_instances) ? task_instances : [])
		.map(objectOf)
		.filter((task) => wordOf(task.state) === 'failed' || textOf(objectOf(task.error).message));
	return {
		message: textIfAny(message),
		attribution: textIfAny(attribution),
		tasks: tasks.map(({ id, label, state, error: taskError }) => ({
			id: textIfAny(id),
			label: textIfAny(label),
			state: textIfAny(state),
			message: textIfAny(objectOf(taskError).message),
			attribution: textIfAny(objectOf(taskError).attribution),
		})),
	};
}

/** The overview tells neither why a run failed nor which tasks did. */
const isVerbose = (run: WorkflowRun) => 'error' in run || 'task_instances' in run;

/** Whether rerunning is likely to help, by what Amperity says of the failure. */
export const isPlatformFailure = (run: WorkflowRun): boolean =>
	outcomeOf(run) === 'failed' && failureOf(run).attribution === 'platform';

/**
 * The run as an n8n item, with its outcome if it has ended. Its own `error` becomes `run_error`,
 * because n8n takes a first item with an `error` for a failure of the node, and would start the run
 * again with Retry On Fail.
 */
export function toItem(run: WorkflowRun): IDataObject {
	const { error, ...item } = run as IDataObject;
	if ('error' in run) item.run_error = error;
	const outcome = outcomeOf(run);
	if (outcome) item.outcome = outcome;
	return item;
}

/** The item of a run that has ended, with how long it took and why it did not succeed. */
export function toEndedItem(run: WorkflowRun): IDataObject {
	const item: IDataObject = { ...toItem(run), duration_seconds: durationSeconds(run) };
	if (item.outcome !== 'succeeded' && isVerbose(run)) item.failure = failureOf(run);
	return item;
}
