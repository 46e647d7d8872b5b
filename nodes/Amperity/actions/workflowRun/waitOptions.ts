import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import type { WaitPlan } from '../../runs/wait/waitPlan';

/** Amperity's tasks have time-outs of up to 48 hours. Minutes. */
export const LONGEST_WAIT = 48 * 60;

/** Waits are given in minutes. */
export const MINUTE_MS = 60_000;

/** A wait must not use up the rate limit of the tenant. Seconds. */
const SHORTEST_INTERVAL = 5;

/** What to do when the maximum wait has passed. */
type OnTimeout = 'error' | 'continue' | 'stop';

/** What to do with a run when n8n's execution is stopped. */
type OnCancel = 'leave' | 'stop';

/** How one item waits. */
export interface WaitOptions extends WaitPlan {
	onTimeout: OnTimeout;
	onCancel: OnCancel;
	/** Whether a run that did not succeed is emitted instead of being an error. */
	emitUnsuccessful: boolean;
}

/** How long an operation waits at most. */
export const maximumWaitField: INodeProperties = {
	displayName: 'Maximum Wait (Minutes)',
	name: 'maximumWait',
	type: 'number',
	default: 60,
	typeOptions: { minValue: 1, maxValue: LONGEST_WAIT },
	description:
		'How long to wait at most, up to 2880 minutes (48 hours). It begins when all runs have been started, or with each run where they follow each other.',
};

const checkInterval: INodeProperties = {
	displayName: 'Check Interval (Seconds)',
	name: 'checkInterval',
	type: 'number',
	default: 30,
	typeOptions: { minValue: SHORTEST_INTERVAL, maxValue: 3600 },
	description:
		'How much time lies between two looks at a run. Without this option they grow from 5 to 60 with the age of the run.',
};

const onCancel: INodeProperties = {
	displayName: 'If Execution Is Stopped',
	name: 'onCancel',
	type: 'options',
	default: 'leave',
	description: 'What happens to a run when the n8n execution is stopped or times out',
	options: [
		{ name: 'Leave Run Running', value: 'leave', description: 'The run goes on in Amperity' },
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
	stop: {
		name: 'Stop Run and Report an Error',
		value: 'stop',
		description: 'Tells Amperity to stop it, as far as possible',
	},
};

const onTimeout: INodeProperties = {
	displayName: 'If Maximum Wait Is Reached',
	name: 'onTimeout',
	type: 'options',
	default: 'error',
	description: 'What happens when a run has not ended by then',
	options: [timeoutChoices.continue, timeoutChoices.error, timeoutChoices.stop],
};

const onTimeoutOfStop: INodeProperties = {
	...onTimeout,
	options: [timeoutChoices.continue, timeoutChoices.error],
};

const onUnsuccessful: INodeProperties = {
	displayName: 'If Run Does Not Succeed',
	name: 'onUnsuccessful',
	type: 'options',
	default: 'error',
	description: 'What happens when a run has failed or was stopped',
	options: [
		{
			name: 'Output Run',
			value: 'emit',
			description: 'Its outcome and the failure are in the item',
		},
		{ name: 'Report an Error', value: 'error', description: 'The error holds the failure' },
	],
};

/** The options of an operation that waits until runs have succeeded. */
export const waitOptions = [checkInterval, onCancel, onTimeout, onUnsuccessful];

/** The options of an operation that waits until runs have stopped. */
export const waitUntilStoppedOptions = [checkInterval, onTimeoutOfStop];

/** Reads how long one item waits at most. Milliseconds. */
export const readMaximumWaitMs = (fields: FieldReader): number =>
	fields.durationMs(maximumWaitField, MINUTE_MS) ?? Number(maximumWaitField.default) * MINUTE_MS;

/** How long and how often one item looks. */
function readPlan(fields: FieldReader): WaitPlan {
	return {
		maxWaitMs: readMaximumWaitMs(fields),
		intervalMs: fields.in('options').durationMs(checkInterval, 1000),
	};
}

/** Reads how one item waits until its run has succeeded. */
export function readWaitOptions(fields: FieldReader): WaitOptions {
	const options = fields.in('options');
	return {
		...readPlan(fields),
		onTimeout: (options.choice(onTimeout) as OnTimeout | undefined) ?? 'error',
		onCancel: (options.choice(onCancel) as OnCancel | undefined) ?? 'leave',
		emitUnsuccessful: options.choice(onUnsuccessful) === 'emit',
	};
}

/** Reads how one item waits until its run has stopped. */
export function readWaitUntilStoppedOptions(fields: FieldReader): WaitOptions {
	const choice = fields.in('options').choice(onTimeoutOfStop);
	return {
		...readPlan(fields),
		onTimeout: (choice as OnTimeout | undefined) ?? 'error',
		onCancel: 'leave',
		emitUnsuccessful: true,
	};
}
