import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../fields/fieldReader';

/** Amperity does not say how many items a page may hold; a hundred is moderate. */
const PAGE_SIZE = 100;

const returnAllField: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limitField: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 1 },
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

/** The fields that n8n's lists have. */
export const limitFields: INodeProperties[] = [returnAllField, limitField];

/** How many items an operation returns, and how many it asks for at once. */
export function readLimit(fields: FieldReader): { items: number; pageSize: number } {
	const items = fields.isOn(returnAllField)
		? Infinity
		: (fields.count(limitField) ?? Number(limitField.default));
	return { items, pageSize: Math.min(items, PAGE_SIZE) };
}
