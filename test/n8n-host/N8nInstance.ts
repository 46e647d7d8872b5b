/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import axios from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import { dialectOf } from './dialect';
import type { N8nMode, ProcessSettings } from './environment';
import { n8nEnvironment } from './environment';
import { freePort } from './freePort';
import type { N8nHost } from './installHost';
import { TiedProcess } from './TiedProcess';

/** n8n needs 5 to 10 s, and much longer where the disk is busy or its files are not cached. */
const START_TIMEOUT = 120_000;
const READINESS_POLL_INTERVAL = 100;
/** Longer than n8n itself gives running executions when it is asked to stop. */
const STOP_GRACE = 5_000;
/** Between choosing a free port and n8n listening there, another program may take it. */
const START_ATTEMPTS = 3;
const PORT_TAKEN = /port \d+ is already in use|EADDRINUSE/i;
const ERROR_LINES = 30;
const COMMANDS: Record<N8nMode, string[]> = {
	regular: ['start'],
	'queue-main': ['start'],
	worker: ['worker', '--concurrency=5'],
};

/** How to start an n8n process. */
export interface N8nOptions {
	host: N8nHost;
	/** Folder of the instance's database and community packages. Main and worker may share one. */
	home: string;
	/** A queue mode needs `redisPort`. */
	mode?: N8nMode;
	redisPort?: number;
	/** Taken if it is free, else any other. */
	preferredPort?: number;
	/** Further environment variables. */
	env?: Record<string, string>;
}

/** A running n8n, or a worker of one, that ends with this process at the latest. */
export class N8nInstance {
	private earlierLog = '';

	private constructor(
		private readonly options: N8nOptions,
		private tied: TiedProcess,
		private listeningPort: number,
	) {}

	/** Starts n8n and resolves when it answers requests. */
	static async start(options: N8nOptions): Promise<N8nInstance> {
		const { tied, port } = await launch(options, options.preferredPort);
		return new N8nInstance(options, tied, port);
	}

	get port(): number {
		return this.listeningPort;
	}

	/** Address of the editor, the REST API and the webhooks. */
	get url(): string {
		return `http://127.0.0.1:${this.listeningPort}`;
	}

	/** Everything n8n has printed, restarts included. */
	get log(): string {
		return this.earlierLog + this.tied.log;
	}

	/** Ends n8n as a service manager would. Executions that run get 2 s. */
	async stop(): Promise<void> {
		await this.tied.stop(STOP_GRACE);
	}

	/** Ends n8n as a crash would. */
	async kill(): Promise<void> {
		await this.tied.kill();
	}

	/** Starts n8n again on the same home, and on the same port if it is still free. */
	async restart(): Promise<void> {
		await this.stop();
		this.earlierLog = this.log;
		const { tied, port } = await launch(this.options, this.listeningPort);
		this.tied = tied;
		this.listeningPort = port;
	}
}

async function launch(
	options: N8nOptions,
	preferredPort?: number,
): Promise<{ tied: TiedProcess; port: number }> {
	for (let attempt = 1; ; attempt++) {
		const port = await freePort(preferredPort);
		const tied = spawnN8n(options, { port, brokerPort: await freePort() });
		if (await becomesReady(tied, port, startedText(options))) return { tied, port };
		await tied.kill();
		if (attempt === START_ATTEMPTS || !PORT_TAKEN.test(tied.log)) {
			const tail = tied.log.trimEnd().split('\n').slice(-ERROR_LINES).join('\n');
			throw new Error(
				`n8n did not start within ${START_TIMEOUT / 1_000} s. Its last output:\n${tail}`,
			);
		}
	}
}

function spawnN8n(
	{ host, home, mode = 'regular', redisPort, env }: N8nOptions,
	ports: Pick<ProcessSettings, 'port' | 'brokerPort'>,
): TiedProcess {
	return new TiedProcess(host.node, [host.n8n, ...COMMANDS[mode]], {
		cwd: home,
		env: n8nEnvironment({ version: host.version, home, mode, redisPort, env, ...ports }),
	});
}

function startedText({ host, mode }: N8nOptions): string {
	return mode === 'worker' ? '' : dialectOf(host.version).startedText;
}

async function becomesReady(tied: TiedProcess, port: number, started: string): Promise<boolean> {
	const deadline = Date.now() + START_TIMEOUT;
	while (tied.isRunning && Date.now() < deadline) {
		const isReady = await answers(`http://127.0.0.1:${port}/healthz/readiness`);
		if (isReady && tied.log.includes(started)) return true;
		await delay(READINESS_POLL_INTERVAL);
	}
	return false;
}

async function answers(url: string): Promise<boolean> {
	return await axios.get(url, { timeout: 1_000 }).then(
		() => true,
		() => false,
	);
}
