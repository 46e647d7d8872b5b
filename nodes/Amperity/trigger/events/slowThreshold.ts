import type { IDataObject } from 'n8n-workflow';
import { MOST_DURATIONS, successDurationMs, usualDurationMs } from '../../runs/run/usualDuration';
import type { WorkflowRun } from '../../transport/workflowRuns';

/** A run is slow after so many times the median of earlier ones of its name. */
const TIMES_MEDIAN = 2;

/** So many names are kept. */
const MOST_NAMES = 500;

/** How long the latest successful runs of each name took, the latest last, as n8n keeps it. Milliseconds. */
export interface Durations extends IDataObject {
	[name: string]: number[];
}

/** After how long a run is slow, and who says so. */
export interface SlowThreshold {
	ms: number;
	source: 'field' | 'warn_after_ms' | 'median';
}

const isDuration = (value: unknown): value is number =>
	typeof value === 'number' && value > 0 && value < Infinity;

/** A name that means something to JavaScript is like any other. */
const durationsOf = (durations: Durations, { name }: WorkflowRun): number[] =>
	typeof name === 'string' && Object.hasOwn(durations, name) ? durations[name]! : [];

/** Learns how long a run took that has ended. Each run is to be learnt from once. */
export function learnDuration(durations: Durations, run: WorkflowRun): void {
	const duration = successDurationMs(run);
	if (typeof run.name !== 'string' || duration === undefined) return;
	const known = durationsOf(durations, run);
	delete durations[run.name];
	durations[run.name] = [...known, duration].slice(-MOST_DURATIONS);
	for (const name of Object.keys(durations).slice(0, -MOST_NAMES)) delete durations[name];
}

/**
 * After how long a run is slow: as the field says, or else as the run itself, or as earlier runs of its name.
 *
 * @param run in its verbose view, the only one that says it itself
 * @returns undefined if nobody knows
 */
export function slowThresholdOf(
	run: WorkflowRun,
	slowAfterMs: number | undefined,
	durations: Durations,
): SlowThreshold | undefined {
	if (slowAfterMs !== undefined) return { ms: slowAfterMs, source: 'field' };
	if (isDuration(run.warn_after_ms)) return { ms: run.warn_after_ms, source: 'warn_after_ms' };
	const usual = usualDurationMs(durationsOf(durations, run));
	return usual === undefined ? undefined : { ms: TIMES_MEDIAN * usual, source: 'median' };
}
