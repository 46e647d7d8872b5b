import type { NodeApiError, NodeOperationError } from 'n8n-workflow';

/**
 * A text for an error's message. n8n records an execution as canceled instead of failed when the message
 * holds this word in lower case (n8n-core 1.123 to 2.41, `WorkflowExecute.processSuccessExecution`). It does not
 * look at the description.
 */
export const withoutCanceled = (text: string): string => text.replace(/canceled/g, 'cancelled');

/**
 * Gives an error its message as it is, but for that word. n8n's errors replace a message in which they see an
 * error code or a status, so it has to be set afterwards (n8n-workflow 1.120 to 2.41, `setDescriptiveErrorMessage`).
 */
export function withMessage<E extends NodeApiError | NodeOperationError>(
	error: E,
	message: string,
): E {
	error.message = withoutCanceled(message);
	return error;
}
