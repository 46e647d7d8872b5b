import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isObject } from '../../transport/list';
import type { IngestJob } from '../../transport/ingestJobs';

/** The switch of the operations that emit ingest jobs. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

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
export function toJobItem(
	context: IExecuteFunctions,
	itemIndex: number,
	job: IngestJob,
): IDataObject {
	if (!context.getNodeParameter('simplify', itemIndex)) return job;
	const tables = Array.isArray(job.tables) ? job.tables.filter(isObject) : [];
	return { id: job.id, workflow_id: job.workflow_id, tables: tables.map(simplifyTable) };
}
