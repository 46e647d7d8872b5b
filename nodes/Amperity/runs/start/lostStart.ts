import { THIS_PROCESS } from '../../../../credentials/monotonicClock';
import type { ServerClock, TimeSpan } from '../../transport/serverClock';
import { createdBetween, type WorkflowRun } from '../run/workflowRun';
import { fit, type Fit, type RunIdentity } from './identity';

/** One good look at the list for the run of a lost start. */
export interface Look {
	/** When, by Amperity's clock. Milliseconds since the epoch. */
	at: number;
	/** How many runs may be the one. */
	candidates: number;
	/** ID of the one that surely is, unless a later look speaks against it. */
	ours?: string;
}

/** A start whose answer was lost: it may have started a run. */
export interface LostStart {
	/** The n8n execution that sent it. */
	executionId: string;
	configId: string;
	/** What came instead of the answer. */
	cause: string;
	/** Status, code and IDs of the failed request. */
	facts: string;
	/**
	 * From the sending of each request to its failure, by Amperity's clock, as far as that was known when it was
	 * last looked at. Milliseconds since the epoch.
	 */
	spans: TimeSpan[];
	/** The last of these by the monotonic clock of the process that sent them. */
	sent?: { process: number; spans: TimeSpan[] };
	/** Whether the last request failed in a way and so quickly that it will not arrive any more. */
	isPromptOutage: boolean;
	/** The good looks since the last request. */
	looks: Look[];
	/** How often the item was started again. */
	timesStartedAgain: number;
}

/** When the last request failed, by Amperity's clock. Milliseconds since the epoch. */
export const failedAt = ({ spans }: LostStart): number => Math.max(...spans.map(({ to }) => to));

/**
 * Corrects the times of a lost start by what is known of Amperity's clock now. Only the process that sent the
 * requests can do that.
 */
export function correctTimes(lost: LostStart, clock: ServerClock): void {
	const { spans, sent, looks } = lost;
	if (sent?.process !== THIS_PROCESS) return;
	const before = failedAt(lost);
	const corrected = sent.spans.map(({ from, to }) => clock.span(from, to));
	spans.splice(-corrected.length, corrected.length, ...corrected);
	for (const look of looks) look.at += failedAt(lost) - before;
}

/** How exactly a run's creation must fall into the span of its request. Milliseconds. */
const TOLERANCE_MS = 200;

/** Amperity's servers may differ by this much in the `created_at` they give. Milliseconds. */
const SERVER_SKEW_MS = 2_000;

/** A run that was created so long after its request failed is not its. Milliseconds. */
const LATEST_ARRIVAL_MS = 900_000;

/** Which runs of a list may have been made by a request: those created in this time. */
export const createdAround = ({ from, to }: TimeSpan): TimeSpan => ({
	from: from - SERVER_SKEW_MS,
	to: to + LATEST_ARRIVAL_MS,
});

/**
 * Whether a run may have been made by requests to start a configuration: surely, by what is known of the runs
 * of that configuration, only if it was created while one of them was under way.
 */
export function fitsRequests(
	spans: TimeSpan[],
	configId: string,
	identity: RunIdentity,
	run: WorkflowRun,
): Fit {
	const created = createdBetween(run);
	const fits = fit(configId, identity, run);
	if (!created || fits === 'no') return fits === 'no' ? 'no' : 'maybe';

	const isWithin = ({ from, to }: TimeSpan) => created.to >= from && created.from <= to;
	if (!spans.map(createdAround).some(isWithin)) return 'no';
	const isDuring = spans.some(({ from, to }) =>
		isWithin({ from: from - TOLERANCE_MS, to: to + TOLERANCE_MS }),
	);
	return isDuring ? fits : 'maybe';
}
