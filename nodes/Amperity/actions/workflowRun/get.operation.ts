import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { optionsField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { readRunId, runIdField } from '../../fields/runId';
import { getRun, type RunView } from '../../transport/workflowRuns';
import { withSubject } from '../errorSubject';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { requestTimeoutOption } from '../requestTimeout';
import { ingestCountsOption, readIngestCounts, withIngestCounts } from './ingestCounts';
import { emitRuns, readRunForm, runOutputFields, type RunOutput } from './runOutput';

export const option: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get workflow run',
	description: 'Get a run by its ID',
};

const viewField: INodeProperties = {
	displayName: 'View',
	name: 'view',
	type: 'options',
	default: 'overview',
	description: 'How much of the run to get',
	options: [
		{
			name: 'Overview',
			value: 'overview',
			description: 'Name, type, state and times',
		},
		{
			name: 'Verbose',
			value: 'verbose',
			description: 'Everything, including the tasks and the error of the run',
		},
	],
};

export const description: INodeProperties[] = [
	runIdField,
	viewField,
	...runOutputFields,
	optionsField([ingestCountsOption, requestTimeoutOption]),
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const runs = await eachItemAtOnce(context, async (client, itemIndex): Promise<RunOutput> => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const runId = readRunId(fields);
		const view = (fields.choice(viewField) ?? viewField.default) as RunView;
		const form = readRunForm(fields);
		const includeCounts = readIngestCounts(fields);
		const run = await withSubject({ run_id: runId }, getRun(client, runId, view));
		return { runId, run, form, includeCounts, client };
	});
	return emitRuns(await withIngestCounts(runs));
}
