import {
	isResourceLocatorValue,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeProperties,
	type INodePropertyOptions,
	type IPollFunctions,
} from 'n8n-workflow';
import type { DateTime } from 'luxon';
import { withMessage } from '../engine/errorMessage';
import { choiceOf, namesOf } from './choice';
import { readDateTime } from './dateTime';
import { sourceOfItem, sourceOfTrigger, type FieldSource } from './fieldSource';
import { isId } from './id';
import { clamp, numberOf, rangeText } from './number';
import { shown } from './shown';

/** Longest text that a field takes, in characters: longer than any name in Amperity. */
const LONGEST_TEXT = 500;

/** A line break, or another character that nobody types. */
const CONTROL_CHARACTER = /[\p{Cc}\u2028\u2029]/u;

/** What is chosen in a resource locator, or the value itself of any other field. */
const chosenValue = (value: unknown): unknown =>
	isResourceLocatorValue(value) ? value.value : value;

const optionsOf = (field: INodeProperties) => field.options as INodePropertyOptions[];

/**
 * Reads the fields of a node and checks them, whatever a person, an expression or a model has put into them: a
 * field does what it says, or is refused with an error that names it, the item and the remedy. Null and an
 * empty text mean that it is not set, for which every method returns undefined; undefined is an expression
 * that went wrong.
 *
 * @throws NodeOperationError from every method
 */
export class FieldReader {
	private constructor(
		private readonly source: FieldSource,
		private readonly collection = '',
	) {}

	/** Reads the fields as one item has them. */
	static ofItem(context: IExecuteFunctions, itemIndex: number): FieldReader {
		return new FieldReader(sourceOfItem(context, itemIndex));
	}

	/** Reads the fields of a trigger. */
	static ofTrigger(context: IPollFunctions): FieldReader {
		return new FieldReader(sourceOfTrigger(context));
	}

	/** Reads the fields of a collection. One that has not been added is not set. */
	in(collection: 'filters' | 'options'): FieldReader {
		return new FieldReader(this.source, `${collection}.`);
	}

	/** The time zone of the workflow's settings. */
	get workflowTimeZone(): string {
		return this.source.timeZone;
	}

	/** A text of one line, without spaces around it. */
	text(field: INodeProperties): string | undefined {
		const value = this.value(field);
		if (value === undefined) return undefined;
		if (typeof value !== 'string' && !Number.isFinite(value)) {
			throw this.invalid(
				field,
				`is not a text: ${shown(value)}`,
				'Enter a text, or let the expression give one.',
			);
		}
		const text = String(value).trim();
		if (text.length > LONGEST_TEXT) {
			throw this.invalid(
				field,
				`is ${text.length} characters long`,
				`Enter a text of ${LONGEST_TEXT} characters at most.`,
			);
		}
		if (CONTROL_CHARACTER.test(text)) {
			throw this.invalid(
				field,
				`holds a line break or another control character: ${shown(text)}`,
				'Enter a text of one line.',
			);
		}
		return text || undefined;
	}

	/**
	 * An ID, which must be there.
	 *
	 * @param remedy where to find such an ID
	 */
	id(field: INodeProperties, remedy: string): string {
		const id = this.text(field) ?? '';
		if (isId(id)) return id;
		throw this.invalid(
			field,
			id === '' ? 'is empty' : `holds characters that no ID has: ${shown(id)}`,
			remedy,
		);
	}

	/**
	 * One of the options of a field, by its value or its display name.
	 *
	 * @param isAlsoValid takes texts that are none of the options
	 */
	choice(
		field: INodeProperties,
		isAlsoValid: (text: string) => boolean = () => false,
	): string | undefined {
		const value = this.value(field);
		return value === undefined ? undefined : this.choiceOf(field, value, isAlsoValid);
	}

	/** Several of the options of a field: a list, or a text with commas as an expression may give it. */
	choices(field: INodeProperties): string[] | undefined {
		const value = this.value(field);
		if (value === undefined) return undefined;
		const given = typeof value === 'string' ? value.split(',') : value;
		if (!Array.isArray(given)) throw this.noChoice(field, value);
		const chosen = given
			.filter((each) => each !== null && each !== '')
			.map((each) => this.choiceOf(field, each));
		return chosen.length > 0 ? [...new Set(chosen)] : undefined;
	}

