import type { IExecuteFunctions } from 'n8n-workflow';
import { fieldError } from './fieldError';

/** What an ID of Amperity's is made of: nothing that could change a path, or come from a copy-paste mistake. */
const ID = '[A-Za-z0-9][A-Za-z0-9_.:\\-]*';

/** For n8n's own check of a resource locator, which forgives spaces around an ID as `readId` does. */
export const idValidation = (errorMessage: string) => [
	{ type: 'regex', properties: { regex: `\\s*${ID}\\s*`, errorMessage } },
];

/**
 * Reads a field that holds an ID, also one that offers a list to choose from.
 *
 * @param remedy where to find such an ID
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export function readId(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	label: string,
	remedy = 'Copy the ID in Amperity, or take it from the item of an earlier node.',
): string {
	const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
	const id = String(value ?? '').trim();
	if (new RegExp(`^${ID}$`).test(id)) return id;
	const problem = id === '' ? 'is empty' : 'holds characters that no ID has';
	throw fieldError(context, itemIndex, `${label} ${problem}`, remedy);
}
