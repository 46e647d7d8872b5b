/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { execFile } from 'node:child_process';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './freePort';
import { withProgress } from './progress';
import { TiedProcess } from './TiedProcess';

const START_TIMEOUT = 5_000;
const POLL_INTERVAL = 50;
const run = promisify(execFile);

/** A Redis server for n8n's queue mode, empty at the start, that ends with this process at the latest. */
export class RedisServer {
	private constructor(
		readonly port: number,
		private readonly tied: TiedProcess,
	) {}

	/** Starts a server on a free port; installs Debian's package first where there is none. */
	static async start(): Promise<RedisServer> {
		await ensureInstalled();
		const port = await freePort();
		const tied = new TiedProcess('redis-server', redisArguments(port), {
			cwd: tmpdir(),
			env: process.env,
		});
		const deadline = Date.now() + START_TIMEOUT;
		while (!(await accepts(port))) {
			if (!tied.isRunning || Date.now() > deadline) {
				await tied.kill();
				throw new Error(`redis-server did not start:\n${tied.log}`);
			}
			await delay(POLL_INTERVAL);
		}
		return new RedisServer(port, tied);
	}

	/**
	 * Hands out the executions under way once more, as a server does that comes back with an older state
	 * of its data.
	 *
	 * @returns how many there are
	 */
	async handOutAgain(): Promise<number> {
		const { stdout } = await run('redis-cli', [
			...['-p', String(this.port)],
			...['EVAL', HAND_OUT_AGAIN, String(QUEUE_KEYS.length), ...QUEUE_KEYS],
		]);
		return Number(stdout);
	}

	async stop(): Promise<void> {
		await this.tied.kill();
	}
}

/** Where n8n's queue (the package "bull") keeps which jobs are under way, perhaps abandoned, and waiting. */
const QUEUE_KEYS = ['bull:jobs:active', 'bull:jobs:stalled', 'bull:jobs:wait'];

/** A job that is under way belongs to a worker as long as its lock is there. */
const HAND_OUT_AGAIN = `
	local jobs = redis.call('LRANGE', KEYS[1], 0, -1)
	redis.call('DEL', KEYS[1], KEYS[2])
	for _, job in ipairs(jobs) do
		redis.call('DEL', 'bull:jobs:' .. job .. ':lock')
		redis.call('RPUSH', KEYS[3], job)
	end
	return #jobs`;

function redisArguments(port: number): string[] {
	return ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
}

async function ensureInstalled(): Promise<void> {
	if (await isInstalled()) return;
	if (process.getuid?.() === 0) await withProgress('Installing Redis', aptInstall).catch(() => {});
	if (await isInstalled()) return;
	throw new Error(
		'These tests need Redis, for the queue mode of n8n. Install it so that "redis-server" is in the PATH, for example with "sudo apt-get install redis-server".',
	);
}

async function isInstalled(): Promise<boolean> {
	return await run('redis-server', ['--version']).then(
		() => true,
		() => false,
	);
}

async function aptInstall(): Promise<void> {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	await run('apt-get', ['update', '-qq'], { env });
	await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], {
		env,
	});
}

async function accepts(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		socket.once('connect', () => resolve(true));
		socket.once('error', () => resolve(false));
		socket.once('close', () => socket.destroy());
		socket.once('connect', () => socket.end());
	});
}
