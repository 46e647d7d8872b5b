import type { INodeProperties } from 'n8n-workflow';
import type { DateTime } from 'luxon';
import { toEndTimestamp, toTimestamp } from '../../fields/dateTime';
import type { FieldReader } from '../../fields/fieldReader';
import { readRunId, runIdField } from '../../fields/runId';
import { readTimeZone, timeZoneFields } from '../../fields/timeZone';

const jobsOfField: INodeProperties = {
	displayName: 'Jobs Of',
	name: 'jobsOf',
	type: 'options',
	default: 'timeRange',
	description: 'Which ingest jobs to list',
	options: [
		{
			name: 'Time Range',
			value: 'timeRange',
			description: 'The jobs that started in a time range',
		},
		{
			name: 'Workflow Run',
			value: 'workflowRun',
			description: 'The jobs that belong to the run of a courier group',
		},
	],
};

const ofRange = { jobsOf: ['timeRange'] };

const fromField: INodeProperties = {
	displayName: 'Created From',
	name: 'createdFrom',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-01 00:00:00',
	description: 'Only jobs that started at this time or later',
	displayOptions: { show: ofRange },
};

const toField: INodeProperties = {
	displayName: 'Created To',
	name: 'createdTo',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-02 00:00:00',
	description:
		'Only jobs that started before this time. The range may be longer than the 7 days that Amperity allows for one request.',
	displayOptions: { show: ofRange },
};

/** The fields that say which jobs to list. */
export const jobsOfFields: INodeProperties[] = [
	jobsOfField,
	fromField,
	toField,
	...timeZoneFields(ofRange),
	{ ...runIdField, required: false, displayOptions: { show: { jobsOf: ['workflowRun'] } } },
];

/** Whose jobs to list: those of a run, or those of a time range. */
export type JobsOf = { runId: string; range?: undefined } | { range: TimeRange };

/** Milliseconds since the epoch; `from` is inclusive, `to` exclusive. */
interface TimeRange {
	from: number;
	to: number;
}

/**
 * Reads these fields of one item.
 *
 * @throws NodeOperationError that names the field and the remedy
 */
export const readJobsOf = (fields: FieldReader): JobsOf =>
	fields.choice(jobsOfField) === 'workflowRun'
		? { runId: readRunId(fields) }
		: { range: readRange(fields) };

function readRange(fields: FieldReader): TimeRange {
	const zone = readTimeZone(fields);
	const from = readEnd(fields, fromField, zone);
	const to = readEnd(fields, toField, zone);
	const range = { from: toTimestamp(from), to: toEndTimestamp(to) };
	if (from < to) return { from: Date.parse(range.from), to: Date.parse(range.to) };
	throw fields.invalid(
		fromField,
		`(${range.from}) is not before Created To (${range.to})`,
		'Created To is exclusive: to cover one whole day, enter the day after it.',
	);
}

function readEnd(fields: FieldReader, field: INodeProperties, zone: string): DateTime {
	const time = fields.time(field, zone);
	if (time) return time;
	throw fields.invalid(field, 'is empty', 'Amperity needs both ends of the range.');
}
