import { DateTime } from 'luxon';

/** An ISO 8601 date, alone or with a time, which may say its own offset. */
const ISO_DATE_TIME =
	/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** A DateTime that n8n's expressions made may come from another copy of Luxon, so `instanceof` will not do. */
const isLuxonDateTime = (value: unknown): value is DateTime =>
	typeof value === 'object' && value !== null && 'toISO' in value;

/**
 * Reads a date from a node's field. A text without an offset is read in the given zone, never in
 * the zone of the server.
 *
 * @param value a Luxon DateTime, a Date, or an ISO 8601 text such as `2026-10-01`
 * @param zone IANA name of the zone for texts without an offset
 * @returns undefined if the value is no date, or names a day that does not exist
 */
export function readDateTime(value: unknown, zone: string): DateTime | undefined {
	const dateTime = isLuxonDateTime(value)
		? DateTime.fromISO(value.toISO() ?? '', { setZone: true })
		: value instanceof Date
			? DateTime.fromJSDate(value, { zone })
			: readText(value, zone);
	return dateTime?.isValid ? dateTime : undefined;
}

function readText(value: unknown, zone: string): DateTime | undefined {
	const text = typeof value === 'string' ? value.trim() : '';
	if (!ISO_DATE_TIME.test(text)) return undefined;
	return DateTime.fromISO(text.replace(/^(\S{10}) /, '$1T').replace(' ', ''), {
		zone,
		setZone: true,
	});
}

/** The moment as Amperity wants it: RFC 3339 in UTC, to the second, like `2026-10-01T00:00:00Z`. */
export function toTimestamp(dateTime: DateTime): string {
	return dateTime.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

/** Midnight UTC of the calendar day that the date shows in its own zone. */
export function toDayTimestamp(dateTime: DateTime): string {
	return `${dateTime.toFormat('yyyy-MM-dd')}T00:00:00Z`;
}
