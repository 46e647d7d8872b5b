import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

/**
 * The error of a field that holds what cannot be used.
 *
 * @param problem names the field
 * @param remedy what to enter instead
 */
export const fieldError = (
	context: IExecuteFunctions,
	itemIndex: number,
	problem: string,
	remedy: string,
): NodeOperationError =>
	new NodeOperationError(context.getNode(), `${problem} [item ${itemIndex}]`, {
		itemIndex,
		description: remedy,
	});
