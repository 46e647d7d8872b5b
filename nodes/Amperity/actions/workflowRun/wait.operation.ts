import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { eachItem, isFailed, mustStop, type ItemOutcome } from '../items';
import { itemClient } from '../itemClient';
import { requestTimeoutOption } from '../requestTimeout';
import { awaitRuns } from './awaitRuns';
import { readRunId, runIdField } from './runId';
import { readWaitOptions, waitOptions } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Wait',
	value: 'wait',
	action: 'Wait for workflow run',
	description: 'Wait until runs that were started elsewhere have ended',
};

export const description: INodeProperties[] = [
	runIdField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: [...waitOptions, requestTimeoutOption],
	},
];

/** Checks every item before the first request, then waits for the runs of all items together. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const runs = await eachItem(context, async (itemIndex) => ({
		runId: readRunId(context, itemIndex),
		client: await itemClient(context, itemIndex),
	}));
	if (mustStop(context, runs)) return runs.filter(isFailed);
	return await awaitRuns(context, runs, readWaitOptions(context));
}
