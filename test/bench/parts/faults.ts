/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { credentialData } from '../../n8n-host/lab';
import type { N8nExecution } from '../../n8n-host/N8nExecution';
import { AmperitySimulator, type SimulatorOptions } from '../../simulator';
import { inLab, type BenchLab } from '../BenchLab';
import type { Part, Section, Table } from '../report';
import { playSchedule } from '../schedules';
import { decimal, percent } from '../statistics';
import { inWarp } from '../warp';
import { byId, httpRequest, MEASURED, ourNode, webhookWorkflow } from '../workflows';

const SCHEDULES = 200;
const ITEMS = 3;
const FIRST_SEED = 20_240_401;
/** How much faster time passes than on the wall: a start whose answer is lost is looked for for minutes. */
const SPEED = 5;
/** How long the nodes wait for an answer, by the faster clock: 2 s on the wall. */
const TIMEOUT_MS = 10_000;
/** Between two executions that begin, in real milliseconds. */
const STAGGER_MS = 150;
/** As they are when a user switches Retry On Fail on. */
const RETRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 };
/** What n8n answers for an execution that failed. */
const FAILED = 'Error in workflow';
const OURS = 'This node';

/** What one item came to. */
interface ItemResult {
	/** IDs of the runs that its requests started. */
	runs: string[];
	/** The run that the workflow was given for the item. */
	handedOn: string | undefined;
	/** Whether the error names one of the runs, or says that a run of this item may have started. */
	named: boolean;
	/** Whether the execution succeeded. */
	succeeded: boolean;
}

type Count = [heading: string, holds: (item: ItemResult) => boolean];

/** What README.md shows. */
const mainCounts: Count[] = [
	['One run', ({ runs }) => runs.length === 1],
	['Two or more runs', isDoubled],
	['No run', ({ runs }) => runs.length === 0],
	['Has a run, and nothing says so', isSilent],
];

const counts: Count[] = [
	...mainCounts,
	['Run ID handed on', ({ handedOn }) => handedOn !== undefined],
	['Run ID of somebody else', isWrong],
	['No run, and no error', ({ runs, succeeded }) => runs.length === 0 && succeeded],
	['In a failed execution', ({ succeeded }) => !succeeded],
];

function isDoubled({ runs }: ItemResult): boolean {
	return runs.length > 1;
}

function isWrong({ runs, handedOn }: ItemResult): boolean {
	return handedOn !== undefined && !runs.includes(handedOn);
}

function isSilent({ runs, handedOn, named }: ItemResult): boolean {
	return runs.length > 0 && handedOn === undefined && !named;
}

/** Both take the address of the simulator from the item: each schedule has an Amperity of its own. */
async function variants(lab: BenchLab): Promise<Record<string, INode>> {
	const credential = await lab.client.createCredential(
		'amperityApi',
		{ ...credentialData(lab.simulator), baseUrl: '={{ $json.baseUrl }}' },
		'One of many',
	);
	const configId = byId('={{ $json.configId }}');
	const request = {
		method: 'POST' as const,
		url: '={{ $json.baseUrl }}/workflow/runs',
		body: '={{ JSON.stringify({ config_id: $json.configId }) }}',
		options: { timeout: TIMEOUT_MS },
	};
	return {
		[OURS]: ourNode(
			credential,
			{ configId, options: { requestTimeout: TIMEOUT_MS / 1_000 } },
			RETRIES,
		),
		'HTTP Request': httpRequest(lab.header, request, RETRIES),
	};
}

const configIdOf = (schedule: number, item: number) => `cg-s${schedule}i${item}`;

/** An execution before the schedule begins, as an n8n has had many: it starts one run and is not counted. */
const EARLIER = -1;
const EXECUTIONS_PER_SCHEDULE = 2;

async function runSchedule(
	lab: BenchLab,
	path: string,
	schedule: number,
	simulator: AmperitySimulator,
): Promise<void> {
	await delay(schedule * STAGGER_MS);
	const { baseUrl } = simulator;
	await lab.mustCall(path, [{ schedule: EARLIER, configId: 'cg-earlier', baseUrl }]);
	playSchedule(simulator, FIRST_SEED + schedule);
	const items = Array.from({ length: ITEMS }, (_, item) => ({
		schedule,
		configId: configIdOf(schedule, item),
		baseUrl,
	}));
	const { succeeded, output } = await lab.call(path, items);
	const said = JSON.stringify(output);
	if (!succeeded && !said.includes(FAILED)) {
		throw new Error(`n8n did not run schedule ${schedule}: ${said}`);
	}
}

/** What n8n stored of the executions from one ID on, by schedule. It answers before it has stored. */
async function readExecutions(lab: BenchLab, firstId: number): Promise<Map<number, N8nExecution>> {
	const executions = new Map<number, N8nExecution>();
	const end = firstId + EXECUTIONS_PER_SCHEDULE * SCHEDULES;
	for (let id = firstId; id < end; id++) {
		const execution = await lab.client.waitForExecution(String(id));
		const schedule = execution.json('Items')[0]?.schedule;
		if (typeof schedule !== 'number') {
			throw new Error(`Execution ${id} (${execution.status}) is of no schedule: ${execution.raw}`);
		}
		executions.set(schedule, execution);
	}
	return executions;
}

