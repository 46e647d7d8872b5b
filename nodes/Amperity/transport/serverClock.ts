import { monotonicNow } from '../../../credentials/monotonicClock';
import { httpDate } from './retryAfter';

/** A span of time, in milliseconds. */
export interface TimeSpan {
	from: number;
	to: number;
}

/** The `Date` header leaves out the part of a second that has passed. Milliseconds. */
const LEFT_OUT_MS = 1_000;

/**
 * Amperity's own clock, told by the `Date` header of its answers and by the times at which it created
 * runs, for all that is compared with times of Amperity's. Setting the clock of n8n changes nothing in it.
 *
 * A time that Amperity states lies between a request and its answer. So each one tells a span for the
 * difference of the clocks, and where all of these overlap, the difference is known closely.
 */
export class ServerClock {
	/** Amperity's time, less the monotonic clock's. */
	private offset: TimeSpan | undefined;

	/** Whether Amperity has told its time. */
	get isKnown(): boolean {
		return this.offset !== undefined;
	}

	/** Learns from the header of an answer that has just come, and when its request was sent. */
	learn(dateHeader: unknown, sentAt = monotonicNow()): void {
		const date = httpDate(dateHeader);
		if (date !== undefined) this.learnTime({ from: date, to: date + LEFT_OUT_MS }, sentAt);
	}

	/** Learns that a time of Amperity's was between the sending of a request and now. */
	learnTime({ from, to }: TimeSpan, sentAt: number): void {
		const told = { from: from - monotonicNow(), to: to - sentAt };
		const { offset = told } = this;
		const overlap = { from: Math.max(offset.from, told.from), to: Math.min(offset.to, told.to) };
		// Clocks drift, and Amperity's may be set: then what was known before is worth nothing.
		this.offset = overlap.from <= overlap.to ? overlap : told;
	}

	/** Milliseconds since the epoch; by n8n's clock while no answer has told Amperity's. */
	now(): number {
		const { from, to } = this.span(monotonicNow(), monotonicNow());
		return (from + to) / 2;
	}

	/** When something happened, between two times of the monotonic clock, as closely as that is known. */
	span(from: number, to: number): TimeSpan {
		const wallClock = Date.now() - monotonicNow();
		const offset = this.offset ?? { from: wallClock, to: wallClock };
		return { from: from + offset.from, to: to + offset.to };
	}
}
