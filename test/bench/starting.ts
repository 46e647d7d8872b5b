import type { INode, INodeParameters } from 'n8n-workflow';
import { objectsOf, type BenchLab } from './BenchLab';
import type { Table, Target } from './report';
import { countBy, decimal, median, ratio, seconds } from './statistics';
import {
	byId,
	httpRequest,
	ourNode,
	pathOf,
	UNSTORED,
	webhookWorkflow,
	type Items,
} from './workflows';

/** An item for each start. No two start the same configuration, so a run tells whose it is. */
export const itemsToStart = (count: number, prefix = 'item'): Items =>
	Array.from({ length: count }, (_, index) => ({ configId: `cg-${prefix}${index}` }));

/** This package's node, which starts a run for each item. */
export const startNode = (lab: BenchLab): INode =>
	ourNode(lab.ours, { configId: byId('={{ $json.configId }}') });

/** n8n's own node, which does the same. */
export function startRequest(
	lab: BenchLab,
	options: INodeParameters = {},
	settings: Partial<INode> = {},
): INode {
	const body = '={{ JSON.stringify({ config_id: $json.configId }) }}';
	return httpRequest(lab.header, { method: 'POST', url: lab.runsUrl, body, options }, settings);
}

/** What Amperity has seen of some starts. */
export interface Starts {
	refused: number;
	runs: number;
	/** Items for which no run was started, and those with more than one. */
	lost: number;
	doubled: number;
	/** Items whose run the workflow learned. */
	told: number;
}

/** Counts the runs of items; `output` is what the workflow put out for them. */
export function countStarts({ simulator }: BenchLab, items: Items, output: unknown): Starts {
	const posts = simulator.requests.filter(({ method }) => method === 'POST');
	const runs = items.map(({ configId }) => simulator.runsStartedFor(String(configId)));
	const told = countBy(objectsOf(output).map(({ id }) => String(id)));
	return {
		refused: posts.filter(({ status }) => status === 429).length,
		runs: runs.flat().length,
		lost: runs.filter(({ length }) => length === 0).length,
		doubled: runs.filter(({ length }) => length > 1).length,
		told: runs.filter((ofItem) => ofItem.some(({ id }) => told.has(id))).length,
	};
}

/** What one execution came to. */
export interface Outcome extends Starts {
	milliseconds: number;
	/** Runs started per second of that time. */
	rate: number;
}

const columns: Array<[heading: string, value: (outcome: Outcome) => string]> = [
	['Time', ({ milliseconds }) => seconds(milliseconds)],
	['Starts/s', ({ rate }) => decimal(rate, 1)],
	['429 answers', ({ refused }) => decimal(refused)],
	['Runs started', ({ runs }) => decimal(runs)],
	['Items without a run', ({ lost }) => decimal(lost)],
	['Items with two or more', ({ doubled }) => decimal(doubled)],
	['Run IDs handed on', ({ told }) => decimal(told)],
];

async function measure(lab: BenchLab, path: string, count: number): Promise<Outcome> {
	await lab.settle();
	const items = itemsToStart(count);
	const { milliseconds, output } = await lab.call(path, items);
	const starts = countStarts(lab, items, output);
	return { ...starts, milliseconds, rate: starts.runs / (milliseconds / 1_000) };
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

/** Has each node start so many runs in one execution, all nodes in turns. */
export async function measureStarts(
	lab: BenchLab,
	nodes: Record<string, INode>,
	count: number,
	repetitions: number,
): Promise<Map<string, Outcome>> {
	const all = Object.entries(nodes);
	for (const [name, node] of all) {
		await lab.deploy(webhookWorkflow(pathOf(name), 'allEntries', UNSTORED, node));
	}
	const outcomes = new Map<string, Outcome[]>(all.map(([name]) => [name, []]));
	for (let time = 0; time < repetitions; time++) {
		for (const [name] of all) outcomes.get(name)!.push(await measure(lab, pathOf(name), count));
	}
	return new Map([...outcomes].map(([name, ofName]) => [name, summaryOf(ofName)]));
}

/** All that was measured, with the times against that of the node with this name. */
export function startsTable(measured: Map<string, Outcome>, ours: string): Table {
	return {
		head: ['', ...columns.map(([heading]) => heading), 'Time, against this node'],
		rows: [...measured].map(([name, outcome]) => [
			name,
			...columns.map(([, value]) => value(outcome)),
			ratio(outcome.milliseconds, measured.get(ours)!.milliseconds),
		]),
	};
}

/** What holds for every way of starting so many runs once each. */
export const exactStarts = ({ refused, lost, doubled, told }: Starts, count: number): Target[] => [
	{
		wanted: 'no 429 answer to our own traffic',
		measured: decimal(refused),
		met: refused === 0,
	},
	{
		wanted: 'each item has one run, whose ID is handed on',
		measured: `${decimal(lost)} without, ${decimal(doubled)} with more, ${decimal(told)} handed on`,
		met: lost === 0 && doubled === 0 && told === count,
	},
];
