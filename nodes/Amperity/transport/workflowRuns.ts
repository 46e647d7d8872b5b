import type { IDataObject } from 'n8n-workflow';
import { AmperityApiError } from './apiError';
import { getPage, hasId, type Identified } from './list';
import type { Page } from './pagination';
import {
	amperityApiRequest,
	type AmperityContext,
	type AmperityRequest,
	type RequestLimits,
} from './request';

/** A workflow run as Amperity answers it: `id` is like `wf-20240619-14418-6UhqSe`. All else is passed through. */
export type WorkflowRun = Identified;

/** The body of a start. Properties without a value are left out: Amperity allows no others. */
export interface StartRequest extends IDataObject {
	config_id: string;
	range_from?: string;
	range_to?: string;
	run_mode?: string;
}

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

async function requestRun(
	context: AmperityContext,
	request: AmperityRequest,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	const run = await amperityApiRequest(context, request, limits);
	if (hasId(run)) return run;
	throw new AmperityApiError(context.getNode(), { kind: 'unreadable', status: 200 });
}

/**
 * Starts a workflow run. There is no idempotency key: sent twice, it starts two runs.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ POST /workflow/runs
 */
export async function startRun(
	context: AmperityContext,
	body: StartRequest,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	return await requestRun(
		context,
		{ method: 'POST', path: RUNS, body, repeatability: 'once' },
		limits,
	);
}

/**
 * Reads one run.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ GET /workflow/runs/{id}
 */
export async function getRun(
	context: AmperityContext,
	runId: string,
	view: RunView,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	return await requestRun(
		context,
		{ method: 'GET', path: pathOf(runId), qs: { view }, repeatability: 'safe' },
		limits,
	);
}

/**
 * Stops a run. Stopping it twice does no more than stopping it once.
 *
 * @throws AmperityApiError if Amperity did not answer with a run
 * @see https://docs.amperity.com/api/ POST /workflow/runs/{id}/stop
 */
export async function stopRun(
	context: AmperityContext,
	runId: string,
	limits?: RequestLimits,
): Promise<WorkflowRun> {
	return await requestRun(
		context,
		{ method: 'POST', path: `${pathOf(runId)}/stop`, repeatability: 'safe' },
		limits,
	);
}

/**
 * Lists one page of runs, as overviews. Their order is not documented.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /workflow/runs
 */
export async function listRuns(
	context: AmperityContext,
	filters: RunFilters,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<WorkflowRun>> {
	return await getPage(context, RUNS, hasId, filters, nextToken, limits);
}
