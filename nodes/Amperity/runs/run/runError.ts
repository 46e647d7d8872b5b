import { NodeOperationError, type IDataObject, type INode } from 'n8n-workflow';
import { withMessage } from '../../engine/errorMessage';

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
	const error = withMessage(new NodeOperationError(node, message, { description }), message);
	error.context.details = details;
	return error;
}
