import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { FieldReader } from '../../fields/fieldReader';
import { readRunId, runIdField } from '../../fields/runId';
import { readTimeZone, timeZoneFields } from '../../fields/timeZone';
import type { ReportFormat } from '../../runs/report/report';
import { getRun } from '../../transport/workflowRuns';
import { withSubject } from '../errorSubject';
import {
	eachItem,
	eachItemAtOnce,
	isFailed,
	mustStop,
	type ItemOutcome,
	type ItemOutput,
	type Succeeded,
} from '../items';
import { requestOptions } from '../requestTimeout';
import { withUsualDurations, writeReport, type ReportForm, type RunToReport } from './writeReport';

export const option: INodePropertyOptions = {
	name: 'Report',
	value: 'report',
	action: 'Report on workflow runs',
	description: 'Write a text for a chat or a mail on how runs went, with a timeline of their tasks',
};

const reportOnField: INodeProperties = {
	displayName: 'Report On',
	name: 'reportOn',
	type: 'options',
	default: 'eachRun',
	noDataExpression: true,
	description: 'Which runs a report is about',
	options: [
		{
			name: 'All Runs Together',
			value: 'allRuns',
			description:
				'One report on the runs of all items, in the form that the first of them asks for',
		},
		{ name: 'Each Run', value: 'eachRun', description: 'A report for each item' },
	],
	displayOptions: { hide: { '@tool': [true] } },
};

const formatField: INodeProperties = {
	displayName: 'Format',
	name: 'format',
	type: 'options',
	default: 'markdown',
	description: 'In which form the text is written',
	options: [
		{ name: 'HTML', value: 'html', description: 'For a mail' },
		{ name: 'Markdown', value: 'markdown', description: 'For most chats, and for tickets' },
		{ name: 'Slack', value: 'slack', description: 'For the Slack node and for webhooks of Slack' },
	],
};

const timelineField: INodeProperties = {
	displayName: 'Include Timeline',
	name: 'includeTimeline',
	type: 'boolean',
	default: true,
	description:
		'Whether to add a picture of when each task ran, to download or to attach to a mail: an SVG in the binary field timeline',
	displayOptions: { hide: { '@tool': [true] } },
};

export const description: INodeProperties[] = [
	runIdField,
	reportOnField,
	formatField,
	timelineField,
	...timeZoneFields({}, { description: 'The time zone in which the report writes its times' }),
	requestOptions,
];

/** All that one item asks for. */
interface ReportOrder {
	runId: string;
	form: ReportForm;
	/** The field takes no expression, so it is the same for all items. */
	isOnAll: boolean;
}

function readOrder(context: IExecuteFunctions, itemIndex: number): ReportOrder {
	const fields = FieldReader.ofItem(context, itemIndex);
	return {
		runId: readRunId(fields),
		isOnAll: fields.choice(reportOnField) === 'allRuns',
		form: {
			format: (fields.choice(formatField) ?? formatField.default) as ReportFormat,
			zone: readTimeZone(fields),
			// A model has no use for it.
			includeTimeline: !isCalledByAgent(context) && (fields.isOn(timelineField) ?? true),
		},
	};
}

async function reportsOn(
	context: IExecuteFunctions,
	items: Array<Succeeded<RunToReport>>,
	isOnAll: boolean,
): Promise<ItemOutput[]> {
	if (!isOnAll) return await Promise.all(items.map((item) => writeReport(context, [item])));
	if (items.length === 0) return [];
	const pairedItems = items.map(({ itemIndex }) => itemIndex);
	return [{ ...(await writeReport(context, items)), pairedItems }];
}

/** Checks every item before the first request, reads the runs, then writes of each or of all. */
export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	const orders = await eachItem(context, (itemIndex) => readOrder(context, itemIndex));
	if (mustStop(context, orders)) return orders.filter(isFailed);

	const read = await eachItemAtOnce(context, async (client, itemIndex): Promise<RunToReport> => {
		const { value: order, error } = orders[itemIndex]!;
		if (error) throw error;
		const { runId, form } = order;
		const run = await withSubject({ run_id: runId }, getRun(client, runId, 'verbose'));
		return { ...form, run, client };
	});
	const failed = read.filter(isFailed);
	if (mustStop(context, failed)) return failed;

	const items = await withUsualDurations(read.filter((outcome) => !isFailed(outcome)));
	const isOnAll = orders.some(({ value }) => value?.isOnAll);
	const reports = await reportsOn(context, items, isOnAll);
	return [...reports, ...failed].sort((one, other) => one.itemIndex - other.itemIndex);
}
