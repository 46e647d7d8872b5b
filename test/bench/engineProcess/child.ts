/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject } from 'n8n-workflow';
import type { createTrigger as create } from '../../engine';
import { watchEventLoop } from './eventLoop';
import type { Done, Task } from './messages';

const idOf = ({ id }: IDataObject) => String(id);

/** A process of n8n without its editor and database: it polls, and does nothing else meanwhile. */
async function main(): Promise<void> {
	// The engine is made for tests, which forget after each of them.
	Object.assign(globalThis, { afterEach: () => undefined });
	const { createTrigger } = await import('../../engine');
	const { pageThrough } = await import('./httpRequest');
	let active: ReturnType<typeof create> | undefined;

	const poll = async () => (await active?.poll()) ?? [];

	const runs = async (task: Task): Promise<IDataObject[]> => {
		switch (task.kind) {
			case 'idle':
				await delay(task.milliseconds);
				return [];
			case 'activate': {
				active = createTrigger(task.credentials, task.parameters);
				return await poll();
			}
			case 'restart': {
				if (!active) throw new Error('There is no trigger yet');
				active.restart();
				return [];
			}
			case 'poll':
				return await poll();
			case 'page': {
				const pages = await pageThrough(task.list);
				return pages.flatMap(({ json }) => json.data as IDataObject[]);
			}
		}
	};

	const done = async (task: Task): Promise<Done> => {
		let failure: string | undefined;
		const failed = (error: Error) => {
			failure = error.message;
			return [];
		};
		const { result, ...taken } = await watchEventLoop(async () => await runs(task).catch(failed));
		const stored = JSON.stringify([active?.staticData, active?.globalData]);
		return { ...taken, runIds: result.map(idOf), failure, storedBytes: Buffer.byteLength(stored) };
	};

	process.on('message', (task: Task) => void done(task).then((result) => process.send!(result)));
	process.on('disconnect', () => process.exit());
	process.send!('ready');
}

void main();
