import { sleep } from 'n8n-workflow';

/** Waits for something, but not longer than the n8n execution lives. */
export async function orAborted(something: Promise<unknown>, signal?: AbortSignal): Promise<void> {
	if (!signal) return void (await something);
	if (signal.aborted) return;

	let wake = () => {};
	const aborted = new Promise<void>((resolve) => (wake = resolve));
	signal.addEventListener('abort', wake, { once: true });
	await Promise.race([something, aborted]);
	signal.removeEventListener('abort', wake);
}

/**
 * Waits for a time, but not longer than the n8n execution lives. `sleep` of n8n-workflow takes a
 * signal in newer versions only, so the signal is watched here.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	// No timer is that exact.
	if (milliseconds < 1) return;
	await orAborted(sleep(Math.ceil(milliseconds)), signal);
}
