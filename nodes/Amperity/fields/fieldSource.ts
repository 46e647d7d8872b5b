import type {
	IExecuteFunctions,
	IGetNodeParameterOptions,
	INode,
	IPollFunctions,
} from 'n8n-workflow';
import { showHint } from '../engine/executionHint';

/** Where the values of a node's fields come from: one item of a node, or a trigger. */
export interface FieldSource {
	node: INode;
	/** The time zone of the workflow's settings. */
	timeZone: string;
	/** Says in an error which item it is about, where there are several. */
	place: string;
	/** The value of a field, or null where the node has none of that name. */
	valueOf(path: string, options?: IGetNodeParameterOptions): unknown;
	/** Tells the user something that is no error. A trigger has no place for it. */
	hint?(text: string): void;
}

/** The fields as one item has them: expressions may depend on the item. */
export const sourceOfItem = (context: IExecuteFunctions, itemIndex: number): FieldSource => ({
	node: context.getNode(),
	timeZone: context.getTimezone(),
	place: context.getInputData().length > 1 ? ` [item ${itemIndex}]` : '',
	valueOf: (path, options) => context.getNodeParameter(path, itemIndex, null, options),
	hint: (text) => showHint(context, text),
});

/** The fields of a trigger, which has no items. */
export const sourceOfTrigger = (context: IPollFunctions): FieldSource => ({
	node: context.getNode(),
	timeZone: context.getTimezone(),
	place: '',
	valueOf: (path, options) => context.getNodeParameter(path, null, options),
});
