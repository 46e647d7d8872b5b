import type { INode, NodeOperationError } from 'n8n-workflow';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { runError } from '../run/runError';
import { candidateText } from '../run/runName';

/** What helps where the name of the runs is the question. */
export const NAME_REMEDY =
	'Fill in Name in Amperity with what the runs are called on the Workflows page, or start it once with If Already Running set to Start Anyway.';

/** The error of a start that was not sent, since it was not clear what else is running, or that went on running. */
export function notStartedError(
	node: INode,
	configId: string,
	{ problem, remedy, runs = [] }: { problem: string; remedy: string; runs?: WorkflowRun[] },
): NodeOperationError {
	const told = runs.length > 0 ? `${runs.map(candidateText).join('; ')}. ` : '';
	const details = { config_id: configId, run_ids: runs.map(({ id }) => id) };
	return runError(node, `${configId} was not started: ${problem}`, `${told}${remedy}`, details);
}
