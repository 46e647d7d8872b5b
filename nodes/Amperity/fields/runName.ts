import type { INodeProperties } from 'n8n-workflow';

/** The filter for a part of a run's name. */
export const nameFilter: INodeProperties = {
	displayName: 'Name Contains',
	name: 'nameContains',
	type: 'string',
	default: '',
	placeholder: 'e.g. daily',
	description: 'Only runs whose name contains this text, in upper or lower case',
};
