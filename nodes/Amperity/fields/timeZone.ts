import { IANAZone } from 'luxon';
import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { FieldReader } from './fieldReader';
import { shown } from './shown';

const zoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timeZone',
	type: 'options',
	default: 'utc',
	description:
		'The time zone of dates and times that do not say their own. One with an offset, like those of $now and $today, keeps it.',
	options: [
		{ name: 'Named Time Zone', value: 'named', description: 'Of a place, like America/New_York' },
		{ name: 'UTC', value: 'utc', description: "As on Amperity's own pages" },
		{
			name: "Workflow's Time Zone",
			value: 'workflow',
			description: 'As in the settings of this workflow',
		},
	],
};

const zoneNameField: INodeProperties = {
	displayName: 'Time Zone Name',
	name: 'timeZoneName',
	type: 'string',
	default: '',
	placeholder: 'e.g. America/New_York',
	description: 'The name of the time zone, as in the tz database: continent and city',
};

/** From Node.js 22 on an offset like `+02:00` counts as a zone, too. It names no place, and the same hour all year. */
const OFFSET = /^[+-]/;

/** Whether a text names a time zone that can be used, like `America/New_York` or `UTC`. */
const isTimeZone = (zone: string): boolean => !OFFSET.test(zone) && IANAZone.isValidZone(zone);

/**
 * The fields that say how dates and times are read. They stand below them.
 *
 * @param show when they are to be seen
 * @param more what is different from the ones of dates
 */
export const timeZoneFields = (
	show: IDisplayOptions['show'] = {},
	more: Partial<INodeProperties> = {},
): INodeProperties[] => [
	{ ...zoneField, ...more, displayOptions: { show } },
	{ ...zoneNameField, displayOptions: { show: { ...show, timeZone: ['named'] } } },
];

/**
 * Reads these fields.
 *
 * @param fallback what counts if nothing is chosen
 * @returns the name of a zone
 * @throws NodeOperationError if there is no such zone
 */
export function readTimeZone(fields: FieldReader, fallback = 'utc'): string {
	const choice = fields.choice(zoneField, isTimeZone) ?? fallback;
	switch (choice) {
		case 'utc':
			return 'UTC';
		case 'workflow':
			return fields.workflowTimeZone;
		case 'named':
			return readZoneName(fields);
		default:
			return choice;
	}
}

function readZoneName(fields: FieldReader): string {
	const name = fields.text(zoneNameField) ?? '';
	if (isTimeZone(name)) return name;
	throw fields.invalid(
		zoneNameField,
		name === '' ? 'is empty' : `is not a known time zone: ${shown(name)}`,
		'Enter a name like America/New_York, or choose another Time Zone.',
	);
}
