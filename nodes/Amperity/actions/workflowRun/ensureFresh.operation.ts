import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';
import type { FieldReader } from '../../fields/fieldReader';
import type { RunningRule } from '../../runs/running/runningRule';
import type { ItemOutcome } from '../items';
import { agentSwitch } from './agent';
import { runOrders } from './runOrders';
import { nameField } from './runningOptions';
import { ensureFreshFields } from './startFields';
import { configIdField } from './startRequest';
import { readMaximumWaitMs } from './waitOptions';

export const option: INodePropertyOptions = {
	name: 'Ensure Fresh',
	value: 'ensureFresh',
	action: 'Ensure fresh workflow run',
	description: 'Use a recent successful run, or wait for a running one, or else start one',
};

const HOUR_MS = 3_600_000;

const maximumAgeField: INodeProperties = {
	displayName: 'Maximum Age (Hours)',
	name: 'maximumAge',
	type: 'number',
	default: 24,
	typeOptions: { minValue: 0.1, maxValue: 8760 },
	description:
		'How long ago a successful run may have begun to be used. A run does not tell its range and mode, so any success of this configuration counts, whoever started it.',
};

export const description: INodeProperties[] = [
	agentSwitch,
	configIdField,
	nameField,
	maximumAgeField,
	...ensureFreshFields,
];

function readFreshRule(fields: FieldReader): RunningRule {
	return {
		ifRunning: 'useRunning',
		name: fields.text(nameField),
		maxWaitMs: readMaximumWaitMs(fields),
		freshMs:
			fields.durationMs(maximumAgeField, HOUR_MS) ?? Number(maximumAgeField.default) * HOUR_MS,
	};
}

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	// An agent is answered at once.
	return await runOrders(context, { readRule: readFreshRule, waits: !isCalledByAgent(context) });
}
