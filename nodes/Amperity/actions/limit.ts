import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** Amperity does not say how many items a page may hold; a hundred is moderate. */
export const PAGE_SIZE = 100;

/** The fields that n8n's lists have. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 1 },
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];

/** How many items an operation returns, and how many it asks for at once. */
export function readLimit(
	context: IExecuteFunctions,
	itemIndex: number,
): { items: number; pageSize: number } {
	const returnAll = context.getNodeParameter('returnAll', itemIndex);
	const items = returnAll
		? Infinity
		: Math.max(1, Number(context.getNodeParameter('limit', itemIndex)));
	return { items, pageSize: Math.min(items, PAGE_SIZE) };
}
