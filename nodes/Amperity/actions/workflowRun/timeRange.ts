import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { DateTime } from 'luxon';
import { startOfDay, toEndTimestamp, toTimestamp } from '../../fields/dateTime';
import type { FieldReader } from '../../fields/fieldReader';
import { readTimeZone, timeZoneFields } from '../../fields/timeZone';
import type { StartRequest } from '../../transport/workflowRuns';
import { readWindowLength, splitRangeFields, windowStarts, type WindowLength } from './splitRange';

/** The range of a start. */
type TimeRange = Pick<StartRequest, 'range_from' | 'range_to'>;

/** What kind of range is sent. */
export const timeRangeField: INodeProperties = {
	displayName: 'Time Range',
	name: 'timeRange',
	type: 'options',
	default: 'none',
	description:
		'For which time the couriers look for data. For courier groups only; those that pull files from cloud storage need it.',
	options: [
		{ name: 'Date Range', value: 'range', description: 'From one moment to another' },
		{
			name: 'Last N Days',
			value: 'lastDays',
			description: 'Whole calendar days that end with yesterday',
		},
		{ name: 'None', value: 'none', description: 'No range is sent' },
		{ name: 'Single Day', value: 'day', description: 'One calendar day' },
		{ name: 'Yesterday', value: 'yesterday', description: 'The calendar day before today' },
	],
};

const dayField: INodeProperties = {
	displayName: 'Day',
	name: 'day',
	type: 'dateTime',
	default: '',
	typeOptions: { dateOnly: true },
	placeholder: 'e.g. 2026-10-01',
	description:
		'The calendar day for which couriers look for data, as it is written: neither a time of day nor an offset changes it',
	displayOptions: { show: { timeRange: ['day'] } },
};

const daysField: INodeProperties = {
	displayName: 'Number of Days',
	name: 'days',
	type: 'number',
	default: 7,
	typeOptions: { minValue: 1, maxValue: 366 },
	description: 'How many whole days before today. With 1 it is yesterday.',
	displayOptions: { show: { timeRange: ['lastDays'] } },
};

const fromField: INodeProperties = {
	displayName: 'Range From',
	name: 'rangeFrom',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-01 00:00:00',
	description: 'Start of the range, inclusive',
	displayOptions: { show: { timeRange: ['range'] } },
};

const toField: INodeProperties = {
	displayName: 'Range To',
	name: 'rangeTo',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-02 00:00:00',
	description:
		'End of the range, exclusive: data of this very moment is not included. If empty, Amperity takes Range From as one specific day.',
	displayOptions: { show: { timeRange: ['range'] } },
};

/**
 * The fields of a range of time.
 *
 * @param hide when they are not to be seen
 * @param split the fields that split it, if it can be split
 */
export const timeRangeFields = (
	hide: IDisplayOptions['hide'],
	split = splitRangeFields({ timeRange: ['lastDays', 'range'] }),
): INodeProperties[] =>
	[
		timeRangeField,
		dayField,
		daysField,
		fromField,
		toField,
		...split,
		...timeZoneFields({ timeRange: ['day', 'lastDays', 'range', 'yesterday'] }),
	].map((field) => ({ ...field, displayOptions: { ...field.displayOptions, hide } }));

/** Reads the fields of a range of time: one range, or the parts that it is split into. One that is not wanted has no properties. */
export function readTimeRanges(fields: FieldReader): TimeRange[] {
	const choice = fields.choice(timeRangeField) ?? timeRangeField.default;
	if (choice === 'none') return [{}];
	const zone = readTimeZone(fields);
	switch (choice) {
		case 'day':
			return [daysFrom(dateOf(fields, dayField, zone), 1, zone)];
		case 'yesterday':
			return [daysBeforeToday(1, zone)];
		case 'lastDays':
			return lastDays(fields, zone);
		default:
			return dateRange(fields, zone);
	}
}

const DATE_IS_MISSING = 'Enter a date, or set Time Range to None.';

function dateOf(fields: FieldReader, field: INodeProperties, zone: string): DateTime {
	const date = fields.time(field, zone);
	if (date) return date;
	throw fields.invalid(field, 'is empty', DATE_IS_MISSING);
}

function numberOfDays(fields: FieldReader): number {
	const days = fields.count(daysField);
	if (days !== undefined) return days;
	throw fields.invalid(daysField, 'is empty', 'Enter a number of days, like 7.');
}

/** By n8n's clock, which also fires schedules and gives `$today`. */
function daysBeforeToday(days: number, zone: string): TimeRange {
	const today = DateTime.now().setZone(zone);
	return daysFrom(today.minus({ days }), days, zone);
}

/** Whole days of a zone. One that Amperity itself would take for a day is told by its start alone. */
function daysFrom(first: DateTime, days: number, zone: string): TimeRange {
	const from = startOfDay(first, zone);
	const to = startOfDay(first.plus({ days }), zone);
	const range_from = toTimestamp(from);
	const isDayOfAmperity = days === 1 && from.offset === 0 && to.offset === 0;
	return isDayOfAmperity ? { range_from } : { range_from, range_to: toTimestamp(to) };
}

function lastDays(fields: FieldReader, zone: string): TimeRange[] {
	const days = numberOfDays(fields);
	const length = readWindowLength(fields);
	if (!length) return [daysBeforeToday(days, zone)];
	const today = DateTime.now().setZone(zone);
	const from = startOfDay(today.minus({ days }), zone);
	return windows(fields, from, startOfDay(today, zone), length);
}

function dateRange(fields: FieldReader, zone: string): TimeRange[] {
	const length = readWindowLength(fields);
	const to = fields.time(toField, zone);
	if (to && !fields.time(fromField, zone)) {
		throw fields.invalid(
			fromField,
			'is empty but Range To is set',
			'Enter Range From as well: Amperity needs the start of every range.',
		);
	}
	const from = dateOf(fields, fromField, zone);
	if (!to && length) {
		throw fields.invalid(toField, 'is empty', 'Enter the end of the range that is to be split.');
	}
	const range_from = toTimestamp(from);
	if (!to) return [{ range_from }];
	const range_to = toEndTimestamp(to);
	if (from >= to) {
		throw fields.invalid(
			fromField,
			`(${range_from}) is not before Range To (${range_to})`,
			'Range To is exclusive: to cover one whole day, enter the day after it.',
		);
	}
	// A date may say its own offset, but the days are those of the field.
	return length ? windows(fields, from.setZone(zone), to, length) : [{ range_from, range_to }];
}

/** The parts of a range. Each ends at the very second in which the next one begins. */
function windows(
	fields: FieldReader,
	from: DateTime,
	to: DateTime,
	length: WindowLength,
): TimeRange[] {
	const starts = windowStarts(fields, from, to, length).map(toTimestamp);
	const ends = [...starts.slice(1), toEndTimestamp(to)];
	return starts.map((range_from, index) => ({ range_from, range_to: ends[index] }));
}
