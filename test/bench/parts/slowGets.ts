import type { INode } from 'n8n-workflow';
import { inLab, objectsOf, type BenchLab } from '../BenchLab';
import { getNode, getRequest } from '../getting';
import type { Part, Section } from '../report';
import { decimal, ratio, seconds } from '../statistics';
import { BATCHING, pathOf, UNSTORED, webhookWorkflow } from '../workflows';

const GETS = 1_000;
/** Enough for n8n to have loaded what it needs. */
const WARM_UP_GETS = 10;
const LATENCY_MS = 500;
const OURS = 'This node';
const HTTP = 'HTTP Request, Batching 10 per 1,000 ms';

/** What one execution came to. */
interface Outcome {
	milliseconds: number;
	succeeded: boolean;
	refused: number;
	/** Runs that the workflow was given. */
	got: number;
	/** Whether they came in the order of their items, none missing. */
	inOrder: boolean;
}

async function measure(lab: BenchLab, path: string, count: number): Promise<Outcome> {
	await lab.settle();
	const { simulator } = lab;
	const runIds = Array.from({ length: count }, () => simulator.startRunAs({ principal: 'api' }).id);
	const { milliseconds, succeeded, output } = await lab.call(
		path,
		runIds.map((runId) => ({ runId })),
	);
	const got = objectsOf(output).map(({ id }) => id);
	return {
		milliseconds,
		succeeded,
		refused: simulator.requests.filter(({ status }) => status === 429).length,
		got: got.length,
		inOrder: got.join() === runIds.join(),
	};
}

async function measureAll(lab: BenchLab): Promise<Map<string, Outcome>> {
	const nodes: Record<string, INode> = {
		[OURS]: getNode(lab.ours),
		[HTTP]: getRequest(lab, BATCHING),
	};
	const outcomes = new Map<string, Outcome>();
	for (const [name, node] of Object.entries(nodes)) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
		await measure(lab, pathOf(name), WARM_UP_GETS);
		outcomes.set(name, await measure(lab, pathOf(name), GETS));
	}
	return outcomes;
}

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	const http = measured.get(HTTP)!;
	return {
		method: `One execution gets ${decimal(GETS)} runs, one for each item; each answer takes ${decimal(LATENCY_MS)} ms, and Amperity accepts 10 requests in any second. HTTP Request sends the requests of a batch at once and does not wait for the answers before the next batch; a refused request makes its execution fail when all have been sent. Time is that of the whole execution; one execution each, after a short one to warm up.`,
		table: {
			head: [
				'',
				'Time',
				'Execution',
				'429 answers',
				'Runs handed on',
				'In the order of the items',
				'Time, against this node',
			],
			rows: [...measured].map(([name, outcome]) => [
				name,
				seconds(outcome.milliseconds),
				outcome.succeeded ? 'succeeded' : 'failed',
				decimal(outcome.refused),
				decimal(outcome.got),
				outcome.inOrder ? 'yes' : 'no',
				ratio(outcome.milliseconds, ours.milliseconds),
			]),
		},
		targets: [
			{
				wanted: 'not slower than HTTP Request with Batching',
				measured: `${ratio(ours.milliseconds, http.milliseconds)} its time`,
				met: ours.milliseconds <= http.milliseconds,
			},
			{
				wanted: 'no 429 answer to our own traffic',
				measured: decimal(ours.refused),
				met: ours.refused === 0,
			},
			{
				wanted: 'each item has its run, in the order of the items',
				measured: `${decimal(ours.got)} handed on, ${ours.inOrder ? 'in order' : 'not as their items'}`,
				met: ours.inOrder,
			},
		],
	};
}

/** 1,000 gets that Amperity takes its time to answer, at the pace of a new credential. */
export const slowGets: Part = {
	name: 'slow-gets',
	title: 'Getting 1,000 runs while answers take half a second',
	run: async () =>
		await inLab({ simulator: { latencyMs: LATENCY_MS, validate: false } }, async (lab) =>
			sectionOf(await measureAll(lab)),
		),
};
