import type { WorkflowRun } from '../../transport/workflowRuns';
import { outcomeOf } from './runState';
import { createdAt, endedAt } from './runTimes';

/** So many successful runs are needed to say how long those of a name take. */
const FEWEST_DURATIONS = 3;

/** So many of the latest successful runs of a name count. */
export const MOST_DURATIONS = 5;

/** How long a run took that counts for others of its name; undefined if it does not. Milliseconds. */
export function successDurationMs(run: WorkflowRun): number | undefined {
	const [began, ended] = [createdAt(run), endedAt(run)];
	if (outcomeOf(run) !== 'succeeded' || began === undefined || ended === undefined)
		return undefined;
	return ended - began;
}

function median(values: number[]): number {
	const sorted = [...values].sort((one, other) => one - other);
	const middle = sorted.length / 2;
	const low = sorted[Math.ceil(middle) - 1] ?? NaN;
	const high = sorted[Math.floor(middle)] ?? NaN;
	return (low + high) / 2;
}

/**
 * How long runs of a name usually take: the median of the latest successful ones.
 *
 * @param durations of successful runs, the latest last, in milliseconds
 * @returns undefined if there are too few of them
 */
export function usualDurationMs(durations: number[]): number | undefined {
	return durations.length < FEWEST_DURATIONS ? undefined : median(durations.slice(-MOST_DURATIONS));
}
