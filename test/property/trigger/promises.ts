import type { Played } from './play';
import { askedOf, type Asked } from './promises/asked';
import { conductProblems } from './promises/conduct';
import { missedVerdicts } from './promises/missed';
import { hasty, slowVerdicts } from './promises/slow';
import { endVerdicts, startVerdicts } from './promises/timed';
import type { Verdict } from './promises/verdict';
import type { TriggerEvent } from './schedule';

/** What a schedule comes to. */
export interface Judgement {
	/** All that has shown to be wrong. */
	problems: string[];
	/** How many things of each kind had to be told. */
	musts: Array<[TriggerEvent, number]>;
}

/** What is to be told of each event, by key. */
const VERDICTS: Record<TriggerEvent, (asked: Asked) => Map<string, Verdict>> = {
	runDidNotStart: missedVerdicts,
	runEnded: endVerdicts,
	runIsSlow: slowVerdicts,
	runStarted: startVerdicts,
};

/**
 * Judges what has happened in a schedule. What nobody can promise is said where it is left out:
 *
 * - Schedules have no end that is listed, or hidden, later than an hour after it (`arbitraries.ts`).
 * - Without a `Date` header no time is in the future, and nothing is asked for that depends on what time it is.
 * - n8n stores what a poll keeps before the next minute's poll, or not at all; and it executes what it has stored.
 * - A trigger that has a twin with its node ID is not renamed: nobody could tell which of them it was.
 */
export function judge(played: Played): Judgement {
	const judgements = played.n8n.triggers.map((_, index) => judgeTrigger(askedOf(played, index)));
	return {
		problems: [
			...played.problems,
			...judgements.flatMap(({ problems }) => problems),
			...conductProblems(played),
		],
		musts: judgements.flatMap(({ musts }) => musts),
	};
}

function judgeTrigger(asked: Asked): Judgement {
	const { events } = asked.settings;
	const verdicts = events.map((event) => ({ event, all: VERDICTS[event](asked) }));
	return {
		problems: [
			...asked.told
				.filter(({ item }) => !events.includes(item.event as TriggerEvent))
				.map(({ key }) => `not asked for: ${key}`),
			...verdicts.flatMap(({ event, all }) => differences(asked, event, all)),
			...hasty(asked),
		],
		musts: verdicts.map(({ event, all }) => [
			event,
			[...all.values()].filter((verdict) => verdict === 'must').length,
		]),
	};
}

/** What was told of an event, against what was to be told. */
function differences(
	{ told }: Asked,
	event: TriggerEvent,
	verdicts: Map<string, Verdict>,
): string[] {
	const counts = new Map<string, number>();
	for (const { key, item } of told) {
		if (item.event === event) counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const lost = [...verdicts].filter(([key, verdict]) => verdict === 'must' && !counts.has(key));
	const extra = [...counts].filter(([key]) => (verdicts.get(key) ?? 'mustNot') === 'mustNot');
	const doubled = [...counts].filter(([, count]) => count > 1);
	return [
		...lost.map(([key]) => `lost: ${key}`),
		...extra.map(([key]) => `must not be told: ${key}`),
		...doubled.map(([key, count]) => `told ${count} times: ${key}`),
	];
}
