import type { INode, NodeOperationError } from 'n8n-workflow';
import { runError } from '../run/runError';
import { candidateText } from '../run/runName';
import type { WorkflowRun } from '../../transport/workflowRuns';
import type { LostStart } from './lostStart';

/** What is said of a start whose run was not found. */
export const mayHaveStarted = (configId: string): string =>
	`A run of ${configId} may have started all the same`;

/** What was found out about a lost start in the end. */
interface Findings {
	lost: LostStart;
	candidates: WorkflowRun[];
	/** False if the user does not want it. */
	wasLookedFor: boolean;
}

function whatWasFound({ lost, candidates, wasLookedFor }: Findings): string {
	if (!wasLookedFor) return 'It was not looked for, as If a Start Is Lost is set to Report.';
	if (candidates.length > 0)
		return `It may be ${candidates.length > 1 ? 'one of these runs' : 'this run'}: ${candidates.map(candidateText).join('; ')}.`;
	return lost.looks.length > 0
		? 'No new run was found that could be it, but it may still appear.'
		: 'It could not be looked for: the list of runs could not be read, or the execution was stopped before.';
}

function whatElseMayRun({ isInterrupted }: LostStart): string {
	return isInterrupted ? ' Other items may have been started before n8n stopped, too.' : '';
}

function howOftenStarted({ timesStartedAgain }: LostStart): string {
	if (timesStartedAgain === 0) return '';
	const times = timesStartedAgain === 1 ? 'once' : 'twice';
	return ` It was sent again ${times}, as no run of it had appeared.`;
}

/** Says of a start whose answer was lost what is known, and leaves the decision to a person. */
export function lostStartError(node: INode, findings: Findings): NodeOperationError {
	const { lost, candidates } = findings;
	const { cause, configId, facts } = lost;
	return runError(
		node,
		`${cause.replace(/\.$/, '')}. ${mayHaveStarted(configId)}`,
		`${whatWasFound(findings)}${howOftenStarted(lost)}${whatElseMayRun(lost)} Look at the Workflows page in Amperity. To start it in any case, run the workflow anew: another try of this execution looks for the run first.${facts}`,
		{ config_id: configId, may_have_started: true, run_ids: candidates.map(({ id }) => id) },
	);
}
