import type { Run } from '../amperityModel';
import { DURATIONS_MS, LATEST_MS, WARN_AFTER_MS } from '../schedule';
import { CLOCK_MS, DAY_MS, fits, MINUTE_MS, type Asked, type Told } from './asked';
import { both, type Verdict } from './verdict';

/** Slow runs are looked for among those created within so long, give or take an hour. Milliseconds. */
const LOOK_BACK_MS = 7 * DAY_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** After how long a run is surely slow, and after how long at least. Milliseconds. */
interface Threshold {
	mustAfter: number;
	mayAfter: number;
	/** Who may say so. */
	sources: string[];
}

/**
 * Which slow runs are to be told: those that still are at the end. One that ended before may have been slow while a
 * poll looked, which `hasty` checks. Not promised: a run that had ended, and is slow after a person restarted it.
 */
export const slowVerdicts = (asked: Asked): Map<string, Verdict> =>
	new Map(
		asked.amperity.runs.map((run) => {
			const { lastLook, filters } = asked;
			const isActive = run.ends.length === 0;
			const isYoung = run.created > lastLook - LOOK_BACK_MS + HOUR_MS;
			const { mustAfter } = thresholdOf(run, lastLook, asked);
			const isSlow = mustAfter <= lastLook - run.created - CLOCK_MS;
			const verdict = isActive && isYoung && isSlow ? 'must' : 'may';
			return [`runIsSlow ${run.id}`, both(fits(run, filters), verdict)];
		}),
	);

/** Runs that were told although they were not slow, or had ended. */
export const hasty = (asked: Asked): string[] =>
	asked.told
		.filter(({ item }) => item.event === 'runIsSlow')
		.filter((told) => !isSlow(told, asked))
		.map(({ key, item }) => `wrongly slow: ${key} ${JSON.stringify(item)}`);

function isSlow({ item, poll }: Told, asked: Asked): boolean {
	const { amperity, baseline } = asked;
	const run = amperity.runs.find(({ id }) => id === item.id)!;
	const { mayAfter, sources } = thresholdOf(run, poll.to, asked);
	const views = [poll.from, poll.to].map((at) => amperity.shown(run, at));
	const since = Date.parse(String(item.since)) - run.statedAt;
	return (
		views.some((view) => view && !view.end) &&
		// What no poll has got to yet may be older by now.
		run.created > baseline.from - LOOK_BACK_MS - HOUR_MS &&
		poll.to - run.created + CLOCK_MS >= mayAfter &&
		sources.includes(String(item.slow_after_source)) &&
		Math.abs(since - Number(item.slow_after_minutes) * MINUTE_MS) < 1_000
	);
}

/**
 * All successes of a name take equally long here, so that only their number counts, which depends on what is listed.
 * Not promised: a run's own account where its details cannot be read.
 */
function thresholdOf(run: Run, now: number, { settings, amperity }: Asked): Threshold {
	const field = settings.slowAfterMinutes * MINUTE_MS;
	if (field > 0) return { mustAfter: field, mayAfter: field, sources: ['field'] };

	const own = WARN_AFTER_MS[run.name];
	if (own !== undefined && !run.poison) {
		return { mustAfter: own, mayAfter: own, sources: ['warn_after_ms'] };
	}
	const twiceMedian = 2 * DURATIONS_MS[run.name]!;
	const successes = amperity.runs
		.filter(({ name }) => name === run.name)
		.flatMap(({ ends }) => ends)
		.filter(({ state, at }) => state === 'succeeded' && at <= now);
	const sure = successes.filter(
		({ at, until }) => until === Infinity && at > now - DAY_MS && at < now - LATEST_MS,
	);
	const isSure = sure.length >= 3 && own === undefined && !run.poison;
	const median = successes.length >= 3 ? twiceMedian : Infinity;
	return {
		mustAfter: isSure ? twiceMedian : Infinity,
		mayAfter: Math.min(median, own ?? Infinity),
		sources: ['median', 'warn_after_ms'],
	};
}
