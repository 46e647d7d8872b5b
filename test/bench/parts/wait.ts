import type { RecordedRequest } from '../../simulator';
import { inLab, objectsOf, type BenchLab } from '../BenchLab';
import type { Part, Section } from '../report';
import { decimal, median, peakWithin, percent, seconds } from '../statistics';
import { inWarp } from '../warp';
import { byId, ourNode, UNSTORED, webhookWorkflow } from '../workflows';

const RUNS = 300;
/** The runs end one after the other within this time. Milliseconds, as all below. */
const ENDS_WITHIN = 600_000;
/** About what the starts take, so that ends begin when all runs have been started. */
const STARTING = 33_000;

/** One execution under certain conditions. */
interface Trial {
	/** The longest page of the list. Amperity does not say how many runs it gives at once. */
	pageCap: number;
	/** How much faster time passes than on the wall. */
	speed: number;
}

const QUICK: Trial = { pageCap: Infinity, speed: 3 };
const REAL: Trial = { pageCap: Infinity, speed: 1 };
const SHORT_PAGES: Trial = { pageCap: 100, speed: 3 };

/** Between the last request of a round and the first of the next there is more than this. */
const PAUSE = 2_000;

const WANTED = { listsPerRound: 2, readsPerRun: 1, peak: 10, noticed: 0.95 };

/** What the wait cost and how soon it noticed, in the time that n8n and the simulator share. */
interface Outcome {
	trial: Trial;
	refused: number;
	rounds: number;
	listsPerRound: number;
	mostListsInARound: number;
	readsPerRun: number;
	peak: number;
	/** Runs whose end was read within one interval, from one round to the next. */
	noticed: number;
	/** From the end of a run to its reading. */
	lags: number[];
}

/** One look at all runs: requests that come one after the other. */
interface Round {
	at: number;
	requests: RecordedRequest[];
}

function roundsOf(requests: RecordedRequest[]): Round[] {
	const rounds: Round[] = [];
	let previous = 0;
	for (const request of requests) {
		if (request.at - previous > PAUSE) rounds.push({ at: request.at, requests: [] });
		previous = request.at;
		rounds.at(-1)!.requests.push(request);
	}
	return rounds;
}

const isList = ({ method, path }: RecordedRequest) => method === 'GET' && path === '/workflow/runs';

function prepare({ simulator }: BenchLab): string[] {
	const perStart = STARTING / RUNS;
	return Array.from({ length: RUNS }, (_, index) => {
		const configId = `cg-wait${index}`;
		const startsAt = perStart * index;
		const endsAt = STARTING + (ENDS_WITHIN * (index + 1)) / RUNS;
		simulator.setScenario(configId, { durationMs: endsAt - startsAt });
		return configId;
	});
}

async function measure(lab: BenchLab, trial: Trial): Promise<Outcome> {
	await lab.settle();
	lab.simulator.pageCap = trial.pageCap;
	const configIds = prepare(lab);
	const { output } = await lab.mustCall(
		'wait',
		configIds.map((configId) => ({ configId })),
	);
	const succeeded = objectsOf(output).filter(({ outcome }) => outcome === 'succeeded').length;
	if (succeeded !== RUNS) throw new Error(`${succeeded} of ${RUNS} runs were seen to succeed`);
	return outcomeOf(lab, trial);
}

function outcomeOf({ simulator }: BenchLab, trial: Trial): Outcome {
	const { requests, runs } = simulator;
	const lastStart = requests.findLastIndex(({ method }) => method === 'POST');
	const waiting = requests.slice(lastStart + 1);
	const rounds = roundsOf(waiting);
	const lists = rounds.map((round) => round.requests.filter(isList).length);
	const verbose = new Map(
		waiting
			.filter(({ query }) => query.view === 'verbose')
			.map((request) => [request.path, request]),
	);
	const lags = runs.map(({ id, stages }) => {
		const read = verbose.get(`/workflow/runs/${id}`);
		if (!read) throw new Error(`${id} was never read in its verbose view`);
		return { readAt: read.at, lag: read.at - stages.at(-1)!.from };
	});
	const reads = waiting.filter((request) => !isList(request)).length;
	return {
		trial,
		refused: requests.filter(({ rateLimited }) => rateLimited).length,
		rounds: rounds.length,
		listsPerRound: lists.reduce((sum, count) => sum + count, 0) / rounds.length,
		mostListsInARound: Math.max(...lists),
		readsPerRun: reads / RUNS,
		peak: peakWithin(
			requests.map(({ at }) => at),
			1_000,
		),
		noticed: lags.filter(({ readAt, lag }) => lag <= intervalBefore(rounds, readAt)).length,
		lags: lags.map(({ lag }) => lag),
	};
}

