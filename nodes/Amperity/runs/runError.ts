import { NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';

/**
 * An error about a run rather than a request.
 *
 * @param details facts for the item of the error output
 */
export function runError(
	node: INode,
	message: string,
	description: string,
	details: IDataObject,
): NodeOperationError {
	const error = new NodeOperationError(node, message, { description });
	// NodeOperationError replaces messages in which it sees an error code, so this one is set last.
	error.message = message;
	error.context.details = details;
	return error;
}
