import { sleep } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';
import type { WorkflowRun } from '../transport/workflowRuns';
import { EventCursor, LISTING_DELAY_MS, markOf, type RunEvent } from './eventCursor';
import type { SourceContext } from './eventSource';
import { tooSlow } from './pollTime';
import { readRunList, type ListedBy, type ListReading } from './runList';

/** n8n gets to do something else after so many events. */
const EVENTS_AT_ONCE = 1_000;

/** An event that has a time in the list. */
export interface ListedEvent {
	by: ListedBy;
	/** When it has happened to a run; undefined if it has not. Milliseconds since the epoch. */
	timeOf(run: WorkflowRun): number | undefined;
	/** Whether it may happen to a run again, at another time. */
	recurs: boolean;
}

/** Handles an event, and says whether it is done with. */
export type EventHandler = (event: RunEvent) => Promise<boolean>;

/** What came of reading a window. */
export interface EventReading extends ListReading {
	/** Those that were chosen, the oldest first and each once. */
	events: RunEvent[];
	/** How much of its time the reading took. */
	usedShare: number;
}

/** Remembers each event that is done with, up to the first one that is not. Returns whether all are. */
async function handOn(
	events: RunEvent[],
	cursor: EventCursor,
	handle: EventHandler,
): Promise<boolean> {
	for (const [index, event] of events.entries()) {
		if (index % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) await sleep(0);
		if (!(await handle(event))) return false;
		cursor.add(event);
	}
	return true;
}

/** Reads the events of one kind from Amperity's list, which is in no order and may be late. */
export class EventReader {
	/** The time of the newest event that was listed. */
	private newest = -Infinity;

	/** @param onListed is given every run of a reading, also those whose event is done with */
	constructor(
		private readonly event: ListedEvent,
		private readonly source: SourceContext,
		private readonly onListed: (run: WorkflowRun) => void = () => {},
	) {}

	/** Amperity's time, or what is surely no later where no answer tells it. Milliseconds since the epoch. */
	now(): number {
		const { clock } = this.source.client;
		return clock.isKnown ? clock.now() : Math.min(this.newest, clock.now());
	}

	/**
	 * Hands on what is not done with. If not all can be read at once, a poll begins where the last one stopped, and
	 * then reads what has been listed late.
	 *
	 * @returns whether there was time for all of it
	 */
	async readNew(cursor: EventCursor, handle: EventHandler): Promise<boolean> {
		const { client, memory } = this.source;
		const { complete } = cursor;
		const began = client.clock.isKnown ? client.clock.now() : undefined;
		const canReadAll = memory.window.covers(complete, client.clock.now());
		const from = canReadAll ? complete : Math.max(complete, memory.readTo ?? complete);
		if (!(await this.readOn(cursor, from, Infinity, handle))) return false;
		const isWhole = from === complete || (await this.readOn(cursor, complete, from, handle));
		if (isWhole && began !== undefined) cursor.readAt = began;
		return isWhole;
	}

	/**
	 * The chosen events between two times, the oldest first and each once. Reading may take half of the time, so that
	 * a shorter window can be tried after one that was too long.
	 */
	async list(
		from: number,
		to: number,
		isChosen: (event: RunEvent) => boolean,
	): Promise<EventReading> {
		const { client, time } = this.source;
		const began = monotonicNow();
		const share = (time.softDeadline - began) / 2;
		const window = { by: this.event.by, from, to };
		const events = new Map<string, RunEvent>();
		const reading = await readRunList(client, window, time, began + share, (runs) => {
			for (const run of runs) this.onListed(run);
			for (const event of runs.flatMap((run) => this.eventsOf(run))) {
				this.newest = Math.max(this.newest, event.at);
				const isWithin = event.at >= from && event.at < to;
				if (isWithin && isChosen(event)) events.set(event.mark, event);
			}
		});
		const usedShare = (monotonicNow() - began) / share;
		const inOrder = [...events.values()].sort((one, other) => one.at - other.at);
		return { ...reading, events: inOrder, usedShare };
	}

	/**
	 * Hands on what is new between two times, window by window. A run that leaves the list between two pages lets
	 * another one slip past. So a window of several pages is closed only for what an earlier reading could show as
	 * well: that of the last poll, or another one now.
	 */
	private async readOn(
		cursor: EventCursor,
		begin: number,
		end: number,
		handle: EventHandler,
	): Promise<boolean> {
		const { client, context, memory, time } = this.source;
		const { window } = memory;
		let earlier: number | undefined;
		for (let from = begin; from < end; ) {
			if (time.isNearlyOver) return false;
			const now = client.clock.now();
			const to = Math.min(window.endOf(from, now), end);
			const reading = await this.list(from, to, (event) => !cursor.has(event));
			if (!reading.isWhole) {
				if (window.shorten(from, now)) continue;
				throw tooSlow(context);
			}
			if (!(await handOn(reading.events, cursor, handle))) return false;
			window.adapt(reading.usedShare);
			const readAt = reading.askedAt ?? this.now();
			const isBacklog =
				to < Infinity || reading.events.some(({ at }) => at < readAt - LISTING_DELAY_MS);
			if (isBacklog && reading.pages > 1 && earlier === undefined) {
				earlier = readAt;
				continue;
			}
			const shownAt = reading.pages === 1 ? readAt : (earlier ?? cursor.readAt ?? -Infinity);
			if (from <= cursor.complete) cursor.close(Math.min(to, shownAt - LISTING_DELAY_MS));
			memory.readTo = Math.max(memory.readTo ?? from, Math.min(to, readAt));
			from = to;
			earlier = undefined;
		}
		return true;
	}

	private eventsOf(run: WorkflowRun): RunEvent[] {
		const { timeOf, recurs } = this.event;
		const at = timeOf(run);
		return at === undefined ? [] : [{ mark: markOf(recurs ? `${run.id}|${at}` : run.id), at, run }];
	}
}
