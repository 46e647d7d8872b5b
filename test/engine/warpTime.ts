/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */

/** One turn of the event loop counts as so many real milliseconds at most. */
const LONGEST_TURN_MS = 2;

const setPerformance = (value: typeof performance) =>
	Object.defineProperty(globalThis, 'performance', { value, configurable: true, writable: true });

/**
 * The real milliseconds in which this process could work. A time in which it had to stand still hardly counts: else a
 * busy machine would let requests run out of time while both ends of them are ready.
 */
function workingTime(): { passed: () => number; end: () => void } {
	const { performance: realPerformance } = globalThis;
	let longest = LONGEST_TURN_MS;
	let sum = 0;
	let before = realPerformance.now();
	const passed = () => {
		const now = realPerformance.now();
		sum += Math.min(now - before, longest);
		before = now;
		return sum;
	};
	const turns = setInterval(passed, 1).unref();
	const end = () => {
		clearInterval(turns);
		// Timers that nobody waits for are over in real time.
		longest = Infinity;
	};
	return { passed, end };
}

/** The real milliseconds since a date, which are the same in all processes. */
const timeSince = (began: number) => {
	const { Date: RealDate } = globalThis;
	return { passed: () => RealDate.now() - began, end: () => undefined };
};

/**
 * Lets time pass faster for everything in this test file that asks for the time, by either clock, or sleeps: the node,
 * n8n's engine and the simulator alike. Sockets keep their own time.
 *
 * @param speed milliseconds that pass for each real one
 * @param sharedBegin when that began for several processes, which have the same date then. Default: now, for this
 * process alone
 * @returns puts the real time back
 */
export function warpTime(speed: number, sharedBegin?: number): () => void {
	const {
		Date: RealDate,
		performance: realPerformance,
		setTimeout: realSetTimeout,
		clearTimeout: realClearTimeout,
	} = globalThis;
	const began = sharedBegin ?? RealDate.now();
	const time = sharedBegin === undefined ? workingTime() : timeSince(sharedBegin);
	const now = () => Math.floor(began + time.passed() * speed);
	const origin = realPerformance.now() - time.passed() * speed;
	const monotonicNow = () => origin + time.passed() * speed;

	class WarpedDate extends RealDate {
		constructor(...args: [] | [number | string | Date]) {
			if (args.length === 0) super(now());
			else super(...(args as [number]));
		}

		static override now = now;
	}
	globalThis.Date = WarpedDate as DateConstructor;
	// Not the object itself, which the test runner uses as well.
	const warpedPerformance = Object.create(realPerformance, { now: { value: monotonicNow } });
	setPerformance(warpedPerformance as typeof performance);

	/** Of timers that have fired before this time had come: what waits for the rest. */
	const rests = new Map<NodeJS.Timeout, NodeJS.Timeout>();
	const warpedSetTimeout = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
		const due = monotonicNow() + ms;
		const fire = () => {
			const rest = due - monotonicNow();
			rests.delete(timer);
			if (rest > 0) rests.set(timer, realSetTimeout(fire, rest / speed));
			else callback(...args);
		};
		const timer = realSetTimeout(fire, ms / speed);
		return timer;
	};
	globalThis.setTimeout = Object.assign(warpedSetTimeout, realSetTimeout) as typeof setTimeout;
	globalThis.clearTimeout = (timer) => {
		realClearTimeout(rests.get(timer as NodeJS.Timeout) ?? timer);
		rests.delete(timer as NodeJS.Timeout);
	};

	return () => {
		globalThis.Date = RealDate;
		// This clock never goes back.
		const ahead = monotonicNow() - realPerformance.now();
		time.end();
		const now = () => realPerformance.now() + Math.max(ahead, 0);
		setPerformance(Object.create(realPerformance, { now: { value: now } }) as typeof performance);
		globalThis.setTimeout = realSetTimeout;
		globalThis.clearTimeout = realClearTimeout;
	};
}
