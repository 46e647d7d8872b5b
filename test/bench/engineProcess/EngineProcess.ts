/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-dangerous-functions -- runs in Node.js, never inside n8n */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { installHost } from '../../n8n-host/installHost';
import type { Done, Task } from './messages';

/**
 * n8n's own engine in a process of its own, on the Node.js of the n8n that the other parts measure. What
 * else a benchmark does, the simulated Amperity above all, does not keep its event loop busy.
 */
export class EngineProcess {
	private constructor(private readonly child: ChildProcess) {}

	static async start(): Promise<EngineProcess> {
		const { node } = await installHost();
		const child = fork(join(__dirname, 'child.ts'), {
			execPath: node,
			execArgv: ['--import', 'tsx'],
		});
		const engine = new EngineProcess(child);
		await engine.answer();
		return engine;
	}

	/** Has one thing done, and waits for it. */
	async do(task: Task): Promise<Done> {
		this.child.send(task);
		return await this.answer();
	}

	stop(): void {
		this.child.kill();
	}

	private async answer(): Promise<Done> {
		const ended = new AbortController();
		const signal = ended.signal;
		try {
			return await Promise.race([
				once(this.child, 'message', { signal }).then(([done]) => done as Done),
				once(this.child, 'exit', { signal }).then(([code]): never => {
					throw new Error(`The engine has ended with ${String(code)}`);
				}),
			]);
		} finally {
			ended.abort();
		}
	}
}
