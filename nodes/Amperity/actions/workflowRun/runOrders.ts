import type { IExecuteFunctions } from 'n8n-workflow';
import { mayHaveStarted } from '../../runs/start/lostStartError';
import { startedSoFar } from '../../runs/start/startMemory';
import { plainText } from '../../transport/plainText';
import { eachInTurn, type Progress } from '../eachInTurn';
import {
	eachItem,
	isFailed,
	mustStop,
	type Failed,
	type ItemOutcome,
	type Outcome,
} from '../items';
import { awaitRuns, isSkipped, type ItemRun } from './awaitRuns';
import { followRun } from './followRun';
import { withIngestCounts } from './ingestCounts';
import { runInSeries } from './runInSeries';
import { emitRuns } from './runOutput';
import type { Series } from './seriesOptions';
import { readOrders, startOrder, type ReadRule, type StartOrder } from './startOrder';

/** How the runs of all items are started and followed. */
export interface RunPlan {
	/** What an item wants if its configuration is running already. */
	readRule: ReadRule;
	/** Whether the runs are waited for. */
	waits: boolean;
	/** Undefined: all are started at once. */
	series?: Series;
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
	const told = `${error.message} ${error.description ?? ''}`;
	const unnamed = runIds.map(plainText).filter((runId) => !told.includes(runId));
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

/** An item's orders each for itself, so that every run has an outcome. */
function single(outcome: Outcome<StartOrder[]>): Array<Outcome<StartOrder>> {
	if (isFailed(outcome)) return [outcome];
	const { itemIndex } = outcome;
	return outcome.value.map((value) => ({ itemIndex, value }));
}

/** Starts all runs, and then waits for them together, or for each by itself where it may be run again. */
async function runAtOnce(
	context: IExecuteFunctions,
	orders: Array<Outcome<StartOrder>>,
	waits: boolean,
): Promise<Array<Outcome<ItemRun>>> {
	const start = async ({ itemIndex, value, error }: Outcome<StartOrder>, progress: Progress) => {
		if (error) throw error;
		return { order: value, run: await startOrder(context, itemIndex, value, progress), progress };
	};
	const started = await eachInTurn(context, orders, start);
	const runs = started.map((one) => (isFailed(one) ? one : { ...one, value: one.value.run }));
	const isCancelled = context.getExecutionCancelSignal()?.aborted;
	// A wait also sees to it that the runs of a stopped execution are stopped, where that is wanted.
	if (!waits || (!isCancelled && mustStop(context, started))) return runs;
	if (!orders.some(({ value }) => value?.reruns)) return await awaitRuns(context, runs);
	return await Promise.all(
		started.map(async (one) => {
			if (isFailed(one)) return one;
			const { itemIndex, value } = one;
			const { order, run, progress } = value;
			if (isSkipped(run)) return { itemIndex, value: run };
			const startAgain = async () => await startOrder(context, itemIndex, order, progress);
			return await followRun(context, { itemIndex, value: run }, order.reruns, startAgain);
		}),
	);
}

/**
 * Checks every item before the first run is started, then starts them in order, and waits for them if the user
 * wants it.
 */
export async function runOrders(
	context: IExecuteFunctions,
	{ readRule, waits, series }: RunPlan,
): Promise<ItemOutcome[]> {
	const read = await eachItem(
		context,
		async (itemIndex) => await readOrders(context, itemIndex, readRule),
	);
	if (mustStop(context, read)) return read.filter(isFailed);

	const orders = read.flatMap(single);
	const ended = series
		? await runInSeries(context, orders, series)
		: await runAtOnce(context, orders, waits);
	return endWith(context, emitRuns(waits ? await withIngestCounts(ended) : ended));
}
