import { DateTime } from 'luxon';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far ticks may be apart. Milliseconds. */
const STEPS_MS = [
	...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
	...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
	...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
	...[1, 2, 7, 14, 30].map((days) => days * DAY),
];

/** So many spans between ticks have room for their labels. */
const MOST_SPANS = 4;

/** A mark on the axis of time. */
interface Tick {
	/** Milliseconds since the epoch. */
	at: number;
	label: string;
	/** The day, at the first tick and where a new one has begun. */
	day?: string;
}

function stepFor(spanMs: number): number {
	const fits = STEPS_MS.find((step) => spanMs / step <= MOST_SPANS);
	return fits ?? Math.ceil(spanMs / MOST_SPANS / DAY) * DAY;
}

/**
 * Where a span of time has ticks: at whole hours, minutes or days of a zone.
 *
 * @param from milliseconds since the epoch, as is `to`, which is a second later or more
 * @param zone IANA name
 */
export function ticksOf(from: number, to: number, zone: string): Tick[] {
	const step = stepFor(to - from);
	const timeAt = (at: number) => DateTime.fromMillis(at, { zone, locale: 'en-US' });
	const offset = timeAt(from).offset * MINUTE;
	const first = Math.ceil((from + offset) / step) * step - offset;
	const ticks: Tick[] = [];
	let day = '';
	for (let at = first; at <= to; at += step) {
		const time = timeAt(at);
		const dayOfTick = time.toFormat('d LLL');
		const label = time.toFormat(step < MINUTE ? 'HH:mm:ss' : 'HH:mm');
		ticks.push({ at, label, ...(dayOfTick !== day && { day: dayOfTick }) });
		day = dayOfTick;
	}
	return ticks;
}
