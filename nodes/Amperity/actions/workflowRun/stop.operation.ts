import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { optionsField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { readRunId, runIdField } from '../../fields/runId';
import type { RunForm } from '../../runs/run/runItem';
import { stopUnlessEnded } from '../../runs/run/stopRun';
import { withSubject } from '../errorSubject';
import { eachItem, eachItemAtOnce, isFailed, mustStop, type ItemOutcome } from '../items';
import { requestTimeoutMs, requestTimeoutOption } from '../requestTimeout';
import { agentSwitch, checkAgentMay } from './agent';
import { awaitRuns, type ItemRun } from './awaitRuns';
import { emitRuns, readRunForm, runOutputFields } from './runOutput';
import {
	maximumWaitField,
	readWaitUntilStoppedOptions,
	waitUntilStoppedOptions,
	type WaitOptions,
} from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Stop',
	value: 'stop',
	action: 'Stop workflow run',
	description: 'Stop a run that has not ended',
};

const waitField: INodeProperties = {
	displayName: 'Wait Until Stopped',
	name: 'waitUntilStopped',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description:
		'Whether to wait until the run has come to a stop. Stopping takes a while when a task is running.',
	displayOptions: { hide: { '@tool': [true] } },
};

const optionsOfWait = waitUntilStoppedOptions.map((option) => ({
	...option,
	displayOptions: { show: { '/waitUntilStopped': [true] }, hide: { '@tool': [true] } },
}));

export const description: INodeProperties[] = [
	agentSwitch,
	runIdField,
	waitField,
	{
		...maximumWaitField,
		displayOptions: { show: { waitUntilStopped: [true] }, hide: { '@tool': [true] } },
	},
	...runOutputFields,
	optionsField([...optionsOfWait, requestTimeoutOption]),
];

/** All that one item asks for. */
interface StopOrder {
	runId: string;
	timeoutMs?: number;
	form: RunForm;
	/** Whether the stop is waited for. The switch takes no expression, so it is the same for all items. */
	waits: boolean;
	plan: WaitOptions;
}

async function readOrder(context: IExecuteFunctions, itemIndex: number): Promise<StopOrder> {
	await checkAgentMay(context, itemIndex, 'stop workflow runs');
	const fields = FieldReader.ofItem(context, itemIndex);
	return {
		runId: readRunId(fields),
		timeoutMs: requestTimeoutMs(fields),
		form: readRunForm(fields),
		waits: fields.isOn(waitField) ?? false,
		plan: readWaitUntilStoppedOptions(fields),
	};
}

/** Checks every item before the first request, stops the runs, then waits for all at once. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const orders = await eachItem(context, async (itemIndex) => await readOrder(context, itemIndex));
	if (mustStop(context, orders)) return orders.filter(isFailed);

	const stopped = await eachItemAtOnce(context, async (client, itemIndex): Promise<ItemRun> => {
		const { value: order, error } = orders[itemIndex]!;
		if (error) throw error;
		const { runId } = order;
		const { run, alreadyEnded } = await withSubject(
			{ run_id: runId },
			stopUnlessEnded(client, runId),
		);
		return { ...order, run, client, extra: { already_ended: alreadyEnded } };
	});
	const waits = orders.some(({ value }) => value?.waits);
	if (!waits || mustStop(context, stopped)) return emitRuns(stopped);
	return emitRuns(await awaitRuns(context, stopped));
}
