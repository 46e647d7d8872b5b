/**
 * When the next request of each tenant may leave, in milliseconds since the epoch. One map for the
 * whole process, since Amperity counts requests per tenant, not per node or execution.
 */
const nextTurns = new Map<string, number>();

/**
 * Takes the next free turn in a tenant's pace. Turns are spread evenly, which keeps any window of
 * one second below the limit, whoever asks.
 *
 * @param tenant what shares one limit
 * @param requestsPerSecond the pace of this tenant
 * @param now milliseconds since the epoch
 * @returns milliseconds to wait before sending
 */
export function takeTurn(tenant: string, requestsPerSecond: number, now: number): number {
	const turn = Math.max(now, nextTurns.get(tenant) ?? now);
	nextTurns.set(tenant, turn + 1000 / requestsPerSecond);
	return turn - now;
}
