import type { INodeProperties } from 'n8n-workflow';
import type { DateTime } from 'luxon';
import { earliest, startOfDay } from '../../fields/dateTime';
import type { FieldReader } from '../../fields/fieldReader';

/** An item makes so many runs at most. */
const MOST_WINDOWS = 1_000;

const splitField: INodeProperties = {
	displayName: 'Split Range Into',
	name: 'splitRange',
	type: 'options',
	default: 'none',
	description:
		'Whether one run covers the whole range, or each part of it has a run of its own. With Wait for Completion, the option Order of Items lets them run one after another.',
	options: [
		{ name: 'Days', value: 'days', description: 'One run for each day, counted from Range From' },
		{ name: 'Hours', value: 'hours', description: 'One run for each hour' },
		{ name: 'One Run', value: 'none', description: 'The range is not split' },
		{ name: 'Several Days', value: 'nDays', description: 'One run for so many days each' },
	],
};

const daysPerWindowField: INodeProperties = {
	displayName: 'Days per Run',
	name: 'daysPerWindow',
	type: 'number',
	default: 7,
	typeOptions: { minValue: 1, maxValue: 366 },
	description: 'How many days each run covers. The last one may cover fewer.',
	displayOptions: { show: { splitRange: ['nDays'] } },
};

/**
 * The fields that split a range.
 *
 * @param show when they are to be seen
 */
export const splitRangeFields = (show: Record<string, string[]>): INodeProperties[] =>
	[splitField, daysPerWindowField].map((field) => ({
		...field,
		displayOptions: { show: { ...show, ...field.displayOptions?.show } },
	}));

/** How long each part of a range is; undefined if it is not split. Days are those of the calendar, hours exact. */
export type WindowLength = { days: number } | { hours: number };

/** Reads these fields. */
export function readWindowLength(fields: FieldReader): WindowLength | undefined {
	switch (fields.choice(splitField)) {
		case 'days':
			return { days: 1 };
		case 'hours':
			return { hours: 1 };
		case 'nDays':
			return { days: fields.count(daysPerWindowField) ?? Number(daysPerWindowField.default) };
		default:
			return undefined;
	}
}

/**
 * Where the parts of a range begin. Each ends where the next one begins, the last one at the end of the range. Days
 * keep the time of day by the clocks of the zone, however many hours they have.
 *
 * @param from in the zone whose days count
 * @throws NodeOperationError if there are too many
 */
export function windowStarts(
	fields: FieldReader,
	from: DateTime,
	to: DateTime,
	length: WindowLength,
): DateTime[] {
	const starts = [from];
	for (let index = 1; ; index++) {
		const start = nthStart(from, length, index);
		if (start >= to) return starts;
		// A zone may have left out a whole day.
		if (start > starts.at(-1)!) starts.push(start);
		if (starts.length > MOST_WINDOWS) throw tooMany(fields);
	}
}

/** Counted from the first one, since a time that does not exist on one day moves that day only. */
const nthStart = (from: DateTime, length: WindowLength, index: number): DateTime =>
	'hours' in length
		? from.plus({ hours: length.hours * index })
		: nthDay(from, length.days * index);

/** A range that begins with a day goes on with days, also where this one begins at another time than midnight. */
function nthDay(from: DateTime, days: number): DateTime {
	const zone = from.zoneName!;
	const day = from.plus({ days });
	const isWholeDay = +from === +startOfDay(from, zone);
	return isWholeDay ? startOfDay(day, zone) : earliest(day);
}

const tooMany = (fields: FieldReader) =>
	fields.invalid(
		splitField,
		`makes more than ${MOST_WINDOWS} runs of this range`,
		'Choose longer parts, or a shorter range.',
	);
