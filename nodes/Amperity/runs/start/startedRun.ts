import type { WorkflowRun } from '../../transport/workflowRuns';
import type { InPlace } from '../running/runningRule';
import type { RunsBefore } from './startMemory';

/** How a start is known to have happened, where it was not the plain answer to the request. */
type Confirmation = 'list' | 'earlier_try' | 'started_again';

/** A run that one item started, or that serves it. */
export interface StartedRun extends Pick<RunsBefore, 'stoppedRunId' | 'waitedForRunId'> {
	run: WorkflowRun;
	confirmedBy?: Confirmation;
	/** Why another run than its own serves the item, if it does. */
	inPlace?: InPlace;
	/** Runs of this item that failed before. */
	earlierRunIds?: string[];
	timesStartedAgain?: number;
	/** Whether it was found in the list: most likely the item's own, but not surely enough to stop it. */
	isTakenOver?: boolean;
}
