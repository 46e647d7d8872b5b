import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { MOST_IN_FLIGHT } from '../../runs/wait/readRuns';
import { createdAt, endedAt } from '../../runs/run/workflowRun';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import { eachIngestJob } from '../../transport/ingestJobs';
import { hasId, isObject, type Identified } from '../../transport/list';
import { settled } from '../../transport/settled';
import { isFailed, type ItemOutcome } from '../items';
import { itemClient } from '../itemClient';

/** The option of a start that waits. */
export const ingestCountsOption: INodeProperties = {
	displayName: 'Include Ingest Counts',
	name: 'includeIngestCounts',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description:
		'Whether to add how many rows were read, inserted, updated and rejected, for each table. For courier groups only.',
};

const COUNTS = ['read', 'inserted', 'updated', 'rejected', 'errors'];

/** An ingest job may be dated a little before or after its run. Milliseconds. */
const MARGIN_MS = 3_600_000;

const isCourierRun = ({ type }: IDataObject) =>
	typeof type === 'string' && type.startsWith('courier');

/** The counts of a run's ingest jobs, added up for each table. */
async function countsOf(client: AmperityClient, run: Identified): Promise<IDataObject[]> {
	const from = (createdAt(run) ?? client.clock.now()) - MARGIN_MS;
	const to = (endedAt(run) ?? client.clock.now()) + MARGIN_MS;
	const tables = new Map<unknown, IDataObject>();
	for await (const job of eachIngestJob(client, from, to)) {
		if (job.workflow_id !== run.id || !Array.isArray(job.tables)) continue;
		for (const table of job.tables.filter(isObject)) {
			const { table_name } = table;
			const sum = tables.get(table_name) ?? { table_name };
			for (const count of COUNTS) sum[count] = Number(sum[count] ?? 0) + Number(table[count] ?? 0);
			tables.set(table_name, sum);
		}
	}
	return [...tables.values()];
}

/**
 * Adds the counts to the runs of courier groups, where the user wants them. A run is emitted even
 * if its counts cannot be read: it has been waited for, and must not be lost.
 */
export async function withIngestCounts(
	context: IExecuteFunctions,
	outcomes: ItemOutcome[],
): Promise<ItemOutcome[]> {
	if (!context.getNodeParameter('options.includeIngestCounts', 0, false)) return outcomes;
	return await concurrently(outcomes, MOST_IN_FLIGHT, async (outcome): Promise<ItemOutcome> => {
		const { itemIndex, value: run } = outcome;
		if (isFailed(outcome) || !hasId(run) || !isCourierRun(run)) return outcome;
		const counting = itemClient(context, itemIndex).then((client) => countsOf(client, run));
		const { value: ingest_counts, error } = await settled(counting);
		const counts = error ? { ingest_counts_error: error.message } : { ingest_counts };
		return { itemIndex, value: { ...run, ...counts } };
	});
}
