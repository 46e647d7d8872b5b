import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { isCalledByAgent } from '../../calledByAgent';
import { isFinished, toItem, type WorkflowRun } from '../../runs/workflowRun';
import type { RequestLimits } from '../../transport/request';
import { settled } from '../../transport/settled';
import { getRun, stopRun } from '../../transport/workflowRuns';
import { eachItem, isFailed, mustStop, type ItemOutcome } from '../items';
import { requestLimits, requestTimeoutOption } from '../requestTimeout';
import { agentSwitch, checkAgentMay } from './agent';
import { awaitRuns } from './awaitRuns';
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

interface Stopped {
	run: WorkflowRun;
	/** Whether the run had ended before anybody could stop it, which is no error. */
	alreadyEnded: boolean;
}

async function stop(
	context: IExecuteFunctions,
	runId: string,
	limits: RequestLimits,
): Promise<Stopped> {
	const before = await getRun(context, runId, 'verbose', limits);
	if (isFinished(before)) return { run: before, alreadyEnded: true };

	const { value, error } = await settled(stopRun(context, runId, limits));
	if (value) return { run: value, alreadyEnded: false };

	// It may have ended between the two requests.
	const after = await settled(getRun(context, runId, 'verbose', limits));
	if (after.value && isFinished(after.value)) return { run: after.value, alreadyEnded: true };
	throw error;
}

/** Checks every item before the first request, stops the runs in order, then waits for all together. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const runIds = await eachItem(context, (itemIndex) => {
		checkAgentMay(context, 'stop workflow runs');
		return readRunId(context, itemIndex);
	});
	if (mustStop(context, runIds)) return runIds.filter(isFailed);

	const stopped = await eachItem(context, async (itemIndex) => {
		const { value: runId, error } = runIds[itemIndex]!;
		if (error) throw error;
		const { run, alreadyEnded } = await stop(context, runId, requestLimits(context, itemIndex));
		return { runId, run, extra: { already_ended: alreadyEnded } };
	});
	const waits = !isCalledByAgent(context) && context.getNodeParameter('waitUntilStopped', 0);
	if (!waits || mustStop(context, stopped)) {
		return stopped.map((item) =>
			isFailed(item)
				? item
				: { ...item, value: { ...toItem(item.value.run), ...item.value.extra } },
		);
	}
	return await awaitRuns(context, stopped, { ...readWaitOptions(context), emitUnsuccessful: true });
}
