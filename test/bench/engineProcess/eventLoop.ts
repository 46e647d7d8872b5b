/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** How often the event loop is looked at, in milliseconds. What is measured includes it. */
export const RESOLUTION_MS = 1;

/** Long enough for a look before, and for one after the last of the work. */
const MARGIN_MS = 20;

/** Unknown to the types of the oldest Node.js that is supported, and there in n8n's own. */
type ProcessOfN8n = NodeJS.Process & { threadCpuUsage(): NodeJS.CpuUsage };

/** What the processor has done for this thread so far, in milliseconds. */
function computedMs(): number {
	const { user, system } = (process as ProcessOfN8n).threadCpuUsage();
	return (user + system) / 1_000;
}

/** How something keeps the event loop busy, in milliseconds. */
export interface Busy {
	milliseconds: number;
	/** The longest time from one look to the next. */
	blockedMs: number;
	/** What this thread has computed from one look to the next, at most. Other processes do not add to it. */
	computingMs: number;
}

/** Does something while the event loop is looked at. */
export async function watchEventLoop<T>(work: () => Promise<T>): Promise<Busy & { result: T }> {
	let blockedMs = 0;
	let computingMs = 0;
	let last = { at: performance.now(), computed: computedMs() };
	const look = () => {
		const now = { at: performance.now(), computed: computedMs() };
		blockedMs = Math.max(blockedMs, now.at - last.at);
		computingMs = Math.max(computingMs, now.computed - last.computed);
		last = now;
	};
	const timer = setInterval(look, RESOLUTION_MS);
	await delay(MARGIN_MS);
	const began = performance.now();
	const result = await work();
	const milliseconds = performance.now() - began;
	await delay(MARGIN_MS);
	clearInterval(timer);
	return { result, milliseconds, blockedMs, computingMs };
}