	/** A switch. */
	isOn(field: INodeProperties): boolean | undefined {
		const value = this.value(field);
		if (value === undefined || typeof value === 'boolean') return value;
		const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
		if (text === 'true' || text === 'false') return text === 'true';
		throw this.invalid(
			field,
			`is neither true nor false: ${shown(value)}`,
			'Switch it on or off, or let the expression give true or false.',
		);
	}

	/** A whole number. One outside the field's limits is brought inside, and the user is told so. */
	count(field: INodeProperties): number | undefined {
		const number = this.number(field);
		if (number === undefined || Number.isSafeInteger(number)) return this.clamped(field, number);
		throw this.invalid(
			field,
			`is not a whole number: ${number}`,
			`Enter a whole number ${rangeText(field)}.`,
		);
	}

	/**
	 * A length of time, like a count, but fractions are allowed.
	 *
	 * @param unitMs the unit of the field, in milliseconds
	 * @returns whole milliseconds
	 */
	durationMs(field: INodeProperties, unitMs: number): number | undefined {
		const number = this.clamped(field, this.number(field));
		return number === undefined ? undefined : Math.round(number * unitMs);
	}

	/** @param zone IANA name of the zone for texts without an offset */
	time(field: INodeProperties, zone: string): DateTime | undefined {
		const value = this.value(field);
		if (value === undefined) return undefined;
		const date = readDateTime(value, zone);
		if (date) return date;
		throw this.invalid(
			field,
			`is not a date that exists: ${shown(value)}`,
			'Enter a date like 2026-10-01 or 2026-10-01T06:00:00.',
		);
	}

	/**
	 * The error of a field that holds what cannot be used.
	 *
	 * @param problem follows the name of the field
	 * @param remedy what to enter instead
	 */
	invalid({ displayName }: INodeProperties, problem: string, remedy: string): NodeOperationError {
		const message = `${displayName} ${problem}${this.source.place}`;
		const error = new NodeOperationError(this.source.node, message, { description: remedy });
		return withMessage(error, message);
	}

	/** @returns undefined if the field is not set */
	private value(field: INodeProperties): unknown {
		const path = this.collection + field.name;
		const value = chosenValue(this.source.valueOf(path));
		if (value === undefined) throw this.undefinedValue(field, path);
		return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
	}

	private undefinedValue(field: INodeProperties, path: string): NodeOperationError {
		const expression = chosenValue(this.source.valueOf(path, { rawExpressions: true }));
		return this.invalid(
			field,
			'is undefined',
			`The expression ${shown(String(expression).slice(1))} gives nothing here. Check the names in it, and that the node before gives that field. To leave ${field.displayName} empty, let the expression give null.`,
		);
	}

	private choiceOf(
		field: INodeProperties,
		value: unknown,
		isAlsoValid?: (text: string) => boolean,
	): string {
		const text = typeof value === 'string' ? value.trim() : undefined;
		const choice = text === undefined ? undefined : choiceOf(optionsOf(field), text);
		if (choice !== undefined) return choice;
		if (text !== undefined && isAlsoValid?.(text)) return text;
		throw this.noChoice(field, value);
	}

	private noChoice(field: INodeProperties, value: unknown): NodeOperationError {
		return this.invalid(
			field,
			`has no choice ${shown(value)}`,
			`Choose from ${namesOf(optionsOf(field))}.`,
		);
	}

	private number(field: INodeProperties): number | undefined {
		const value = this.value(field);
		if (value === undefined) return undefined;
		const number = numberOf(value);
		if (number !== undefined) return number;
		throw this.invalid(
			field,
			`is not a number: ${shown(value)}`,
			`Enter a number ${rangeText(field)}.`,
		);
	}

	private clamped(field: INodeProperties, number: number | undefined): number | undefined {
		if (number === undefined) return undefined;
		const inside = clamp(field, number);
		if (inside === number) return number;
		if (!this.source.hint) {
			throw this.invalid(field, `is ${number}`, `Enter a number ${rangeText(field)}.`);
		}
		const limit = number > inside ? 'most' : 'least';
		this.source.hint(
			`${field.displayName} is ${number}. The ${limit} is ${inside}, which was used.`,
		);
		return inside;
	}
}
