import { createdAt, type WorkflowRun } from './workflowRun';

/** A start whose answer was lost. */
export interface LostStart {
	/** The n8n execution that sent it. */
	executionId: string;
	configId: string;
	/** What came instead of the answer. */
	cause: string;
	/** Status, code and IDs of the failed request. */
	facts: string;
	/** When the request was sent, by Amperity's clock. Milliseconds since the epoch. */
	sentAt: number;
	/** IDs of the runs that were there before the request. */
	known: string[];
	/** When our last run before this one was created, by the clock of Amperity. */
	notBefore?: number;
}

/** Amperity's servers may differ by this much in the `created_at` they give. Milliseconds. */
const SERVER_SKEW_MS = 2_000;

/** The name Amperity gives to the principal of its own schedule. */
const AMPERITY_ITSELF = 'Automated workflow';

/** How the types of runs begin, by the prefix of what was started. Other prefixes fit any type. */
const TYPES: Record<string, RegExp> = {
	'cg-': /^courier/,
	'og-': /orchestration/,
	'cc-': /^campaign/,
};

/** The runs of a list that the lost start may have started, before anybody's identity is looked at. */
export function candidatesOf(
	{ configId, known, notBefore }: LostStart,
	runs: WorkflowRun[],
): WorkflowRun[] {
	const type = TYPES[configId.slice(0, 3)];
	return runs.filter((run) => {
		const created = createdAt(run);
		const isNew = !known.includes(run.id);
		const isLateEnough =
			notBefore === undefined || created === undefined || created >= notBefore - SERVER_SKEW_MS;
		const fits = !type || typeof run.type !== 'string' || type.test(run.type);
		return isNew && isLateEnough && fits;
	});
}

/** What is said of a start whose run was not found. */
export const mayHaveStarted = (configId: string): string =>
	`A run of ${configId} may have started all the same`;

/** Whether a run, read in its verbose view, was started by the principal that we are. */
export function isStartedBy(principal: string, run: WorkflowRun): boolean {
	return run.principal_id === principal && run.principal_name !== AMPERITY_ITSELF;
}
