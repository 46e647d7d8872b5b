import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import type { IfRunning, RunningRule } from '../../runs/running/runningRule';
import { LONGEST_WAIT, MINUTE_MS } from './waitOptions';

const choices = {
	skip: { name: 'Skip', value: 'skip', description: 'Starts nothing, and outputs the running one' },
	startAnyway: { name: 'Start Anyway', value: 'startAnyway', description: 'Does not look' },
	stopThenStart: {
		name: 'Stop It, Then Start',
		value: 'stopThenStart',
		description: 'Stops the running one, and starts when it has ended',
	},
	useRunning: {
		name: 'Use the Running One',
		value: 'useRunning',
		description: 'Starts nothing, and goes on with the running one',
	},
	waitThenStart: {
		name: 'Wait, Then Start',
		value: 'waitThenStart',
		description: 'Starts when the running one has ended',
	},
};

const ifAlreadyRunning: INodeProperties = {
	displayName: 'If Already Running',
	name: 'ifAlreadyRunning',
	type: 'options',
	default: 'startAnyway',
	description:
		'What to do if the last 7 days show a run of this configuration that has not ended, whoever started it. It is known by its type and name. Looking and starting are not one step: what another n8n or a person starts in between is not seen.',
	options: [
		choices.skip,
		choices.startAnyway,
		choices.stopThenStart,
		choices.useRunning,
		choices.waitThenStart,
	],
	displayOptions: { hide: { '@tool': [true] } },
};

/** An agent is answered at once, so it does not wait for what is running. */
const ifAlreadyRunningOfTool: INodeProperties = {
	...ifAlreadyRunning,
	options: [choices.skip, choices.startAnyway, choices.useRunning],
	displayOptions: { show: { '@tool': [true] } },
};

/** What the runs of a configuration are called. */
export const nameField: INodeProperties = {
	displayName: 'Name in Amperity',
	name: 'nameInAmperity',
	type: 'string',
	default: '',
	placeholder: 'e.g. Daily Load',
	description:
		"What the runs of this configuration are called on Amperity's Workflows page. If empty, n8n uses the name that it has learnt from earlier starts.",
};

const runningMaximumWait: INodeProperties = {
	displayName: 'Wait for Running One (Minutes)',
	name: 'runningMaximumWait',
	type: 'number',
	default: 60,
	typeOptions: { minValue: 1, maxValue: LONGEST_WAIT },
	description:
		'How long to wait at most until the running one has ended. After that nothing is started.',
	displayOptions: {
		show: { ifAlreadyRunning: ['stopThenStart', 'waitThenStart'] },
	},
};

const nameOption: INodeProperties = {
	...nameField,
	displayOptions: {
		show: {
			ifAlreadyRunning: ['skip', 'stopThenStart', 'useRunning', 'waitThenStart'],
		},
	},
};

/** The options of a start that looks for a run first. */
export const runningOptions = [
	ifAlreadyRunning,
	ifAlreadyRunningOfTool,
	nameOption,
	runningMaximumWait,
];

/** Reads these options. Without them nothing is looked for. */
export function readRunningRule(fields: FieldReader, isOfAgent: boolean): RunningRule | undefined {
	const options = fields.in('options');
	const choice =
		options.choice(isOfAgent ? ifAlreadyRunningOfTool : ifAlreadyRunning) ?? 'startAnyway';
	if (choice === 'startAnyway') return undefined;
	return {
		ifRunning: choice as IfRunning,
		name: options.text(nameOption),
		maxWaitMs:
			options.durationMs(runningMaximumWait, MINUTE_MS) ??
			Number(runningMaximumWait.default) * MINUTE_MS,
	};
}

/**
 * Parts of a range each need a run of their own: which part a run that is under way covers, it does not tell.
 *
 * @throws NodeOperationError if such a run could stand for a part
 */
export function refuseToSplit(fields: FieldReader, { ifRunning }: RunningRule): void {
	if (ifRunning !== 'useRunning' && ifRunning !== 'skip') return;
	throw fields.invalid(
		ifAlreadyRunning,
		`is ${choices[ifRunning].name}, but the range is split, and a run does not tell which part it covers`,
		`Choose ${choices.waitThenStart.name}, or do not split the range.`,
	);
}
