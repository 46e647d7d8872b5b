/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LabOptions } from '../n8n-host/lab';

const WARP_TIME = resolve(__dirname, '..', 'engine', 'warpTime.ts');

/**
 * A lab in which time passes faster: for n8n's clock and timers and for all that the simulator does
 * and records, its rate limit included. n8n's time-outs of requests pass faster as well; only the
 * delays of the simulator's late answers are real.
 */
export async function inWarp<T>(
	speed: number,
	work: (options: LabOptions) => Promise<T>,
): Promise<T> {
	if (speed === 1) return await work({ simulator: { validate: false } });
	const began = Date.now();
	const now = () => began + (Date.now() - began) * speed;
	const folder = await mkdtemp(join(tmpdir(), 'n8n-nodes-amperity-warp-'));
	try {
		const preload = join(folder, 'warp.mjs');
		await writeFile(
			preload,
			`import { warpTime } from '${pathToFileURL(WARP_TIME).href}';\nwarpTime(${speed}, ${began});\n`,
		);
		return await work({
			// n8n's Node.js reads TypeScript as it is.
			env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` },
			simulator: { now, validate: false },
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
