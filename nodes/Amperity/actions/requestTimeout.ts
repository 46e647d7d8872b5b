import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../fields/fieldReader';

const DEFAULT_TIMEOUT_MS = 60_000;

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
export const requestOptions: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [requestTimeoutOption],
};

/** The time-out that one item sets for its requests. Milliseconds. */
export const requestTimeoutMs = (fields: FieldReader): number =>
	fields.in('options').durationMs(requestTimeoutOption, 1000) ?? DEFAULT_TIMEOUT_MS;
