import { monotonicNow } from '../../../../credentials/monotonicClock';
import { SERVER_SKEW_MS, type ServerClock, type TimeSpan } from '../../transport/serverClock';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { fit, type Fit, type RunIdentity } from '../configuration/identity';
import { createdBetween } from '../run/runTimes';

/** One good look at the list for the run of a lost start. */
export interface Look {
	/** How long after the failure of the last request, at least. Milliseconds. */
	age: number;
	/** How many runs may be the one. */
	candidates: number;
	/** ID of the one that surely is, unless a later look speaks against it. */
	ours?: string;
}

/** Requests to start one item that one clock of Amperity's can date. */
export interface SentRequests {
	/** ID of that clock. */
	clock: number;
	/** From sending to failure, by the monotonic clock of its process. Milliseconds. */
	spans: TimeSpan[];
	/** Those before, as another clock has dated them. */
	earlier: TimeSpan[];
}

/** A start whose answer was lost: it may have started a run. */
export interface LostStart {
	/** The n8n execution that sent it. */
	executionId: string;
	/** Whether n8n died in the middle of it: nobody knows when it was sent, so its run can only be named. */
	isInterrupted?: boolean;
	configId: string;
	/** What came instead of the answer. */
	cause: string;
	/** Status, code and IDs of the failed request. */
	facts: string;
	/**
	 * From the sending of each request to its failure, by Amperity's clock: more than once, where answers tell that
	 * clock differently. Milliseconds since the epoch.
	 */
	spans: TimeSpan[];
	/** Whether these may be wrong, as no later answer confirms them, or one contradicts. Then the start is only reported. */
	isTimeDoubtful?: boolean;
	/** The last requests, or all. */
	sent?: SentRequests;
	/** Whether the last request failed in a way and so quickly that it will not arrive any more. */
	isPromptOutage: boolean;
	/** The good looks since the last request. */
	looks: Look[];
	/** How often the item was started again. */
	timesStartedAgain: number;
}

/** A start may have been sent so long before n8n died and began it again. Milliseconds. */
const INTERRUPTED_MS = 3_600_000;

/**
 * A start that n8n had begun before it, or its worker, died. When, and what was sent, nobody knows.
 *
 * @param now by Amperity's clock, in milliseconds since the epoch
 */
export const interruptedStart = (
	executionId: string,
	configId: string,
	now: number,
): LostStart => ({
	executionId,
	isInterrupted: true,
	configId,
	cause: 'n8n stopped in the middle of this execution, and runs it again',
	facts: '',
	spans: [{ from: now - INTERRUPTED_MS, to: now }],
	isPromptOutage: false,
	looks: [],
	timesStartedAgain: 0,
});

/** When the last request failed, by Amperity's clock. Milliseconds since the epoch. */
export const failedAt = ({ spans }: LostStart): number => Math.max(...spans.map(({ to }) => to));

/**
 * When the last request failed, by the monotonic clock of this process; of another process's, that is no earlier
 * than its last look says. This clock may stand still, so that more time has passed, but never less.
 */
export function failedBy({ sent, looks }: LostStart, clock: ServerClock): number {
	if (sent?.clock === clock.id) return sent.spans.at(-1)!.to;
	return monotonicNow() - (looks.at(-1)?.age ?? 0);
}

/**
 * Dates the requests of a lost start by what is known of Amperity's clock now. Only the clock of the process that
 * sent them can do that.
 */
export function dateRequests(lost: LostStart, clock: ServerClock): void {
	const { spans, sent } = lost;
	if (sent?.clock !== clock.id) return;
	const dated = sent.spans.flatMap(({ from, to }) => clock.spans(from, to));
	// The array itself is shared with those who ask what else this process has started.
	spans.splice(0, spans.length, ...sent.earlier, ...dated);
	lost.isTimeDoubtful = !sent.spans.every(({ from, to }) => clock.isSure(from, to));
}

/**
 * When the requests were under way one of whose runs is enough. The last one may still arrive, unless it failed in
 * a prompt outage, and would make a second run beside that of an earlier one.
 */
export function openSpans({ spans, sent, isPromptOutage }: LostStart, clock: ServerClock) {
	if (isPromptOutage || sent?.clock !== clock.id) return spans;
	const { from, to } = sent.spans.at(-1)!;
	return clock.spans(from, to);
}

/** How exactly a run's creation must fall into the span of its request. Milliseconds. */
const TOLERANCE_MS = 200;

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
	const fits = fit(configId, identity, run);
	if (fits === 'no') return 'no';
	const created = createdBetween(run);
	if (!created) return 'maybe';

	const isWithin = ({ from, to }: TimeSpan) => created.to >= from && created.from <= to;
	if (!spans.map(createdAround).some(isWithin)) return 'no';
	const isDuring = spans.some(({ from, to }) =>
		isWithin({ from: from - TOLERANCE_MS, to: to + TOLERANCE_MS }),
	);
	return isDuring ? fits : 'maybe';
}
