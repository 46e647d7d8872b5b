import type { INode } from 'n8n-workflow';
import { inLab, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import { startNode, startRequest } from '../starting';
import { decimal, percent, ratio, seconds } from '../statistics';
import { measureTogether, togetherColumns, type Together } from '../together';
import { BATCHING, pathOf, UNSTORED, webhookWorkflow } from '../workflows';

const WORKERS = 3;
const STARTS_PER_WORKER = 100;
const STARTS = WORKERS * STARTS_PER_WORKER;
/** What all starts take at about the pace that one node keeps by itself. */
const IDEAL_MS = 31_000;
const WANTED = { time: 1.25, refused: 0.1 };
const OURS = 'This node';

async function measureAll(lab: BenchLab): Promise<Map<string, Together>> {
	const nodes: Record<string, INode> = {
		[OURS]: startNode(lab),
		'HTTP Request, Batching 10 per 1,000 ms, Retry On Fail': startRequest(lab, BATCHING, {
			retryOnFail: true,
		}),
	};
	const outcomes = new Map<string, Together>();
	for (const [name, node] of Object.entries(nodes)) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
		// So few starts that the limit does not teach a worker anything yet.
		await measureTogether(lab, pathOf(name), WORKERS, 1);
		const outcome = await measureTogether(lab, pathOf(name), WORKERS, STARTS_PER_WORKER);
		outcomes.set(name, outcome);
	}
	return outcomes;
}

function sectionOf(measured: Map<string, Together>): Section {
	const ours = measured.get(OURS)!;
	const { milliseconds, runs, failed, refused, requests, doubled } = ours;
	return {
		method: `n8n in queue mode with ${WORKERS} worker processes, each of which runs one execution. ${WORKERS} executions begin at the same time and start ${STARTS_PER_WORKER} runs each, one for each item, in one tenant, which accepts 10 requests in any second: ${STARTS} starts take about ${seconds(IDEAL_MS, 0)} at best. Nothing tells a worker of the others. HTTP Request has Batching, and Retry On Fail as it is when it is switched on (3 tries). Time is from the first call to the last answer; once each, after a start in each worker to warm up.`,
		table: {
			head: ['', ...togetherColumns.map(([heading]) => heading)],
			rows: [...measured].map(([name, outcome]) => [
				name,
				...togetherColumns.map(([, value]) => value(outcome)),
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
