import type { IExecuteFunctions } from 'n8n-workflow';
import type { RequestLimits } from '../transport/request';
import { settled, type Settled } from '../transport/settled';
import { getRun, listRuns } from '../transport/workflowRuns';
import { createdAt, type WorkflowRun } from './workflowRun';

/** From so many runs on, one page of the list is cheaper than reading each run. */
const FEWEST_FOR_LIST = 3;

/** Pages of the list that one look may cost. */
const MOST_PAGES = 2;

/** Runs that one page is asked for. Amperity may send fewer. */
const PAGE_SIZE = 500;

/** A run whose state is wanted. `run` is what was last read of it. */
export interface RunToRead {
	runId: string;
	run?: WorkflowRun;
}

/** Adds those of the runs that the list shows. What it does not show is read by its ID later. */
async function readFromList(
	context: IExecuteFunctions,
	runs: RunToRead[],
	limits: RequestLimits,
	found: Map<string, Settled<WorkflowRun>>,
): Promise<void> {
	const wanted = new Map(runs.map((run) => [run.runId, run.run && createdAt(run.run)]));
	const times = [...wanted.values()].filter((time) => time !== undefined);
	if (times.length < FEWEST_FOR_LIST) return;

	const filters = {
		created_from: new Date(Math.min(...times)).toISOString(),
		created_to: new Date(Math.max(...times) + 1).toISOString(),
		limit: PAGE_SIZE,
	};
	let nextToken: string | undefined;
	for (let pages = 0; pages < MOST_PAGES; pages++) {
		const page = await listRuns(context, filters, nextToken, limits);
		for (const run of page.items) if (wanted.has(run.id)) found.set(run.id, { value: run });
		nextToken = page.nextToken;
		if (nextToken === undefined) return;
	}
}

/** Whether every other request would fail as this one did, so that reading run by run is no help. */
function failsForAll(error: NonNullable<Settled<never>['error']>): boolean {
	const status = Number(error.httpCode ?? 0);
	return status === 0 || status === 401 || status === 403 || status === 429 || status >= 500;
}

/**
 * Reads the state of runs with few requests: from three runs on through the list, whose pages hold
 * many, and by its ID what the list does not show.
 *
 * @returns for each run what it is now, or why that could not be read
 */
export async function readRuns(
	context: IExecuteFunctions,
	runs: RunToRead[],
	limits: RequestLimits,
): Promise<Map<string, Settled<WorkflowRun>>> {
	const found = new Map<string, Settled<WorkflowRun>>();
	await settled(readFromList(context, runs, limits, found));
	const read = async ({ runId }: RunToRead) =>
		await settled(getRun(context, runId, 'overview', limits));
	const [first, ...others] = runs.filter(({ runId }) => !found.has(runId));
	if (!first) return found;

	const reading = await read(first);
	found.set(first.runId, reading);
	const { error } = reading;
	const isVain = error !== undefined && failsForAll(error);
	const readings = others.map(async (run) => {
		found.set(run.runId, isVain ? { error } : await read(run));
	});
	await Promise.all(readings);
	return found;
}
