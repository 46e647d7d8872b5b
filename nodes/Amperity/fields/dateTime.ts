import { DateTime } from 'luxon';

/** An ISO 8601 date, alone or with a time, which may say its own offset. */
const ISO_DATE_TIME =
	/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Amperity's form of a date has four digits for the year, in every zone, and also where an end is rounded up. */
const LAST_YEAR = 9998;

/** A DateTime that n8n's expressions made may come from another copy of Luxon, so `instanceof` will not do. */
const isLuxonDateTime = (value: object): value is DateTime => 'toISO' in value;

/**
 * Reads a date from a node's field. A text without an offset is read in the given zone, never in
 * the zone of the server.
 *
 * @param value a Luxon DateTime, a Date, or an ISO 8601 text such as `2026-10-01`
 * @param zone IANA name of the zone for texts without an offset
 * @returns undefined if the value is no date, or names a day that does not exist
 */
export function readDateTime(value: unknown, zone: string): DateTime | undefined {
	const dateTime = dateTimeOf(value, zone);
	return dateTime?.isValid && dateTime.year >= 0 && dateTime.year <= LAST_YEAR
		? dateTime
		: undefined;
}

function dateTimeOf(value: unknown, zone: string): DateTime | undefined {
	if (typeof value === 'string') return fromText(value.trim(), zone);
	if (value instanceof Date) return DateTime.fromJSDate(value, { zone });
	if (typeof value !== 'object' || value === null || !isLuxonDateTime(value)) return undefined;
	return DateTime.fromISO(value.toISO() ?? '', { setZone: true });
}

function fromText(text: string, zone: string): DateTime | undefined {
	if (!ISO_DATE_TIME.test(text)) return undefined;
	const iso = text.replace(/^(\S{10}) /, '$1T').replace(' ', '');
	return earliest(DateTime.fromISO(iso, { zone, setZone: true }));
}

/** The earlier one of an hour that is there twice, as clocks are set back. Luxon chooses by today's date. */
export function earliest(dateTime: DateTime): DateTime {
	return dateTime.isValid ? DateTime.min(...dateTime.getPossibleOffsets())! : dateTime;
}

/** When a calendar day begins in a zone. */
export const startOfDay = (day: DateTime, zone: string): DateTime =>
	earliest(DateTime.fromISO(day.toISODate()!, { zone }).startOf('day'));

/** The moment as Amperity wants it: RFC 3339 in UTC, to the second, like `2026-10-01T00:00:00Z`. */
export function toTimestamp(dateTime: DateTime): string {
	return dateTime.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

/** The end of a range, exclusive. It is never earlier than the given one, or what happens between would be lost. */
export const toEndTimestamp = (dateTime: DateTime): string =>
	toTimestamp(dateTime.plus({ milliseconds: 999 }));
