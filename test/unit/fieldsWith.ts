import type { IExecuteFunctions } from 'n8n-workflow';
import { FieldReader } from '../../nodes/Amperity/fields/fieldReader';
import { NODE } from './fakeClient';

/** What a node tells of itself besides its fields. */
export interface FieldsSetup {
	/** The time zone of the workflow. */
	timeZone?: string;
	/** How many input items the node has. The fields are those of the last one. */
	items?: number;
	/** Takes the hints that are shown. */
	hints?: string[];
}

/** Reads fields of these values by path, as n8n gives them: undefined is an expression that gives nothing. */
export function fieldsWith(
	values: Record<string, unknown>,
	{ timeZone = 'America/New_York', items = 1, hints = [] }: FieldsSetup = {},
): FieldReader {
	const context: Partial<IExecuteFunctions> = {
		addExecutionHints: (...more) => hints.push(...more.map(({ message }) => message)),
		getInputData: () => Array.from({ length: items }, () => ({ json: {} })),
		getNode: () => NODE,
		getNodeParameter: ((name: string, _itemIndex: number, fallback: unknown) =>
			name in values ? values[name] : fallback) as IExecuteFunctions['getNodeParameter'],
		getTimezone: () => timeZone,
	};
	return FieldReader.ofItem(context as IExecuteFunctions, items - 1);
}
