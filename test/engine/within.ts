/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import type { startAmperity } from './index';

type Execution = ReturnType<typeof startAmperity>;

/** What became of an execution; one that takes longer than these real seconds is ended, and the test fails. */
export async function within(seconds: number, { result, stop }: Execution) {
	const inTime = new AbortController();
	const tooLate = delay(seconds * 1_000, undefined, { signal: inTime.signal }).then(
		() => {
			stop();
			throw new Error(`The execution had not ended after ${seconds} s`);
		},
		() => undefined as never,
	);
	return await Promise.race([result.finally(() => inTime.abort()), tooLate]);
}
