import { NodeOperationError, type IDataObject, type IPollFunctions } from 'n8n-workflow';
import { toEndedItem, type WorkflowRun } from '../runs/run/workflowRun';
import { monotonicNow } from '../../../credentials/monotonicClock';
import { pollBudgetMs } from '../engine/pollBudget';
import { reasonOf } from '../transport/apiError';
import type { RequestLimits } from '../transport/amperityRequest';
import type { AmperityClient } from '../transport/client';
import { isThrottled, mayPass } from '../transport/failure';
import { collectPages } from '../transport/pagination';
import { settled } from '../transport/settled';
import { getRun, listRuns, type RunFilters } from '../transport/workflowRuns';
import {
	advance,
	cursorAt,
	freshEnds,
	isPollCursor,
	windowStart,
	type PollCursor,
} from './pollCursor';
import { isStartedBy, isWanted, namesPrincipal, type RunWishes } from './runWishes';
import { TriggerMemory, type RememberedTrigger } from './triggerMemory';

/** Nothing new is begun when so little of the time for a poll is left. */
const MARGIN = 0.25;

/** A request that takes longer than this would use up the whole poll. Milliseconds. */
const TIMEOUT_MS = 15_000;

/** The first activation looks this far back for where to begin, whatever the clocks say. Milliseconds. */
const BASELINE_MS = 24 * 3_600_000;

const PAGE_SIZE = 100;

/** Where a test event is looked for: each window is tried if the one before held none. Milliseconds. */
const TEST_WINDOWS_MS = [1, 24, 7 * 24, 30 * 24].map((hours) => hours * 3_600_000);

/** A test event shows so many runs at most. */
const MOST_TEST_RUNS = 5;

/** Whether other requests may well succeed where this one did not, even after several attempts. */
function isAboutOneRun(error: Error): boolean {
	const failure = reasonOf(error);
	if (!failure || isThrottled(failure)) return false;
	const isAnswer = failure.kind === 'amperity' || failure.kind === 'intermediary';
	return isAnswer && (failure.status === 404 || mayPass(failure));
}

/** One poll: what it is asked for, and when it must be over. All times are by the monotonic clock. */
export class FinishedRunsPoll {
	private readonly trigger: RememberedTrigger;

	/** When n8n gives up the poll, and nobody takes over its items any more. */
	private readonly deadline: number;

	/** When nothing new is begun. */
	private readonly lastCall: number;

	constructor(
		private readonly context: IPollFunctions,
		private readonly client: AmperityClient,
		private readonly wishes: RunWishes,
	) {
		const name = `${context.getWorkflow().id} ${context.getNode().id}`;
		this.trigger = client.remembered(TriggerMemory).of(name);
		const budget = pollBudgetMs(context);
		this.deadline = monotonicNow() + budget;
		this.lastCall = this.deadline - MARGIN * budget;
	}

	/**
	 * The runs that have ended since the last poll, the oldest first. The first poll sets where to
	 * begin. The cursor moves only past what is returned, and on an error it stays.
	 */
	async newEnds(): Promise<IDataObject[]> {
		if (this.trigger.isPolling) return [];
		this.trigger.isPolling = true;
		try {
			return await this.moveOn(this.context.getWorkflowStaticData('node'));
		} finally {
			this.trigger.isPolling = false;
		}
	}

	private async moveOn(data: IDataObject): Promise<IDataObject[]> {
		const { tenant } = this.client.account;
		if (!isPollCursor(data.cursor, tenant)) {
			if (data.cursor !== undefined) {
				this.context.logger.warn(
					'The Amperity Trigger begins anew: what it had stored cannot be used, or belongs to another tenant. Runs that ended in between are not reported.',
				);
			}
			data.cursor = await this.baseline(tenant);
			return [];
		}
		const { cursor, items } = await this.drain(data.cursor);
		if (monotonicNow() >= this.deadline) throw this.tooSlow();
		data.cursor = cursor;
		return items;
	}

	/** The most recent ended runs that are wanted, for a test of the trigger. Stores nothing. */
	async recentEnds(): Promise<IDataObject[]> {
		const now = this.client.clock.now();
		for (const window of TEST_WINDOWS_MS) {
			const { runs, isWhole } = await this.ends(now - window, undefined, this.lastCall);
			const newest = freshEnds(cursorAt('', 0), runs).reverse();
			const items: IDataObject[] = [];
			for (const run of newest) {
				if (items.length === MOST_TEST_RUNS || this.isNearlyOver()) break;
				items.push(...(await this.itemOf(run)));
			}
			if (items.length > 0) return items.reverse();
			if (!isWhole) throw this.tooSlow();
		}
		return [];
	}

