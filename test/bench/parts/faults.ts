/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { credentialData } from '../../n8n-host/lab';
import type { N8nExecution } from '../../n8n-host/N8nExecution';
import { AmperitySimulator, type RecordedRequest, type SimulatorOptions } from '../../simulator';
import { inLab, type BenchLab } from '../BenchLab';
import { kindOf } from '../faultKinds';
import {
	countOf,
	fullTable,
	isDoubled,
	isSilent,
	isSingle,
	isWrong,
	kindTable,
	mainTable,
	sideBySideTable,
	type ItemResult,
	type Measured,
} from '../faultResults';
import type { Part, Section, Target } from '../report';
import { playSchedule } from '../schedules';
import { decimal, percent } from '../statistics';
import { inWarp } from '../warp';
import { byId, httpRequest, MEASURED, ourNode, webhookWorkflow, type Items } from '../workflows';

const SCHEDULES = 200;
const ITEMS = 3;
const FIRST_SEED = 20_240_401;
/**
 * How much faster time passes than on the wall: a start whose answer is lost is looked for for minutes.
 * The schedules run beside each other, so more speed would save little, and a time-out would pass while
 * n8n is merely busy.
 */
const SPEED = 5;
/** How long the nodes wait for an answer, by the faster clock. */
const TIMEOUT_MS = 10_000;
/** From a request to an answer that is late, by the faster clock. */
const TOO_LATE_MS = 20_000;
/** Between two schedules that begin, in real milliseconds. Each makes n8n work at first. */
const STAGGER_MS = 250;
/** As they are when a user switches Retry On Fail on. */
const RETRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1_000 };
/** What n8n answers for an execution that failed. */
const FAILED = 'Error in workflow';
const WANTED_SINGLE = 0.97;
const OURS = 'This node';

/** Executions before a schedule begins, as a nightly job has had: they start the same and are not counted. */
const EARLIER_NIGHTS = 2;
/** What such executions give as their schedule. */
const EARLIER = -1;
/** From one night to the next, by the faster clock: the limit and the seconds around a start are over. */
const NIGHT_MS = 5_000;
const EXECUTIONS_PER_SCHEDULE = EARLIER_NIGHTS + 1;

/** Sleeps by the faster clock. */
const pass = async (milliseconds: number): Promise<void> => await delay(milliseconds / SPEED);

