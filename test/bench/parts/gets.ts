import type { INode } from 'n8n-workflow';
import { inLab, type BenchLab } from '../BenchLab';
import type { WorkflowDefinition } from '../../n8n-host/N8nClient';
import { getNode, getRequest } from '../getting';
import type { Part, Section } from '../report';
import { decimal, median, ratio, seconds } from '../statistics';
import { lastItem, loopWorkflow, UNSTORED, webhookWorkflow } from '../workflows';

const GETS = 1_000;
const REPETITIONS = 3;
const OURS = 'This node';
const ONE_BY_ONE = 'HTTP Request in Loop Over Items, one at a time';
const SPACED = 'HTTP Request, Batching 1 per 1 ms';
const DEFAULTS = 'HTTP Request, defaults (all at once)';

/** The workflow of each variant, by name. */
function variants(lab: BenchLab): Record<string, WorkflowDefinition> {
	const straight = (path: string, node: INode) =>
		webhookWorkflow(path, 'firstEntryJson', UNSTORED, node, lastItem());
	const spaced = { batching: { batch: { batchSize: 1, batchInterval: 1 } } };
	return {
		[OURS]: straight('ours', getNode(lab.unpaced)),
		[ONE_BY_ONE]: loopWorkflow('loop', UNSTORED, getRequest(lab)),
		[SPACED]: straight('spaced', getRequest(lab, spaced)),
		[DEFAULTS]: straight('defaults', getRequest(lab)),
	};
}

/** Milliseconds of one execution that gets all runs. */
async function measure(lab: BenchLab, path: string, runIds: string[]): Promise<number> {
	const before = lab.simulator.requests.length;
	const items = runIds.map((runId) => ({ runId }));
	const { milliseconds, output } = await lab.mustCall(path, items);
	const got = lab.simulator.requests.slice(before).filter(({ status }) => status === 200);
	const { id } = output as { id?: unknown };
	if (got.length !== GETS || id !== runIds.at(-1)) {
		throw new Error(`${path}: ${got.length} good answers, and the last item is ${String(id)}`);
	}
	return milliseconds;
}

async function measureAll(lab: BenchLab): Promise<Map<string, number>> {
	const started = Array.from({ length: GETS }, () =>
		lab.simulator.startRunAs({ principal: 'api' }),
	);
	const runIds = started.map(({ id }) => id);
	const all = Object.entries(variants(lab));
	for (const [, workflow] of all) {
		await lab.deploy(workflow);
		await measure(lab, workflow.name, runIds);
	}
	const times = new Map<string, number[]>(all.map(([name]) => [name, []]));
	for (let time = 0; time < REPETITIONS; time++) {
		for (const [name, workflow] of all) {
			times.get(name)!.push(await measure(lab, workflow.name, runIds));
		}
	}
	return new Map([...times].map(([name, values]) => [name, median(values)]));
}

function sectionOf(measured: Map<string, number>): Section {
	const ours = measured.get(OURS)!;
	const fastest = Math.min(
		...[...measured].flatMap(([name, time]) => (name === OURS ? [] : [time])),
	);
	return {
		method: `One execution gets ${decimal(GETS)} runs, one for each item; neither the simulator nor the credential limits the rate. This node has up to ten requests under way. HTTP Request has them all under way at once, one at a time in Loop Over Items, which costs something itself, or with Batching one after a pause, not after an answer. Time is that of the whole execution, after one execution to warm up; medians of ${REPETITIONS}, in turns.`,
		table: {
			head: ['', 'Time', 'Per item', 'Against this node'],
			rows: [...measured].map(([name, milliseconds]) => [
				name,
				seconds(milliseconds, 2),
				`${decimal(milliseconds / GETS, 2)} ms`,
				ratio(milliseconds, ours),
			]),
		},
		targets: [
			{
				wanted: 'not slower than HTTP Request, however it is set up',
				measured: `${ratio(ours, fastest)} the time of its fastest`,
				met: ours <= fastest,
			},
		],
	};
}

/** 1,000 gets with the pace lifted. */
export const gets: Part = {
	name: 'gets',
	title: 'Getting 1,000 runs with the pace lifted',
	run: async () =>
		await inLab({ simulator: { rateLimit: false, validate: false } }, async (lab) =>
			sectionOf(await measureAll(lab)),
		),
};
