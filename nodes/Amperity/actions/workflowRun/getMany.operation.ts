import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { toItem, type WorkflowRun } from '../../runs/run/workflowRun';
import { collectPages } from '../../transport/pagination';
import { listRuns, type RunFilters } from '../../transport/workflowRuns';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { readText, readTime } from '../filters';
import { limitFields, PAGE_SIZE, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';

const timeFilters: Array<[name: keyof RunFilters & string, label: string, description: string]> = [
	['created_from', 'Created From', 'Only runs created at this time or later'],
	['created_to', 'Created To', 'Only runs created before this time'],
	['ended_from', 'Ended From', 'Only runs that ended at this time or later'],
	['ended_to', 'Ended To', 'Only runs that ended before this time'],
];

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many workflow runs',
	description: 'List runs, with filters',
};

export const description: INodeProperties[] = [
	...limitFields,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		default: {},
		placeholder: 'Add filter',
		options: [
			...timeFilters.map(
				([name, displayName, text]): INodeProperties => ({
					displayName,
					name,
					type: 'dateTime',
					default: '',
					description: `${text}. A date without an offset is in UTC.`,
				}),
			),
			{
				displayName: 'Name Contains',
				name: 'nameContains',
				type: 'string',
				default: '',
				placeholder: 'e.g. daily',
				description:
					'Only runs whose name contains this text, in upper or lower case. n8n checks it: Amperity still sends all runs.',
			},
			{
				displayName: 'State',
				name: 'state',
				type: 'string',
				default: '',
				placeholder: 'e.g. failed',
				description: 'Only runs in this state, as Amperity writes it in its answers',
			},
			{
				displayName: 'Type',
				name: 'type',
				type: 'string',
				default: '',
				placeholder: 'e.g. courier.group/run',
				description: 'Only runs of this type, as Amperity writes it in its answers',
			},
		],
	},
	requestOptions,
];

function readFilters(context: IExecuteFunctions, itemIndex: number): RunFilters {
	const filters: RunFilters = {
		state: readText(context, itemIndex, 'filters.state'),
		type: readText(context, itemIndex, 'filters.type'),
	};
	for (const [name, label] of timeFilters) {
		filters[name] = readTime(context, itemIndex, `filters.${name}`, label);
	}
	return filters;
}

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const limit = readLimit(context, itemIndex);
		const wanted = readText(context, itemIndex, 'filters.nameContains')?.toLowerCase();
		// Where n8n chooses, a short page would only mean more of them.
		const pageSize = wanted === undefined ? limit.pageSize : PAGE_SIZE;
		const filters = { ...readFilters(context, itemIndex), limit: pageSize };
		const isWanted = ({ name }: WorkflowRun) =>
			wanted === undefined || (typeof name === 'string' && name.toLowerCase().includes(wanted));

		const runs = await collectPages(async (nextToken) => {
			const page = await listRuns(client, filters, nextToken);
			return { ...page, items: page.items.filter(isWanted) };
		}, limit.items);
		return runs.map(toItem);
	});
}
