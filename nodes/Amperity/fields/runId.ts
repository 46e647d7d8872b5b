import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from './fieldReader';
import { idValidation } from './id';

/** The field of the operations that concern one run. */
export const runIdField: INodeProperties = {
	displayName: 'Run ID',
	name: 'runId',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description: 'The workflow run. The operation Start emits its ID.',
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. wf-20240619-14418-6UhqSe',
			hint: 'In Amperity, open the Workflows page, then the Actions menu of the row, and copy the workflow ID',
			validation: idValidation('An ID looks like wf-20240619-14418-6UhqSe'),
		},
		{
			displayName: 'Recent Runs',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a run...',
			typeOptions: { searchListMethod: 'searchRecentRuns', searchable: true },
		},
	],
};

/**
 * Reads the field and checks its shape.
 *
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export const readRunId = (fields: FieldReader): string =>
	fields.id(runIdField, 'Enter the ID of a workflow run, like "wf-20240619-14418-6UhqSe".');
