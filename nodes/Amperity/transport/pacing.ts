import { orAborted, pause } from './pause';

/**
 * When the last request of each tenant left or will leave, in milliseconds since the epoch. One map
 * for the whole process, since Amperity counts requests per tenant, not per node or execution.
 */
const departures = new Map<string, Promise<number>>();

/**
 * Waits for the next free turn in a tenant's pace. Turns are spread evenly, which keeps any window
 * of one second below the limit, whoever asks. Each is counted from when the request before it has
 * really left, so that a busy n8n does not make up for lost time in a burst.
 *
 * @param tenant what shares one limit
 * @param requestsPerSecond the pace of this tenant
 * @param signal ends the wait early
 */
export async function waitForTurn(
	tenant: string,
	requestsPerSecond: number,
	signal?: AbortSignal,
): Promise<void> {
	const previous = departures.get(tenant) ?? Promise.resolve(-Infinity);
	const departure = previous.then(async (left) => {
		await pause(left + 1000 / requestsPerSecond - Date.now(), signal);
		return Date.now();
	});
	departures.set(tenant, departure);
	await orAborted(departure, signal);
}
