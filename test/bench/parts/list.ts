import type { INode } from 'n8n-workflow';
import { inLab, type BenchLab } from '../BenchLab';
import { watchMemory } from '../memory';
import type { Part, Section } from '../report';
import { decimal, mebibytes, median, ratio, seconds } from '../statistics';
import {
	httpRequest,
	lastItem,
	ourNode,
	PAGINATION,
	pathOf,
	splitOut,
	UNSTORED,
	webhookWorkflow,
} from '../workflows';

const RUNS = 100_000;
const PAGE_SIZE = 100;
const REPETITIONS = 3;
/** What the simulated runs have between them, in milliseconds. */
const RUN_SPACING = 1_000;
const OURS = 'This node';
const HTTP = 'HTTP Request with pagination, and Split Out';

/** One execution. */
interface Outcome {
	milliseconds: number;
	/** Peak of resident memory, and what it was before, in bytes. */
	peak: number;
	before: number;
}

function variants(lab: BenchLab): Record<string, INode[]> {
	const request = {
		method: 'GET' as const,
		url: lab.runsUrl,
		query: { limit: String(PAGE_SIZE) },
		options: PAGINATION,
	};
	return {
		[OURS]: [ourNode(lab.unpaced, { operation: 'getMany', returnAll: true })],
		[HTTP]: [httpRequest(lab.header, request), splitOut('data')],
	};
}

function addRuns({ simulator }: BenchLab): string {
	const now = Date.now();
	for (let age = RUNS; age > 0; age--) {
		simulator.startRunAs({ principal: 'automated', createdAt: now - age * RUN_SPACING });
	}
	return simulator.runs[0]!.id;
}

/** One execution in a fresh n8n, since memory that was once taken is not given back. */
async function measure(lab: BenchLab, path: string, oldest: string): Promise<Outcome> {
	await lab.restart();
	const before = lab.simulator.requests.length;
	const { result, memory } = await watchMemory(
		lab.home,
		async () => await lab.mustCall(path, [{}]),
	);
	const pages = lab.simulator.requests.slice(before).filter(({ status }) => status === 200);
	const { id } = result.output as { id?: unknown };
	if (pages.length !== RUNS / PAGE_SIZE || id !== oldest) {
		throw new Error(`${path}: ${pages.length} pages, and the last item is ${String(id)}`);
	}
	return { milliseconds: result.milliseconds, ...memory };
}

async function measureAll(lab: BenchLab): Promise<Map<string, Outcome>> {
	const oldest = addRuns(lab);
	const outcomes = new Map<string, Outcome[]>();
	const all = Object.entries(variants(lab));
	for (const [name, nodes] of all) {
		const workflow = webhookWorkflow(
			pathOf(name),
			'firstEntryJson',
			UNSTORED,
			...nodes,
			lastItem(),
		);
		await lab.deploy(workflow);
		outcomes.set(name, []);
	}
	for (let time = 0; time < REPETITIONS; time++) {
		for (const [name] of all) outcomes.get(name)!.push(await measure(lab, pathOf(name), oldest));
	}
	return new Map([...outcomes].map(([name, values]) => [name, medianOf(values)]));
}

function medianOf(outcomes: Outcome[]): Outcome {
	const of = (key: keyof Outcome) => median(outcomes.map((outcome) => outcome[key]));
	return { milliseconds: of('milliseconds'), peak: of('peak'), before: of('before') };
}

function sectionOf(measured: Map<string, Outcome>): Section {
	const ours = measured.get(OURS)!;
	const http = measured.get(HTTP)!;
	return {
		method: `One execution lists ${decimal(RUNS)} runs in pages of ${PAGE_SIZE} with the pace lifted and puts out one item for each run; the next node keeps the last one. HTTP Request follows \`next_token\` with its pagination, and Split Out makes items of its pages. Each execution has a fresh n8n process and is not stored. Memory is the resident memory of that process, read every 50 ms; medians of ${REPETITIONS}, in turns.`,
		table: {
			head: [
				'',
				'Time',
				'Items/s',
				'Peak memory',
				'Before',
				'Time, against this node',
				'Peak, against this node',
			],
			rows: [...measured].map(([name, { milliseconds, peak, before }]) => [
				name,
				seconds(milliseconds),
				decimal(RUNS / (milliseconds / 1_000)),
				mebibytes(peak),
				mebibytes(before),
				ratio(milliseconds, ours.milliseconds),
				ratio(peak, ours.peak),
			]),
		},
		targets: [
			{
				wanted: "not slower than HTTP Request's pagination",
				measured: `${ratio(ours.milliseconds, http.milliseconds)} its time`,
				met: ours.milliseconds <= http.milliseconds,
			},
			{
				wanted: "no more memory than HTTP Request's pagination",
				measured: `${ratio(ours.peak, http.peak)} its peak`,
				met: ours.peak <= http.peak,
			},
		],
	};
}

/** Get Many of 100,000 runs. */
export const list: Part = {
	name: 'list',
	title: 'Listing 100,000 runs',
	run: async () =>
		await inLab({ simulator: { rateLimit: false, validate: false } }, async (lab) =>
			sectionOf(await measureAll(lab)),
		),
};
