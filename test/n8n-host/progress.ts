/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
/** Milliseconds between two lines where the terminal can not rewrite a line. */
const LINE_INTERVAL = 15_000;
const TICK_INTERVAL = 1_000;

function elapsed(since: number): string {
	const seconds = Math.round((Date.now() - since) / 1_000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Shows a step and its elapsed time on standard error for as long as the work takes. */
export async function withProgress<T>(step: string, work: () => Promise<T>): Promise<T> {
	const out = process.stderr;
	const started = Date.now();
	const show = (state: string, end: string) =>
		out.write(out.isTTY ? `\r\u001b[K${step}${state}${end}` : `${step}${state}\n`);
	const tick = () => show(` … ${elapsed(started)}`, '');
	const timer = setInterval(tick, out.isTTY ? TICK_INTERVAL : LINE_INTERVAL);
	let end = 'failed after';
	show(' …', '');
	try {
		const result = await work();
		end = 'done in';
		return result;
	} finally {
		clearInterval(timer);
		show(`: ${end} ${elapsed(started)}`, '\n');
	}
}