	private tooSlow(): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), 'Amperity took too long to answer', {
			description: 'Nothing is lost: the next poll begins where this one began.',
		});
	}

	private isNearlyOver(): boolean {
		return monotonicNow() >= this.lastCall;
	}

	private async baseline(tenant: string): Promise<PollCursor> {
		const now = this.client.clock.now();
		const begin = cursorAt(tenant, now - BASELINE_MS);
		const { runs } = await this.ends(windowStart(begin), undefined, Infinity);
		return advance(begin, freshEnds(begin, runs), now);
	}

	/** Takes over what has ended since, part by part if there is much, as long as there is time. */
	private async drain(start: PollCursor): Promise<{ cursor: PollCursor; items: IDataObject[] }> {
		const { stride } = this.trigger;
		const items: IDataObject[] = [];
		let cursor = start;
		let from = windowStart(start);
		while (!this.isNearlyOver()) {
			const began = monotonicNow();
			const now = this.client.clock.now();
			// Half of the time, so that a shorter window can be tried after one that was too long.
			const share = (this.lastCall - began) / 2;
			const to = stride.endOf(from, now);
			const { runs, isWhole } = await this.ends(from, to, began + share);
			if (!isWhole) {
				if (stride.shorten(from, now)) continue;
				throw this.tooSlow();
			}
			for (const run of freshEnds(cursor, runs)) {
				if (this.mustRead(run) && this.isNearlyOver()) return { cursor, items };
				const { value, error } = await settled(this.itemOf(run));
				// What comes before it is told; the next poll begins with it.
				if (error && items.length > 0) return { cursor, items };
				if (error) throw error;
				items.push(...value);
				cursor = advance(cursor, [run], this.client.clock.now());
			}
			stride.adapt((monotonicNow() - began) / share);
			if (to === undefined) break;
			from = to;
		}
		return { cursor, items };
	}

	/**
	 * The ends from one time up to another one, as overviews, in no order.
	 *
	 * @param until when reading stops, although there are more pages
	 */
	private async ends(
		from: number,
		to: number | undefined,
		until: number,
	): Promise<{ runs: WorkflowRun[]; isWhole: boolean }> {
		const filters: RunFilters = {
			ended_from: new Date(from).toISOString(),
			ended_to: to === undefined ? undefined : new Date(to).toISOString(),
			limit: PAGE_SIZE,
		};
		let isWhole = true;
		const runs = await collectPages(async (nextToken) => {
			isWhole = nextToken === undefined || monotonicNow() < until;
			return isWhole
				? await listRuns(this.client, filters, nextToken, this.limits())
				: { items: [] };
		});
		return { runs, isWhole };
	}

	/** No request, and no repetition of one, outlives the poll. */
	private limits(): RequestLimits {
		const now = monotonicNow();
		const left = Math.max(this.deadline - now, 1_000);
		return { timeoutMs: Math.min(TIMEOUT_MS, left), until: Math.max(this.lastCall, now + 1_000) };
	}

	/** Whether the list does not tell enough of a run. */
	private mustRead(run: WorkflowRun): boolean {
		const { includeDetails, startedBy } = this.wishes;
		const needsMore = includeDetails || (startedBy !== '' && !namesPrincipal(run));
		return needsMore && isWanted(run, this.wishes);
	}

	/** The item of an end, or nothing if it is not wanted. */
	private async itemOf(run: WorkflowRun): Promise<IDataObject[]> {
		if (!isWanted(run, this.wishes)) return [];
		const { startedBy } = this.wishes;
		const whole = this.mustRead(run) ? await this.verbose(run) : run;
		const isSomebodyElse =
			startedBy !== '' && !('details_error' in whole) && !isStartedBy(whole, startedBy);
		return isSomebodyElse ? [] : [toEndedItem(whole)];
	}

	/** Everything about a run, as of this end: it may have been restarted since. */
	private async verbose(run: WorkflowRun): Promise<WorkflowRun> {
		const reading = getRun(this.client, run.id, 'verbose', this.limits());
		const { value, error } = await settled(reading);
		if (value) return { ...value, ...run };
		// A run whose details are gone or broken has ended all the same, and must not keep the others back.
		if (isAboutOneRun(error)) return { ...run, details_error: error.message };
		throw error;
	}
}
