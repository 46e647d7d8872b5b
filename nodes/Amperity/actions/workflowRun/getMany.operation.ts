import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { filtersField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { timeZoneFields } from '../../fields/timeZone';
import { runItem } from '../../runs/run/runItem';
import { LARGE_PAGE_SIZE, collectPages } from '../../transport/pagination';
import { listRuns } from '../../transport/workflowRuns';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';
import { readRunFilters, runFilters } from './runFilters';
import { readRunForm, runOutputFields } from './runOutput';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many workflow runs',
	description: 'List runs, with filters',
};

export const description: INodeProperties[] = [
	...limitFields,
	{
		...filtersField(runFilters),
		description:
			'Created and Ended are checked by Amperity, and so is a Type like courier.group/run. n8n checks the others, and reads all runs until Limit is reached.',
	},
	...timeZoneFields(),
	...runOutputFields,
	requestOptions,
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const { items, pageSize } = readLimit(fields);
		const { filters, isWanted } = readRunFilters(fields);
		const form = readRunForm(fields);
		const query = { ...filters, limit: isWanted ? LARGE_PAGE_SIZE : pageSize };

		const runs = await collectPages(async (nextToken) => {
			const page = await listRuns(client, query, nextToken);
			return isWanted ? { ...page, items: page.items.filter(isWanted) } : page;
		}, items);
		return runs.map((run) => runItem(run, form, client.account.runUrl(run.id)));
	});
}
