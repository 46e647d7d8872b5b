import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../../fields/collection';
import { requestTimeoutOption } from '../requestTimeout';
import { agentSwitch } from './agent';
import { ifLostOption } from './ifLost';
import { ingestCountsOption } from './ingestCounts';
import { rerunOptions } from './rerunOptions';
import { runningOptions } from './runningOptions';
import { runOutputFields } from './runOutput';
import { seriesOptions } from './seriesOptions';
import { configIdField, oneRunFields, startRequestFields } from './startRequest';
import { maximumWaitField, waitOptions } from './waitOptions';

/** The switch of a start that waits. An agent is answered at once: it would take a long wait for a failure, and start again. */
export const waitField: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitForCompletion',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description:
		'Whether to wait until the runs have ended. All runs are started first, then waited for together, unless the option Order of Items says otherwise.',
	displayOptions: { hide: { '@tool': [true] } },
};

/** What an agent, which is answered at once, does not see. */
const hideForAgent = { '@tool': [true] };

const notForAgent = (fields: INodeProperties[], show = {}): INodeProperties[] =>
	fields.map((field) => ({
		...field,
		displayOptions: { show: { ...field.displayOptions?.show, ...show }, hide: hideForAgent },
	}));

/** The options by name, as n8n wants them. `localeCompare` would double the time that loading takes. */
const byName = (options: INodeProperties[]): INodeProperties[] =>
	[...options].sort((a, b) => (a.displayName.toLowerCase() < b.displayName.toLowerCase() ? -1 : 1));

const optionsOfWait = [...waitOptions, ...rerunOptions, ingestCountsOption];

const optionsOfStart = [ifLostOption, requestTimeoutOption];

/** The fields of a start. */
export const startFields: INodeProperties[] = [
	agentSwitch,
	configIdField,
	...startRequestFields,
	waitField,
	...notForAgent([maximumWaitField], { waitForCompletion: [true] }),
	...runOutputFields,
	optionsField(
		byName([
			...notForAgent([...optionsOfWait, ...seriesOptions], { '/waitForCompletion': [true] }),
			...runningOptions,
			...optionsOfStart,
		]),
	),
];

/** The fields of Ensure Fresh that it shares with a start: it makes one run where it must, and waits for it. */
export const ensureFreshFields: INodeProperties[] = [
	...oneRunFields,
	...notForAgent([maximumWaitField]),
	...runOutputFields,
	optionsField(byName([...notForAgent(optionsOfWait), ...optionsOfStart])),
];
