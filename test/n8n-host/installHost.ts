/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
	copyFile,
	mkdir,
	readdir,
	readFile,
	readlink,
	rename,
	rm,
	symlink,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dependencies } from './package.json';
import { withProgress } from './progress';
import { TiedProcess } from './TiedProcess';

/** Milliseconds between two looks at another process that is installing the same host. */
const LOCK_POLL_INTERVAL = 1_000;
/** Lines of npm's output that an error shows. */
const ERROR_LINES = 30;
const MANIFESTS = ['package.json', 'package-lock.json'];
/** n8n needs the build scripts of these two packages only; a script of another one fails on some machines. */
const npmSteps = (version: string): Array<[step: string, args: string[]]> => [
	[
		`Installing n8n ${version} (2 to 3 GB, some minutes, this once)`,
		['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
	],
	['Building its SQLite driver', ['rebuild', 'sqlite3', '--ignore-scripts=false']],
	['Installing its Node.js', ['rebuild', 'node', '--ignore-scripts=false']],
];

/** The n8n of the end-to-end tests, the benchmarks and the demo. */
export const CURRENT_VERSION = dependencies.n8n;

/** An installed n8n with the Node.js that it needs. */
export interface N8nHost {
	version: string;
	/** The Node.js binary to run n8n with. */
	node: string;
	/** The script of n8n's command line. */
	n8n: string;
}

/** Installs an n8n into a cache folder outside the project, once for each state of its lock file. */
export async function installHost(version = CURRENT_VERSION): Promise<N8nHost> {
	const folder = await hostFolder(version);
	if (!existsSync(folder)) {
		await mkdir(dirname(folder), { recursive: true });
		await withLock(`${folder}.lock`, async () => {
			if (!existsSync(folder)) await installInto(folder, version);
		});
	}
	return hostIn(folder, version);
}

function manifestsOf(version: string): string {
	return version === CURRENT_VERSION ? __dirname : join(__dirname, 'older', version);
}

async function hostFolder(version: string): Promise<string> {
	const lockFile = await readFile(join(manifestsOf(version), 'package-lock.json'));
	const hash = createHash('sha256').update(lockFile).digest('hex').slice(0, 8);
	// An empty variable counts as unset.
	const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(cache, 'n8n-nodes-amperity', `n8n-${version}-${hash}`);
}

function hostIn(folder: string, version: string): N8nHost {
	const modules = join(folder, 'node_modules');
	return {
		version,
		node: join(modules, 'node', 'bin', 'node'),
		n8n: join(modules, 'n8n', 'bin', 'n8n'),
	};
}

/** The folder gets its name last, so that a folder of that name is a complete host. */
async function installInto(folder: string, version: string): Promise<void> {
	await removeInterrupted(folder);
	const manifests = manifestsOf(version);
	const partial = `${folder}.partial-${process.pid}`;
	await mkdir(partial);
	for (const file of MANIFESTS) await copyFile(join(manifests, file), join(partial, file));
	for (const [step, args] of npmSteps(version)) {
		await withProgress(step, () => run(partial, 'npm', args));
	}
	const { node } = hostIn(partial, version);
	await withProgress('Checking it', () => run(partial, node, ['-e', 'require("sqlite3")']));
	await rename(partial, folder);
}

async function removeInterrupted(folder: string): Promise<void> {
	const prefix = `${basename(folder)}.partial-`;
	for (const name of await readdir(dirname(folder))) {
		if (name.startsWith(prefix) && !isAlive(name.slice(prefix.length))) {
			await rm(join(dirname(folder), name), { recursive: true, force: true });
		}
	}
}

async function run(cwd: string, command: string, args: string[]): Promise<void> {
	const child = new TiedProcess(command, args, { cwd, env: process.env });
	const code = await child.exited;
	if (code === 0) return;
	const tail = child.log.trimEnd().split('\n').slice(-ERROR_LINES).join('\n');
	throw new Error(
		`"${[command, ...args].join(' ')}" failed (exit code ${code}) in ${cwd}:\n${tail}`,
	);
}

/** The lock is a symbolic link whose target is the owner's process ID: made in one step, readable by all. */
async function withLock(lock: string, work: () => Promise<void>): Promise<void> {
	let owner = await takeLock(lock);
	if (owner !== undefined) {
		await withProgress(`Waiting for process ${owner}, which is installing n8n`, async () => {
			while (owner !== undefined) {
				await delay(LOCK_POLL_INTERVAL);
				owner = await takeLock(lock);
			}
		});
	}
	try {
		await work();
	} finally {
		await rm(lock, { force: true });
	}
}

/** Returns nothing when the lock is now ours, else the process that holds it. */
async function takeLock(lock: string): Promise<string | undefined> {
	try {
		await symlink(String(process.pid), lock);
		return undefined;
	} catch {
		const owner = await readlink(lock).catch(() => undefined);
		if (owner !== undefined && !isAlive(owner)) await rm(lock, { force: true });
		return owner ?? 'unknown';
	}
}

function isAlive(processId: string): boolean {
	try {
		process.kill(Number(processId), 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
