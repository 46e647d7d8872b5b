/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { performance } from 'node:perf_hooks';
import { objectsOf, type BenchLab } from './BenchLab';
import { countStarts, itemsToStart, type Starts } from './starting';
import { decimal, percent, seconds } from './statistics';

/** What executions at the same time came to, all together. */
export interface Together extends Starts {
	/** From the first call to the last answer. */
	milliseconds: number;
	requests: number;
	failed: number;
}

/** The columns of a table of such outcomes. */
export const togetherColumns: Array<[heading: string, value: (outcome: Together) => string]> = [
	['Time', ({ milliseconds }) => seconds(milliseconds)],
	['Requests', ({ requests }) => decimal(requests)],
	['429 answers', ({ refused, requests }) => `${decimal(refused)} (${percent(refused, requests)})`],
	['Failed executions', ({ failed }) => decimal(failed)],
	['Runs started', ({ runs }) => decimal(runs)],
	['Items without a run', ({ lost }) => decimal(lost)],
	['Items with two or more', ({ doubled }) => decimal(doubled)],
	['Run IDs handed on', ({ told }) => decimal(told)],
];

/** Has a workflow start runs in several executions that are called at the same time. */
export async function measureTogether(
	lab: BenchLab,
	path: string,
	executions: number,
	startsEach: number,
): Promise<Together> {
	await lab.settle();
	const items = Array.from({ length: executions }, (_, execution) =>
		itemsToStart(startsEach, `execution${execution}item`),
	);
	const began = performance.now();
	const calls = await Promise.all(items.map(async (ofOne) => await lab.call(path, ofOne)));
	const milliseconds = performance.now() - began;
	const outputs = calls.flatMap(({ output }) => objectsOf(output));
	return {
		...countStarts(lab, items.flat(), outputs),
		milliseconds,
		requests: lab.simulator.requests.length,
		failed: calls.filter(({ succeeded }) => !succeeded).length,
	};
}
