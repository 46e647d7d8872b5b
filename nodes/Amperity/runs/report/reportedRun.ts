import type { IDataObject } from 'n8n-workflow';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { withoutUndefined } from '../run/runItem';
import { outcomeOf, type RunOutcome } from '../run/runState';
import { durationSeconds } from '../run/runTimes';

/** A run that a report is about. */
export interface ReportedRun {
	/** In its verbose view. */
	run: WorkflowRun;
	/** The address of its page, where it is known. */
	url?: string;
	/** How long runs of its name usually take, in milliseconds, where it is known. */
	usualMs?: number;
}

/** The outcome of a run, or that it is still active. */
export type RunStatus = RunOutcome | 'active';

/** In the order in which a report tells them: what somebody has to look at comes first. */
export const STATUSES: RunStatus[] = [
	'failed',
	'unknown',
	'stopped',
	'active',
	'skipped',
	'succeeded',
];

/** The status of a run, or of a task of one. */
export const statusOf = (run: WorkflowRun): RunStatus => outcomeOf(run) ?? 'active';

/** The same runs, those first that somebody has to look at. */
export const sortedByStatus = (runs: ReportedRun[]): ReportedRun[] =>
	STATUSES.flatMap((status) => runs.filter(({ run }) => statusOf(run) === status));

/** How many of the runs have each status. */
export const countByStatus = (runs: ReportedRun[]): Record<RunStatus, number> =>
	Object.fromEntries(
		STATUSES.map((status) => [status, runs.filter(({ run }) => statusOf(run) === status).length]),
	) as Record<RunStatus, number>;

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1_000);

/** What the item of a report says of a run besides the text. */
export const runFacts = ({ run, url, usualMs }: ReportedRun): IDataObject =>
	withoutUndefined({
		id: run.id,
		name: run.name,
		state: run.state,
		outcome: outcomeOf(run),
		duration_seconds: durationSeconds(run),
		usual_duration_seconds: seconds(usualMs),
		url,
	});
