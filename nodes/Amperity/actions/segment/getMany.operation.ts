import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { FieldReader } from '../../fields/fieldReader';
import { collectPages } from '../../transport/pagination';
import { listSegments } from '../../transport/segments';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many segments',
	description: 'List segments',
};

export const description: INodeProperties[] = [...limitFields, requestOptions];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const { items, pageSize } = readLimit(FieldReader.ofItem(context, itemIndex));
		return await collectPages(
			async (nextToken) => await listSegments(client, { limit: pageSize }, nextToken),
			items,
		);
	});
}
