import type { IDataObject, IExecuteFunctions, INodePropertyOptions } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { FieldReader } from '../../fields/fieldReader';
import type { RunForm } from '../../runs/run/runItem';
import { startedSoFar } from '../../runs/start/earlierTry';
import { mayHaveStarted } from '../../runs/start/lostStartError';
import type { IfLost } from '../../runs/start/sendStart';
import { startOnce, type StartedRun } from '../../runs/start/startOnce';
import { AmperityClient } from '../../transport/client';
import { plainText } from '../../transport/plainText';
import type { StartRequest } from '../../transport/workflowRuns';
import { about } from '../errorSubject';
import {
	eachItem,
	eachItemInTurn,
	isFailed,
	mustStop,
	type Failed,
	type ItemOutcome,
	type Progress,
} from '../items';
import { requestTimeoutMs } from '../requestTimeout';
import { adviceToAgent, checkAgentMay } from './agent';
import { awaitRuns, type ItemRun } from './awaitRuns';
import { readIfLost } from './ifLost';
import { readIngestCounts, withIngestCounts } from './ingestCounts';
import { emitRuns, readRunForm } from './runOutput';
import { startFields, waitField } from './startFields';
import { readStartRequest } from './startRequest';
import { readWaitOptions, type WaitOptions } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Start',
	value: 'start',
	action: 'Start workflow run',
	description: 'Start a courier group, an orchestration group or a campaign',
};

export const description = startFields;

/** All that one item asks for. */
interface StartOrder {
	request: StartRequest;
	ifLost: IfLost;
	timeoutMs?: number;
	form: RunForm;
	/** Whether the run is waited for. The switch takes no expression, so it is the same for all items. */
	waits: boolean;
	plan: WaitOptions;
	includeCounts: boolean;
}

async function readOrder(context: IExecuteFunctions, itemIndex: number): Promise<StartOrder> {
	await checkAgentMay(context, itemIndex, 'start workflow runs');
	const fields = FieldReader.ofItem(context, itemIndex);
	const request = readStartRequest(fields);
	return {
		request,
		ifLost: readIfLost(fields, request.config_id),
		timeoutMs: requestTimeoutMs(fields),
		form: readRunForm(fields),
		waits: fields.isOn(waitField) ?? false,
		plan: readWaitOptions(fields),
		includeCounts: readIngestCounts(fields),
	};
}

/** Adds to the error that ends the node which runs have been started, since no item tells it then. */
function nameStartedRuns(context: IExecuteFunctions, failed: Failed): Failed {
	const { error } = failed;
	const { runIds, lostConfigIds } = startedSoFar(context);
	const lost = [...new Set(lostConfigIds)].flatMap((configId) => {
		const count = lostConfigIds.filter((other) => other === configId).length;
		if (count > 1) return `${count} runs of ${configId} may have started all the same`;
		return error.message.includes(mayHaveStarted(configId)) ? [] : mayHaveStarted(configId);
	});
	const unnamed = runIds.map(plainText).filter((runId) => !error.message.includes(runId));
	const started = unnamed.length > 0 ? [`Runs started by this node: ${unnamed.join(', ')}`] : [];
	const sentences = [...lost, ...started].map((text) => ` ${text}.`);
	error.description = (error.description ?? '') + sentences.join('');
	if (runIds.length > 0) error.context.started_run_ids = runIds;
	return failed;
}

function endWith(context: IExecuteFunctions, outcomes: ItemOutcome[]): ItemOutcome[] {
	if (!mustStop(context, outcomes)) return outcomes;
	return outcomes.filter(isFailed).map((failed) => nameStartedRuns(context, failed));
}

/** What the item of a started run says besides: a run tells neither its configuration nor who in n8n started it. */
function extraOf(context: IExecuteFunctions, order: StartOrder, started: StartedRun): IDataObject {
	const { run, confirmedBy, timesStartedAgain } = started;
	return {
		request: { ...order.request },
		n8n_execution_id: context.getExecutionId(),
		...(confirmedBy && { start_confirmed_by: confirmedBy }),
		...(timesStartedAgain && { times_started_again: timesStartedAgain }),
		...(isCalledByAgent(context) && adviceToAgent(run)),
	};
}

async function startItem(
	context: IExecuteFunctions,
	itemIndex: number,
	order: StartOrder,
	{ sent: onSent, answered: onAnswered, signal }: Progress,
): Promise<ItemRun> {
	const { request, ifLost, timeoutMs, plan, form, includeCounts } = order;
	const client = await AmperityClient.create(context, { itemIndex, timeoutMs, signal });
	const settings = { request, ifLost, client, onSent, onAnswered, signal };
	const subject = { config_id: request.config_id };
	const started = await about(subject, startOnce(context, itemIndex, settings));
	const { run, confirmedBy, isTakenOver } = started;
	const isNew = confirmedBy === undefined || confirmedBy === 'started_again';
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
	};
}

/**
 * Checks every item before the first run is started, then starts them in order, and waits for all
 * of them together if the user wants it.
 */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const orders = await eachItem(context, async (itemIndex) => await readOrder(context, itemIndex));
	if (mustStop(context, orders)) return orders.filter(isFailed);

	const started = await eachItemInTurn(context, async (itemIndex, progress) => {
		const { value: order, error } = orders[itemIndex]!;
		if (error) throw error;
		return await startItem(context, itemIndex, order, progress);
	});
	const waits = orders.some(({ value }) => value?.waits);
	const isCancelled = context.getExecutionCancelSignal()?.aborted;
	// A wait also sees to it that the runs of a stopped execution are stopped, where that is wanted.
	if (!waits || (!isCancelled && mustStop(context, started))) {
		return endWith(context, emitRuns(started));
	}
	const ended = await awaitRuns(context, started);
	return endWith(context, emitRuns(await withIngestCounts(ended)));
}
