import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { eachIngestJob, type IngestJob } from '../../transport/ingestJobs';
import { fieldError } from '../fieldError';
import { readTime } from '../filters';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';
import { simplifyField, toJobItem } from './simplify';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many ingest jobs',
	description: 'List the ingest jobs of a time range',
};

export const description: INodeProperties[] = [
	{
		displayName: 'Created From',
		name: 'createdFrom',
		type: 'dateTime',
		default: '',
		required: true,
		description:
			'Only jobs that started at this time or later. A date without an offset is in UTC.',
	},
	{
		displayName: 'Created To',
		name: 'createdTo',
		type: 'dateTime',
		default: '',
		required: true,
		description:
			'Only jobs that started before this time. The range may be longer than the 7 days that Amperity allows for one request.',
	},
	...limitFields,
	simplifyField,
	requestOptions,
];

function readRange(context: IExecuteFunctions, itemIndex: number): { from: number; to: number } {
	const from = readTime(context, itemIndex, 'createdFrom', 'Created From');
	const to = readTime(context, itemIndex, 'createdTo', 'Created To');
	if (from !== undefined && to !== undefined && from < to) {
		return { from: Date.parse(from), to: Date.parse(to) };
	}
	const problem =
		from === undefined || to === undefined
			? `${from === undefined ? 'Created From' : 'Created To'} is empty`
			: `Created From (${from}) is not before Created To (${to})`;
	throw fieldError(context, itemIndex, problem, 'Amperity needs both ends of the range.');
}

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const { from, to } = readRange(context, itemIndex);
		const { items } = readLimit(context, itemIndex);
		const jobs: IngestJob[] = [];
		for await (const job of eachIngestJob(client, from, to)) {
			jobs.push(job);
			if (jobs.length >= items) break;
		}
		return jobs.map((job) => toJobItem(context, itemIndex, job));
	});
}
