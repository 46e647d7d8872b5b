/**
 * The simulator's time. It follows a real clock, `speed` simulated milliseconds for each real one,
 * and can be moved forward by hand. Runs live on it; rate limit and token expiry stay in real time,
 * because the client that they concern does too.
 */
export class SimulatorClock {
	private anchor: { real: number; simulated: number };

	private rate: number;

	/** @param realNow the real clock, in milliseconds since 1970 */
	constructor(
		readonly realNow: () => number,
		speed: number,
	) {
		const real = realNow();
		this.anchor = { real, simulated: real };
		this.rate = speed;
	}

	/** Simulated milliseconds since 1970. */
	now(): number {
		const elapsed = (this.realNow() - this.anchor.real) * this.rate;
		return Math.floor(this.anchor.simulated + elapsed);
	}

	/** Moves simulated time forward at once. */
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

	/** Back to real time, at the given speed. */
	reset(speed: number): void {
		const real = this.realNow();
		this.anchor = { real, simulated: real };
		this.rate = speed;
	}
}
