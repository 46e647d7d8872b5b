/** Text of a property, or an empty text where the API sent something else. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The same, but undefined instead of an empty text. */
export const textIfAny = (value: unknown): string | undefined => textOf(value) || undefined;

/** A number with its unit, of which there may be one or several. */
export const counted = (count: number, unit: string): string =>
	`${count} ${unit}${count === 1 ? '' : 's'}`;
