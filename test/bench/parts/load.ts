/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { n8n } from '../../../package.json';
import { installHost } from '../../n8n-host/installHost';
import type { Part } from '../report';
import { decimal, median } from '../statistics';

const PROJECT = resolve(__dirname, '..', '..', '..');
const REPETITIONS = 20;
const WANTED_MS = 15;

const run = promisify(execFile);

/** Prints the milliseconds that the files take beyond n8n-workflow. */
const SCRIPT = `
	require('n8n-workflow');
	const files = process.argv.slice(1);
	const began = performance.now();
	for (const file of files) require(file);
	process.stdout.write(String(performance.now() - began));
`;

async function loadingTime(node: string): Promise<number> {
	const files = n8n.nodes.map((file) => resolve(PROJECT, file));
	const { stdout } = await run(node, ['-e', SCRIPT, ...files], { cwd: PROJECT });
	return Number(stdout);
}

async function packedSize(): Promise<{ size: number; unpackedSize: number; entryCount: number }> {
	const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: PROJECT });
	const [packed] = JSON.parse(stdout) as Array<Awaited<ReturnType<typeof packedSize>>>;
	return packed!;
}

const kibibytes = (bytes: number) => `${decimal(bytes / 1_024)} KiB`;

/** How long the nodes take to load, and how large the package is. */
export const load: Part = {
	name: 'load',
	title: 'Loading',
	run: async () => {
		const { node } = await installHost();
		await loadingTime(node);
		const times: number[] = [];
		for (let time = 0; time < REPETITIONS; time++) times.push(await loadingTime(node));
		const { size, unpackedSize, entryCount } = await packedSize();
		const middle = median(times);
		return {
			method: `\`require\` of both nodes in a fresh Node.js process that has loaded n8n-workflow already; median of ${REPETITIONS}.`,
			table: {
				head: ['', ''],
				rows: [
					['Loading both nodes', `${decimal(middle, 1)} ms`],
					[
						'Fastest, slowest',
						`${decimal(Math.min(...times), 1)} ms, ${decimal(Math.max(...times), 1)} ms`,
					],
					['Package, packed', kibibytes(size)],
					['Package, unpacked', `${kibibytes(unpackedSize)} in ${entryCount} files`],
				],
			},
			targets: [
				{
					wanted: `both nodes load in less than ${WANTED_MS} ms`,
					measured: `${decimal(middle, 1)} ms`,
					met: middle < WANTED_MS,
				},
			],
		};
	},
};
