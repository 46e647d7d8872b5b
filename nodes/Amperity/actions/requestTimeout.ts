import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** The option that every operation has. */
export const requestTimeoutOption: INodeProperties = {
	displayName: 'Request Timeout (Seconds)',
	name: 'requestTimeout',
	type: 'number',
	default: 60,
	typeOptions: { minValue: 1 },
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
export function requestTimeoutMs(context: IExecuteFunctions, itemIndex: number): number {
	const seconds = Number(context.getNodeParameter('options.requestTimeout', itemIndex, 60));
	return Math.max(1, seconds || 60) * 1000;
}
