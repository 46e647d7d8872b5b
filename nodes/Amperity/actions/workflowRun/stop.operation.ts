import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { stopUnlessEnded } from '../../runs/run/stopRun';
import { toItem } from '../../runs/run/workflowRun';
import { eachItem, eachItemAtOnce, isFailed, mustStop, type ItemOutcome } from '../items';
import { requestTimeoutOption } from '../requestTimeout';
import { agentSwitch, checkAgentMay } from './agent';
import { awaitRuns, type ItemRun } from './awaitRuns';
import { readRunId, runIdField } from './runId';
import { readWaitOptions, waitUntilStoppedOptions } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Stop',
	value: 'stop',
	action: 'Stop workflow run',
	description: 'Stop a run that has not ended',
};

export const description: INodeProperties[] = [
	agentSwitch,
	runIdField,
	{
		displayName: 'Wait Until Stopped',
		name: 'waitUntilStopped',
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description:
			'Whether to wait until the run has come to a stop. Stopping takes a while when a task is running.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: [
			...waitUntilStoppedOptions.map((option) => ({
				...option,
				displayOptions: { show: { '/waitUntilStopped': [true] } },
			})),
			requestTimeoutOption,
		],
	},
];

/** Checks every item before the first request, stops the runs, then waits for all together. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const runIds = await eachItem(context, (itemIndex) => {
		checkAgentMay(context, 'stop workflow runs');
		return readRunId(context, itemIndex);
	});
	if (mustStop(context, runIds)) return runIds.filter(isFailed);

	const stopped = await eachItemAtOnce(context, async (client, itemIndex): Promise<ItemRun> => {
		const { value: runId, error } = runIds[itemIndex]!;
		if (error) throw error;
		const { run, alreadyEnded } = await stopUnlessEnded(client, runId);
		return { runId, run, client, extra: { already_ended: alreadyEnded } };
	});
	const waits = !isCalledByAgent(context) && context.getNodeParameter('waitUntilStopped', 0);
	if (!waits || mustStop(context, stopped)) {
		return stopped.map((item) =>
			isFailed(item)
				? item
				: { ...item, value: { ...toItem(item.value.run!), ...item.value.extra } },
		);
	}
	return await awaitRuns(context, stopped, { ...readWaitOptions(context), emitUnsuccessful: true });
}
