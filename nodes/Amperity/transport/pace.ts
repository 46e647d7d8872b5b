import { monotonicNow } from '../../../credentials/monotonicClock';
import { orAborted, pause } from '../engine/pause';
import { afterThrottled, rateAt, UNTHROTTLED } from './throttling';

/** No timer is more exact. Milliseconds. */
const SHORTEST_PAUSE_MS = 1;

/** How late a timer usually is, at most. Milliseconds. */
const TIMER_DELAY_MS = 5;

/** Who wants a turn, and how long for. */
export interface TurnRequest {
	/** An execution, a trigger, or a list search. */
	caller: string;
	/** The limit of the credential. */
	requestsPerSecond: number;
	/** When a turn is too late, in milliseconds by the monotonic clock. */
	until: number;
	/** Ends the wait. */
	signal?: AbortSignal;
}

interface Waiting extends TurnRequest {
	hasTurn: boolean;
	/** Ends the wait, with a turn or without. */
	settle(): void;
}

/**
 * The pace of one tenant in this process. Turns are spread evenly, which keeps any window of one second
 * below the limit, and go to the callers in rotation, so that nobody waits for all that another one has
 * queued. Each counts from when the one before it was taken, so that a busy n8n does not make up for
 * lost time in a burst.
 */
export class Pace {
	/** By caller. Who has just had a turn comes last. */
	private readonly queues = new Map<string, Waiting[]>();

	private throttling = UNTHROTTLED;

	/** When the last turn was taken by a credential of each limit. */
	private readonly lastTurns = new Map<number, number>();

	/** Ends the pause before the next turn: somebody has come, whose turn may be due earlier. */
	private wake = () => {};

	private isServing = false;

	/**
	 * Waits for a turn.
	 *
	 * @returns whether there is one; false if the wait was ended, or would last too long
	 */
	async turn(request: TurnRequest): Promise<boolean> {
		const { caller, signal, until } = request;
		if (signal?.aborted || this.throttling.pausedUntil > until) return false;
		const waiting: Waiting = { ...request, hasTurn: false, settle: () => {} };
		const settled = new Promise<void>((resolve) => (waiting.settle = resolve));
		const queue = this.queues.get(caller) ?? [];
		queue.push(waiting);
		this.queues.set(caller, queue);
		this.wake();
		void this.serve();
		if (waiting.hasTurn) return true;
		const isOver = new AbortController();
		const tooLate = until === Infinity ? [] : [pause(until - monotonicNow(), isOver.signal)];
		await orAborted(Promise.race([settled, ...tooLate]), signal);
		isOver.abort();
		this.remove(waiting);
		return waiting.hasTurn;
	}

	/** Learns that a request was answered with 429, and holds back all that wait. */
	throttled(
		request: { requestsPerSecond: number; sentAt: number; retryAfterMs?: number },
		random = Math.random(),
	): void {
		this.throttling = afterThrottled(this.throttling, request, monotonicNow(), random);
		for (const waiting of [...this.queues.values()].flat()) {
			if (waiting.until < this.throttling.pausedUntil) waiting.settle();
		}
	}

	/** Learns that a request got through. */
	admitted(): void {
		this.throttling = { ...this.throttling, inARow: 0 };
	}

	/** Gives turns until nobody waits any more. */
	private async serve(): Promise<void> {
		if (this.isServing) return;
		this.isServing = true;
		for (let next = this.next(); next; next = this.next()) {
			const wait = next.due - monotonicNow();
			if (wait < SHORTEST_PAUSE_MS) this.give(next.waiting, next.due);
			else {
				const hasCome = new AbortController();
				this.wake = () => hasCome.abort();
				await pause(wait, hasCome.signal);
			}
		}
		this.isServing = false;
	}

	/** Whose turn is due first: the next in the rotation, unless its credential is slower than another's. */
	private next(): { waiting: Waiting; due: number } | undefined {
		const now = monotonicNow();
		let next: { waiting: Waiting; due: number } | undefined;
		for (const [waiting] of this.queues.values()) {
			const due = waiting ? this.dueAt(waiting, now) : Infinity;
			if (waiting && (!next || due < next.due)) next = { waiting, due };
		}
		return next;
	}

	/** A credential keeps its own distance, and all keep that of the fastest one, which tells the tenant's limit. */
	private dueAt({ requestsPerSecond: own }: Waiting, now: number): number {
		const fastest = Math.max(own, ...this.lastTurns.keys());
		const lastOfAll = Math.max(-Infinity, ...this.lastTurns.values());
		const lastOwn = this.lastTurns.get(own) ?? -Infinity;
		return Math.max(
			lastOwn + 1000 / rateAt(this.throttling, own, now),
			lastOfAll + 1000 / rateAt(this.throttling, fastest, now),
			this.throttling.pausedUntil,
		);
	}

	private give(waiting: Waiting, due: number): void {
		const now = monotonicNow();
		this.remove(waiting);
		waiting.hasTurn = now <= waiting.until;
		// A timer that is late by a little must not slow the pace; by more, it must not cause a burst.
		const at = now - due < TIMER_DELAY_MS ? due : now;
		if (waiting.hasTurn) this.lastTurns.set(waiting.requestsPerSecond, at);
		waiting.settle();
	}

	/** Takes a request out of its queue, if it is still there, and moves the queue to the end of the rotation. */
	private remove(waiting: Waiting): void {
		const { caller } = waiting;
		const queue = this.queues.get(caller);
		const place = queue?.indexOf(waiting) ?? -1;
		if (!queue || place < 0) return;
		queue.splice(place, 1);
		this.queues.delete(caller);
		if (queue.length > 0) this.queues.set(caller, queue);
	}
}
