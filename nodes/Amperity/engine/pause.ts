import { sleep } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';

/** No sleep can be ended, so none outlives what it was for by more than this. Milliseconds. */
const LONGEST_SLEEP_MS = 60_000;

/** Waits for something, but no longer than until a signal fires. */
export async function orAborted(something: Promise<unknown>, signal?: AbortSignal): Promise<void> {
	if (!signal) return void (await something);
	if (signal.aborted) return;

	let wake = () => {};
	const aborted = new Promise<void>((resolve) => (wake = resolve));
	signal.addEventListener('abort', wake, { once: true });
	try {
		await Promise.race([something, aborted]);
	} finally {
		signal.removeEventListener('abort', wake);
	}
}

/**
 * Waits for a time, but no longer than until a signal fires. `sleep` of n8n-workflow takes a signal in
 * 2.41 only, and 1.120's `sleepWithAbort` is gone there, so the signal is watched here.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	const end = monotonicNow() + milliseconds;
	// No timer is exact to a millisecond.
	for (let left = milliseconds; left >= 1 && !signal?.aborted; left = end - monotonicNow()) {
		await orAborted(sleep(Math.min(Math.ceil(left), LONGEST_SLEEP_MS)), signal);
	}
}
