import type { WorkflowRun } from '../transport/workflowRuns';

/** Which runs the trigger fires for. An empty text lets every run pass. */
export interface RunFilter {
	/** The name of the runs of one configuration. */
	config: string;
	nameContains: string;
	/** Part of the name, the e-mail address or the ID of who started the run. */
	startedBy: string;
	/** The type, as Amperity's API writes it or as its pages name it. */
	type: string;
	/** Whether a type, as the API writes it, is that one. */
	isType(type: string): boolean;
}

const contains = (text: unknown, part: string) =>
	typeof text === 'string' && text.toLowerCase().includes(part.toLowerCase());

/** Whether a run passes the filters that the list is enough for. */
export function matchesFilter(run: WorkflowRun, filter: RunFilter): boolean {
	const { config, nameContains, type } = filter;
	const fitsConfig = config === '' || run.name === config;
	const fitsName = nameContains === '' || contains(run.name, nameContains);
	const fitsType = type === '' || (typeof run.type === 'string' && filter.isType(run.type));
	return fitsConfig && fitsName && fitsType;
}

/** Whether a run says who started it, which the overview of the list leaves out. */
export const namesPrincipal = (run: WorkflowRun): boolean => 'principal_id' in run;

/** Whether a run was started by the right one. A run whose details cannot be read may be anybody's. */
export function isStartedBy(run: WorkflowRun, { startedBy }: RunFilter): boolean {
	if (startedBy === '' || 'details_error' in run) return true;
	const { principal_id, principal_name, principal_email } = run;
	return [principal_id, principal_name, principal_email].some((text) => contains(text, startedBy));
}
