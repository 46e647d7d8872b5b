import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { getIngestJob } from '../../transport/ingestJobs';
import { readId } from '../id';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { requestOptions } from '../requestTimeout';
import { simplifyField, toJobItem } from './simplify';

export const option: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get ingest job',
	description: 'Get an ingest job by its ID',
};

export const description: INodeProperties[] = [
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. isj-20240827-54061-2l6XhD',
		description: 'ID of the ingest job',
		hint: 'In Amperity, open the Workflows page, then Recent Activity, choose Ingest details under the job, and copy the job ID',
	},
	simplifyField,
	requestOptions,
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const jobId = readId(context, itemIndex, 'jobId', 'Job ID');
		return toJobItem(context, itemIndex, await getIngestJob(client, jobId));
	});
}
