/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../n8n-host/N8nClient';
import type { RecordedRequest } from '../../simulator';
import { inLab, type BenchLab } from '../BenchLab';
import { getNode } from '../getting';
import type { Part, Section } from '../report';
import { decimal, median, seconds } from '../statistics';
import { byId, ourNode, UNSTORED, webhookWorkflow } from '../workflows';

const RUNS = 300;
/** How often a Get and a search are tried in each phase, and the time between two tries. */
const TRIES = 5;
const TRY_INTERVAL_MS = 1_000;
/** Longer than a wait takes from one look at the runs to the next. */
const LOOK_TIMEOUT_MS = 90_000;
const WANTED_MS = 2_000;
const ALONE = 'Alone';
const FIRST_LOOK = `Beside a wait, at its first look at ${RUNS} runs`;
const GOING_ON = 'Beside the wait, while the runs go on';
const ENDING = `Beside the wait, while it reads how ${RUNS} runs have ended`;

/** Times of single requests, in milliseconds. */
interface Outcome {
	gets: number[];
	searches: number[];
	/** Gets and searches that ended with an error. */
	failed: number;
}

async function timed(work: () => Promise<unknown>): Promise<{ time: number; failed: boolean }> {
	const began = performance.now();
	const failed = await work().then(
		() => false,
		() => true,
	);
	return { time: performance.now() - began, failed };
}

/** Opens the list of runs, as a person does in the editor. */
const search = async ({ client, ours }: BenchLab) =>
	await client.searchList({
		node: ourNode(ours, { operation: 'get', runId: byId('') }),
		parameter: 'runId',
		methodName: 'searchRecentRuns',
	});

/** A Get and a search each second, whether or not those before have been answered. */
async function measure(lab: BenchLab, runId: string): Promise<Outcome> {
	const tries = Array.from({ length: TRIES }, async (_, index) => {
		await delay(index * TRY_INTERVAL_MS);
		return await Promise.all([
			timed(async () => await lab.mustCall('get', [{ runId }])),
			timed(async () => await search(lab)),
		]);
	});
	const pairs = await Promise.all(tries);
	return {
		gets: pairs.map(([get]) => get.time),
		searches: pairs.map(([, searched]) => searched.time),
		failed: pairs.flat().filter(({ failed }) => failed).length,
	};
}

/** Waits until Amperity has been asked for something. */
async function untilAsked(
	lab: BenchLab,
	what: string,
	asks: (request: RecordedRequest) => boolean,
) {
	const from = lab.simulator.requests.length;
	await until(what, LOOK_TIMEOUT_MS, async () => lab.simulator.requests.slice(from).find(asks));
}

async function measureAll(lab: BenchLab): Promise<Map<string, Outcome>> {
	const { simulator, ours } = lab;
	const wait = ourNode(ours, { operation: 'wait', runId: byId('={{ $json.runId }}') });
	await lab.deploy(webhookWorkflow('get', 'allEntries', UNSTORED, getNode(ours)));
	await lab.deploy(webhookWorkflow('wait', 'firstEntryJson', UNSTORED, wait));
	const runIds = Array.from(
		{ length: RUNS },
		() => simulator.startRunAs({ principal: 'api', scenario: { waitsForFiles: true } }).id,
	);
	const [runId] = runIds;
	const outcomes = new Map<string, Outcome>();
	await measure(lab, runId!);
	outcomes.set(ALONE, await measure(lab, runId!));

	const besideTheWait = async () => {
		await untilAsked(lab, 'the first look', ({ method }) => method === 'GET');
		outcomes.set(FIRST_LOOK, await measure(lab, runId!));
		await untilAsked(lab, 'a later look', ({ path }) => path === '/workflow/runs');
		outcomes.set(GOING_ON, await measure(lab, runId!));

		for (const id of runIds) simulator.endRun(id, 'succeeded');
		await untilAsked(lab, 'an end to be read', ({ query }) => query.view === 'verbose');
		outcomes.set(ENDING, await measure(lab, runId!));
	};
	const items = runIds.map((id) => ({ runId: id }));
	await Promise.all([lab.mustCall('wait', items), besideTheWait()]);
	return outcomes;
}

function sectionOf(measured: Map<string, Outcome>): Section {
	const alone = measured.get(ALONE)!;
	const phases = [...measured.values()].filter((outcome) => outcome !== alone);
	const target = (what: string, times: number[]) => ({
		wanted: `${what} beside the wait takes at most ${seconds(WANTED_MS, 0)}`,
		measured: seconds(Math.max(...times)),
		met: Math.max(...times) <= WANTED_MS,
	});
	const failed = phases.reduce((sum, outcome) => sum + outcome.failed, 0);
	return {
		method: `One execution waits for ${RUNS} runs, which end at the same moment, while Amperity accepts 10 requests in any second. Beside it, a Get in an execution of its own and a search in the editor's list of runs are tried ${TRIES} times in each phase, a second apart; a search is given up after 30 s. All of it is in one n8n process and one tenant. HTTP Request has nothing to compare with.`,
		table: {
			head: ['', 'Get, median', 'Get, longest', 'Search, median', 'Search, longest', 'Failed'],
			rows: [...measured].map(([name, { gets, searches, failed }]) => [
				name,
				seconds(median(gets), 2),
				seconds(Math.max(...gets), 2),
				seconds(median(searches), 2),
				seconds(Math.max(...searches), 2),
				decimal(failed),
			]),
		},
		targets: [
			target(
				'a Get',
				phases.flatMap(({ gets }) => gets),
			),
			target(
				'a search',
				phases.flatMap(({ searches }) => searches),
			),
			{ wanted: 'none of them fails', measured: decimal(failed), met: failed === 0 },
		],
	};
}

/** What a person and another execution feel of a long wait. */
export const beside: Part = {
	name: 'beside',
	title: 'Reading beside a wait for 300 runs',
	run: async () => await inLab({}, async (lab) => sectionOf(await measureAll(lab))),
};
