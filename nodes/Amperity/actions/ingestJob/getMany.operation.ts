import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { FieldReader } from '../../fields/fieldReader';
import { simplifyField } from '../../fields/simplify';
import { jobsOfRun } from '../../runs/run/jobsOfRun';
import type { AmperityClient } from '../../transport/client';
import { eachIngestJob, type IngestJob } from '../../transport/ingestJobs';
import { getRun } from '../../transport/workflowRuns';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';
import { jobsOfFields, readJobsOf, type JobsOf } from './jobsOf';
import { readSimplify, toJobItem } from './simplify';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many ingest jobs',
	description: 'List the ingest jobs of a time range or of a workflow run',
};

export const description: INodeProperties[] = [
	...jobsOfFields,
	...limitFields,
	simplifyField,
	requestOptions,
];

async function* eachJob(
	client: AmperityClient,
	jobsOf: JobsOf,
): AsyncGenerator<IngestJob, void, undefined> {
	if (jobsOf.range) yield* eachIngestJob(client, jobsOf.range.from, jobsOf.range.to);
	else yield* jobsOfRun(client, await getRun(client, jobsOf.runId, 'overview'));
}

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const jobsOf = readJobsOf(fields);
		const { items } = readLimit(fields);
		const isSimplified = readSimplify(fields);
		const jobs: IngestJob[] = [];
		for await (const job of eachJob(client, jobsOf)) {
			jobs.push(job);
			if (jobs.length >= items) break;
		}
		return jobs.map((job) => toJobItem(job, isSimplified));
	});
}
