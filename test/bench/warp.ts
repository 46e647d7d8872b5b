/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LabOptions } from '../n8n-host/lab';

const WARP_TIME = resolve(__dirname, '..', 'engine', 'warpTime.ts');

/** Requests per second that Amperity allows. */
const RATE_LIMIT = 10;

/**
 * A lab in which time passes faster: for n8n's clock and timers, for the simulated runs, and for the
 * rate limit alike. Sockets, and so the time-outs of requests, keep real time.
 */
export async function inWarp<T>(
	speed: number,
	work: (options: LabOptions) => Promise<T>,
): Promise<T> {
	if (speed === 1) return await work({});
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-amperity-warp-'));
	try {
		const preload = join(folder, 'warp.mjs');
		await writeFile(
			preload,
			`import { warpTime } from '${pathToFileURL(WARP_TIME).href}';\nwarpTime(${speed});\n`,
		);
		return await work({
			// n8n's Node.js reads TypeScript as it is.
			env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` },
			simulator: { speed, rateLimit: RATE_LIMIT * speed, validate: false },
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
