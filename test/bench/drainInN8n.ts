/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import axios from 'axios';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import { amperityTrigger, chain } from '../e2e/workflows';
import { inLab, type BenchLab } from './BenchLab';
import { letPass, PAGE_SIZE, simulatorFor, type Backlog } from './backlogs';
import {
	httpRequest,
	lastItem,
	PAGINATION,
	splitOut,
	UNSTORED,
	webhookWorkflow,
} from './workflows';

/** How long n8n is left alone before it is watched, and how long it is watched while nothing happens. */
const QUIET_MS = 3_000;

/** A trigger that has not told all of it by then does not get through. */
const MOST_MS = 120_000;

const LOOK_INTERVAL_MS = 100;

const FIRST_RUN_MS = 1_000;

const PEER = 'backlog';

/** How n8n's main process has fared while something was done. */
export interface Lag {
	milliseconds: number;
	/** The longest time for which nothing else was done. */
	blockedMs: number;
}

export interface Lags {
	trigger: Lag;
	/** HTTP Request, which reads the same list once. */
	http: Lag;
	/** While nothing happens. */
	idle: Lag;
}

/** Who is told by a workflow how far it is. */
class Listener {
	private readonly heard = new Set<string>();

	private readonly server = createServer((request, response) => {
		this.heard.add(String(request.url?.slice(1)));
		response.end('{}');
	});

	async start(): Promise<void> {
		this.server.listen(0, '127.0.0.1');
		await once(this.server, 'listening');
	}

	/** Tells the run of its item. */
	node(lab: BenchLab): INode {
		const { port } = this.server.address() as AddressInfo;
		const url = `=http://127.0.0.1:${port}/{{ $json.id }}`;
		return { ...httpRequest(lab.header, { method: 'GET', url }), id: 'Tell', name: 'Tell' };
	}

	/** Waits until a run was told. */
	async hear(runId: string): Promise<void> {
		const deadline = performance.now() + MOST_MS;
		while (!this.heard.has(runId)) {
			if (performance.now() >= deadline) throw new Error(`The trigger does not tell of ${runId}`);
			await delay(LOOK_INTERVAL_MS);
		}
	}

	stop(): void {
		this.server.close();
	}
}

/** The longest lag of n8n's event loop since this was last asked for, in milliseconds. */
async function longestLag(lab: BenchLab): Promise<number> {
	const { data } = await axios.get<string>(`${lab.url}/metrics`);
	const lag = /^n8n_nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(data)?.[1];
	if (lag === undefined) throw new Error('n8n does not tell the lag of its event loop');
	return Number(lag) * 1_000;
}

async function watch(lab: BenchLab, work: () => Promise<void>): Promise<Lag> {
	await delay(QUIET_MS);
	await longestLag(lab);
	const began = performance.now();
	await work();
	const milliseconds = performance.now() - began;
	return { milliseconds, blockedMs: await longestLag(lab) };
}

/** A web hook by which HTTP Request reads all that ends from now on. */
async function deployPeer(lab: BenchLab): Promise<void> {
	const pages = httpRequest(lab.header, {
		method: 'GET',
		url: lab.runsUrl,
		query: {
			limit: String(PAGE_SIZE),
			ended_from: new Date(lab.simulator.clock.now()).toISOString(),
		},
		options: PAGINATION,
	});
	await lab.deploy(
		webhookWorkflow(PEER, 'firstEntryJson', UNSTORED, pages, splitOut('data'), lastItem()),
	);
}

async function callPeer(lab: BenchLab, last: string): Promise<void> {
	const { output } = await lab.mustCall(PEER, [{}]);
	if ((output as { id?: unknown }).id === last) return;
	throw new Error(`HTTP Request ends with ${JSON.stringify(output)}`);
}

async function measure(lab: BenchLab, listener: Listener, backlog: Backlog): Promise<Lags> {
	const { client, simulator } = lab;
	await deployPeer(lab);
	const nodes = [amperityTrigger(lab.ours), lastItem(), listener.node(lab)];
	const workflow = await client.createWorkflow({
		...chain('Backlog', ...nodes),
		settings: UNSTORED,
	});
	await client.activate(workflow);

	// n8n loads what a node needs when it runs for the first time, which is not what is measured.
	const scenario = { durationMs: FIRST_RUN_MS };
	const { id } = simulator.startRunAs({ principal: 'automated', scenario });
	await listener.hear(id);
	await callPeer(lab, id);

	const idle = await watch(lab, async () => await delay(QUIET_MS));
	const trigger = await watch(lab, async () => {
		await listener.hear(letPass(simulator, backlog).at(-1)!);
	});
	await client.deactivate(workflow);
	const http = await watch(lab, async () => await callPeer(lab, id));
	return { trigger, http, idle };
}

/** Lets the trigger of a real n8n catch up with a backlog, and watches n8n's main process. */
export async function drainInN8n(backlog: Backlog): Promise<Lags> {
	const listener = new Listener();
	await listener.start();
	try {
		const options = { env: { N8N_METRICS: 'true' }, simulator: simulatorFor(backlog) };
		return await inLab(options, async (lab) => await measure(lab, listener, backlog));
	} finally {
		listener.stop();
	}
}
