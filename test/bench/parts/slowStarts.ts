import { inLab } from '../BenchLab';
import type { Part, Section } from '../report';
import {
	exactStarts,
	measureStarts,
	startNode,
	startRequest,
	startsTable,
	type Outcome,
} from '../starting';
import { decimal, ratio, seconds } from '../statistics';
import { BATCHING } from '../workflows';

const STARTS = 100;
const REPETITIONS = 3;
/** From a start to its answer: Amperity makes a run in seconds rather than milliseconds. */
const LATENCY_MS = 2_000;
const WANTED_TIME = 1.1;
const OURS = 'This node';
const HTTP = 'HTTP Request, Batching 10 per 1,000 ms';

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	const http = measured.get(HTTP)!;
	return {
		method: `One execution starts ${STARTS} runs, one for each item; each answer takes ${seconds(LATENCY_MS, 0)}, and Amperity accepts 10 requests in any second. HTTP Request sends the requests of a batch at once and does not wait for the answers before the next batch. Time is that of the whole execution. ${REPETITIONS} executions each, in turns: medians of time, rate and runs, the worst of the rest.`,
		table: startsTable(measured, OURS),
		targets: [
			{
				wanted: `at most ${decimal(WANTED_TIME, 1)} times as long as HTTP Request with Batching`,
				measured: ratio(ours.milliseconds, http.milliseconds),
				met: ours.milliseconds <= WANTED_TIME * http.milliseconds,
			},
			...exactStarts(ours, STARTS),
		],
	};
}

/** 100 starts that Amperity takes its time to answer. */
export const slowStarts: Part = {
	name: 'slow-starts',
	title: 'Starting 100 runs while answers take two seconds',
	run: async () =>
		await inLab({ simulator: { latencyMs: LATENCY_MS } }, async (lab) => {
			const nodes = { [OURS]: startNode(lab), [HTTP]: startRequest(lab, BATCHING) };
			return sectionOf(await measureStarts(lab, nodes, STARTS, REPETITIONS));
		}),
};
