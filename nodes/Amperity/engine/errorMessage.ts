import type { NodeApiError, NodeOperationError } from 'n8n-workflow';

/**
 * Gives an error its message as it is. n8n's errors replace a message in which they see an error code or
 * a status, so it has to be set afterwards (n8n-workflow 1.120 to 2.41, `setDescriptiveErrorMessage`).
 */
export function withMessage<E extends NodeApiError | NodeOperationError>(
	error: E,
	message: string,
): E {
	error.message = message;
	return error;
}
