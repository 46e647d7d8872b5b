/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */

interface Timer {
	due: number;
	order: number;
	fire(): void;
}

/** When the model begins, by Amperity's clock. */
export const BEGIN = Date.parse('2026-10-01T00:00:00Z');

/** The monotonic clock says something else than any date. */
const MONOTONIC_BEGIN = 1_000_000;

const turn = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** The time of one schedule: it passes only while everybody waits. */
class ModelTime {
	/** Milliseconds since the schedule began. */
	private passed = 0;

	private timers: Timer[] = [];

	private order = 0;

	/** n8n's clock, less Amperity's. Milliseconds. */
	n8nOffset = 0;

	/** By Amperity's clock. Milliseconds. */
	now(): number {
		return BEGIN + this.passed;
	}

	/** By n8n's clock. */
	n8nNow(): number {
		return this.now() + this.n8nOffset;
	}

	monotonicNow(): number {
		return MONOTONIC_BEGIN + this.passed;
	}

	async sleep(milliseconds: number): Promise<void> {
		const due = this.passed + Math.max(milliseconds, 0);
		await new Promise<void>((fire) => this.timers.push({ due, order: this.order++, fire }));
	}

	/**
	 * Lets time pass until something is done.
	 *
	 * @throws Error if nobody waits for a time any more, or it takes longer than a time
	 */
	async during<T>(something: Promise<T>, mostMs: number): Promise<T> {
		let isDone = false;
		const done = () => (isDone = true);
		something.then(done, done);
		for (;;) {
			await turn();
			if (isDone) return await something;
			this.next(mostMs);
		}
	}

	/** Begins another schedule. Whoever still waits in the one before waits forever. */
	restart(): void {
		this.passed = 0;
		this.timers = [];
		this.n8nOffset = 0;
	}

	private next(mostMs: number): void {
		let place = 0;
		this.timers.forEach((timer, index) => {
			const first = this.timers[place]!;
			const isEarlier =
				timer.due < first.due || (timer.due === first.due && timer.order < first.order);
			if (isEarlier) place = index;
		});
		const [timer] = this.timers.splice(place, 1);
		if (!timer) throw new Error('Everybody waits for each other');
		this.passed = Math.max(this.passed, timer.due);
		if (this.passed > mostMs) throw new Error('The schedule does not end');
		timer.fire();
	}
}

export const time = new ModelTime();

/** Lets the model's time be that of the whole process, except for the timers. */
export function useModelTime(): () => void {
	const { Date: RealDate, performance: realPerformance } = globalThis;
	const realTimeout = AbortSignal.timeout;
	class ModelDate extends RealDate {
		constructor(...args: [] | [number | string | Date]) {
			if (args.length === 0) super(time.n8nNow());
			else super(...(args as [number]));
		}

		static override now = () => time.n8nNow();
	}
	const setPerformance = (value: Performance) =>
		Object.defineProperty(globalThis, 'performance', {
			value,
			configurable: true,
			writable: true,
		});
	globalThis.Date = ModelDate as DateConstructor;
	setPerformance(
		Object.create(realPerformance, { now: { value: () => time.monotonicNow() } }) as Performance,
	);
	// The model of Amperity ends a request by its own time-out.
	AbortSignal.timeout = () => new AbortController().signal;
	return () => {
		globalThis.Date = RealDate;
		setPerformance(realPerformance);
		AbortSignal.timeout = realTimeout;
	};
}
