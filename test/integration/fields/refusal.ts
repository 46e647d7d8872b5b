import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** What a person reads of an error; messages that name a value keep it short. */
const LONGEST = 400;

interface Refusal {
	message: string;
	description: string;
}

/** What is wrong with an error that refuses a value; nothing if it says all that it should. */
export function faultsOf(
	error: Refusal | undefined,
	{ displayName, options, type }: INodeProperties,
	{ says, item }: { says?: RegExp; item?: number } = {},
): string[] {
	if (!error) return ['it was not refused'];
	const { message, description } = error;
	const begins = says?.test(message) ?? message.startsWith(`${displayName} `);
	const names = type.toLowerCase().includes('options')
		? (options as INodePropertyOptions[]).map(({ name }) => name)
		: [];
	const hasNoValue = / is (undefined|empty)/.test(message);
	const missing = names.filter((name) => !`${message}\n${description}`.includes(name));
	return [
		!begins && `its message does not begin with the field`,
		!says && !/\w/.test(description) && 'it has no remedy',
		message.includes('canceled') && 'n8n takes it for a cancellation',
		message.length > LONGEST && `its message has ${message.length} characters`,
		item === undefined &&
			/\[item \d+\]/.test(message) &&
			'it tells the item although there is one only',
		item !== undefined && !message.endsWith(` [item ${item}]`) && 'it does not end with the item',
		// eslint-disable-next-line no-control-regex -- they are looked for
		/[\u0000-\u001f\u007f]/.test(message) && 'it holds control characters',
		!says && !hasNoValue && missing.length > 0 && `it does not list ${missing.join(', ')}`,
	]
		.filter((fault) => fault !== false)
		.map((fault) => `${fault}: ${message}`);
}
