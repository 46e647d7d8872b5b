import { DateTime } from 'luxon';
import type { Run } from '../amperityModel';
import { CLOCK_MS, DAY_MS, fits, MINUTE_MS, type Asked } from './asked';
import type { Verdict } from './verdict';

/** A deadline is decided a minute later, or in the next poll. Milliseconds. */
const DECIDED_AFTER_MS = 3 * MINUTE_MS;

/** Times may be told in whole seconds. Milliseconds. */
const SECOND_MS = 1_000;

/**
 * Which deadlines are to be told as missed. Not promised: a run that was listed only after the deadline, or was hidden
 * then, cannot be known of; nor whose a run is where its details cannot be read. One that fits only one of two filters
 * may count or not.
 */
export function missedVerdicts(asked: Asked): Map<string, Verdict> {
	const { amperity, baseline, lastLook, filters } = asked;
	const verdicts = new Map<string, Verdict>();
	for (const { at, from } of deadlinesOf(asked)) {
		const inTime = amperity.runs.filter(
			({ created }) => created >= from - SECOND_MS && created <= at + SECOND_MS,
		);
		const isKnown = ({ poison }: Run) => !poison || filters.every(({ startedBy }) => !startedBy);
		const isSeen = inTime.some(
			(run) =>
				run.created > from + SECOND_MS &&
				run.created < at - SECOND_MS &&
				fits(run, filters) === 'must' &&
				isKnown(run) &&
				run.createdShownAt <= at &&
				run.ends.every(({ hides }) => hides.every(({ to }) => to <= at)),
		);
		const isPossible = inTime.some((run) => fits(run, filters) !== 'mustNot');
		const isDecided = at > baseline.to + CLOCK_MS && at < lastLook - DECIDED_AFTER_MS;
		const verdict = isSeen ? 'mustNot' : isPossible || !isDecided ? 'may' : 'must';
		verdicts.set(`runDidNotStart ${new Date(at).toISOString()}`, verdict);
	}
	return verdicts;
}

/** The deadlines since the first poll, and from when runs count for them. */
function deadlinesOf({ settings, zone, baseline, lastLook }: Asked) {
	const { startBy, notBefore, weekdays } = settings;
	const timeOn = (day: DateTime, text: string) =>
		DateTime.fromISO(`${day.toISODate()!}T${text}`, { zone }).toMillis();
	const begin = DateTime.fromMillis(baseline.from - DAY_MS, { zone });
	const days = Math.ceil((lastLook - baseline.from) / DAY_MS) + 3;
	return Array.from({ length: days }, (_, index) => begin.plus({ days: index }))
		.filter((day) => weekdays.includes(day.setLocale('en').weekdayLong!.toLowerCase()))
		.map((day) => ({
			at: timeOn(day, startBy),
			from: timeOn(notBefore < startBy ? day : day.minus({ days: 1 }), notBefore),
		}))
		.filter(({ at }) => at > baseline.from - CLOCK_MS && at <= lastLook);
}
