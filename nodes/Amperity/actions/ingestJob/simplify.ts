import type { IDataObject } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import { simplifyField } from '../../fields/simplify';
import { tablesOf, type IngestJob } from '../../transport/ingestJobs';

/** What is left of a table: what it is called, how it went, and the counts of rows. */
const TABLE_FIELDS = [
	'table_name',
	'state',
	'read',
	'inserted',
	'updated',
	'rejected',
	'errors',
	'started_at',
	'ended_at',
];

function simplifyTable(table: IDataObject): IDataObject {
	return Object.fromEntries(TABLE_FIELDS.map((field) => [field, table[field]]));
}

/** The job as an item: whole, or without its files and inner IDs. */
export function toJobItem(job: IngestJob, isSimplified: boolean): IDataObject {
	if (!isSimplified) return job;
	return { id: job.id, workflow_id: job.workflow_id, tables: tablesOf(job).map(simplifyTable) };
}

/** Whether an item wants its jobs simplified. */
export const readSimplify = (fields: FieldReader): boolean => fields.isOn(simplifyField) ?? true;
