/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { name } from '../../package.json';

const PROJECT = resolve(__dirname, '..', '..');
const run = promisify(execFile);

/** Packs the built project as for publishing and unpacks the tarball where an n8n with this home loads it from. */
export async function installPackage(home: string): Promise<void> {
	const folder = await mkdtemp(join(home, 'pack-'));
	try {
		await unpack(await packPackage(folder), join(home, '.n8n', 'nodes', 'node_modules', name));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Writes the tarball that `npm publish` would send into the folder and returns its path. */
export async function packPackage(folder: string): Promise<string> {
	const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
		cwd: PROJECT,
	});
	return join(folder, stdout.trim());
}

async function unpack(tarball: string, folder: string): Promise<void> {
	await mkdir(folder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}
