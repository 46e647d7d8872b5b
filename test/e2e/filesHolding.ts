/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of n8n's home that hold a text: its database and its logs, but no installed packages. */
export async function filesHolding(home: string, text: string): Promise<string[]> {
	const entries = await readdir(home, { recursive: true, withFileTypes: true });
	const paths = entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name))
		.filter((path) => !path.includes('node_modules'));
	const holding = await Promise.all(
		paths.map(async (path) => (await readFile(path)).includes(text)),
	);
	return paths.filter((_, index) => holding[index]);
}
