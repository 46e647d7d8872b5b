import type { IExecuteFunctions } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { AmperityApiError } from '../../transport/apiError';
import type { AmperityClient } from '../../transport/client';
import { isOutage } from '../../transport/failure';
import type { ServerClock, TimeSpan } from '../../transport/serverClock';
import { settled } from '../../transport/settled';
import { type StartRequest, startRun, type WorkflowRun } from '../../transport/workflowRuns';
import { learnIdentity } from '../configuration/learntIdentities';
import { OwnStarts } from '../configuration/ownStarts';
import { createdBetween } from '../run/runTimes';
import type { RunningRule } from '../running/runningRule';
import { dateRequests, type LostStart, type SentRequests } from './lostStart';
import type { StartMemory, StartState } from './startMemory';

/** What is done about a start whose answer was lost. */
export type IfLost = 'findElseStartAgain' | 'findElseReport' | 'report';

/** How one item wants its run started. */
export interface StartSettings {
	request: StartRequest;
	ifLost: IfLost;
	/** What to do if the configuration has a run already. Undefined: start in any case. */
	ifRunning?: RunningRule;
	client: AmperityClient;
	/** Fires when nothing more is to be started. */
	signal: AbortSignal;
	/** Is called when the request has been sent, or is not going to be for now. */
	onSent(): void;
	/** Is called when the request has been answered or given up. */
	onAnswered(): void;
}

/** What came of a request to start a run. */
export type StartResult =
	| { run: WorkflowRun; lost?: undefined }
	| { run?: undefined; lost: LostStart };

/** An outage shows at once, or a little later where the user expects Amperity to be slow. Milliseconds, and a share of the time-out. */
const PROMPT_MS = 10_000;
const PROMPT_SHARE = 1 / 6;

/** Makes a run the one that an item has started, for this execution and the whole process. */
export function claimRun(
	memory: StartMemory,
	{ client, request }: StartSettings,
	{ id: runId }: WorkflowRun,
	how: Pick<StartState, 'isTakenOver' | 'timesStartedAgain'> = {},
): void {
	client.remembered(OwnStarts).claim(memory, runId, request);
	memory.write({ runId, ...how });
}

/** Adds a request to those that this process has sent before. */
function withRequest(
	before: LostStart | undefined,
	request: TimeSpan,
	{ id: clock }: ServerClock,
): SentRequests {
	const { sent, spans = [] } = before ?? {};
	return sent?.clock === clock
		? { ...sent, spans: [...sent.spans, request] }
		: { clock, spans: [request], earlier: spans };
}

/**
 * Sends the request of a start.
 *
 * @param before what is known of earlier requests of this item whose answers were lost
 * @throws AmperityApiError if this one was surely refused
 */
export async function sendStart(
	context: IExecuteFunctions,
	memory: StartMemory,
	settings: StartSettings,
	before?: LostStart,
): Promise<StartResult> {
	const { client, request, ifLost, onSent, onAnswered } = settings;
	const { account, clock } = client;
	const own = client.remembered(OwnStarts);
	const configId = request.config_id;
	const spansBefore = before?.spans ?? [];
	let sentAt = monotonicNow();
	const begin = (at: number) => {
		sentAt = at;
		own.begin(memory.key, { account, configId, spans: spansBefore, unansweredSince: at });
		onSent();
	};
	const { value: run, error } = await settled(startRun(client, request, { onSent: begin }));
	const answeredAt = monotonicNow();
	onAnswered();
	if (run) {
		const created = createdBetween(run);
		if (created) clock.learnTime(created, sentAt);
		claimRun(memory, settings, run, { timesStartedAgain: before?.timesStartedAgain });
		// Whatever comes of it, the run has been started.
		await settled(learnIdentity(context, client, configId, run, ifLost !== 'report'));
		return { run };
	}
	if (!(error instanceof AmperityApiError) || !error.mayHaveBeenAccepted) {
		if (before) own.begin(memory.key, { account, configId, spans: spansBefore });
		else own.end(memory.key);
		throw error;
	}
	const longest = Math.max(PROMPT_MS, client.timeoutMs * PROMPT_SHARE);
	const lost: LostStart = {
		executionId: memory.executionId,
		configId,
		cause: error.message,
		facts: error.facts,
		spans: [],
		sent: withRequest(before, { from: sentAt, to: answeredAt }, clock),
		isPromptOutage: isOutage(error.reason) && answeredAt - sentAt <= longest,
		looks: [],
		timesStartedAgain: before?.timesStartedAgain ?? 0,
	};
	dateRequests(lost, clock);
	return { lost };
}