/** Both take address and tenant from the item: each schedule has an Amperity of its own. */
async function variants(lab: BenchLab): Promise<Record<string, INode>> {
	const baseUrl = '={{ $json.baseUrl }}';
	const tenant = '={{ $json.tenant }}';
	const credential = await lab.client.createCredential(
		'amperityApi',
		{ ...credentialData(lab.simulator), baseUrl, tenant },
		'One of many',
	);
	const configId = byId('={{ $json.configId }}');
	const request = {
		method: 'POST' as const,
		url: `${baseUrl}/workflow/runs`,
		tenant,
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

/** What one execution of a schedule is given; `label` tells n8n's executions apart afterwards. */
const itemsOf = (schedule: number, label: number, { baseUrl, tenant }: AmperitySimulator): Items =>
	Array.from({ length: ITEMS }, (_, item) => ({
		schedule: label,
		configId: configIdOf(schedule, item),
		baseUrl,
		tenant,
	}));

/** Returns how many requests the simulator had got before anything went wrong. */
async function runSchedule(
	lab: BenchLab,
	path: string,
	schedule: number,
	simulator: AmperitySimulator,
): Promise<number> {
	await delay(schedule * STAGGER_MS);
	const { requests } = simulator;
	for (let night = 0; night < EARLIER_NIGHTS; night++) {
		await lab.mustCall(path, itemsOf(schedule, EARLIER, simulator));
		await pass(NIGHT_MS);
	}
	const earlierRequests = requests.length;
	playSchedule(simulator, FIRST_SEED + schedule, TOO_LATE_MS / SPEED);
	const { succeeded, output } = await lab.call(path, itemsOf(schedule, schedule, simulator));
	const said = JSON.stringify(output);
	if (!succeeded && !said.includes(FAILED)) {
		throw new Error(`n8n did not run schedule ${schedule}: ${said}`);
	}
	return earlierRequests;
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

/** What the items of a schedule came to; `requests` are those since things began to go wrong. */
function resultsOf(
	execution: N8nExecution,
	schedule: number,
	requests: RecordedRequest[],
): ItemResult[] {
	const succeeded = execution.status === 'success';
	const outputs = succeeded ? execution.items(MEASURED) : [];
	const said = JSON.stringify(execution.error ?? '');
	return Array.from({ length: ITEMS }, (_, item) => {
		const configId = configIdOf(schedule, item);
		const starts = requests.filter((request) => startsConfig(request, configId));
		const runs = starts.flatMap(({ startedRunId }) => startedRunId ?? []);
		const mayHaveStarted = said.includes(`A run of ${configId} may have started`);
		return {
			kind: kindOf(starts.find(({ fault }) => fault)?.fault),
			runs,
			handedOn: idOf(outputs.find((output) => itemOf(output) === item)?.json),
			named: mayHaveStarted || runs.some((id) => said.includes(id)),
			succeeded,
		};
	});
}

const startsConfig = ({ method, body }: RecordedRequest, configId: string): boolean =>
	method === 'POST' && (body as IDataObject | undefined)?.config_id === configId;

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
	const starting = Array.from({ length: SCHEDULES }, (_, schedule) =>
		AmperitySimulator.start({ ...simulatorOptions, tenant: `tenant-${schedule}` }),
	);
	const simulators = await Promise.all(starting);
	try {
		const running = simulators.map((simulator, schedule) =>
			runSchedule(lab, path, schedule, simulator),
		);
		const earlierRequests = await Promise.all(running);
		// A run that is started late comes even if nobody waits for it any more.
		await pass(TOO_LATE_MS);
		const executions = await readExecutions(lab, 1 + number * EXECUTIONS_PER_SCHEDULE * SCHEDULES);
		return simulators.flatMap(({ requests }, schedule) => {
			const execution = executions.get(schedule);
			if (!execution) throw new Error(`n8n has no execution of schedule ${schedule}`);
			return resultsOf(execution, schedule, requests.slice(earlierRequests[schedule]));
		});
	} finally {
		await Promise.all(simulators.map(async (simulator) => await simulator.stop()));
	}
}

function targetsOf(items: ItemResult[]): Target[] {
	const none = (wanted: string, holds: (item: ItemResult) => boolean): Target => {
		const found = countOf(items, holds);
		return { wanted, measured: decimal(found), met: found === 0 };
	};
	const single = countOf(items, isSingle);
	return [
		{
			wanted: `at least ${percent(WANTED_SINGLE, 1)} of the items have one run`,
			measured: percent(single, items.length),
			met: single >= WANTED_SINGLE * items.length,
		},
		none('no item has two runs', isDoubled),
		none('no item is given the run of somebody else', isWrong),
		none('no run has been started that nothing tells of', isSilent),
	];
}

function sectionOf(measured: Measured): Section {
	return {
		method: `${SCHEDULES} executions with ${ITEMS} items each, each against an Amperity of its own where n8n has started the same runs ${EARLIER_NIGHTS} times before without trouble, as a nightly job has. Then 30 % of the starts go wrong in one of 16 ways: dropped before or after Amperity accepted them, answered too late, 429, 500, 503 or 504 with and without effect, a gateway's HTML page, half an answer, none. With 20 % of the starts, somebody else starts a run at the same moment. The n-th start meets the same fault whichever node sends it; 10 % of the reads, which only this node makes, fail as well. Both nodes have Retry On Fail on (3 tries) and wait ${TIMEOUT_MS / 1_000} s for an answer. Time passes ${SPEED} times as fast as on the wall. Items, out of ${SCHEDULES * ITEMS}:`,
		table: fullTable(measured),
		details: [
			{
				text: 'The same items by the first thing that went wrong with a start of theirs, in whichever try. The nodes do not meet everything equally often: who sends a start again may meet the next fault.',
				table: kindTable(measured),
			},
		],
		targets: targetsOf(measured.get(OURS)!),
		guaranteeTables: [mainTable(measured), sideBySideTable(measured)],
		remarks: [
			"This node looks a lost start up in Amperity's list and takes its run over. It sends the start again, at most twice, only if the failure came at once and the list has shown for 65 s that nothing has come of it. Where nothing is found after any other failure, such as a time-out, the item fails and says that a run may have started. A run that Amperity starts still later after a failure that came at once is not among the faults: this node would start a second one. HTTP Request sends all items again until a try succeeds for all of them.",
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
					const measured: Measured = new Map();
					for (const [name, node] of Object.entries(await variants(lab))) {
						measured.set(name, await measure(lab, options.simulator, node, measured.size));
					}
					return sectionOf(measured);
				}),
		),
};
