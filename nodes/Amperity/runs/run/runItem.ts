import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { nextStep } from './nextStep';
import { failureOf, messageOf, tasksOf, tellsFailure } from './runFailure';
import { outcomeOf } from './runState';
import { failingTask, runSummary } from './runSummary';
import { durationSeconds } from './runTimes';

/** How much of a run an item holds: what matters, all that Amperity answers, or the properties that are named. */
export type RunForm = 'simplified' | 'raw' | readonly string[];

/** The properties of a simplified task. */
const TASK_KEYS = ['id', 'label', 'state', 'created_at', 'ended_at'];

/** An item without the properties that have no value. */
export const withoutUndefined = (item: IDataObject): IDataObject =>
	Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

const simplifiedTask = (task: IDataObject): IDataObject =>
	withoutUndefined({
		...Object.fromEntries(TASK_KEYS.map((key) => [key, task[key]])),
		message: messageOf(task),
	});

/** What follows from how a run ended. The overview does not tell why it failed. */
function endOf(run: WorkflowRun): IDataObject {
	const outcome = outcomeOf(run);
	if (!outcome || outcome === 'succeeded' || !tellsFailure(run)) return {};
	return {
		failing_task: failingTask(run),
		next_step: nextStep(run),
		failure: failureOf(run),
	};
}

/**
 * What matters of a run, in few properties, with the reason of a failure before its tasks.
 *
 * @param url the address of its page, where it is known
 */
function simplifiedRun(run: WorkflowRun, url?: string): IDataObject {
	const { id, name, type, state, created_at, ended_at, tenant, details_error } = run;
	return withoutUndefined({
		id,
		name,
		type,
		state,
		outcome: outcomeOf(run),
		summary: runSummary(run),
		duration_seconds: durationSeconds(run),
		...endOf(run),
		created_at,
		ended_at,
		tenant,
		url,
		details_error,
		tasks: 'task_instances' in run ? tasksOf(run).map(simplifiedTask) : undefined,
	});
}

/**
 * The run as it came, with its outcome if it has ended, and with the address of its page, unless Amperity names
 * one itself. Its own `error` becomes `run_error`, because n8n takes a first item with an `error` for a failure of
 * the node, and would start the run again with Retry On Fail.
 */
export function rawRun(run: WorkflowRun, url?: string): IDataObject {
	const { error, ...item } = run as IDataObject;
	if (url !== undefined) item.url ??= url;
	if ('error' in run) item.run_error = error;
	const outcome = outcomeOf(run);
	if (outcome) item.outcome = outcome;
	return item;
}

/** The properties that can be chosen: those of a simplified run, and those that Amperity documents. */
export const SELECTABLE_FIELDS: INodePropertyOptions[] = [
	['created_at', 'Created At'],
	['current_version', 'Current Version'],
	['duration_seconds', 'Duration (Seconds)'],
	['ended_at', 'Ended At'],
	['failing_task', 'Failing Task'],
	['failure', 'Failure'],
	['id', 'ID'],
	['launched_version', 'Launched Version'],
	['name', 'Name'],
	['next_step', 'Next Step'],
	['outcome', 'Outcome'],
	['principal_email', 'Principal Email'],
	['principal_id', 'Principal ID'],
	['principal_name', 'Principal Name'],
	['run_error', 'Run Error'],
	['state', 'State'],
	['summary', 'Summary'],
	['task_instances', 'Task Instances'],
	['tasks', 'Tasks'],
	['tenant', 'Tenant'],
	['type', 'Type'],
	['url', 'URL'],
	['warn_after_ms', 'Warn After (Milliseconds)'],
].map(([value, name]) => ({ name: name!, value: value! }));

/**
 * The run as an n8n item.
 *
 * @param url the address of its page, as `Account.runUrl` gives it
 */
export function runItem(run: WorkflowRun, form: RunForm, url?: string): IDataObject {
	if (form === 'simplified') return simplifiedRun(run, url);
	if (form === 'raw') return rawRun(run, url);
	const all: IDataObject = { ...rawRun(run, url), ...simplifiedRun(run, url) };
	const keys = form.filter((key) => Object.hasOwn(all, key));
	return Object.fromEntries(keys.map((key) => [key, all[key]]));
}
