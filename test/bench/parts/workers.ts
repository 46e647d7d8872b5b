/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { performance } from 'node:perf_hooks';
import type { INode } from 'n8n-workflow';
import { inLab, objectsOf, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import { countStarts, itemsToStart, startNode, startRequest, type Starts } from '../starting';
import { decimal, percent, ratio, seconds } from '../statistics';
import { BATCHING, pathOf, UNSTORED, webhookWorkflow } from '../workflows';

const WORKERS = 3;
const STARTS_PER_WORKER = 100;
const STARTS = WORKERS * STARTS_PER_WORKER;
/** What all starts take at about the pace that one node keeps by itself. */
const IDEAL_MS = 31_000;
const WANTED = { time: 1.25, refused: 0.1 };
const OURS = 'This node';

/** What executions in all workers at the same time came to, together. */
interface Outcome extends Starts {
	/** From the first call to the last answer. */
	milliseconds: number;
	requests: number;
	failed: number;
}

const columns: Array<[heading: string, value: (outcome: Outcome) => string]> = [
	['Time', ({ milliseconds }) => seconds(milliseconds)],
	['Requests', ({ requests }) => decimal(requests)],
	['429 answers', ({ refused, requests }) => `${decimal(refused)} (${percent(refused, requests)})`],
	['Failed executions', ({ failed }) => decimal(failed)],
	['Runs started', ({ runs }) => decimal(runs)],
	['Items without a run', ({ lost }) => decimal(lost)],
	['Items with two or more', ({ doubled }) => decimal(doubled)],
	['Run IDs handed on', ({ told }) => decimal(told)],
];

/** One execution for each worker, all at the same time. */
async function measure(lab: BenchLab, path: string, startsEach: number): Promise<Outcome> {
	await lab.settle();
	const items = Array.from({ length: WORKERS }, (_, worker) =>
		itemsToStart(startsEach, `worker${worker}item`),
	);
	const began = performance.now();
	const calls = await Promise.all(items.map(async (ofWorker) => await lab.call(path, ofWorker)));
	const milliseconds = performance.now() - began;
	const outputs = calls.flatMap(({ output }) => objectsOf(output));
	return {
		...countStarts(lab, items.flat(), outputs),
		milliseconds,
		requests: lab.simulator.requests.length,
		failed: calls.filter(({ succeeded }) => !succeeded).length,
	};
}

async function measureAll(lab: BenchLab): Promise<Map<string, Outcome>> {
	const nodes: Record<string, INode> = {
		[OURS]: startNode(lab),
		'HTTP Request, Batching 10 per 1,000 ms, Retry On Fail': startRequest(lab, BATCHING, {
			retryOnFail: true,
		}),
	};
	const outcomes = new Map<string, Outcome>();
	for (const [name, node] of Object.entries(nodes)) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
		// So few starts that the limit does not teach a worker anything yet.
		await measure(lab, pathOf(name), 1);
		outcomes.set(name, await measure(lab, pathOf(name), STARTS_PER_WORKER));
	}
	return outcomes;
}

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	const { milliseconds, runs, failed, refused, requests, doubled } = ours;
	return {
		method: `n8n in queue mode with ${WORKERS} worker processes, each of which runs one execution. ${WORKERS} executions begin at the same time and start ${STARTS_PER_WORKER} runs each, one for each item, in one tenant, which accepts 10 requests in any second: ${STARTS} starts take about ${seconds(IDEAL_MS, 0)} at best. Nothing tells a worker of the others. HTTP Request has Batching, and Retry On Fail as it is when it is switched on (3 tries). Time is from the first call to the last answer; once each, after a start in each worker to warm up.`,
		table: {
			head: ['', ...columns.map(([heading]) => heading)],
			rows: [...measured].map(([name, outcome]) => [
				name,
				...columns.map(([, value]) => value(outcome)),
			]),
		},
		targets: [
			{
				wanted: `${STARTS} runs started within ${decimal(WANTED.time, 2)} times the ideal ${seconds(IDEAL_MS, 0)}`,
				measured: `${decimal(runs)} within ${ratio(milliseconds, IDEAL_MS)}`,
				met: runs === STARTS && milliseconds <= WANTED.time * IDEAL_MS,
			},
			{ wanted: 'no execution fails', measured: decimal(failed), met: failed === 0 },
			{
				wanted: `at most ${percent(WANTED.refused, 1)} of the requests answered with 429`,
				measured: percent(refused, requests),
				met: refused <= WANTED.refused * requests,
			},
			{ wanted: 'no item has two runs', measured: decimal(doubled), met: doubled === 0 },
		],
	};
}

/** Several processes that share a tenant's limit and do not know of each other. */
export const workers: Part = {
	name: 'workers',
	title: 'Starting 300 runs in three workers',
	run: async () => {
		const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };
		return await inLab({ queue: true, workers: WORKERS, env }, async (lab) =>
			sectionOf(await measureAll(lab)),
		);
	},
};
