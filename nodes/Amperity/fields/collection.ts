import type { INodeProperties } from 'n8n-workflow';

/** The collection of an operation's options, as `FieldReader.in('options')` reads it. */
export const optionsField = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options,
});

/** The collection of an operation's filters, as `FieldReader.in('filters')` reads it. */
export const filtersField = (filters: INodeProperties[]): INodeProperties => ({
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	default: {},
	placeholder: 'Add filter',
	options: filters,
});
