import type { INodePropertyOptions } from 'n8n-workflow';

const plain = (text: unknown) => String(text).trim().toLowerCase();

/**
 * The value of a choice, which an expression or a model may also give by its display name, in any case.
 *
 * @returns undefined if it is none of the options
 */
export function choiceOf(options: INodePropertyOptions[], given: string): string | undefined {
	const option = options.find(({ name, value }) =>
		[name, value].some((text) => plain(text) === plain(given)),
	);
	return option && String(option.value);
}

/** The display names of options, for an error. */
export const namesOf = (options: INodePropertyOptions[]): string =>
	options.map(({ name }) => name).join(', ');