function resultsOf(
	execution: N8nExecution,
	schedule: number,
	simulator: AmperitySimulator,
): ItemResult[] {
	const outputs = execution.status === 'success' ? execution.items(MEASURED) : [];
	const said = JSON.stringify(execution.error ?? '');
	return Array.from({ length: ITEMS }, (_, item) => {
		const configId = configIdOf(schedule, item);
		const runs = simulator.runsStartedFor(configId).map(({ id }) => id);
		const mayHaveStarted = said.includes(`A run of ${configId} may have started`);
		return {
			runs,
			handedOn: idOf(outputs.find((output) => itemOf(output) === item)?.json),
			named: mayHaveStarted || runs.some((id) => said.includes(id)),
			succeeded: execution.status === 'success',
		};
	});
}

function itemOf({ pairedItem }: INodeExecutionData): number | undefined {
	return typeof pairedItem === 'object' && !Array.isArray(pairedItem)
		? pairedItem.item
		: (pairedItem as number);
}

function idOf(json: IDataObject | undefined): string | undefined {
	return typeof json?.id === 'string' ? json.id : undefined;
}

/** Runs all schedules with one node, each against its own simulator. */
async function measure(
	lab: BenchLab,
	simulatorOptions: SimulatorOptions | undefined,
	node: INode,
	number: number,
): Promise<ItemResult[]> {
	const path = `faults-${number}`;
	await lab.deploy(webhookWorkflow(path, 'allEntries', {}, node));
	const starting = Array.from({ length: SCHEDULES }, () =>
		AmperitySimulator.start(simulatorOptions),
	);
	const simulators = await Promise.all(starting);
	try {
		const running = simulators.map((simulator, schedule) =>
			runSchedule(lab, path, schedule, simulator),
		);
		await Promise.all(running);
		const executions = await readExecutions(lab, 1 + number * EXECUTIONS_PER_SCHEDULE * SCHEDULES);
		return simulators.flatMap((simulator, schedule) => {
			const execution = executions.get(schedule);
			if (!execution) throw new Error(`n8n has no execution of schedule ${schedule}`);
			return resultsOf(execution, schedule, simulator);
		});
	} finally {
		await Promise.all(simulators.map(async (simulator) => await simulator.stop()));
	}
}

function tableOf(measured: Map<string, ItemResult[]>, columns: Count[]): Table {
	const most = (items: ItemResult[]) => Math.max(...items.map(({ runs }) => runs.length));
	return {
		head: ['', ...columns.map(([heading]) => heading), 'Most runs of one item'],
		rows: [...measured].map(([name, items]) => [
			name,
			...columns.map(([, holds]) => {
				const found = items.filter(holds).length;
				return `${decimal(found)} (${percent(found, items.length)})`;
			}),
			decimal(most(items)),
		]),
	};
}

function sectionOf(measured: Map<string, ItemResult[]>): Section {
	const ours = measured.get(OURS)!;
	const none = (wanted: string, holds: (item: ItemResult) => boolean) => {
		const found = ours.filter(holds).length;
		return { wanted, measured: decimal(found), met: found === 0 };
	};
	return {
		method: `${SCHEDULES} executions with ${ITEMS} items each, each against an Amperity of its own where n8n has started one run before. Then 30 % of the starts go wrong in one of 16 ways: dropped before or after Amperity accepted them, answered too late, 429, 500, 503 or 504 with and without effect, a gateway's HTML page, half an answer, none. With 20 % of the starts, somebody else starts a run at the same moment. The n-th start meets the same fault whichever node sends it; 10 % of the reads, which only this node makes, fail as well. Both nodes have Retry On Fail on (3 tries) and wait ${TIMEOUT_MS / 1_000} s for an answer. Time passes ${SPEED} times as fast as on the wall. Items, out of ${SCHEDULES * ITEMS}:`,
		table: tableOf(measured, counts),
		targets: [
			none('no item has two runs', isDoubled),
			none('no item is given the run of somebody else', isWrong),
			none('no run has been started that nothing tells of', isSilent),
		],
		readmeTable: tableOf(measured, mainCounts),
		remarks: [
			'This node never sends a start again that may have been accepted: where no run of it can be found, the item fails and says so, and the items after it are not started, unless On Error is set to continue. The first start of an n8n process is never taken over when its answer is lost, since no earlier answer has told who its API key is. HTTP Request sends all items again until a try succeeds for all of them.',
		],
	};
}

/** The same faults for both nodes. */
export const faults: Part = {
	name: 'faults',
	title: 'Starting runs while things go wrong',
	run: async () =>
		await inWarp(
			SPEED,
			async (options) =>
				await inLab(options, async (lab) => {
					const measured = new Map<string, ItemResult[]>();
					for (const [name, node] of Object.entries(await variants(lab))) {
						measured.set(name, await measure(lab, options.simulator, node, measured.size));
					}
					return sectionOf(measured);
				}),
		),
};
