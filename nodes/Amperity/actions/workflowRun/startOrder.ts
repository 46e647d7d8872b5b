import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { FieldReader } from '../../fields/fieldReader';
import type { RunForm } from '../../runs/run/runItem';
import type { RunningRule } from '../../runs/running/runningRule';
import type { IfLost } from '../../runs/start/sendStart';
import { startOnce } from '../../runs/start/startOnce';
import type { StartedRun } from '../../runs/start/startedRun';
import { AmperityClient } from '../../transport/client';
import type { StartRequest } from '../../transport/workflowRuns';
import type { Progress } from '../eachInTurn';
import { withSubject, type Subject } from '../errorSubject';
import { requestTimeoutMs } from '../requestTimeout';
import { adviceToAgent, checkAgentMay } from './agent';
import type { ItemRun } from './awaitRuns';
import { readIfLost } from './ifLost';
import { readIngestCounts } from './ingestCounts';
import { readReruns } from './rerunOptions';
import { readRunForm } from './runOutput';
import { refuseToSplit } from './runningOptions';
import { readStartRequests } from './startRequest';
import { readWaitOptions, type WaitOptions } from './waitOptions';

/** All that one run asks for. An item asks for several if its range is split. */
export interface StartOrder {
	request: StartRequest;
	/** Which of the runs of its item it is, from 0. */
	part: number;
	ifLost: IfLost;
	/** Undefined: it is started in any case. */
	ifRunning?: RunningRule;
	timeoutMs?: number;
	form: RunForm;
	plan: WaitOptions;
	/** How often it is run again at most, if the platform fails. */
	reruns: number;
	includeCounts: boolean;
	/** What its error names. */
	subject: Subject;
}

/** Reads what an item wants if its configuration is running already, which an agent has fewer choices for. */
export type ReadRule = (fields: FieldReader, isOfAgent: boolean) => RunningRule | undefined;

/**
 * Reads what one item asks for, and checks it, so that nothing wrong is ever sent.
 *
 * @param readRule reads what to do if it is running already
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export async function readOrders(
	context: IExecuteFunctions,
	itemIndex: number,
	readRule: ReadRule,
): Promise<StartOrder[]> {
	await checkAgentMay(context, itemIndex, 'start workflow runs');
	const fields = FieldReader.ofItem(context, itemIndex);
	const requests = readStartRequests(fields);
	const [first] = requests as [StartRequest];
	const ifRunning = readRule(fields, isCalledByAgent(context));
	if (requests.length > 1 && ifRunning) refuseToSplit(fields, ifRunning);
	const same = {
		ifLost: readIfLost(fields, first.config_id),
		ifRunning,
		timeoutMs: requestTimeoutMs(fields),
		form: readRunForm(fields),
		plan: readWaitOptions(fields),
		reruns: readReruns(fields, first),
		includeCounts: readIngestCounts(fields),
	};
	return requests.map((request, part) => {
		const { config_id, range_from } = request;
		const subject = requests.length > 1 ? { config_id, range_from } : { config_id };
		return { ...same, request, part, subject };
	});
}

/** What the item of a run says besides: a run tells neither its configuration nor who in n8n started it. */
function extraOf(
	context: IExecuteFunctions,
	{ request }: StartOrder,
	started: StartedRun,
): IDataObject {
	const { run, confirmedBy, inPlace, timesStartedAgain } = started;
	const { stoppedRunId, waitedForRunId, earlierRunIds } = started;
	return {
		request: { ...request },
		n8n_execution_id: context.getExecutionId(),
		...(inPlace && { [inPlace]: true }),
		...(stoppedRunId && { stopped_run_id: stoppedRunId }),
		...(waitedForRunId && { waited_for_run_id: waitedForRunId }),
		...(earlierRunIds && { earlier_run_ids: earlierRunIds }),
		...(confirmedBy && { start_confirmed_by: confirmedBy }),
		...(timesStartedAgain && { times_started_again: timesStartedAgain }),
		...(isCalledByAgent(context) && !inPlace && adviceToAgent(run)),
	};
}

/** The client that asks for an order. */
export const clientFor = async (
	context: IExecuteFunctions,
	itemIndex: number,
	{ timeoutMs }: StartOrder,
	signal: AbortSignal,
): Promise<AmperityClient> =>
	await AmperityClient.create(context, { itemIndex, timeoutMs, signal });

/**
 * Starts what an order asks for, or goes on with what was started for it before.
 *
 * @throws AmperityApiError if no run was started
 * @throws NodeOperationError if it is not clear what was started, or is running
 */
export async function startOrder(
	context: IExecuteFunctions,
	itemIndex: number,
	order: StartOrder,
	{ sent: onSent, answered: onAnswered, signal }: Progress,
): Promise<ItemRun> {
	const { request, part, ifLost, ifRunning, plan, form, includeCounts, subject } = order;
	const client = await clientFor(context, itemIndex, order, signal);
	const settings = { request, ifLost, ifRunning, client, onSent, onAnswered, signal };
	const started = await withSubject(subject, startOnce(context, { itemIndex, part }, settings));
	const { run, confirmedBy, isTakenOver, inPlace, earlierRunIds } = started;
	const isNew = !inPlace && (confirmedBy === undefined || confirmedBy === 'started_again');
	const startedAt = isNew ? monotonicNow() : undefined;
	const extra = extraOf(context, order, started);
	return {
		runId: run.id,
		run,
		startedAt,
		client,
		plan,
		form,
		includeCounts,
		subject,
		extra,
		isTakenOver,
		inPlace,
		earlierRunIds,
	};
}
