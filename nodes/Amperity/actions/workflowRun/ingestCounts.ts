import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import { MOST_IN_FLIGHT } from '../../runs/wait/readRuns';
import { jobsOfRun } from '../../runs/run/jobsOfRun';
import { isCourierType } from '../../runs/run/runType';
import { textOf } from '../../runs/run/text';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import { tablesOf } from '../../transport/ingestJobs';
import { settled } from '../../transport/settled';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { isFailed, type Outcome } from '../items';
import type { RunOutput } from './runOutput';

/** The option of the operations that read a run. It is on when it is added, and off without it. */
export const ingestCountsOption: INodeProperties = {
	displayName: 'Include Ingest Counts',
	name: 'includeIngestCounts',
	type: 'boolean',
	default: true,
	description:
		'Whether to add how many rows were read, inserted, updated and rejected, for each table. For courier groups only.',
};

const COUNTS = ['read', 'inserted', 'updated', 'rejected', 'errors'];

const isCourierRun = ({ type }: WorkflowRun) => isCourierType(textOf(type));

/** The counts of a run's ingest jobs, added up for each table. */
async function countsOf(client: AmperityClient, run: WorkflowRun): Promise<IDataObject[]> {
	const tables = new Map<unknown, IDataObject>();
	for await (const job of jobsOfRun(client, run)) {
		for (const table of tablesOf(job)) {
			const { table_name } = table;
			const sum = tables.get(table_name) ?? { table_name };
			for (const count of COUNTS) sum[count] = Number(sum[count] ?? 0) + Number(table[count] ?? 0);
			tables.set(table_name, sum);
		}
	}
	return [...tables.values()];
}

/** Whether an item wants the counts. */
export const readIngestCounts = (fields: FieldReader): boolean =>
	fields.in('options').isOn(ingestCountsOption) ?? false;

/**
 * Adds the counts to the runs of courier groups, where the user wants them. A run is emitted even
 * if its counts cannot be read: it has been waited for, and must not be lost.
 */
export async function withIngestCounts<T extends RunOutput>(
	outcomes: Array<Outcome<T>>,
): Promise<Array<Outcome<T>>> {
	return await concurrently(outcomes, MOST_IN_FLIGHT, async (outcome): Promise<Outcome<T>> => {
		if (isFailed(outcome)) return outcome;
		const { run, client, includeCounts, extra } = outcome.value;
		if (!includeCounts || !run || !isCourierRun(run)) return outcome;
		const { value: ingest_counts, error } = await settled(countsOf(client, run));
		const counts = error ? { ingest_counts_error: error.message } : { ingest_counts };
		return { ...outcome, value: { ...outcome.value, extra: { ...extra, ...counts } } };
	});
}
