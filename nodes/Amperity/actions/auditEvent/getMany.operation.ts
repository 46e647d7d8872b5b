import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { collectPages } from '../../transport/pagination';
import { listAuditEvents } from '../../transport/auditEvents';
import { readTime } from '../filters';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many audit events',
	description: 'List who did what in the tenant, and when',
};

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	default: {},
	placeholder: 'Add filter',
	options: [
		{
			displayName: 'Happened From',
			name: 'happenedFrom',
			type: 'dateTime',
			default: '',
			description: 'Only events at this time or later. A date without an offset is in UTC.',
		},
		{
			displayName: 'Happened To',
			name: 'happenedTo',
			type: 'dateTime',
			default: '',
			description: 'Only events before this time. A date without an offset is in UTC.',
		},
	],
};

export const description: INodeProperties[] = [...limitFields, filters, requestOptions];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const { items, pageSize } = readLimit(context, itemIndex);
		const wanted = {
			happened_from: readTime(context, itemIndex, 'filters.happenedFrom', 'Happened From'),
			happened_to: readTime(context, itemIndex, 'filters.happenedTo', 'Happened To'),
			limit: pageSize,
		};
		return await collectPages(
			async (nextToken) => await listAuditEvents(client, wanted, nextToken),
			items,
		);
	});
}
