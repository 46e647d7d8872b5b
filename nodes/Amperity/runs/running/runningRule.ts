import type { WorkflowRun } from '../../transport/workflowRuns';
import type { Candidate } from '../configuration/configurationRuns';

/** What is done if a configuration has a run that has not ended. */
export type IfRunning = 'useRunning' | 'skip' | 'stopThenStart' | 'waitThenStart';

/** How one item looks before it starts. */
export interface RunningRule {
	ifRunning: IfRunning;
	/** What the runs of the configuration are called, if the user says so. */
	name?: string;
	/** How long the node waits at most for the running one to end. Milliseconds. */
	maxWaitMs: number;
	/** A success that was created so long ago at most is used instead of a new run. Milliseconds. */
	freshMs?: number;
}

/**
 * Why nothing was started for an item: a run of the configuration was under way, which is used or lets the item be
 * skipped, or a recent one is good enough.
 */
export type InPlace = 'fresh' | 'reused' | 'skipped';

/** What follows from the runs that have not ended. */
export type RunningVerdict =
	| { kind: 'start' }
	/** This run is surely one of the configuration, and the only one. */
	| { kind: 'isRunning'; run: WorkflowRun }
	/** A person has to say which it is. */
	| { kind: 'unclear' };

/** Decides by the runs that have not ended. Nothing is used, and above all nothing stopped, that is not certain. */
export function verdictOnRunning(candidates: Candidate[]): RunningVerdict {
	const [only, ...others] = candidates;
	if (!only) return { kind: 'start' };
	const isCertain = others.length === 0 && only.fit === 'yes';
	return isCertain ? { kind: 'isRunning', run: only.run } : { kind: 'unclear' };
}
