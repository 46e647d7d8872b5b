import type { IExecuteFunctions } from 'n8n-workflow';
import { isLeftAlone, mustStop, outcomeOf, type Outcome } from './items';

/** Requests without an answer that one execution has at most: enough for the rate limit with answers that take two seconds. */
const MOST_UNANSWERED = 20;

/** How an item tells the others how far it has come. */
export interface Progress {
	/** Its request has been sent, or is not going to be for now: the next item may send its own. */
	sent(): void;
	/** Its request has been answered or given up. */
	answered(): void;
	/** Fires when nothing more is to be sent. */
	signal: AbortSignal;
}

/** Something that others wait for until it happens. It happens once. */
function latch(): { opened: Promise<void>; open(): void } {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open };
}

/**
 * Does something for each of several things that input items ask for, and that sends one request first. The requests
 * leave in this order, but do not wait for each other's answers. After an error nothing further is begun unless
 * the node's settings say to go on; what is under way is waited for.
 */
export async function eachInTurn<Asked extends { itemIndex: number }, T>(
	context: IExecuteFunctions,
	all: Asked[],
	action: (asked: Asked, progress: Progress) => Promise<T>,
): Promise<Array<Outcome<T>>> {
	const stop = new AbortController();
	const { signal } = stop;
	const unanswered = new Set<Promise<void>>();
	const outcomes: Array<Promise<Outcome<T>>> = [];
	for (const asked of all) {
		if (unanswered.size >= MOST_UNANSWERED) await Promise.race(unanswered);
		if (signal.aborted) break;
		const sent = latch();
		const answered = latch();
		unanswered.add(answered.opened);
		void answered.opened.then(() => unanswered.delete(answered.opened));
		const progress = { sent: sent.open, answered: answered.open, signal };
		const outcome = outcomeOf(context, asked.itemIndex, async () => await action(asked, progress));
		outcomes.push(outcome);
		void outcome.then((settled) => {
			if (mustStop(context, [settled])) stop.abort();
			sent.open();
			answered.open();
		});
		await sent.opened;
	}
	const ended = await Promise.all(outcomes);
	const isLeft = signal.aborted && !ended.every(isLeftAlone);
	return isLeft ? ended.filter((one) => !isLeftAlone(one)) : ended;
}
