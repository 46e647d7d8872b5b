const PARTIAL =
	/^(?<year>\d{4})(?:-(?<month>\d\d)(?:-(?<day>\d\d)(?:[Tt](?<hour>\d\d)(?::(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?)?(?<zone>[Zz]|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * Reads an ISO 8601 timestamp of which the end may be left out (`2026-10-01`), in UTC unless it has an offset.
 * Returns milliseconds since 1970, or undefined for a text or a date that does not exist.
 */
export function parsePartialTimestamp(text: string): number | undefined {
	const parts = PARTIAL.exec(text)?.groups;
	if (!parts) return undefined;
	const fraction = (parts.fraction ?? '').padEnd(3, '0').slice(0, 3);
	const full =
		[parts.year, parts.month ?? '01', parts.day ?? '01'].join('-') +
		`T${[parts.hour ?? '00', parts.minute ?? '00', parts.second ?? '00'].join(':')}.${fraction}`;
	const asUtc = Date.parse(`${full}Z`);
	// Date.parse turns February 30th into March: what does not print as it was read does not exist.
	if (Number.isNaN(asUtc) || new Date(asUtc).toISOString() !== `${full}Z`) return undefined;
	const time = Date.parse(full + (parts.zone?.toUpperCase() ?? 'Z'));
	return Number.isNaN(time) ? undefined : time;
}

/** A timestamp as the API writes it. */
export function timestamp(ms: number): string {
	return new Date(ms).toISOString();
}

/** A time as the header `Date` tells it, in whole seconds (IMF-fixdate of RFC 9110). */
export function httpDate(ms: number): string {
	return new Date(ms).toUTCString();
}
