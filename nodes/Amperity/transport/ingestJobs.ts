import type { IDataObject } from 'n8n-workflow';
import { AmperityApiError } from './apiError';
import { getPage, hasId, type Identified } from './list';
import { amperityApiRequest, type AmperityContext, type RequestLimits } from './request';

/** What couriers loaded: one entry of `tables` for each table, with counts of rows. */
export interface IngestJob extends Identified {
	/** The workflow run that the job belongs to. */
	workflow_id?: string;
	tables?: IDataObject[];
}

/** The longest window that one list of ingest jobs covers. Milliseconds. */
const LONGEST_WINDOW_MS = 7 * 24 * 3_600_000;

/**
 * Reads one ingest job.
 *
 * @throws AmperityApiError if Amperity did not answer with a job
 * @see https://docs.amperity.com/api/ GET /ingest/jobs/{job-id}
 */
export async function getIngestJob(
	context: AmperityContext,
	jobId: string,
	limits?: RequestLimits,
): Promise<IngestJob> {
	const path = `/ingest/jobs/${encodeURIComponent(jobId)}`;
	const job = await amperityApiRequest(
		context,
		{ method: 'GET', path, repeatability: 'safe' },
		limits,
	);
	if (hasId(job)) return job;
	throw new AmperityApiError(context.getNode(), { kind: 'unreadable', status: 200 });
}

/**
 * Lists ingest jobs, window by window, each job once. Amperity wants both ends of a window of at
 * most seven days, and its lists of jobs have no further pages.
 *
 * @param from milliseconds since the epoch, inclusive
 * @param to milliseconds since the epoch, exclusive
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /ingest/jobs
 */
export async function* eachIngestJob(
	context: AmperityContext,
	from: number,
	to: number,
	limits?: RequestLimits,
): AsyncGenerator<IngestJob, void, undefined> {
	const seen = new Set<string>();
	for (let start = from; start < to; start += LONGEST_WINDOW_MS) {
		const window = {
			created_from: new Date(start).toISOString(),
			created_to: new Date(Math.min(start + LONGEST_WINDOW_MS, to)).toISOString(),
		};
		const { items } = await getPage<IngestJob>(
			context,
			'/ingest/jobs',
			hasId,
			window,
			undefined,
			limits,
		);
		for (const job of items) {
			if (!seen.has(job.id)) yield job;
			seen.add(job.id);
		}
	}
}
