/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ChildClock, FromChild, ToChild } from './messages';
import type { N8nDatabase } from './n8nDatabase';
import type { ExecutionResult, N8nProcess, N8nProcesses, StartedNode } from './n8nProcess';

/** A process of the operating system that runs the node in n8n's engine. */
class ForkedProcess implements N8nProcess {
	private readonly child: ChildProcess;

	private readonly ends = new Map<number, (result: ExecutionResult) => void>();

	readonly ready: Promise<void>;

	isDead = false;

	constructor(
		clock: ChildClock,
		private readonly database: N8nDatabase,
		private readonly onSend: (port: number, sender: ForkedProcess) => void,
	) {
		this.child = fork(join(__dirname, 'child.ts'), [JSON.stringify(clock)], {
			execArgv: ['--import', 'tsx'],
		});
		this.ready = new Promise((resolve, reject) => {
			this.child.on('message', (message: FromChild) => {
				if (message.kind === 'ready') resolve();
				else this.hear(message);
			});
			this.child.once('exit', (code) => reject(new Error(`The process has ended with ${code}`)));
		});
		this.ready.catch(() => undefined);
	}

	get pid(): number {
		return this.child.pid!;
	}

	start(node: StartedNode) {
		const execution = this.ends.size;
		const result = new Promise<ExecutionResult>((resolve) => this.ends.set(execution, resolve));
		this.tell({ kind: 'start', execution, node });
		return { result, stop: () => this.tell({ kind: 'stop', execution }) };
	}

	/** Like a machine that loses its power. */
	kill(): void {
		this.isDead = true;
		this.child.kill('SIGKILL');
	}

	/** As new, without the time that it takes to start. */
	forget(): void {
		this.tell({ kind: 'forget' });
	}

	private tell(message: ToChild): void {
		if (!this.isDead) this.child.send(message);
	}

	private hear(message: FromChild): void {
		if (message.kind === 'ended') this.ends.get(message.execution)?.(message.result);
		if (message.kind === 'sends') this.onSend(message.port, this);
		if (message.kind === 'record') void this.record(message);
	}

	private async record(message: Extract<FromChild, { kind: 'record' }>): Promise<void> {
		const { question, items, workflowId, nodeId, options } = message;
		const context = { workflow: { id: workflowId, active: false }, node: { id: nodeId } };
		const answer = await this.database
			.checkProcessedAndRecord(items, 'node', context as never, options)
			.then((output) => ({ output }))
			.catch((error: Error) => ({ failure: error.message }));
		this.tell({ kind: 'recorded', question, ...answer });
	}
}

/** Processes of the operating system, which load n8n's engine once and are used again while they live. */
export class ForkedProcesses implements N8nProcesses {
	private readonly senders = new Map<number, ForkedProcess>();

	private idle: ForkedProcess[] = [];

	private inUse: ForkedProcess[] = [];

	/** How many there were. */
	begun = 0;

	constructor(
		private readonly clock: ChildClock,
		private readonly database: N8nDatabase,
	) {}

	async begin(): Promise<N8nProcess> {
		const one = this.idle.pop() ?? this.fork();
		this.inUse.push(one);
		await one.ready;
		return one;
	}

	senderAt(clientPort: number | undefined): N8nProcess | undefined {
		return this.senders.get(clientPort ?? 0);
	}

	/** After a schedule: the living forget it. */
	end(): void {
		const living = this.inUse.filter(({ isDead }) => !isDead);
		for (const one of living) one.forget();
		this.idle.push(...living);
		this.inUse = [];
	}

	/** After all schedules. */
	stop(): void {
		this.end();
		for (const one of this.idle.splice(0)) one.kill();
	}

	private fork(): ForkedProcess {
		this.begun++;
		return new ForkedProcess(this.clock, this.database, (port, sender) =>
			this.senders.set(port, sender),
		);
	}
}
