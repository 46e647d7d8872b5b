import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../fields/collection';
import type { FieldReader } from '../fields/fieldReader';

/** The option that every operation has. */
export const requestTimeoutOption: INodeProperties = {
	displayName: 'Request Timeout (Seconds)',
	name: 'requestTimeout',
	type: 'number',
	default: 60,
	typeOptions: { minValue: 1, maxValue: 600 },
	description: 'How long to wait for the answer to one request',
};

/** The options of an operation that has no others. */
export const requestOptions = optionsField([requestTimeoutOption]);

/** The time-out that one item sets for its requests, in milliseconds; undefined for the client's own. */
export const requestTimeoutMs = (fields: FieldReader): number | undefined =>
	fields.in('options').durationMs(requestTimeoutOption, 1000);
