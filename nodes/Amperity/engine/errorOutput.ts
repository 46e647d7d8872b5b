import type { IDataObject, INode, NodeApiError, NodeOperationError } from 'n8n-workflow';

/**
 * The JSON of an item that failed. n8n sends it to the error output, together with the fields of the
 * input item, only if it holds `error` and `message` and nothing else, both with a value: with a third
 * key it would leave as a success (n8n-core up to 2.33.2; `details` is allowed in 2.34.4 and from 2.36 on).
 */
export function errorJson(
	{ onError }: INode,
	{ message, description, context }: NodeApiError | NodeOperationError,
	itemIndex: number,
): IDataObject {
	const json: IDataObject = { error: message };
	if (description) json.message = description;
	if (onError === 'continueErrorOutput') return json;
	return { ...json, details: { item: itemIndex, ...(context.details as IDataObject | undefined) } };
}
