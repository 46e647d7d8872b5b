import type { AmperityClient } from '../../transport/client';
import type { StartRequest } from '../../transport/workflowRuns';
import type { Owner } from '../configuration/ownStarts';

/** A start that is sent unless something is running. */
export interface PendingStart extends Owner {
	readonly client: AmperityClient;
	readonly request: StartRequest;
	/** Notes what had to be done with another run first. */
	note(before: { stoppedRunId: string } | { waitedForRunId: string }): void;
}
