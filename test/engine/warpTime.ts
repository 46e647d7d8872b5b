/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */

const setPerformance = (value: typeof performance) =>
	Object.defineProperty(globalThis, 'performance', { value, configurable: true, writable: true });

/**
 * Lets time pass faster for everything in this test file that asks for the time, by either clock, or sleeps: the node,
 * n8n's engine and the simulator alike. Sockets keep their own time.
 *
 * @param speed milliseconds that pass for each real one
 * @param began when that begins, or began: processes that are told the same have the same date. Default: now
 * @returns puts the real time back
 */
export function warpTime(speed: number, began = Date.now()): () => void {
	const { Date: RealDate, performance: realPerformance, setTimeout: realSetTimeout } = globalThis;
	const now = () => began + (RealDate.now() - began) * speed;
	const origin = realPerformance.now();
	const monotonicNow = () => origin + (realPerformance.now() - origin) * speed;

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
	globalThis.setTimeout = Object.assign(
		(callback: () => void, milliseconds = 0, ...args: []) =>
			realSetTimeout(callback, milliseconds / speed, ...args),
		realSetTimeout,
	) as typeof setTimeout;

	return () => {
		globalThis.Date = RealDate;
		// This clock never goes back.
		const ahead = monotonicNow() - realPerformance.now();
		const now = () => realPerformance.now() + ahead;
		setPerformance(Object.create(realPerformance, { now: { value: now } }) as typeof performance);
		globalThis.setTimeout = realSetTimeout;
	};
}
