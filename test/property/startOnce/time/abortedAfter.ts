/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */

/** `AbortSignal.timeout` by the timers that this process has, which may be faster than those of Node.js. */
export function abortedAfter(milliseconds: number): AbortSignal {
	const controller = new AbortController();
	const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
	setTimeout(() => controller.abort(reason), milliseconds);
	return controller.signal;
}
