import { monotonicNow } from '../../../credentials/monotonicClock';
import { httpDate } from './retryAfter';

/** A span of time, in milliseconds. */
export interface TimeSpan {
	from: number;
	to: number;
}

/** The `Date` header leaves out the part of a second that has passed. Milliseconds. */
const LEFT_OUT_MS = 1_000;

/** Amperity's servers may differ by this much in the times they tell. Milliseconds. */
export const SERVER_SKEW_MS = 2_000;

/** A clock that nobody corrects gains or loses some seconds a day. A share of the time. */
const DRIFT = 0.000_1;

/** Clocks drift, so something new is told now and then: a day of it, where it is told every quarter of an hour. */
const MOST_REMEMBERED = 100;

/** What answers have told of the difference of the clocks, in so far as they can be true together. */
interface Told {
	/** Amperity's time, less the monotonic clock's. */
	offset: TimeSpan;
	/** When an answer told it last, by the monotonic clock. */
	at: number;
	/** When an answer told something else, by the same clock. */
	until: number;
}

const overlapOf = (one: TimeSpan, other: TimeSpan): TimeSpan => ({
	from: Math.max(one.from, other.from),
	to: Math.min(one.to, other.to),
});

function overlaps(one: TimeSpan, other: TimeSpan): boolean {
	const { from, to } = overlapOf(one, other);
	return from <= to;
}

/** n8n's clock, less the monotonic one. */
const wallClockOffset = () => Date.now() - monotonicNow();

/**
 * Amperity's own clock, told by the `Date` header of its answers and by the times at which it created
 * runs, for all that is compared with times of Amperity's. Setting the clock of n8n changes nothing in it.
 *
 * A time that Amperity states lies between a request and its answer. So each one tells a span for the
 * difference of the clocks, and where all of these overlap, the difference is known closely.
 *
 * The difference may change: a clock is set, or the machine of n8n is suspended, in which its monotonic clock
 * stands still. Nobody can tell when that was, only that it shows. So what was known before is remembered.
 */
export class ServerClock {
	/** Tells this clock from those of other processes, and from one that this process has forgotten. */
	readonly id = Math.random();

	/** Those that hold now come last: one, or as many as the last answer may have meant. */
	private told: Told[] = [];

	/** Until when something held that is not remembered any more. */
	private forgottenUntil = -Infinity;

	private readonly firstGuess = wallClockOffset();

	/** Whether Amperity has told its time. */
	get isKnown(): boolean {
		return this.told.length > 0;
	}

	/** When an answer last told it, by the monotonic clock. Milliseconds. */
	get toldAt(): number {
		return this.told.at(-1)?.at ?? -Infinity;
	}

	/** Learns from the header of an answer that has just come, and when its request was sent. */
	learn(dateHeader: unknown, sentAt = monotonicNow()): void {
		const date = httpDate(dateHeader);
		if (date !== undefined) this.learnTime({ from: date, to: date + LEFT_OUT_MS }, sentAt);
	}

	/** Learns that a time of Amperity's was between the sending of a request and now. */
	learnTime({ from, to }: TimeSpan, sentAt: number): void {
		const now = monotonicNow();
		if (!this.isKnown) this.rememberGuess();
		const offset = { from: from - now, to: to - sentAt };
		const agreeing = this.told.filter((each) => overlaps(each.offset, offset));
		const others = this.told.filter((each) => !agreeing.includes(each));
		for (const each of others) each.until = Math.min(each.until, now);
		const known = agreeing.map((each) => each.offset);
		// Which of several servers has told it, nobody knows.
		const holding = known.length > 1 ? known : [overlapOf(known[0] ?? offset, offset)];
		const told = holding.map((each) => ({ offset: each, at: now, until: Infinity }));
		this.told = [...others, ...told];
		for (const { until } of this.told.splice(0, this.told.length - MOST_REMEMBERED)) {
			this.forgottenUntil = Math.max(this.forgottenUntil, until);
		}
	}

	/** Milliseconds since the epoch; by n8n's clock while no answer has told Amperity's. */
	now(): number {
		const { from, to } = this.spans(monotonicNow(), monotonicNow()).at(-1)!;
		return (from + to) / 2;
	}

	/**
	 * When something happened, between two times of the monotonic clock, as closely as that is known: once by all
	 * that agreed, and once more by each thing else that held then or was told later.
	 */
	spans(from: number, to: number): TimeSpan[] {
		const guess = wallClockOffset();
		const offsets = this.isKnown
			? this.toldSince(from).map(({ offset }) => offset)
			: [{ from: guess, to: guess }];
		return offsets.map((offset) => ({ from: from + offset.from, to: to + offset.to }));
	}

	/**
	 * Whether something that happened between two times of the monotonic clock is surely dated: Amperity has told its
	 * time after it, and what held before does not differ by more than its servers may, and than clocks drift.
	 */
	isSure(from: number, to: number): boolean {
		if (from <= this.forgottenUntil) return false;
		const told = this.toldSince(from);
		const times = told.map(({ at }) => at);
		const latestFrom = Math.max(...told.map(({ offset }) => offset.from));
		const earliestTo = Math.min(...told.map(({ offset }) => offset.to));
		const drift = (monotonicNow() - Math.min(...times)) * DRIFT;
		return Math.max(...times) >= to && latestFrom - earliestTo <= SERVER_SKEW_MS + drift;
	}

	/** What held at a time, or was told later. */
	private toldSince(time: number): Told[] {
		return this.told.filter(({ until }) => until >= time);
	}

	/**
	 * What n8n's clock said counts for nothing once Amperity has told its time. But if it has jumped meanwhile, a
	 * suspension may be the reason, and nothing else would tell of that.
	 */
	private rememberGuess(): void {
		const { firstGuess } = this;
		if (Math.abs(wallClockOffset() - firstGuess) <= SERVER_SKEW_MS) return;
		const offset = { from: firstGuess - SERVER_SKEW_MS, to: firstGuess + SERVER_SKEW_MS };
		this.told.push({ offset, at: monotonicNow(), until: Infinity });
	}
}
