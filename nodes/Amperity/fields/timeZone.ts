import { IANAZone } from 'luxon';

/** Whether a text names a time zone that can be used, like `America/New_York` or `UTC`. */
export function isTimeZone(zone: string): boolean {
	return IANAZone.isValidZone(zone);
}
