import type { INode, NodeOperationError } from 'n8n-workflow';
import { LOOK, nextStep } from '../../runs/run/nextStep';
import { runError } from '../../runs/run/runError';
import {
	attributionText,
	failureOf,
	type FailedTask,
	type RunFailure,
} from '../../runs/run/runFailure';
import { nameWithId } from '../../runs/run/runName';
import { outcomeOf, stateText } from '../../runs/run/runState';
import { howItEnded } from '../../runs/run/runSummary';
import { counted } from '../../runs/run/text';
import type { WaitResult } from '../../runs/wait/waitForRuns';
import { AmperityApiError } from '../../transport/apiError';
import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { maximumWaitField } from './waitOptions';

/** An error names so many failing tasks at most; the item of the run holds them all. */
const MOST_TASKS = 5;

const factsOf = (error: Error | undefined) =>
	error instanceof AmperityApiError ? error.facts : '';

const stateOf = (run: WorkflowRun | undefined) => (run && stateText(run)) || 'unknown';

/** A run may have been stopped because of the time-out. */
const whatBecameOf = (run: WorkflowRun | undefined) =>
	run && outcomeOf(run) ? `after that it ${howItEnded(run)}` : `its state is ${stateOf(run)}`;

const minutesText = (ms: number) => counted(Math.round(ms / 600) / 100, 'minute');

/** What the run itself says is not said again. */
function taskText({ label, id, message }: FailedTask, ofRun?: string): string {
	const task = plainText(label ?? id ?? 'a task');
	return message && message !== ofRun ? `${task}: ${plainText(message)}` : task;
}

function tasksText({ tasks, message }: RunFailure): string {
	if (tasks.length === 0) return '';
	const more = tasks.length > MOST_TASKS ? `; and ${tasks.length - MOST_TASKS} more` : '';
	const texts = tasks.slice(0, MOST_TASKS).map((task) => taskText(task, message));
	return ` Failing tasks: ${texts.join('; ')}${more}.`;
}

function unsuccessful(run: WorkflowRun, url: string | undefined): [string, string] {
	const failure = failureOf(run);
	const { message } = failure;
	const cause = message ? `: ${plainText(message)}` : '';
	const remedy = [attributionText(failure), nextStep(run) ?? LOOK].filter(Boolean).join(' ');
	const link = url === undefined ? '' : ` Its page in Amperity: ${url}`;
	return [
		`Workflow run ${nameWithId(run)} ${howItEnded(run)}${cause}`,
		remedy + tasksText(failure) + link,
	];
}

function texts(
	runId: string,
	{ end, run, url, error }: WaitResult,
	maxWaitMs: number,
): [string, string] {
	const name = nameWithId(run ?? { id: runId });
	const howToGoOn = 'Use the operation Wait or Get with its ID to see what becomes of it.';
	switch (end) {
		case 'finished':
			return unsuccessful(run!, url);
		case 'timedOut':
			return [
				`Workflow run ${name} has not ended within the Maximum Wait of ${minutesText(maxWaitMs)}; ${whatBecameOf(run)}`,
				`${howToGoOn} To wait for longer, raise ${maximumWaitField.displayName}.`,
			];
		case 'unreadable':
			return [
				`The state of workflow run ${name} cannot be read: ${error?.message}`,
				`The run itself may go on; its last known state is ${stateOf(run)}. ${howToGoOn}${factsOf(error)}`,
			];
		case 'executionStopped':
			return [
				`n8n stopped the execution while it waited for workflow run ${name}; the last known state of the run is ${stateOf(run)}`,
				howToGoOn,
			];
	}
}

/**
 * The error of a wait that did not end as wished: what happened to the run, why, and how to go on.
 *
 * @param note what has been done about it, if anything
 */
export function waitError(
	node: INode,
	runId: string,
	result: WaitResult,
	maxWaitMs: number,
	note: string,
): NodeOperationError {
	const [message, description] = texts(runId, result, maxWaitMs);
	const { run, url } = result;
	const outcome = run && outcomeOf(run);
	return runError(node, message, `${note}${description}`, {
		run_id: runId,
		state: run?.state,
		...(run && outcome && outcome !== 'succeeded' ? { outcome, failure: failureOf(run) } : {}),
		...(run && url !== undefined && { url }),
	});
}
