import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { startedSoFar } from '../../runs/start/earlierTry';
import { mayHaveStarted } from '../../runs/start/lostStartError';
import { startOnce, type StartedRun } from '../../runs/start/startOnce';
import { toItem } from '../../runs/run/workflowRun';
import type { AmperityClient } from '../../transport/client';
import { plainText } from '../../transport/plainText';
import {
	eachItem,
	eachItemInTurn,
	isFailed,
	mustStop,
	type Failed,
	type ItemOutcome,
	type Succeeded,
} from '../items';
import { idValidation } from '../id';
import { itemClient } from '../itemClient';
import { requestTimeoutOption } from '../requestTimeout';
import { adviceToAgent, agentSwitch, checkAgentMay } from './agent';
import { ingestCountsOption, withIngestCounts } from './ingestCounts';
import { awaitRuns, type ItemRun } from './awaitRuns';
import { ifLostOption, readIfLost } from './ifLost';
import { readStartRequest } from './startRequest';
import { readWaitOptions, waitOptions } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Start',
	value: 'start',
	action: 'Start workflow run',
	description: 'Start a courier group, an orchestration group or a campaign',
};

/** The options by name, as n8n wants them. `localeCompare` would double the time that loading takes. */
const startOptions = (
	[
		...waitOptions.map((option) => ({
			...option,
			displayOptions: { show: { '/waitForCompletion': [true] } },
		})),
		ifLostOption,
		{ ...ingestCountsOption, displayOptions: { show: { '/waitForCompletion': [true] } } },
		requestTimeoutOption,
		{
			displayName: 'Time Zone',
			name: 'timeZone',
			type: 'string',
			default: 'UTC',
			placeholder: 'e.g. America/New_York',
			description:
				'Zone in which dates without an offset are read. It applies to Day, Range From and Range To.',
			displayOptions: { show: { '/timeRange': ['day', 'range'] } },
		},
	] as INodeProperties[]
).sort((a, b) => (a.displayName < b.displayName ? -1 : 1));

export const description: INodeProperties[] = [
	agentSwitch,
	{
		displayName: 'Config ID',
		name: 'configId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '' },
		required: true,
		description:
			'What to run: a courier group (cg-…), an orchestration group (og-…) or a campaign (cc-…)',
		modes: [
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. cg-123ABc4DE',
				hint: 'In Amperity, open the Sources, Destinations or Campaigns page, then the menu of the row, and choose Copy ID',
				validation: idValidation('An ID looks like cg-123ABc4DE, og-123ABc4DE or cc-123ABc4DE'),
			},
			{
				displayName: 'Campaign From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose a campaign...',
				typeOptions: { searchListMethod: 'searchCampaigns', searchable: true },
			},
		],
	},
	{
		displayName: 'Run Mode',
		name: 'runMode',
		type: 'options',
		default: 'configured',
		description: 'How much of the courier group runs. For courier groups only.',
		options: [
			{
				name: 'As Configured in Amperity',
				value: 'configured',
				description: 'Uses the mode that is set for the courier group. May send data downstream.',
			},
			{
				name: 'Full',
				value: 'full',
				description:
					'Pulls data, refreshes domain tables, Stitch and databases, then runs everything downstream. Sends data to other systems.',
			},
			{
				name: 'Refresh',
				value: 'refresh',
				description:
					'Pulls data, refreshes domain tables, Stitch and databases. Sends no data downstream.',
			},
			{
				name: 'Source',
				value: 'source',
				description: 'Pulls data and refreshes domain tables. Sends no data downstream.',
			},
		],
	},
	{
		displayName: 'Time Range',
		name: 'timeRange',
		type: 'options',
		default: 'none',
		description:
			'For which time the couriers look for data. For courier groups only; those that pull files from cloud storage need it.',
		options: [
			{ name: 'Date Range', value: 'range', description: 'From one moment to another' },
			{ name: 'None', value: 'none', description: 'No range is sent' },
			{ name: 'Single Day', value: 'day', description: 'One calendar day' },
		],
	},
	{
		displayName: 'Day',
		name: 'day',
		type: 'dateTime',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-10-01',
		description:
			'The calendar day for which couriers look for data. The time of day does not matter.',
		displayOptions: { show: { timeRange: ['day'] } },
	},
	{
		displayName: 'Range From',
		name: 'rangeFrom',
		type: 'dateTime',
		default: '',
		required: true,
		placeholder: 'e.g. 2026-10-01T00:00:00Z',
		description: 'Start of the range, inclusive',
		displayOptions: { show: { timeRange: ['range'] } },
	},
	{
		displayName: 'Range To',
		name: 'rangeTo',
		type: 'dateTime',
		default: '',
		placeholder: 'e.g. 2026-10-02T00:00:00Z',
		description:
			'End of the range, exclusive: data of this very moment is not included. If empty, Amperity takes Range From as one specific day.',
		displayOptions: { show: { timeRange: ['range'] } },
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description:
			'Whether to wait until the runs have ended. All runs are started first, then waited for together.',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: startOptions,
	},
];

