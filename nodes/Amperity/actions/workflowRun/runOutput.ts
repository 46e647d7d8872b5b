import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import { simplifyField } from '../../fields/simplify';
import { runItem, SELECTABLE_FIELDS, type RunForm } from '../../runs/run/runItem';
import type { AmperityClient } from '../../transport/client';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { isFailed, type ItemOutcome, type Outcome } from '../items';

const outputField: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'simplified',
	description: 'How much of a run the agent is told',
	options: [
		{ name: 'Raw', value: 'raw', description: 'All that Amperity answers' },
		{ name: 'Selected Fields', value: 'selected', description: 'Only what is chosen below' },
		{ name: 'Simplified', value: 'simplified', description: 'What matters, in few fields' },
	],
	displayOptions: { show: { '@tool': [true] } },
};

const fieldsField: INodeProperties = {
	displayName: 'Fields',
	name: 'fields',
	type: 'multiOptions',
	default: ['id', 'name', 'state', 'summary'],
	description: 'What of a run the agent is told',
	options: SELECTABLE_FIELDS,
	displayOptions: { show: { '@tool': [true], output: ['selected'] } },
};

/** The fields of the operations that put out runs. */
export const runOutputFields: INodeProperties[] = [
	{ ...simplifyField, displayOptions: { hide: { '@tool': [true] } } },
	outputField,
	fieldsField,
];

/** Reads how one item wants its run. */
export function readRunForm(fields: FieldReader): RunForm {
	const output = fields.choice(outputField);
	if (output === 'selected') return selectedFields(fields);
	if (output === 'raw') return output;
	return fields.isOn(simplifyField) === false ? 'raw' : 'simplified';
}

function selectedFields(fields: FieldReader): string[] {
	const selected = fields.choices(fieldsField);
	if (selected) return selected;
	throw fields.invalid(fieldsField, 'is empty', 'Choose at least one field.');
}

/** A run that an item puts out. */
export interface RunOutput {
	/** Undefined if none was started. */
	runId?: string;
	/** Undefined if nothing but its ID is known. */
	run?: WorkflowRun;
	form: RunForm;
	/** Who asks for it. */
	client: AmperityClient;
	/** Whether the item holds what its couriers have loaded. */
	includeCounts?: boolean;
	/** What the item says besides. */
	extra?: IDataObject;
}

const itemOf = ({ runId, run, form, client, extra }: RunOutput): IDataObject => ({
	...(run ? runItem(run, form, client.account.runUrl(run.id)) : runId && { id: runId }),
	...extra,
});

/** Turns runs into items. */
export const emitRuns = (outcomes: Array<Outcome<RunOutput>>): ItemOutcome[] =>
	outcomes.map((outcome) =>
		isFailed(outcome) ? outcome : { ...outcome, value: itemOf(outcome.value) },
	);
