import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { getRun, type RunView } from '../../transport/workflowRuns';
import { toItem } from '../../runs/run/workflowRun';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { requestOptions } from '../requestTimeout';
import { readRunId, runIdField } from './runId';

export const option: INodePropertyOptions = {
	name: 'Get',
	value: 'get',
	action: 'Get workflow run',
	description: 'Get a run by its ID',
};

export const description: INodeProperties[] = [
	runIdField,
	{
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
	},
	requestOptions,
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const runId = readRunId(context, itemIndex);
		const view = context.getNodeParameter('view', itemIndex) as RunView;
		return toItem(await getRun(client, runId, view));
	});
}