/** Adds to the error that ends the node which runs have been started, since no item tells it then. */
function nameStartedRuns(context: IExecuteFunctions, failed: Failed): Failed {
	const { error } = failed;
	const { runIds, lostConfigIds } = startedSoFar(context);
	const lost = [...new Set(lostConfigIds)].flatMap((configId) => {
		const count = lostConfigIds.filter((other) => other === configId).length;
		if (count > 1) return `${count} runs of ${configId} may have started all the same`;
		return error.message.includes(mayHaveStarted(configId)) ? [] : mayHaveStarted(configId);
	});
	const started =
		runIds.length > 0 ? [`Runs started by this node: ${runIds.map(plainText).join(', ')}`] : [];
	const sentences = [...lost, ...started].map((text) => ` ${text}.`);
	error.description = (error.description ?? '') + sentences.join('');
	if (runIds.length > 0) error.context.started_run_ids = runIds;
	return failed;
}

function endWith(context: IExecuteFunctions, outcomes: ItemOutcome[]): ItemOutcome[] {
	if (!mustStop(context, outcomes)) return outcomes;
	return outcomes.filter(isFailed).map((failed) => nameStartedRuns(context, failed));
}

function emitStarted(context: IExecuteFunctions, { itemIndex, value }: Succeeded<ItemRun>) {
	const run = toItem(value.run!);
	const advice = isCalledByAgent(context) ? adviceToAgent(run) : {};
	return { itemIndex, value: { ...run, ...value.extra, ...advice } };
}

function itemRunOf(started: StartedRun, client: AmperityClient): ItemRun {
	const { run, confirmedBy, timesStartedAgain, isTakenOver } = started;
	const extra = {
		...(confirmedBy && { start_confirmed_by: confirmedBy }),
		...(timesStartedAgain && { times_started_again: timesStartedAgain }),
	};
	const isNew = confirmedBy === undefined || confirmedBy === 'started_again';
	const startedAt = isNew ? monotonicNow() : undefined;
	return { runId: run.id, run, startedAt, client, extra, isTakenOver };
}

/**
 * Checks every item before the first run is started, then starts them in order, and waits for all
 * of them together if the user wants it.
 */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const requests = await eachItem(context, (itemIndex) => {
		checkAgentMay(context, 'start workflow runs');
		const request = readStartRequest(context, itemIndex);
		return { request, ifLost: readIfLost(context, itemIndex, request.config_id) };
	});
	if (mustStop(context, requests)) return requests.filter(isFailed);

	const started = await eachItemInTurn(context, async (itemIndex, progress): Promise<ItemRun> => {
		const { value, error } = requests[itemIndex]!;
		if (error) throw error;
		const { sent: onSent, answered: onAnswered, signal } = progress;
		const client = await itemClient(context, itemIndex, signal);
		const settings = { ...value, client, onSent, onAnswered, signal };
		return itemRunOf(await startOnce(context, itemIndex, settings), client);
	});
	// An agent is answered at once: it would take a long wait for a failure, and start again.
	const waits = !isCalledByAgent(context) && context.getNodeParameter('waitForCompletion', 0);
	const isCancelled = context.getExecutionCancelSignal()?.aborted;
	// A wait also sees to it that the runs of a stopped execution are stopped, where that is wanted.
	if (waits && (isCancelled || !mustStop(context, started))) {
		const ended = await awaitRuns(context, started, readWaitOptions(context));
		return endWith(context, await withIngestCounts(context, ended));
	}
	const emitted = started.map((item) => (isFailed(item) ? item : emitStarted(context, item)));
	return endWith(context, emitted);
}
