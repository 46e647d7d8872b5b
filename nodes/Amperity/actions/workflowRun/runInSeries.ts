import type { IDataObject, IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { showHint } from '../../engine/executionHint';
import { runError } from '../../runs/run/runError';
import { outcomeOf as runOutcomeOf } from '../../runs/run/runState';
import { counted } from '../../runs/run/text';
import { lastSuccess, rememberSuccess, type Started } from '../../runs/start/succeededStarts';
import { settled } from '../../transport/settled';
import { getRun, isSameRequest, type StartRequest } from '../../transport/workflowRuns';
import type { Progress } from '../eachInTurn';
import { isFailed, outcomeOf, type Failed, type Outcome, type Succeeded } from '../items';
import { isSkipped, type ItemRun } from './awaitRuns';
import { followRun } from './followRun';
import type { RunOutput } from './runOutput';
import type { Series } from './seriesOptions';
import { clientFor, startOrder, type StartOrder } from './startOrder';

/** An error names so many of the runs that were done, or not started, at most; its details hold all. */
const MOST_NAMED = 5;

const GO_ON =
	'Run the node again with the same items and Skip What Has Succeeded to go on from there.';

/** In the order of the items. Sorting keeps the parts of one in theirs. */
const byItem = (one: Outcome<unknown>, other: Outcome<unknown>) => one.itemIndex - other.itemIndex;

/** Nobody waits for the progress of a run, since the next one is started after it. */
const progressOf = (): Progress => ({
	sent: () => {},
	answered: () => {},
	signal: new AbortController().signal,
});

/** Whether the next run may be started. */
const hasSucceeded = ({ value }: Outcome<ItemRun>): boolean =>
	value?.run !== undefined && !isSkipped(value) && runOutcomeOf(value.run) === 'succeeded';

/** What was asked for, in words. */
const nameOf = ({ config_id, range_from }: StartRequest): string =>
	range_from === undefined ? config_id : `${config_id} from ${range_from}`;

function namesOf(orders: StartOrder[]): string {
	const names = orders.slice(0, MOST_NAMED).map(({ request }) => nameOf(request));
	const more = orders.length - names.length;
	return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** One run after the other, each when the one before has succeeded. */
class RunSeries {
	/** What was run before its end. */
	private readonly done: StartOrder[] = [];

	private skipped = 0;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly orders: Array<Outcome<StartOrder>>,
		private readonly series: Series,
	) {}

	async outcomes(): Promise<Array<Outcome<RunOutput>>> {
		const { context, orders, done } = this;
		const outcomes: Array<Outcome<ItemRun>> = [];
		for (const [index, order] of orders.entries()) {
			const outcome = isFailed(order) ? order : await this.outcomeOf(order);
			outcomes.push(outcome);
			if (isFailed(order) || !hasSucceeded(outcome)) {
				const rest = orders.slice(index + 1);
				const unread = rest.filter(isFailed);
				const left = rest.filter((one) => !isFailed(one)) as Array<Succeeded<StartOrder>>;
				if (isFailed(outcome) && orders.length > 1) {
					this.nameRest(
						outcome,
						left.map(({ value }) => value),
					);
				}
				return [...outcomes, ...unread, ...this.leave(left, outcome)].sort(byItem);
			}
			done.push(order.value);
			this.log(`${done.length} of ${orders.length} done: ${nameOf(order.value.request)}`);
		}
		if (this.skipped > 0) {
			const runs = counted(this.skipped, 'run');
			showHint(
				context,
				`${runs} of ${orders.length} had succeeded before and were not started again.`,
			);
		}
		return outcomes;
	}

	private log(text: string): void {
		this.context.logger.info(`${this.context.getNode().name}: ${text}`);
	}

	private async outcomeOf({
		itemIndex,
		value: order,
	}: Succeeded<StartOrder>): Promise<Outcome<ItemRun>> {
		const { context } = this;
		const start = async () => await startOrder(context, itemIndex, order, progressOf());
		const started = await outcomeOf(
			context,
			itemIndex,
			async () => (await this.earlierSuccess(itemIndex, order)) ?? (await start()),
		);
		if (isFailed(started) || isSkipped(started.value)) return started;
		if (started.value.extra?.already_succeeded) return started;
		const ended = await followRun(context, started, order.reruns, start);
		if (ended.value && hasSucceeded(ended) && !ended.value.inPlace) {
			const { client, runId } = ended.value;
			rememberSuccess(context, client, this.startedBy(order), runId);
		}
		return ended;
	}

	private startedBy({ request }: StartOrder): Started {
		const same = this.done.filter((order) => isSameRequest(order.request, request));
		return { request, repetition: same.length };
	}

	/** The run of an earlier execution, if it is still a success: it may have been restarted meanwhile. */
	private async earlierSuccess(itemIndex: number, order: StartOrder): Promise<ItemRun | undefined> {
		if (!this.series.skipsSucceeded) return undefined;
		const { request, plan, form, includeCounts } = order;
		const client = await clientFor(this.context, itemIndex, order, progressOf().signal);
		const runId = lastSuccess(this.context, client, this.startedBy(order));
		if (runId === undefined) return undefined;
		const { value: run } = await settled(getRun(client, runId, 'verbose'));
		if (!run || runOutcomeOf(run) !== 'succeeded') return undefined;
		this.skipped++;
		const extra = { request: { ...request }, already_succeeded: true };
		return { runId, run, client, plan, form, includeCounts, extra };
	}

	/** Says in the error that ends the series how far it has come, and how to go on. */
	private nameRest({ error }: Failed, rest: StartOrder[]): void {
		const { done } = this;
		const parts = [
			done.length > 0 && `Done: ${namesOf(done)}.`,
			rest.length > 0 && `Not started: ${namesOf(rest)}.`,
			done.length > 0 && GO_ON,
		];
		error.description = [error.description, ...parts].filter(Boolean).join(' ');
		const requestsOf = (orders: StartOrder[]) => orders.map(({ request }) => ({ ...request }));
		error.context.details = {
			...(error.context.details as IDataObject | undefined),
			done: requestsOf(done),
			not_started: requestsOf(rest),
		};
	}

	/** What becomes of those that were not started: errors after an error, else items that say so. */
	private leave(
		rest: Array<Succeeded<StartOrder>>,
		last: Outcome<ItemRun>,
	): Array<Outcome<RunOutput>> {
		if (!isFailed(last) && rest.length > 0) {
			showHint(
				this.context,
				`${counted(rest.length, 'run')} of ${this.orders.length} not started, since one before did not succeed.`,
			);
		}
		return rest.map(({ itemIndex, value: { request, form } }) => {
			if (isFailed(last)) return { itemIndex, error: this.notStarted(itemIndex, request) };
			const extra = { started: false, request: { ...request } };
			return { itemIndex, value: { form, client: last.value.client, extra } };
		});
	}

	private notStarted(itemIndex: number, request: StartRequest): NodeOperationError {
		const error = runError(
			this.context.getNode(),
			`${nameOf(request)} was not started, since one before it did not succeed`,
			GO_ON,
			{ config_id: request.config_id, started: false },
		);
		error.context.itemIndex = itemIndex;
		return error;
	}
}

/**
 * Runs one after the other, each when the one before has succeeded. After a failure the rest is not started.
 *
 * @returns an outcome for each order, in their order
 */
export async function runInSeries(
	context: IExecuteFunctions,
	orders: Array<Outcome<StartOrder>>,
	series: Series,
): Promise<Array<Outcome<RunOutput>>> {
	return await new RunSeries(context, orders, series).outcomes();
}
