import { DateTime } from 'luxon';

export interface TimeOfDay {
	hour: number;
	minute: number;
}

/** By when a run must have been created, day by day. */
export interface DailyDeadline {
	startBy: TimeOfDay;
	/** From when it counts. A time that is not before `startBy` is on the day before. */
	notBefore: TimeOfDay;
	/** IANA name of the time zone. */
	zone: string;
	/** The days of the week, from 1 for Monday to 7. */
	weekdays: number[];
}

/** The deadline of one day, and from when a run counts for it. Milliseconds since the epoch. */
export interface Deadline {
	at: number;
	from: number;
}

/** One of several equal times of a day is the earlier one; a time that a day leaves out is the one after the gap. */
function timeOn(day: DateTime, { hour, minute }: TimeOfDay): number {
	return day.set({ hour, minute }).toMillis();
}

const minuteOf = ({ hour, minute }: TimeOfDay) => hour * 60 + minute;

function deadlineOn(day: DateTime, { startBy, notBefore }: DailyDeadline): Deadline {
	const isSameDay = minuteOf(notBefore) < minuteOf(startBy);
	const firstDay = isSameDay ? day : day.minus({ days: 1 });
	return { at: timeOn(day, startBy), from: timeOn(firstDay, notBefore) };
}

/**
 * The deadlines after a time, up to and with another one. Milliseconds since the epoch.
 */
export function deadlinesBetween(daily: DailyDeadline, after: number, until: number): Deadline[] {
	const { zone, weekdays } = daily;
	const deadlines: Deadline[] = [];
	let day = DateTime.fromMillis(after, { zone }).startOf('day');
	for (; day.toMillis() <= until; day = day.plus({ days: 1 }).startOf('day')) {
		if (weekdays.includes(day.weekday)) deadlines.push(deadlineOn(day, daily));
	}
	return deadlines.filter(({ at }) => at > after && at <= until);
}
