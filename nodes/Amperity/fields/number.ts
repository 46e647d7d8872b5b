import type { INodeProperties } from 'n8n-workflow';

/** A number as an expression may give it in a text. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/** A number, also one in a text. Undefined if it is none, or not finite. */
export function numberOf(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : undefined;
}

/** The limits of a field, in words that follow "a number". */
export function rangeText({ typeOptions }: INodeProperties): string {
	const { minValue, maxValue } = typeOptions ?? {};
	return maxValue === undefined ? `of ${minValue} or more` : `from ${minValue} to ${maxValue}`;
}

/** The number inside the limits of a field that is nearest. */
export function clamp({ typeOptions }: INodeProperties, number: number): number {
	const { minValue = -Infinity, maxValue = Infinity } = typeOptions ?? {};
	return Math.min(Math.max(number, minValue), maxValue);
}
