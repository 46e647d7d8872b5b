import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../transport/list';
import { endedAt, isFinished, type WorkflowRun } from '../runs/run/workflowRun';

/**
 * A run may appear in the list this long after a run that ended later. Ends within this time before
 * the cursor are looked at again, and told apart by their keys. Milliseconds.
 */
export const OVERLAP_MS = 600_000;

/** The clocks of n8n and Amperity differ by less. An end that is later than that is not believed. Milliseconds. */
const LARGEST_SKEW_MS = 24 * 3_600_000;

/** The latest time that JavaScript knows. Milliseconds. */
const LATEST_TIME_MS = 8.64e15;

/** How far the trigger has come. Kept in n8n's static data, so it is plain JSON. */
export interface PollCursor extends IDataObject {
	/** Which tenant it belongs to. */
	tenant: string;
	/** All ends before this time, less the overlap, are done with. Milliseconds, by Amperity's clock. */
	position: number;
	/** Ends within the overlap that are done with, and their times. */
	seen: Record<string, number>;
}

/** One end of a run. A run that is restarted in Amperity ends again, at another time. */
const keyOf = ({ id, ended_at }: WorkflowRun) => `${id}|${String(ended_at)}`;

/** Whether stored data is a cursor of this tenant. */
export function isPollCursor(data: unknown, tenant: string): data is PollCursor {
	const { position, seen, ...cursor } = (data ?? {}) as Partial<PollCursor>;
	return (
		cursor.tenant === tenant &&
		typeof position === 'number' &&
		Math.abs(position) <= LATEST_TIME_MS &&
		isObject(seen) &&
		Object.values(seen).every(Number.isFinite)
	);
}

/** A cursor at a time, before which nothing is looked at except for the overlap. */
export const cursorAt = (tenant: string, position: number): PollCursor => ({
	tenant,
	position,
	seen: {},
});

/** The time from which ends must be read. Milliseconds. */
export const windowStart = ({ position }: PollCursor): number => position - OVERLAP_MS;

/** The ends of a list that are not done with, the oldest first. */
export function freshEnds(cursor: PollCursor, runs: WorkflowRun[]): WorkflowRun[] {
	const fresh = new Map(
		runs
			.filter((run) => isFinished(run) && endedAt(run) !== undefined)
			.filter((run) => !(keyOf(run) in cursor.seen))
			.map((run) => [keyOf(run), run]),
	);
	return [...fresh.values()].sort((a, b) => endedAt(a)! - endedAt(b)!);
}

/**
 * Moves the cursor past ends that are done with. They must be the oldest of those that are fresh.
 *
 * @param now milliseconds by Amperity's clock: an end in the far future must not carry the cursor away
 */
export function advance(cursor: PollCursor, done: WorkflowRun[], now: number): PollCursor {
	const ends = done.map((run) => [keyOf(run), endedAt(run)!] as const);
	const times = ends.map(([, end]) => end).filter((end) => end <= now + LARGEST_SKEW_MS);
	const position = Math.max(cursor.position, ...times);
	const seen = [...Object.entries(cursor.seen), ...ends].filter(
		([, end]) => end >= position - OVERLAP_MS,
	);
	return { ...cursor, position, seen: Object.fromEntries(seen) };
}
