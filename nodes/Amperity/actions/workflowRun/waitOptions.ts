import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { WaitSettings } from '../../runs/wait/waitForRuns';

/** Amperity's tasks have time-outs of up to 48 hours. Minutes. */
const LONGEST_WAIT = 48 * 60;
const DEFAULT_WAIT = 60;

/** A wait must not use up the rate limit of the tenant. Seconds. */
const SHORTEST_INTERVAL = 5;

/** What to do when the maximum wait has passed. */
type OnTimeout = 'error' | 'continue' | 'stop';

/** What to do with a run when n8n's execution is stopped. */
type OnCancel = 'leave' | 'stop';

/** How an operation waits, as the user has set it for all items. */
export interface WaitOptions extends WaitSettings {
	onTimeout: OnTimeout;
	onCancel: OnCancel;
	/** Whether a run that did not succeed is emitted instead of being an error. */
	emitUnsuccessful: boolean;
}

const checkInterval: INodeProperties = {
	displayName: 'Check Interval (Seconds)',
	name: 'checkInterval',
	type: 'number',
	default: 30,
	noDataExpression: true,
	typeOptions: { minValue: SHORTEST_INTERVAL },
	description:
		'How much time lies between two looks at a run. Without this option they grow from 5 to 60 with the age of the run.',
};

const maximumWait: INodeProperties = {
	displayName: 'Maximum Wait (Minutes)',
	name: 'maximumWait',
	type: 'number',
	default: DEFAULT_WAIT,
	noDataExpression: true,
	typeOptions: { minValue: 1, maxValue: LONGEST_WAIT },
	description:
		'How long to wait at most, up to 2880 minutes (48 hours). It begins when all runs have been started.',
};

const onCancel: INodeProperties = {
	displayName: 'If Execution Is Stopped',
	name: 'onCancel',
	type: 'options',
	default: 'leave',
	noDataExpression: true,
	description: 'What happens to a run when the n8n execution is stopped or times out',
	options: [
		{ name: 'Leave Run Running', value: 'leave' },
		{
			name: 'Stop Run',
			value: 'stop',
			description: 'Tells Amperity to stop it, as far as possible',
		},
	],
};

const timeoutChoices = {
	continue: {
		name: 'Continue with Current Details',
		value: 'continue',
		description: 'The run is output as it is, with timed_out set to true',
	},
	error: { name: 'Report an Error', value: 'error', description: 'The run goes on in Amperity' },
	stop: { name: 'Stop Run and Report an Error', value: 'stop' },
};

const onTimeout: INodeProperties = {
	displayName: 'If Maximum Wait Is Reached',
	name: 'onTimeout',
	type: 'options',
	default: 'error',
	noDataExpression: true,
	description: 'What happens when a run has not ended by then',
	options: [timeoutChoices.continue, timeoutChoices.error, timeoutChoices.stop],
};

const onUnsuccessful: INodeProperties = {
	displayName: 'If Run Does Not Succeed',
	name: 'onUnsuccessful',
	type: 'options',
	default: 'error',
	noDataExpression: true,
	description: 'What happens when a run has failed or was stopped',
	options: [
		{
			name: 'Output Run',
			value: 'emit',
			description: 'Its outcome and the failure are in the item',
		},
		{ name: 'Report an Error', value: 'error' },
	],
};

/** The options of an operation that waits until runs have succeeded. */
export const waitOptions = [checkInterval, onCancel, onTimeout, onUnsuccessful, maximumWait];

/** The options of an operation that waits until runs have stopped. */
export const waitUntilStoppedOptions = [
	checkInterval,
	{ ...onTimeout, options: [timeoutChoices.continue, timeoutChoices.error] },
	maximumWait,
];

/** Reads the options, which are the same for all items since all runs are waited for together. */
export function readWaitOptions(context: IExecuteFunctions): WaitOptions {
	const option = <T>(name: string, fallback: T) =>
		context.getNodeParameter(`options.${name}`, 0, fallback) as T;
	const interval = Number(option('checkInterval', 0));
	const minutes = Math.min(
		Number(option('maximumWait', DEFAULT_WAIT)) || DEFAULT_WAIT,
		LONGEST_WAIT,
	);
	return {
		maxWaitMs: minutes * 60_000,
		intervalMs: interval > 0 ? Math.max(interval, SHORTEST_INTERVAL) * 1000 : undefined,
		cancel: context.getExecutionCancelSignal(),
		onTimeout: option<OnTimeout>('onTimeout', 'error'),
		onCancel: option<OnCancel>('onCancel', 'leave'),
		emitUnsuccessful: option<string>('onUnsuccessful', 'error') === 'emit',
	};
}
