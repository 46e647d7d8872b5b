import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../transport/list';
import type { WorkflowRun } from '../transport/workflowRuns';

/** The list may show an event this long after it happened, and after later ones. Milliseconds. */
export const LISTING_DELAY_MS = 3_600_000;

/** The latest time that JavaScript knows. Milliseconds. */
const LATEST_TIME_MS = 8.64e15;

const MINUTE_MS = 60_000;

/** Characters of a mark: 54 bits, so that no two of some hundred thousand keys are likely to share one. */
const MARK_LENGTH = 9;

/** Something that happened to a run. */
export interface RunEvent {
	/** Tells it from every other event of its kind. */
	mark: string;
	/** When it happened, in milliseconds since the epoch, by Amperity's clock. */
	at: number;
	run: WorkflowRun;
}

/** A cursor as n8n keeps it: plain JSON, a few bytes for each event of the last hour. */
export interface StoredCursor extends IDataObject {
	complete: number;
	/** When all that came later was last read. */
	readAt?: number;
	/** The marks of events that are done with, one after the other, by the minute in which they happened. */
	told: Record<string, string>;
}

/** A short hash of a key, which takes little room where n8n keeps it. */
export const markOf = (key: string): string =>
	createHash('sha256').update(key).digest('base64').slice(0, MARK_LENGTH);

const minuteOf = (time: number) => Math.floor(time / MINUTE_MS);

const isMinute = (key: string) => Math.abs(Number(key) * MINUTE_MS) <= LATEST_TIME_MS;

/** Whether n8n has kept something that a cursor can be made of. */
export function isStoredCursor(data: unknown): data is StoredCursor {
	if (!isObject(data)) return false;
	const { complete, readAt, told } = data;
	return (
		(readAt === undefined || Number.isFinite(readAt)) &&
		typeof complete === 'number' &&
		Math.abs(complete) <= LATEST_TIME_MS &&
		isObject(told) &&
		Object.keys(told).every(isMinute) &&
		Object.values(told).every((marks) => typeof marks === 'string')
	);
}

/**
 * Which events of one kind are done with. All before one time are, since the list cannot show another one of
 * them any more; of the later ones each is remembered. So neither their order nor any clock but Amperity's counts.
 */
export class EventCursor {
	/** The minutes in which remembered events happened, by their marks. */
	private readonly told = new Map<string, number>();

	/** @param readAt when all later events were last read, in milliseconds since the epoch, by Amperity's clock */
	private constructor(
		private completeUntil: number,
		public readAt?: number,
	) {}

	/** A cursor before which nothing is looked at. */
	static at(time: number): EventCursor {
		return new EventCursor(time);
	}

	static from({ complete, readAt, told }: StoredCursor): EventCursor {
		const cursor = new EventCursor(complete, readAt);
		for (const [minute, marks] of Object.entries(told)) {
			for (let start = 0; start < marks.length; start += MARK_LENGTH) {
				cursor.told.set(marks.slice(start, start + MARK_LENGTH), Number(minute));
			}
		}
		return cursor;
	}

	/** All events before this time are done with. Milliseconds since the epoch. */
	get complete(): number {
		return this.completeUntil;
	}

	/** Whether an event is done with. */
	has({ mark, at }: RunEvent): boolean {
		return at < this.complete || this.told.has(mark);
	}

	/** Remembers an event as done with. */
	add({ mark, at }: RunEvent): void {
		this.told.set(mark, minuteOf(at));
	}

	/** Declares that all events before a time are done with, and forgets them one by one. */
	close(until: number): void {
		this.completeUntil = Math.max(this.completeUntil, until);
		const first = minuteOf(this.completeUntil);
		for (const [mark, minute] of this.told) {
			if (minute < first) this.told.delete(mark);
		}
	}

	toStored(): StoredCursor {
		const told: Record<string, string> = {};
		for (const [mark, minute] of this.told) told[minute] = (told[minute] ?? '') + mark;
		return { complete: this.completeUntil, readAt: this.readAt, told };
	}
}
