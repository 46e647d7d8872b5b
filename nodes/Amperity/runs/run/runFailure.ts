import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../transport/list';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { hasFailed, outcomeOf } from './runState';
import { timeOf } from './runTimes';
import { textIfAny, textOf } from './text';

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

/** Who has to do something about a failure, by Amperity's attribution of it. */
const ATTRIBUTIONS = new Map([
	['customer', 'Amperity attributes this to the configuration.'],
	['platform', 'Amperity attributes this to its platform.'],
]);

const objectOf = (value: unknown): IDataObject => (isObject(value) ? value : {});

/** The tasks of a run, as far as they can be read. The overview has none. */
export const tasksOf = ({ task_instances }: WorkflowRun): IDataObject[] =>
	Array.isArray(task_instances) ? task_instances.filter(isObject) : [];

/** The message of a task's error. */
export const messageOf = (task: IDataObject): string | undefined =>
	textIfAny(objectOf(task.error).message);

/** The one that failed first comes first: the others often follow from it. */
const failedTasksOf = (run: WorkflowRun): IDataObject[] =>
	tasksOf(run)
		.filter((task) => hasFailed(task) || messageOf(task))
		.sort((a, b) => (timeOf(a.ended_at) ?? Infinity) - (timeOf(b.ended_at) ?? Infinity) || 0);

/** The message, the attribution and the failing tasks of a run that did not succeed. */
export function failureOf(run: WorkflowRun): RunFailure {
	const { message, attribution } = objectOf(run.error);
	return {
		message: textIfAny(message),
		attribution: textIfAny(attribution),
		tasks: failedTasksOf(run).map((task) => ({
			id: textIfAny(task.id),
			label: textIfAny(task.label),
			state: textIfAny(task.state),
			message: messageOf(task),
			attribution: textIfAny(objectOf(task.error).attribution),
		})),
	};
}

/** All that tells the cause of a failure: the types and messages of its errors, without punctuation of types. */
export const causeTexts = (run: WorkflowRun): string[] =>
	[run, ...failedTasksOf(run)].flatMap((failed) => {
		const { type, message } = objectOf(failed.error);
		return [textOf(type).replace(/[^a-z0-9]+/gi, ' '), textOf(message)].filter(Boolean);
	});

/** The overview tells neither why a run failed nor which tasks did. */
export const tellsFailure = (run: WorkflowRun): boolean =>
	'error' in run || 'task_instances' in run;

/** Whether rerunning is likely to help, by what Amperity says of the failure. */
export const isPlatformFailure = (run: WorkflowRun): boolean =>
	outcomeOf(run) === 'failed' && failureOf(run).attribution === 'platform';

/** In a sentence, who has to do something about a failure; undefined where Amperity does not say. */
export const attributionText = ({ attribution = '' }: RunFailure): string | undefined =>
	ATTRIBUTIONS.get(attribution);
