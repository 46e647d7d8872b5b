import { withoutCanceled } from '../../engine/errorMessage';
import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { failureOf, type FailedTask } from './runFailure';
import { nameOf } from './runName';
import { outcomeOf, stateText, type RunOutcome } from './runState';
import { durationSeconds, timeText } from './runTimes';
import { counted, textOf } from './text';

const ENDS: Record<Exclude<RunOutcome, 'unknown'>, string> = {
	failed: 'failed',
	skipped: 'was skipped',
	stopped: 'was stopped',
	succeeded: 'succeeded',
};

/**
 * How a run ended, in words that follow its name.
 *
 * @param after how long it took, in words that begin with a space
 */
export function howItEnded(run: WorkflowRun, after = ''): string {
	const outcome = outcomeOf(run) ?? 'unknown';
	// It did nothing, for however long.
	if (outcome === 'skipped') return ENDS.skipped;
	if (outcome !== 'unknown') return `${ENDS[outcome]}${after}`;
	const state = stateText(run);
	return state === ''
		? `ended${after} in a way that is not known as a success`
		: `ended${after} in the state ${state}, which is not known as a success`;
}

const nameOfTask = ({ label, id }: FailedTask): string =>
	plainText(label ?? '') || plainText(id ?? '');

/** The task that failed first, by its label, or else its ID. */
export function failingTask(run: WorkflowRun): string | undefined {
	const [task] = failureOf(run).tasks;
	return (task && nameOfTask(task)) || undefined;
}

/** A time in words, by its two largest units. */
export function durationText(seconds: number): string {
	if (seconds < 1) return 'less than a second';
	const whole = Math.round(seconds);
	if (whole < 60) return counted(whole, 'second');
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return counted(minutes, 'minute');
	const rest = minutes % 60;
	return [counted(Math.floor(minutes / 60), 'hour'), rest > 0 && counted(rest, 'minute')]
		.filter(Boolean)
		.join(' and ');
}

/** After how long a run ended, in words that begin with a space, or an empty text where nobody knows. */
export function afterText(run: WorkflowRun): string {
	const seconds = durationSeconds(run);
	return seconds === undefined || seconds < 0 ? '' : ` after ${durationText(seconds)}`;
}

const asSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Says in one sentence what became of a run, fit for a chat. */
export function runSummary(run: WorkflowRun): string {
	const text = outcomeOf(run)
		? `${howItEnded(run, afterText(run))}${causeText(run)}`
		: activeText(run);
	// Whoever makes an error of it wants the execution to fail.
	return withoutCanceled(asSentence(`${nameOf(run)} ${text}`));
}

function activeText(run: WorkflowRun): string {
	const state = stateText(run) || 'active';
	const created = timeText(run.created_at);
	if (created === undefined) return `is ${state}`;
	// When a run was paused, or told to stop, is not known.
	return /^(running|in progress)\b/.test(state)
		? `is ${state} since ${created}`
		: `is ${state} (created ${created})`;
}

function causeText(run: WorkflowRun): string {
	if (outcomeOf(run) === 'succeeded') return '';
	const { message, tasks } = failureOf(run);
	const cause = plainText(textOf(message)) || plainText(textOf(tasks[0]?.message));
	const task = failingTask(run);
	if (task === undefined) return cause && `: ${cause}`;
	return `${cause && `: ${cause.replace(/\.+$/, '')}`} (task ${task})`;
}
