import type { RequestLimits } from '../../transport/amperityRequest';
import { reasonOf } from '../../transport/apiError';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import {
	isServerTrouble,
	isThrottled,
	mayHaveBeenAccepted,
	type Failure,
} from '../../transport/failure';
import { LARGE_PAGE_SIZE } from '../../transport/pagination';
import { settled, type Settled } from '../../transport/settled';
import { getRun, listRuns, type WorkflowRun } from '../../transport/workflowRuns';
import { createdAt } from '../run/runTimes';

/** Requests of one wait that are under way at once, so that it leaves room for everybody else. */
export const MOST_IN_FLIGHT = 3;

/** From so many runs on, a page of the list is cheaper than reading each run. */
const FEWEST_FOR_LIST = 3;

/** A page of the list is worth it while it saves so many reads. */
const RUNS_PER_PAGE = 5;

/** A list may be stale, so from this look on each run is read by its ID once in so many, not all in the same one. */
const LOOKS_BETWEEN_READS = 10;

/** A run whose state is wanted. */
export interface RunToRead {
	runId: string;
	/** Its place among the runs of the wait, however many have ended. */
	place: number;
	/** What was last read of it. */
	run?: WorkflowRun;
}

/** What each run is now, or why that could not be read. */
export type Readings = Map<string, Settled<WorkflowRun>>;

/** The runs that this look takes from the list, if it shows them: all but those whose turn it is. */
function forList(runs: RunToRead[], look: number): RunToRead[] {
	const listed = runs.filter(({ run, place }) => {
		const isDue = look >= LOOKS_BETWEEN_READS && (place + look) % LOOKS_BETWEEN_READS === 0;
		return !isDue && run !== undefined && createdAt(run) !== undefined;
	});
	return listed.length < FEWEST_FOR_LIST ? [] : listed;
}

/** Adds those of the runs that the list shows. */
async function readFromList(
	client: AmperityClient,
	runs: RunToRead[],
	limits: RequestLimits,
	readings: Readings,
): Promise<void> {
	const missing = new Set(runs.map(({ runId }) => runId));
	const times = runs.map(({ run }) => createdAt(run!)!);
	const filters = {
		created_from: new Date(Math.min(...times)).toISOString(),
		created_to: new Date(Math.max(...times) + 1).toISOString(),
		limit: LARGE_PAGE_SIZE,
	};
	const mostPages = Math.ceil(runs.length / RUNS_PER_PAGE);
	let nextToken: string | undefined;
	for (let pages = 0; pages < mostPages && missing.size > 0; pages++) {
		const page = await listRuns(client, filters, nextToken, limits);
		for (const run of page.items) {
			if (missing.delete(run.id)) readings.set(run.id, { value: run });
		}
		nextToken = page.nextToken;
		if (nextToken === undefined) return;
	}
}

/** So many runs in a row that meet the same kind of trouble are not about one run any more. */
const FAILURES_IN_A_ROW = 3;

/** Whether a failure may be about one run or about all of them. */
const mayFailForAll = (failure: Failure | undefined): boolean =>
	failure !== undefined && (failure.kind !== 'amperity' || isServerTrouble(failure.status));

/** Whether every other request would surely fail as this one did. */
function failsForAll(failure: Failure | undefined): boolean {
	switch (failure?.kind) {
		case 'amperity':
			return [401, 403, 429].includes(failure.status);
		case 'network':
			return !mayHaveBeenAccepted(failure);
		case 'credential':
		case 'noTurn':
		case 'stopped':
			return true;
		default:
			return false;
	}
}

/** Adds the runs by their ID. When one fails as all would, or some do in a row, the others are not tried. */
async function readById(
	client: AmperityClient,
	runs: RunToRead[],
	limits: RequestLimits,
	readings: Readings,
): Promise<void> {
	let fatal: Error | undefined;
	let inARow = 0;
	await concurrently(runs, MOST_IN_FLIGHT, async ({ runId }) => {
		const reading = fatal
			? { error: fatal }
			: await settled(getRun(client, runId, 'overview', limits));
		const { error } = reading;
		const failure = reasonOf(error);
		inARow = mayFailForAll(failure) ? inARow + 1 : 0;
		if (inARow >= FAILURES_IN_A_ROW || failsForAll(failure)) fatal = error;
		readings.set(runId, reading);
	});
}

/**
 * Reads the state of runs with few requests: from three runs on through the list, whose pages hold many,
 * and by its ID what the list does not show, and each run in one of ten looks.
 *
 * @param runs those that were read last come first: what cannot be read must not keep others from it
 * @param look number of the look, from 1
 * @param until when it is too late to read, in milliseconds by the monotonic clock
 */
export async function readRuns(
	client: AmperityClient,
	runs: RunToRead[],
	look: number,
	until: number,
): Promise<Readings> {
	const readings: Readings = new Map();
	// The next look is the second attempt.
	const limits = { retry: false, until };
	const listed = forList(runs, look);
	const { error } = await settled(
		listed.length > 0 ? readFromList(client, listed, limits, readings) : Promise.resolve(),
	);
	const failure = reasonOf(error);
	if (error && failure && isThrottled(failure)) {
		return new Map(runs.map(({ runId }) => [runId, { error }]));
	}
	await readById(
		client,
		runs.filter(({ runId }) => !readings.has(runId)),
		limits,
		readings,
	);
	return readings;
}
