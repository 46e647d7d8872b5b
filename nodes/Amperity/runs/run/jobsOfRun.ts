import type { AmperityClient } from '../../transport/client';
import { eachIngestJob, type IngestJob } from '../../transport/ingestJobs';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { createdAt, endedAt } from './runTimes';

/** An ingest job may be dated a little before or after its run. Milliseconds. */
const MARGIN_MS = 3_600_000;

/**
 * Lists the ingest jobs that belong to a run. Amperity lists jobs by their time only, so those of the time of the
 * run are read.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 */
export async function* jobsOfRun(
	client: AmperityClient,
	run: WorkflowRun,
): AsyncGenerator<IngestJob, void, undefined> {
	const from = (createdAt(run) ?? client.clock.now()) - MARGIN_MS;
	const to = (endedAt(run) ?? client.clock.now()) + MARGIN_MS;
	for await (const job of eachIngestJob(client, from, to)) {
		if (job.workflow_id === run.id) yield job;
	}
}
