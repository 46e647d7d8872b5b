/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */

/**
 * Lets hours pass at once for everything in this test file that asks for the time, by either clock: the node, n8n's
 * engine and the simulator alike, as while nothing is due. Timers and sockets keep their own time.
 */
export class TimeTravel {
	private readonly before = { Date: globalThis.Date, performance: globalThis.performance };

	private passedMs = 0;

	private aheadMs = 0;

	constructor() {
		const { Date: RealDate, performance: realPerformance } = this.before;
		const now = () => RealDate.now() + this.aheadMs;

		class TravellersDate extends RealDate {
			constructor(...args: [] | [number | string | Date]) {
				if (args.length === 0) super(now());
				else super(...(args as [number]));
			}

			static override now = now;
		}
		const monotonicNow = () => realPerformance.now() + this.passedMs;
		// Not the object itself, which the test runner uses as well.
		const value = Object.create(realPerformance, { now: { value: monotonicNow } }) as unknown;
		globalThis.Date = TravellersDate as DateConstructor;
		setPerformance(value as typeof performance);
	}

	/** Sets the date, before anybody has looked at a clock. */
	begin(date: string): void {
		this.aheadMs = this.before.Date.parse(date) - this.before.Date.now();
	}

	pass(ms: number): void {
		this.passedMs += ms;
		this.aheadMs += ms;
	}

	/** Lets the time pass until a date. */
	until(date: string): void {
		const ms = Date.parse(date) - Date.now();
		if (ms < 0) throw new Error(`${date} is over`);
		this.pass(ms);
	}

	/** Puts the real time back; the monotonic clock never goes back. */
	end(): void {
		globalThis.Date = this.before.Date;
	}
}

const setPerformance = (value: typeof performance) =>
	Object.defineProperty(globalThis, 'performance', { value, configurable: true, writable: true });
