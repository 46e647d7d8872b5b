import type { IDataObject } from 'n8n-workflow';
import type { AmperityClient } from './client';
import { getPage, hasId, identified, isObject, type Identified } from './list';

/** What couriers loaded: one entry of `tables` for each table, with counts of rows. */
export interface IngestJob extends Identified {
	/** The workflow run that the job belongs to. */
	workflow_id?: string;
	tables?: IDataObject[];
}

/** The tables of a job, as far as they can be read. */
export const tablesOf = ({ tables }: IngestJob): IDataObject[] =>
	Array.isArray(tables) ? tables.filter(isObject) : [];

/** The longest window that one list of ingest jobs covers. Milliseconds. */
const LONGEST_WINDOW_MS = 7 * 24 * 3_600_000;

/**
 * Reads one ingest job.
 *
 * @throws AmperityApiError if Amperity did not answer with a job
 * @see https://docs.amperity.com/api/ GET /ingest/jobs/{job-id}
 */
export async function getIngestJob(client: AmperityClient, jobId: string): Promise<IngestJob> {
	const path = `/ingest/jobs/${encodeURIComponent(jobId)}`;
	return await client.request({ method: 'GET', path, repeatability: 'safe', read: identified });
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
	client: AmperityClient,
	from: number,
	to: number,
): AsyncGenerator<IngestJob, void, undefined> {
	const seen = new Set<string>();
	for (let start = from; start < to; start += LONGEST_WINDOW_MS) {
		const window = {
			created_from: new Date(start).toISOString(),
			created_to: new Date(Math.min(start + LONGEST_WINDOW_MS, to)).toISOString(),
		};
		const { items } = await getPage<IngestJob>(client, '/ingest/jobs', hasId, window);
		for (const job of items) {
			if (!seen.has(job.id)) yield job;
			seen.add(job.id);
		}
	}
}
