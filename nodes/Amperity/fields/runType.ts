import type { INodeProperties } from 'n8n-workflow';

/** The filter for the type of a run. */
export const runTypeFilter: INodeProperties = {
	displayName: 'Type',
	name: 'type',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'Only runs of this type',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a type...',
			typeOptions: { searchListMethod: 'searchRunTypes', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. courier.group/run',
			hint: "As Amperity's answers write it, or as its Workflows page does",
		},
	],
};
