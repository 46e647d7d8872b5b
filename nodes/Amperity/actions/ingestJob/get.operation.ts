import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { FieldReader } from '../../fields/fieldReader';
import { simplifyField } from '../../fields/simplify';
import { getIngestJob } from '../../transport/ingestJobs';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { requestOptions } from '../requestTimeout';
import { readSimplify, toJobItem } from './simplify';

export const option: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get ingest job',
	description: 'Get an ingest job by its ID',
};

const jobIdField: INodeProperties = {
	displayName: 'Job ID',
	name: 'jobId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. isj-20240827-54061-2l6XhD',
	description: 'ID of the ingest job',
	hint: 'In Amperity, open the Workflows page, then Recent Activity, choose Ingest details under the job, and copy the job ID',
};

export const description: INodeProperties[] = [jobIdField, simplifyField, requestOptions];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const jobId = fields.id(
			jobIdField,
			'Enter the ID of an ingest job, like "isj-20240827-54061-2l6XhD".',
		);
		const isSimplified = readSimplify(fields);
		return toJobItem(await getIngestJob(client, jobId), isSimplified);
	});
}
