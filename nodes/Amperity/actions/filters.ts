import type { IExecuteFunctions } from 'n8n-workflow';
import { fieldError } from './fieldError';
import { readDateTime, toTimestamp } from './timestamp';

/** A text that the user may leave empty. */
export function readText(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
): string | undefined {
	return String(context.getNodeParameter(name, itemIndex, '') ?? '').trim() || undefined;
}

/**
 * A time that the user may leave empty, as Amperity wants it. A text without an offset is in UTC.
 *
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export function readTime(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	label: string,
): string | undefined {
	const value = context.getNodeParameter(name, itemIndex, '');
	if (value === '' || value === null) return undefined;
	const date = readDateTime(value, 'UTC');
	if (date) return toTimestamp(date);
	throw fieldError(
		context,
		itemIndex,
		`${label} is not a date that exists: ${JSON.stringify(value)}`,
		'Enter a date like 2026-10-01 or 2026-10-01T06:00:00Z.',
	);
}
