import { outcomeOf, type RunOutcome, type WorkflowRun } from '../runs/run/workflowRun';

/** Which ended runs the trigger fires for. Empty texts fit every run. */
export interface RunWishes {
	outcomes: RunOutcome[];
	/** The type, as Amperity writes it. */
	type: string;
	nameContains: string;
	/** Part of the name, the e-mail address or the ID of who started the run. */
	startedBy: string;
	/** Whether an item holds the tasks and the error of its run. */
	includeDetails: boolean;
}

const contains = (text: unknown, part: string) =>
	typeof text === 'string' && text.toLowerCase().includes(part.toLowerCase());

/** Whether a run fits by what the list shows of it. */
export function isWanted(run: WorkflowRun, { outcomes, type, nameContains }: RunWishes): boolean {
	const outcome = outcomeOf(run);
	const fitsOutcome =
		outcome === 'unknown' || (outcome !== undefined && outcomes.includes(outcome));
	const fitsType = type === '' || run.type === type;
	const fitsName = nameContains === '' || contains(run.name, nameContains);
	return fitsOutcome && fitsType && fitsName;
}

/** Whether a run says who started it, which the overview of the list leaves out. */
export const namesPrincipal = (run: WorkflowRun): boolean => 'principal_id' in run;

/** Whether a run was started by somebody. */
export function isStartedBy(run: WorkflowRun, part: string): boolean {
	const { principal_id, principal_name, principal_email } = run;
	return [principal_id, principal_name, principal_email].some((text) => contains(text, part));
}
