/**
 * The simulator's time. It follows a real clock, `speed` simulated milliseconds for each real one, may go
 * ahead of it or behind, as two machines' clocks do, and can be moved by hand. Runs live on it; rate limit
 * and token expiry stay in real time, because the client that they concern does too.
 */
export class SimulatorClock {
	private anchor: { real: number; simulated: number };

	private rate: number;

	/**
	 * @param realNow the real clock, in milliseconds since 1970
	 * @param offsetMs how far simulated time is ahead at first; below 0 it is behind
	 */
	constructor(
		readonly realNow: () => number,
		speed: number,
		offsetMs: number,
	) {
		this.anchor = anchorAt(realNow(), offsetMs);
		this.rate = speed;
	}

	/** Simulated milliseconds since 1970. */
	now(): number {
		return this.at(this.realNow());
	}

	/** How far simulated time is ahead of real time now; below 0 it is behind. */
	get offsetMs(): number {
		const real = this.realNow();
		return this.at(real) - real;
	}

	/** Sets the clock. Runs that were made before do not move with it, and may be yet to come then. */
	set offsetMs(ms: number) {
		this.anchor = anchorAt(this.realNow(), ms);
	}

	/** Moves simulated time at once: forward, or with less than 0 back to where later runs are yet to come. */
	advance(ms: number): void {
		this.anchor = { ...this.anchor, simulated: this.anchor.simulated + ms };
	}

	/** Simulated milliseconds per real millisecond; a new value holds from now on. */
	get speed(): number {
		return this.rate;
	}

	set speed(rate: number) {
		this.anchor = { real: this.realNow(), simulated: this.now() };
		this.rate = rate;
	}

	/** Set as new. */
	reset(speed: number, offsetMs: number): void {
		this.offsetMs = offsetMs;
		this.rate = speed;
	}

	private at(real: number): number {
		return Math.floor(this.anchor.simulated + (real - this.anchor.real) * this.rate);
	}
}

const anchorAt = (real: number, offsetMs: number) => ({ real, simulated: real + offsetMs });
