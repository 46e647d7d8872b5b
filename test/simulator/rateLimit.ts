/** Length of the sliding window, in real milliseconds. */
const WINDOW_MS = 1_000;

/** A sliding limit per tenant: a request passes while fewer than `limit` passed within the last second. */
export class RateLimit {
	private readonly passed = new Map<string, number[]>();

	/** @param limit requests per sliding second, or false for no limit */
	constructor(public limit: number | false) {}

	/** Counts the request and says whether it may pass. A refused one does not count. */
	admit(tenant: string, at: number): boolean {
		if (this.limit === false) return true;
		const recent = (this.passed.get(tenant) ?? []).filter((time) => time > at - WINDOW_MS);
		const admitted = recent.length < this.limit;
		if (admitted) recent.push(at);
		this.passed.set(tenant, recent);
		return admitted;
	}

	/** Forgets what has passed. */
	reset(): void {
		this.passed.clear();
	}
}
