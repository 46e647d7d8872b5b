import type { INode } from 'n8n-workflow';
import { inLab, objectsOf, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import { countBy, decimal, median, ratio, seconds } from '../statistics';
import { byId, httpRequest, ourNode, pathOf, UNSTORED, webhookWorkflow } from '../workflows';

const STARTS = 100;
const REPETITIONS = 3;
const WANTED_RATE = 9;
const OURS = 'This node';

/** What one execution came to. */
interface Outcome {
	milliseconds: number;
	/** Runs started per second of that time. */
	rate: number;
	refused: number;
	runs: number;
	/** Items for which no run was started, and those with more than one. */
	lost: number;
	doubled: number;
	/** Items whose run the workflow learned. */
	told: number;
}

const numbers: Array<[heading: string, value: (outcome: Outcome) => string]> = [
	['Time', ({ milliseconds }) => seconds(milliseconds)],
	['Starts/s', ({ rate }) => decimal(rate, 1)],
	['429 answers', ({ refused }) => decimal(refused)],
	['Runs started', ({ runs }) => decimal(runs)],
	['Items without a run', ({ lost }) => decimal(lost)],
	['Items with two or more', ({ doubled }) => decimal(doubled)],
	['Run IDs handed on', ({ told }) => decimal(told)],
];

/** The ways in which users start runs, by name. */
function variants(lab: BenchLab): Record<string, INode> {
	const http = (options: INode['parameters'], settings: Partial<INode> = {}) => {
		const body = '={{ JSON.stringify({ config_id: $json.configId }) }}';
		const request = { method: 'POST' as const, url: lab.runsUrl, body, options };
		return httpRequest(lab.header, request, settings);
	};
	return {
		[OURS]: ourNode(lab.ours, { configId: byId('={{ $json.configId }}') }),
		'HTTP Request, defaults': http({}),
		'HTTP Request, Batching 10 per 1,000 ms': http({
			batching: { batch: { batchSize: 10, batchInterval: 1_000 } },
		}),
		'HTTP Request, Retry On Fail': http({}, { retryOnFail: true }),
	};
}

async function measure(lab: BenchLab, name: string): Promise<Outcome> {
	await lab.settle();
	const items = Array.from({ length: STARTS }, (_, index) => ({ configId: `cg-item${index}` }));
	const { milliseconds, output } = await lab.call(name, items);
	const posts = lab.simulator.requests.filter(({ method }) => method === 'POST');
	const runs = items.map(({ configId }) => lab.simulator.runsStartedFor(configId));
	const told = countBy(objectsOf(output).map(({ id }) => String(id)));
	return {
		milliseconds,
		rate: runs.flat().length / (milliseconds / 1_000),
		refused: posts.filter(({ status }) => status === 429).length,
		runs: runs.flat().length,
		lost: runs.filter(({ length }) => length === 0).length,
		doubled: runs.filter(({ length }) => length > 1).length,
		told: runs.filter((ofItem) => ofItem.some(({ id }) => told.has(id))).length,
	};
}

/** The usual time, and the worst of everything that must not happen. */
function summaryOf(outcomes: Outcome[]): Outcome {
	const all = (key: keyof Outcome) => outcomes.map((outcome) => outcome[key]);
	return {
		milliseconds: median(all('milliseconds')),
		rate: median(all('rate')),
		refused: Math.max(...all('refused')),
		runs: median(all('runs')),
		lost: Math.max(...all('lost')),
		doubled: Math.max(...all('doubled')),
		told: Math.min(...all('told')),
	};
}

async function measureAll(lab: BenchLab): Promise<Map<string, Outcome>> {
	const all = Object.entries(variants(lab));
	for (const [name, node] of all) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
	}
	const outcomes = new Map<string, Outcome[]>(all.map(([name]) => [name, []]));
	for (let time = 0; time < REPETITIONS; time++) {
		for (const [name] of all) outcomes.get(name)!.push(await measure(lab, pathOf(name)));
	}
	return new Map([...outcomes].map(([name, ofName]) => [name, summaryOf(ofName)]));
}

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	return {
		method: `One execution starts ${STARTS} runs, one for each item, while Amperity accepts 10 requests in any second. HTTP Request is set up as users do: with its defaults (all requests at once), with Batching, and with Retry On Fail as it is when it is switched on (3 tries). Time is that of the whole execution. ${REPETITIONS} executions each, in turns: medians of time, rate and runs, the worst of the rest.`,
		table: {
			head: ['', ...numbers.map(([heading]) => heading), 'Time, against this node'],
			rows: [...measured].map(([name, outcome]) => [
				name,
				...numbers.map(([, value]) => value(outcome)),
				ratio(outcome.milliseconds, ours.milliseconds),
			]),
		},
		targets: [
			{
				wanted: `at least ${WANTED_RATE} starts per second`,
				measured: decimal(ours.rate, 2),
				met: ours.rate >= WANTED_RATE,
			},
			{
				wanted: 'no 429 answer to our own traffic',
				measured: decimal(ours.refused),
				met: ours.refused === 0,
			},
			{
				wanted: 'each item has one run, whose ID is handed on',
				measured: `${decimal(ours.lost)} without, ${decimal(ours.doubled)} with more, ${decimal(ours.told)} handed on`,
				met: ours.lost === 0 && ours.doubled === 0 && ours.told === STARTS,
			},
		],
	};
}

/** 100 starts under the limit of ten requests per second. */
export const starts: Part = {
	name: 'starts',
	title: 'Starting 100 runs under the rate limit',
	run: async () => await inLab({}, async (lab) => sectionOf(await measureAll(lab))),
};
