import type { INode } from 'n8n-workflow';
import { inLab, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import {
	exactStarts,
	measureStarts,
	startNode,
	startRequest,
	startsTable,
	type Outcome,
} from '../starting';
import { decimal } from '../statistics';
import { BATCHING } from '../workflows';

const STARTS = 100;
const REPETITIONS = 3;
const WANTED_RATE = 9;
const OURS = 'This node';

/** The ways in which users start runs, by name. */
const variants = (lab: BenchLab): Record<string, INode> => ({
	[OURS]: startNode(lab),
	'HTTP Request, defaults': startRequest(lab),
	'HTTP Request, Batching 10 per 1,000 ms': startRequest(lab, BATCHING),
	'HTTP Request, Retry On Fail': startRequest(lab, {}, { retryOnFail: true }),
});

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	return {
		method: `One execution starts ${STARTS} runs, one for each item, while Amperity accepts 10 requests in any second. HTTP Request is set up as users do: with its defaults (all requests at once), with Batching, and with Retry On Fail as it is when it is switched on (3 tries). Time is that of the whole execution. ${REPETITIONS} executions each, in turns: medians of time, rate and runs, the worst of the rest.`,
		table: startsTable(measured, OURS),
		targets: [
			{
				wanted: `at least ${WANTED_RATE} starts per second`,
				measured: decimal(ours.rate, 2),
				met: ours.rate >= WANTED_RATE,
			},
			...exactStarts(ours, STARTS),
		],
	};
}

/** 100 starts under the limit of ten requests per second. */
export const starts: Part = {
	name: 'starts',
	title: 'Starting 100 runs under the rate limit',
	run: async () =>
		await inLab({}, async (lab) =>
			sectionOf(await measureStarts(lab, variants(lab), STARTS, REPETITIONS)),
		),
};
