import { DateTime } from 'luxon';

/** The time that an HTTP date names, in any of its three forms and always in UTC (RFC 9110, 5.6.7). */
export function httpDate(header: unknown): number | undefined {
	const date = typeof header === 'string' ? DateTime.fromHTTP(header.trim()) : undefined;
	return date?.isValid ? date.toMillis() : undefined;
}

/**
 * The wait that a `Retry-After` header asks for.
 *
 * @param header seconds, also with decimals, or an HTTP date (RFC 9110, section 10.2.3)
 * @param date the `Date` header of the same answer, from which a date counts, whatever n8n's clock says
 * @returns milliseconds, or undefined if there is no such header or it is not understood
 */
export function retryAfterMs(header: unknown, date: unknown): number | undefined {
	if (typeof header !== 'string') return undefined;
	if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
	const until = httpDate(header);
	return until === undefined ? undefined : Math.max(0, until - (httpDate(date) ?? Date.now()));
}
