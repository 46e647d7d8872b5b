/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';
import * as n8nCore from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';
import type * as engineModule from '../../../engine';
import { ClientTraffic, whenConnected } from '../time/clientTraffic';
import type { N8nDatabase } from './n8nDatabase';
import { resultOf, type N8nProcess, type N8nProcesses, type StartedNode } from './n8nProcess';

type Engine = typeof engineModule;

/** The process of n8n on whose behalf the code runs. */
const runningIn = new AsyncLocalStorage<MemoryProcess>();

/** A process of n8n within this one: the compiled node, loaded once more. n8n's own code is shared. */
class MemoryProcess implements N8nProcess {
	isDead = false;

	private readonly underWay = new Set<ClientRequest>();

	constructor(readonly engine: Engine) {}

	start(node: StartedNode) {
		const { result, stop } = runningIn.run(this, () => this.engine.startAmperity(node));
		return { result: result.then((all) => this.untilDeath(resultOf(all))), stop };
	}

	/** Nothing leaves it any more, as if the rest of its code did not run. */
	kill(): void {
		this.isDead = true;
		for (const request of this.underWay) request.destroy();
	}

	/** Notes a request, which a dead process can't send. */
	sends(request: ClientRequest): void {
		this.underWay.add(request);
		request.once('close', () => this.underWay.delete(request));
		if (this.isDead) request.destroy();
	}

	private async untilDeath<T>(value: T): Promise<T> {
		return this.isDead ? await new Promise<never>(() => undefined) : value;
	}
}

/** The processes of n8n within this one, which start at once. */
export class MemoryProcesses implements N8nProcesses {
	/** What the current process of the operating system sends. */
	readonly traffic: ClientTraffic;

	private readonly senders = new Map<number, MemoryProcess>();

	/** Loaded engines that nobody uses: what they remember can be forgotten, unlike that of the dead. */
	private readonly idle: Engine[] = [];

	private alive: MemoryProcess[] = [];

	constructor(database: N8nDatabase) {
		database.isAskedByTheDead = () => runningIn.getStore()?.isDead === true;
		this.traffic = new ClientTraffic((request) => {
			const sender = runningIn.getStore();
			if (!sender) return;
			whenConnected(request, (port) => this.senders.set(port, sender));
			sender.sends(request);
		});
	}

	async begin(): Promise<N8nProcess> {
		const process = new MemoryProcess(this.idle.pop() ?? loadEngine());
		process.engine.forgetAll();
		this.alive.push(process);
		return process;
	}

	senderAt(clientPort: number | undefined): N8nProcess | undefined {
		return this.senders.get(clientPort ?? 0);
	}

	end(): void {
		for (const process of this.alive) {
			if (!process.isDead) this.idle.push(process.engine);
			process.kill();
		}
		this.alive = [];
	}
}

/** Loads the compiled node anew, with variables of its own. */
function loadEngine(): Engine {
	const { afterEach: realAfterEach } = globalThis;
	let engine: Engine | undefined;
	jest.isolateModules(() => {
		jest.doMock('n8n-core', () => n8nCore);
		jest.doMock('n8n-workflow', () => n8nWorkflow);
		// Its folder is made already; what is loaded in the middle of a test has no hooks either.
		jest.doMock('../../../engine/environment', () => ({}));
		globalThis.afterEach = () => undefined;
		engine = jest.requireActual<Engine>('../../../engine');
	});
	globalThis.afterEach = realAfterEach;
	for (const name of ['n8n-core', 'n8n-workflow', '../../../engine/environment'])
		jest.dontMock(name);
	return engine!;
}
