import {
	updateDisplayOptions,
	type IExecuteFunctions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';
import type { ItemOutcome } from './items';

/** One operation of a resource, as its file exports it: what the selector shows, its fields, and what it does. */
interface Operation {
	option: INodePropertyOptions;
	description: INodeProperties[];
	execute(context: IExecuteFunctions): Promise<ItemOutcome[]>;
}

/** One resource of the node. */
export interface Resource {
	operations: Record<string, Operation>;
	/** Chooses one of the operations. */
	selector: INodeProperties;
	/** The selector of the operations, and the fields of each. */
	description: INodeProperties[];
}

/** Puts a resource together from its operations. Every field shows for its own operation only. */
export function resourceOf(
	resource: string,
	defaultOperation: string,
	operations: Record<string, Operation>,
): Resource {
	const show = { resource: [resource] };
	const selector: INodeProperties = {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: defaultOperation,
		displayOptions: { show },
		options: Object.values(operations).map(({ option }) => option),
	};
	const fields = Object.entries(operations).flatMap(([operation, { description }]) =>
		updateDisplayOptions({ show: { ...show, operation: [operation] } }, description),
	);
	return { operations, selector, description: [selector, ...fields] };
}
