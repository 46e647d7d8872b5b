import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../fields/collection';
import { requestTimeoutOption } from '../requestTimeout';
import { agentSwitch } from './agent';
import { ifLostOption } from './ifLost';
import { ingestCountsOption } from './ingestCounts';
import { runOutputFields } from './runOutput';
import { startRequestFields } from './startRequest';
import { maximumWaitField, waitOptions } from './waitOptions';

/** The switch of a start that waits. An agent is answered at once: it would take a long wait for a failure, and start again. */
export const waitField: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description:
		'Whether to wait until the runs have ended. All runs are started first, then waited for together.',
	displayOptions: { hide: { '@tool': [true] } },
};

const optionsOfWait = [...waitOptions, ingestCountsOption].map((option) => ({
	...option,
	displayOptions: { show: { '/waitForCompletion': [true] }, hide: { '@tool': [true] } },
}));

/** The options by name, as n8n wants them. `localeCompare` would double the time that loading takes. */
const options = [...optionsOfWait, ifLostOption, requestTimeoutOption].sort((a, b) =>
	a.displayName.toLowerCase() < b.displayName.toLowerCase() ? -1 : 1,
);

/** The fields of a start. */
export const startFields: INodeProperties[] = [
	agentSwitch,
	...startRequestFields,
	waitField,
	{
		...maximumWaitField,
		displayOptions: { show: { waitForCompletion: [true] }, hide: { '@tool': [true] } },
	},
	...runOutputFields,
	optionsField(options),
];
