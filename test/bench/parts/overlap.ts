import type { INode } from 'n8n-workflow';
import { inLab, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import { exactStarts, startNode, startRequest } from '../starting';
import { decimal, median, ratio, seconds } from '../statistics';
import { measureTogether, togetherColumns, type Together } from '../together';
import { BATCHING, pathOf, UNSTORED, webhookWorkflow } from '../workflows';

const EXECUTIONS = 4;
const STARTS_EACH = 10;
const STARTS = EXECUTIONS * STARTS_EACH;
const REPETITIONS = 3;
/** From a start to its answer. */
const LATENCY_MS = 2_000;
/** The pace that one node keeps by itself. */
const STARTS_PER_SECOND = 9.5;
/** All starts at that pace, and the answer to the last of them. */
const IDEAL_MS = (STARTS / STARTS_PER_SECOND) * 1_000 + LATENCY_MS;
const WANTED_TIME = 1.15;
const OURS = 'This node';
const BATCHED = 'HTTP Request, Batching 10 per 1,000 ms';

/** A node, and among how many executions the starts are shared out. */
interface Variant {
	node: INode;
	executions: number;
}

/** HTTP Request keeps the limit only where one execution has all the starts. */
const variants = (lab: BenchLab): Record<string, Variant> => {
	const retries = { retryOnFail: true };
	return {
		[OURS]: { node: startNode(lab), executions: EXECUTIONS },
		[BATCHED]: { node: startRequest(lab, BATCHING), executions: EXECUTIONS },
		[`${BATCHED}, Retry On Fail`]: {
			node: startRequest(lab, BATCHING, retries),
			executions: EXECUTIONS,
		},
		[`${BATCHED}, all in one execution`]: { node: startRequest(lab, BATCHING), executions: 1 },
	};
};

/** The usual time, and the worst of everything that must not happen. */
function summaryOf(outcomes: Together[]): Together {
	const all = (key: keyof Together) => outcomes.map((outcome) => outcome[key]);
	return {
		milliseconds: median(all('milliseconds')),
		requests: median(all('requests')),
		runs: median(all('runs')),
		refused: Math.max(...all('refused')),
		failed: Math.max(...all('failed')),
		lost: Math.max(...all('lost')),
		doubled: Math.max(...all('doubled')),
		told: Math.min(...all('told')),
	};
}

async function measureAll(lab: BenchLab): Promise<Map<string, Together>> {
	const all = Object.entries(variants(lab));
	const outcomes = new Map<string, Together[]>(all.map(([name]) => [name, []]));
	for (const [name, { node }] of all) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
		await measureTogether(lab, pathOf(name), 1, 1);
	}
	for (let time = 0; time < REPETITIONS; time++) {
		for (const [name, { executions }] of all) {
			const startsEach = STARTS / executions;
			const outcome = await measureTogether(lab, pathOf(name), executions, startsEach);
			outcomes.get(name)!.push(outcome);
		}
	}
	return new Map([...outcomes].map(([name, ofName]) => [name, summaryOf(ofName)]));
}

function sectionOf(measured: Map<string, Together>): Section {
	const ours = measured.get(OURS)!;
	return {
		method: `${EXECUTIONS} executions of one n8n process are called at the same time and start ${STARTS_EACH} runs each, one for each item, in one tenant; each answer takes ${seconds(LATENCY_MS, 0)}, and Amperity accepts 10 requests in any second. At ${decimal(STARTS_PER_SECOND, 1)} starts per second, all of it takes ${seconds(IDEAL_MS)} at best. An execution of HTTP Request knows nothing of the others; the last row gives all ${STARTS} items to one. Time is from the first call to the last answer. ${REPETITIONS} times each, in turns: medians of time, requests and runs, the worst of the rest.`,
		table: {
			head: [
				'',
				...togetherColumns.map(([heading]) => heading),
				'Time, against the ideal',
				'Time, against this node',
			],
			rows: [...measured].map(([name, outcome]) => [
				name,
				...togetherColumns.map(([, value]) => value(outcome)),
				ratio(outcome.milliseconds, IDEAL_MS),
				ratio(outcome.milliseconds, ours.milliseconds),
			]),
		},
		targets: [
			{
				wanted: `at most ${decimal(WANTED_TIME, 2)} times the ideal ${seconds(IDEAL_MS)}`,
				measured: ratio(ours.milliseconds, IDEAL_MS),
				met: ours.milliseconds <= WANTED_TIME * IDEAL_MS,
			},
			...exactStarts(ours, STARTS),
		],
	};
}

/** Executions of one tenant that overlap while Amperity takes its time to answer. */
export const overlap: Part = {
	name: 'overlap',
	title: 'Starting 40 runs in four executions at once while answers take two seconds',
	run: async () =>
		await inLab({ simulator: { latencyMs: LATENCY_MS } }, async (lab) =>
			sectionOf(await measureAll(lab)),
		),
};
