import type { AmperityClient } from '../../transport/client';
import { settled } from '../../transport/settled';
import { getRun, stopRun, type WorkflowRun } from '../../transport/workflowRuns';
import { isFinished, isStopping, outcomeOf } from './runState';

/** A run that has been told to stop, or has ended by itself. */
interface StoppedRun {
	run: WorkflowRun;
	/** Whether it had ended before anybody could stop it, which is no error. */
	alreadyEnded: boolean;
}

/**
 * Stops a run unless it has ended. What Amperity says of the run counts for more than what it says of the
 * stop, whose answer may be lost.
 *
 * @returns the run in its verbose view where it has ended
 * @throws AmperityApiError if the run can neither be read nor stopped
 */
export async function stopUnlessEnded(client: AmperityClient, runId: string): Promise<StoppedRun> {
	const before = await settled(getRun(client, runId, 'verbose'));
	if (before.value && isFinished(before.value)) return { run: before.value, alreadyEnded: true };

	const { value, error } = await settled(stopRun(client, runId));
	if (value) return { run: value, alreadyEnded: false };

	const after = await settled(getRun(client, runId, 'verbose'));
	if (after.value && isFinished(after.value)) {
		return { run: after.value, alreadyEnded: outcomeOf(after.value) !== 'stopped' };
	}
	if (after.value && isStopping(after.value)) return { run: after.value, alreadyEnded: false };
	throw error;
}
