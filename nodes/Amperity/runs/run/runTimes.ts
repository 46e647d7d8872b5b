import type { TimeSpan } from '../../transport/serverClock';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { textOf } from './text';

/** A time that names no zone. It is in UTC, never in the zone of the server. */
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** A time as Amperity writes it, in milliseconds since the epoch, or undefined if it is none. */
export function timeOf(value: unknown): number | undefined {
	const text = textOf(value).trim();
	const time = Date.parse(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
	return Number.isNaN(time) ? undefined : time;
}

/** A time as a person reads it, like `2026-10-01 21:00 UTC`, or undefined if it is none. */
export function timeText(value: unknown): string | undefined {
	const time = timeOf(value);
	if (time === undefined) return undefined;
	return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** When the run was created, in milliseconds since the epoch, or undefined if it does not say. */
export const createdAt = ({ created_at }: WorkflowRun): number | undefined => timeOf(created_at);

/** When the run was created, as exactly as it says. Milliseconds since the epoch. */
export function createdBetween(run: WorkflowRun): TimeSpan | undefined {
	const from = createdAt(run);
	const leftOutMs = textOf(run.created_at).includes('.') ? 1 : 1_000;
	return from === undefined ? undefined : { from, to: from + leftOutMs };
}

/** When the run ended, in milliseconds since the epoch, or undefined if it does not say. */
export const endedAt = ({ ended_at }: WorkflowRun): number | undefined => timeOf(ended_at);

/** How long the run took, in seconds, or undefined if it does not say. */
export function durationSeconds(run: WorkflowRun): number | undefined {
	const started = createdAt(run);
	const ended = endedAt(run);
	return started === undefined || ended === undefined ? undefined : (ended - started) / 1000;
}