/** From the round before to the round in which something was read. */
function intervalBefore(rounds: Round[], readAt: number): number {
	const index = rounds.findLastIndex(({ at }) => at <= readAt);
	const [before, round] = [rounds[index - 1], rounds[index]];
	return before && round ? round.at - before.at : Infinity;
}

const trialText = ({ pageCap, speed }: Trial) =>
	`${pageCap === Infinity ? 'Pages as long as the node asks for' : `Pages of at most ${pageCap} runs`}, ${speed === 1 ? 'in real time' : `in time ${speed} times as fast`}`;

function sectionOf(outcomes: Outcome[]): Section {
	const [first] = outcomes;
	const { readsPerRun, peak, noticed, mostListsInARound } = first!;
	return {
		method: `One execution starts ${RUNS} runs and waits for them; they end one after the other, evenly within ${seconds(ENDS_WITHIN, 0)}. Where time passes faster than on the wall, it does so for n8n's clock and timers as well as for the simulator and its limit of 10 requests in any second, and the numbers are in that time: what n8n and the network need then weighs more, so the peak of requests can only look worse than it is. A round is one look at all runs, an interval the time from one round to the next. HTTP Request has nothing to compare with.`,
		table: {
			head: [
				'Amperity gives',
				'Rounds',
				'Lists per round',
				'Most in a round',
				'Other reads per run',
				'Peak requests in a second',
				'429 answers',
				'Noticed within one interval',
				'Delay, median',
				'Delay, longest',
			],
			rows: outcomes.map((outcome) => [
				trialText(outcome.trial),
				decimal(outcome.rounds),
				decimal(outcome.listsPerRound, 2),
				decimal(outcome.mostListsInARound),
				decimal(outcome.readsPerRun, 2),
				decimal(outcome.peak),
				decimal(outcome.refused),
				percent(outcome.noticed, RUNS),
				seconds(median(outcome.lags)),
				seconds(Math.max(...outcome.lags)),
			]),
		},
		targets: [
			{
				wanted: `at most ${WANTED.listsPerRound} requests of the list in a round`,
				measured: decimal(mostListsInARound),
				met: mostListsInARound <= WANTED.listsPerRound,
			},
			{
				wanted: `besides, ${WANTED.readsPerRun} request for each run`,
				measured: decimal(readsPerRun, 2),
				met: readsPerRun <= WANTED.readsPerRun,
			},
			{
				wanted: `never above ${WANTED.peak} requests in a second`,
				measured: decimal(peak),
				met: peak <= WANTED.peak,
			},
			{
				wanted: `${percent(WANTED.noticed, 1)} of the ends noticed within one interval`,
				measured: percent(noticed, RUNS),
				met: noticed >= WANTED.noticed * RUNS,
			},
		],
	};
}

async function tryOut(trial: Trial): Promise<Outcome> {
	const parameters = { configId: byId('={{ $json.configId }}'), waitForCompletion: true };
	const work = async (lab: BenchLab) => {
		const node = ourNode(lab.ours, parameters);
		await lab.deploy(webhookWorkflow('wait', 'allEntries', UNSTORED, node));
		return await measure(lab, trial);
	};
	return await inWarp(trial.speed, async (options) => await inLab(options, work));
}

/** The targets are checked with the first trial. */
async function sectionOfTrials(trials: Trial[]): Promise<Section> {
	const outcomes: Outcome[] = [];
	for (const trial of trials) outcomes.push(await tryOut(trial));
	return sectionOf(outcomes);
}

/** 300 runs that end within ten minutes, in time that passes faster. */
export const wait: Part = {
	name: 'wait',
	title: 'Waiting for 300 runs',
	run: async () => await sectionOfTrials([QUICK]),
};

/** The same in real time, and with a list that gives less at once than it is asked for. */
export const waitMore: Part = {
	name: 'wait-more',
	title: 'Waiting for 300 runs in real time, and with short pages',
	isSlow: true,
	run: async () => await sectionOfTrials([REAL, SHORT_PAGES]),
};
