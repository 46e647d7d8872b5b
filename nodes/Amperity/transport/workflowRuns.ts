import type { IDataObject } from 'n8n-workflow';
import type { RequestLimits } from './amperityRequest';
import type { AmperityClient } from './client';
import { getPage, hasId, identified, type Identified } from './list';
import type { Page } from './pagination';

/** A workflow run as Amperity answers it: `id` is like `wf-20240619-14418-6UhqSe`. All else is passed through. */
export type WorkflowRun = Identified;

/** The body of a start. Properties without a value are left out: Amperity allows no others. */
export interface StartRequest extends IDataObject {
	config_id: string;
	range_from?: string;
	range_to?: string;
	run_mode?: string;
}

/** Whether two requests ask for the same. */
export const isSameRequest = (one: StartRequest, other: StartRequest): boolean =>
	JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** What a list of runs can be narrowed to. Times are ISO 8601 in UTC; `from` is inclusive, `to` exclusive. */
export interface RunFilters extends IDataObject {
	created_from?: string;
	created_to?: string;
	ended_from?: string;
	ended_to?: string;
	state?: string;
	type?: string;
	limit?: number;
}

/** `overview` holds neither tasks nor the error of a run, `verbose` both. */
export type RunView = 'overview' | 'verbose';

const RUNS = '/workflow/runs';

const pathOf = (runId: string) => `${RUNS}/${encodeURIComponent(runId)}`;

/**
 * Starts a workflow run. There is no idempotency key: sent twice, it starts two runs.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ POST /workflow/runs
 */
export async function startRun(
	client: AmperityClient,
	body: StartRequest,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	const request = { method: 'POST', path: RUNS, body, repeatability: 'once' } as const;
	return await client.request({ ...request, read: identified }, limits);
}

/**
 * Reads one run.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ GET /workflow/runs/{id}
 */
export async function getRun(
	client: AmperityClient,
	runId: string,
	view: RunView,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	const request = {
		method: 'GET',
		path: pathOf(runId),
		qs: { view },
		repeatability: 'safe',
	} as const;
	return await client.request({ ...request, read: identified }, limits);
}

/**
 * Stops a run. Stopping it twice does no more than stopping it once.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ POST /workflow/runs/{id}/stop
 */
export async function stopRun(client: AmperityClient, runId: string): Promise<WorkflowRun> {
	const request = { method: 'POST', path: `${pathOf(runId)}/stop`, repeatability: 'safe' } as const;
	return await client.request({ ...request, read: identified });
}

/**
 * Lists one page of runs, as overviews. Their order is not documented.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /workflow/runs
 */
export async function listRuns(
	client: AmperityClient,
	filters: RunFilters,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<WorkflowRun>> {
	return await getPage(client, RUNS, hasId, filters, nextToken, limits);
}
