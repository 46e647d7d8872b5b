/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import axios from 'axios';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import { credentialData, startLab, type Lab, type LabOptions } from '../n8n-host/lab';
import type { SavedCredential, WorkflowDefinition } from '../n8n-host/N8nClient';
import type { Items } from './workflows';

/** Longer than the longest part takes. */
const CALL_TIMEOUT_MS = 1_800_000;

/** Longer than the simulator's and the node's memory of their rate. */
const QUIET_MS = 1_500;

/** Credentials are paced no more with this many requests per second. */
const UNLIMITED = 100_000;

/** Lines of n8n's output that go with an error. */
const LOG_LINES = 30;

/** What came of one execution of a workflow. */
export interface Call {
	/** From the request to the answer, as who calls the web hook sees it. */
	milliseconds: number;
	succeeded: boolean;
	/** What the workflow's last node put out. */
	output: unknown;
}

/** A real n8n with both nodes and their credentials, and a simulated Amperity. */
export class BenchLab {
	private constructor(
		private readonly lab: Lab,
		/** For this package's node. */
		readonly ours: SavedCredential,
		/** For this package's node, with the pace lifted. */
		readonly unpaced: SavedCredential,
		/** For HTTP Request. */
		readonly header: SavedCredential,
	) {}

	/** Starts all of it. */
	static async start(options: LabOptions): Promise<BenchLab> {
		const lab = await startLab(options);
		const { client, simulator, credential } = lab;
		const fast = { ...credentialData(simulator), requestsPerSecond: UNLIMITED };
		const bearer = { name: 'Authorization', value: `Bearer ${simulator.token}` };
		return new BenchLab(
			lab,
			credential,
			await client.createCredential('amperityApi', fast, 'Unpaced'),
			await client.createCredential('httpHeaderAuth', bearer, 'Header'),
		);
	}

	get simulator(): Lab['simulator'] {
		return this.lab.simulator;
	}

	get client(): Lab['client'] {
		return this.lab.client;
	}

	/** Where n8n listens. */
	get url(): string {
		return this.lab.n8n.url;
	}

	get home(): string {
		return this.lab.home;
	}

	/** Where runs are started and listed, for HTTP Request. */
	get runsUrl(): string {
		return `${this.simulator.baseUrl}/workflow/runs`;
	}

	/** Stores and activates a workflow whose name is that of its web hook. */
	async deploy(definition: WorkflowDefinition): Promise<void> {
		await this.client.activate(await this.client.createWorkflow(definition));
	}

	/** Runs a workflow over its web hook. A failed execution is a result as well. */
	async call(name: string, items: Items): Promise<Call> {
		const began = performance.now();
		const { status, data } = await axios.post<unknown>(
			`${this.url}/webhook/${name}`,
			{ items },
			{ timeout: CALL_TIMEOUT_MS, validateStatus: () => true },
		);
		const milliseconds = performance.now() - began;
		if (status === 404) throw new Error(`n8n has no web hook ${name}: ${JSON.stringify(data)}`);
		return { milliseconds, succeeded: status === 200, output: data };
	}

	/** Runs a workflow that has to succeed. */
	async mustCall(name: string, items: Items): Promise<Call> {
		const call = await this.call(name, items);
		if (call.succeeded) return call;
		const said = JSON.stringify(call.output);
		throw new Error(`The workflow ${name} failed: ${said}\n${this.lastRefusal()}`);
	}

	/** Lets rates be forgotten and the simulator begin anew. */
	async settle(): Promise<void> {
		await delay(QUIET_MS);
		this.simulator.reset();
	}

	/** The last that n8n has printed. */
	get logTail(): string {
		return this.lab.n8n.log.trimEnd().split('\n').slice(-LOG_LINES).join('\n');
	}

	/** A fresh n8n process on the same database. */
	async restart(): Promise<void> {
		await this.lab.n8n.restart();
	}

	async stop(): Promise<void> {
		await this.lab.stop();
	}

	private lastRefusal(): string {
		const refused = this.simulator.requests.filter(({ status = 0 }) => status >= 400).at(-1);
		const { method, path, query, status } = refused ?? {};
		return `The simulator last refused: ${JSON.stringify({ method, path, query, status })}`;
	}
}

/** Does something in a lab that is ended whatever happens. */
export async function inLab<T>(
	options: LabOptions,
	work: (lab: BenchLab) => Promise<T>,
): Promise<T> {
	const lab = await BenchLab.start(options);
	let isDone = false;
	try {
		const result = await work(lab);
		isDone = true;
		return result;
	} finally {
		if (!isDone) process.stderr.write(`n8n last said:\n${lab.logTail}\n`);
		await lab.stop();
	}
}

/** The objects of an answer that is a list; nothing else counts. */
export function objectsOf(output: unknown): IDataObject[] {
	return Array.isArray(output) ? (output as IDataObject[]) : [];
}
