import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { optionsField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { readRunId, runIdField } from '../../fields/runId';
import { eachItem, isFailed, mustStop, type ItemOutcome } from '../items';
import { itemClient } from '../itemClient';
import { requestTimeoutOption } from '../requestTimeout';
import { awaitRuns, type ItemRun } from './awaitRuns';
import { ingestCountsOption, readIngestCounts, withIngestCounts } from './ingestCounts';
import { emitRuns, readRunForm, runOutputFields } from './runOutput';
import { maximumWaitField, readWaitOptions, waitOptions } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Wait',
	value: 'wait',
	action: 'Wait for workflow run',
	description: 'Wait until runs that were started elsewhere have ended',
};

export const description: INodeProperties[] = [
	runIdField,
	maximumWaitField,
	...runOutputFields,
	optionsField([...waitOptions, ingestCountsOption, requestTimeoutOption]),
];

/** Checks every item before the first request, then waits for the runs of all items at once. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const runs = await eachItem(context, async (itemIndex): Promise<ItemRun> => {
		const fields = FieldReader.ofItem(context, itemIndex);
		return {
			runId: readRunId(fields),
			plan: readWaitOptions(fields),
			form: readRunForm(fields),
			includeCounts: readIngestCounts(fields),
			client: await itemClient(context, itemIndex),
		};
	});
	if (mustStop(context, runs)) return runs.filter(isFailed);
	const ended = await awaitRuns(context, runs);
	return emitRuns(await withIngestCounts(ended));
}
