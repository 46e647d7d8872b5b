import type { INode, NodeOperationError } from 'n8n-workflow';
import { runError } from '../../runs/run/runError';
import {
	failureOf,
	outcomeOf,
	type FailedTask,
	type RunFailure,
	type WorkflowRun,
} from '../../runs/run/workflowRun';
import type { WaitResult } from '../../runs/wait/waitForRuns';
import { AmperityApiError } from '../../transport/apiError';
import { plainText } from '../../transport/plainText';

/** What Amperity's attribution of a failure means for the person who reads it. */
const REMEDIES = new Map([
	[
		'customer',
		'Amperity attributes this to the configuration: correct it in Amperity, then run it again.',
	],
	['platform', 'Amperity attributes this to its platform: running it again often helps.'],
]);

/** An error names so many failing tasks at most; the item of the run holds them all. */
const MOST_TASKS = 5;

const HOW_IT_ENDED: Record<string, string> = {
	failed: 'failed',
	skipped: 'was skipped',
	stopped: 'was stopped',
	unknown: 'ended in a way that is not known as a success',
};

const factsOf = (error: Error | undefined) =>
	error instanceof AmperityApiError ? error.facts : '';

const nameOf = (runId: string, run: WorkflowRun | undefined) =>
	typeof run?.name === 'string' ? `${runId} (${plainText(run.name)})` : runId;

const stateOf = (run: WorkflowRun | undefined) =>
	typeof run?.state === 'string' ? plainText(run.state) : 'unknown';

function taskText({ label, id, message }: FailedTask): string {
	const task = plainText(label ?? id ?? 'a task');
	return message ? `${task}: ${plainText(message)}` : task;
}

function tasksText(tasks: FailedTask[]): string {
	if (tasks.length === 0) return '';
	const more = tasks.length > MOST_TASKS ? `; and ${tasks.length - MOST_TASKS} more` : '';
	return ` Failing tasks: ${tasks.slice(0, MOST_TASKS).map(taskText).join('; ')}${more}.`;
}

function unsuccessful(runId: string, run: WorkflowRun): [string, string] {
	const { message, attribution, tasks }: RunFailure = failureOf(run);
	const ended = HOW_IT_ENDED[outcomeOf(run) ?? 'unknown'];
	const cause = message ? `: ${plainText(message)}` : '';
	const remedy =
		REMEDIES.get(attribution ?? '') ?? 'Look at the run on the Workflows page in Amperity.';
	return [`Workflow run ${nameOf(runId, run)} ${ended}${cause}`, remedy + tasksText(tasks)];
}

function texts(id: string, { end, run, error }: WaitResult, minutes: number): [string, string] {
	const runId = plainText(id);
	const howToGoOn = `Use the operation Wait or Get with run ID ${runId} to see what becomes of it.`;
	switch (end) {
		case 'finished':
			return unsuccessful(runId, run!);
		case 'timedOut':
			return [
				`Workflow run ${nameOf(runId, run)} has not ended after ${minutes} minutes; its state is ${stateOf(run)}`,
				howToGoOn,
			];
		case 'unreadable':
			return [
				`The state of workflow run ${nameOf(runId, run)} cannot be read: ${error?.message}`,
				`The run itself may go on; its last known state is ${stateOf(run)}. ${howToGoOn}${factsOf(error)}`,
			];
		case 'executionStopped':
			return [
				`n8n stopped the execution while workflow run ${nameOf(runId, run)} was ${stateOf(run)}`,
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
	const [message, description] = texts(runId, result, maxWaitMs / 60_000);
	const { run } = result;
	const outcome = run && outcomeOf(run);
	return runError(node, message, `${note}${description}`, {
		run_id: runId,
		state: run?.state,
		...(run && outcome && outcome !== 'succeeded' ? { outcome, failure: failureOf(run) } : {}),
	});
}
