import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { collectPages } from '../../transport/pagination';
import { listSegments } from '../../transport/segments';
import { eachItem, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestLimits, requestOptions } from '../requestTimeout';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many segments',
	description: 'List segments',
};

export const description: INodeProperties[] = [...limitFields, requestOptions];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItem(context, async (itemIndex) => {
		const { items, pageSize } = readLimit(context, itemIndex);
		const limits = requestLimits(context, itemIndex);
		return await collectPages(
			async (nextToken) => await listSegments(context, { limit: pageSize }, nextToken, limits),
			items,
		);
	});
}
