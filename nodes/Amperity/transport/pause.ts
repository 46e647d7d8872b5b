import { sleep } from 'n8n-workflow';

/**
 * Waits, but not longer than the n8n execution lives.
 * `sleep` of n8n-workflow takes a signal in newer versions only, so the signal is watched here.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	if (milliseconds <= 0 || signal?.aborted) return;
	if (!signal) return await sleep(milliseconds);

	let wake = () => {};
	const aborted = new Promise<void>((resolve) => (wake = resolve));
	signal.addEventListener('abort', wake, { once: true });
	await Promise.race([sleep(milliseconds), aborted]);
	signal.removeEventListener('abort', wake);
}
