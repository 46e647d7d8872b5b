import { NodeOperationError, type IPollFunctions } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';
import type { RequestLimits } from '../transport/amperityRequest';

/** Nothing new is begun in the last part of a poll. A share of its time. */
const MARGIN = 0.25;

/** A request that takes longer than this would use up the whole poll. Milliseconds. */
const TIMEOUT_MS = 15_000;

/** A request that is sent has this long at least. Milliseconds. */
const LEAST_MS = 1_000;

/** When a poll, or a part of it, must be over. All times are in milliseconds by the monotonic clock. */
export class PollTime {
	private constructor(
		/** When n8n gives up the poll, and nobody takes over its items any more. */
		readonly deadline: number,
		/** When nothing new is begun. */
		readonly softDeadline: number,
	) {}

	/** The time of a poll that begins now. */
	static of(budgetMs: number): PollTime {
		const deadline = monotonicNow() + budgetMs;
		return new PollTime(deadline, deadline - MARGIN * budgetMs);
	}

	/** Whether n8n has given up the poll. */
	get isOver(): boolean {
		return monotonicNow() >= this.deadline;
	}

	get isNearlyOver(): boolean {
		return monotonicNow() >= this.softDeadline;
	}

	/** The same poll, but nothing new is begun after a part of what is left. */
	part(share: number): PollTime {
		const now = monotonicNow();
		return new PollTime(this.deadline, now + Math.max(this.softDeadline - now, 0) * share);
	}

	/** No request, and no repetition of one, outlives the poll, and none uses up what is left of it. */
	limits(): RequestLimits {
		const now = monotonicNow();
		const most = Math.max((this.deadline - now) / 2, LEAST_MS);
		return {
			timeoutMs: Math.min(TIMEOUT_MS, most),
			until: Math.max(this.softDeadline, now + LEAST_MS),
		};
	}
}

/** The error of a poll for which there was too little time. */
export const tooSlow = (context: IPollFunctions): NodeOperationError =>
	new NodeOperationError(context.getNode(), 'Amperity took too long to answer', {
		description: 'Nothing is lost: the next poll begins where this one began.',
	});
