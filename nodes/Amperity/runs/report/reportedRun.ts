import type { IDataObject } from 'n8n-workflow';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { present } from '../run/runItem';
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

/** What became of a run, as far as it can be told now. */
export type RunStanding = RunOutcome | 'active';

/** In the order in which a report tells them: what somebody has to look at comes first. */
export const STANDINGS: RunStanding[] = [
	'failed',
	'unknown',
	'stopped',
	'active',
	'skipped',
	'succeeded',
];

/** What became of a run, or of a task of one. */
export const standingOf = (run: WorkflowRun): RunStanding => outcomeOf(run) ?? 'active';

/** The same runs, those first that somebody has to look at. */
export const byStanding = (runs: ReportedRun[]): ReportedRun[] =>
	STANDINGS.flatMap((standing) => runs.filter(({ run }) => standingOf(run) === standing));

/** How many of the runs stand how. */
export const countStandings = (runs: ReportedRun[]): Record<RunStanding, number> =>
	Object.fromEntries(
		STANDINGS.map((standing) => [
			standing,
			runs.filter(({ run }) => standingOf(run) === standing).length,
		]),
	) as Record<RunStanding, number>;

const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1_000);

/** What the item of a report says of a run besides the text. */
export const runFacts = ({ run, url, usualMs }: ReportedRun): IDataObject =>
	present({
		id: run.id,
		name: run.name,
		state: run.state,
		outcome: outcomeOf(run),
		duration_seconds: durationSeconds(run),
		usual_duration_seconds: seconds(usualMs),
		url,
	});
