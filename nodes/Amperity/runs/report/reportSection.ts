import { DateTime } from 'luxon';
import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { nextStep } from '../run/nextStep';
import { attributionText, failureOf } from '../run/runFailure';
import { nameOf } from '../run/runName';
import { stateText } from '../run/runState';
import { durationText, failingTask, howItEnded } from '../run/runSummary';
import { createdAt, durationSeconds, endedAt } from '../run/runTimes';
import { statusOf, type ReportedRun, type RunStatus } from './reportedRun';

/** How a report reads times. */
export interface ReportTime {
	/** Now by Amperity's clock, in milliseconds since the epoch. */
	now: number;
	/** IANA name of the zone in which times are written. */
	zone: string;
}

/** What a report says of one run, in texts without any markup. They may hold whatever Amperity's users have typed. */
export interface ReportSection {
	status: RunStatus;
	/** The name of the run and what became of it. */
	heading: string;
	facts: Array<[label: string, text: string]>;
	url?: string;
}

/** What became of a run, in words that follow its name. */
export const statusText = (run: WorkflowRun, after = ''): string =>
	statusOf(run) === 'active' ? `is ${stateText(run) || 'active'}` : howItEnded(run, after);

/** A time as a person reads it, like `2026-10-01 17:00 EDT`. */
function clockText(time: number | undefined, zone: string): string | undefined {
	if (time === undefined) return undefined;
	return DateTime.fromMillis(time, { zone, locale: 'en-US' }).toFormat('yyyy-MM-dd HH:mm ZZZZ');
}

function durationFact({ run, usualMs }: ReportedRun, now: number): string | undefined {
	const usual = usualMs === undefined ? '' : `, usually ${durationText(usualMs / 1_000)}`;
	const created = createdAt(run);
	if (statusOf(run) === 'active') {
		if (created === undefined) return undefined;
		return `${durationText(Math.max(0, now - created) / 1_000)} so far${usual}`;
	}
	const seconds = durationSeconds(run);
	return seconds === undefined || seconds < 0 ? undefined : `${durationText(seconds)}${usual}`;
}

function taskFact(run: WorkflowRun): string | undefined {
	const { length } = failureOf(run).tasks;
	const task = failingTask(run);
	return task === undefined || length < 2 ? task : `${task} (and ${length - 1} more)`;
}

/** Why a run did not succeed. Of one that goes on, a task may have failed already. */
function failureFacts(run: WorkflowRun): Array<[string, string | undefined]> {
	if (statusOf(run) === 'succeeded') return [];
	const failure = failureOf(run);
	return [
		['Cause', plainText(failure.message ?? failure.tasks[0]?.message ?? '')],
		['Attribution', attributionText(failure)],
		['Failing task', taskFact(run)],
		['Next step', nextStep(run)],
	];
}

/** What a report says of a run. What nobody knows is left out. */
export function sectionOf(reported: ReportedRun, { now, zone }: ReportTime): ReportSection {
	const { run, url } = reported;
	const facts: Array<[string, string | undefined]> = [
		...failureFacts(run),
		['Duration', durationFact(reported, now)],
		['Created', clockText(createdAt(run), zone)],
		['Ended', clockText(endedAt(run), zone)],
		['Run ID', plainText(run.id)],
	];
	return {
		status: statusOf(run),
		heading: `${nameOf(run)} ${statusText(run)}`,
		facts: facts.filter((fact): fact is [string, string] => !!fact[1]),
		url,
	};
}
