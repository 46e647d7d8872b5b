import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { filtersField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { collectPages } from '../../transport/pagination';
import { listCampaigns } from '../../transport/campaigns';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many campaigns',
	description: 'List campaigns, whose IDs can be started',
};

const templateFilter: INodeProperties = {
	displayName: 'Data Template ID',
	name: 'dataTemplateId',
	type: 'string',
	default: '',
	placeholder: 'e.g. ptg-2QLLqXBEq',
	description:
		'Only campaigns that use this data template. In Amperity, open the Destinations page, then the menu of the row, and choose Copy ID.',
};

export const description: INodeProperties[] = [
	...limitFields,
	filtersField([templateFilter]),
	requestOptions,
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const { items, pageSize } = readLimit(fields);
		const wanted = {
			destination_data_template_id: fields.in('filters').text(templateFilter),
			limit: pageSize,
		};
		return await collectPages(
			async (nextToken) => await listCampaigns(client, wanted, nextToken),
			items,
		);
	});
}
