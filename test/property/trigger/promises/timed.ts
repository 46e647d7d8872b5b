import type { End, Run } from '../amperityModel';
import { LATEST_MS } from '../schedule';
import { fits, isHidden, isoOf, type Asked } from './asked';
import { both, type Verdict } from './verdict';

/** Which ends are to be told. */
export function endVerdicts(asked: Asked): Map<string, Verdict> {
	const ends = asked.amperity.runs.flatMap((run) => run.ends.map((end) => ({ run, end })));
	return new Map(
		ends.map(({ run, end }) => {
			const fitting = fitsOutcome(end, asked) ? fits(run, asked.filters) : 'mustNot';
			return [`runEnded ${run.id} ${isoOf(end)}`, both(fitting, isNewEnd(run, end, asked))];
		}),
	);
}

function fitsOutcome({ state }: End, { settings }: Asked): boolean {
	const outcome = state === 'canceled' ? 'stopped' : state;
	return outcome === 'frozen' || settings.outcomes.includes(outcome);
}

/**
 * Not promised: an end that a later restart took away again before a poll, with nothing in its way, saw it. One that
 * was hidden from the first poll may be told or not, as may one that came up during it.
 */
function isNewEnd({ createdShownAt }: Run, end: End, { baseline, looks }: Asked): Verdict {
	const { from, to } = baseline;
	const shownAt = Math.max(end.shownAt, createdShownAt);
	if (end.until <= shownAt) return 'mustNot';
	if (shownAt <= to) {
		return shownAt > from || isHidden(end, baseline) || end.until <= to ? 'may' : 'mustNot';
	}
	const isSeen = looks.some(
		(look) => look.from > shownAt && look.to < end.until && !isHidden(end, look),
	);
	return end.until === Infinity || isSeen ? 'must' : 'may';
}

/** Which starts are to be told. */
export const startVerdicts = ({ amperity, filters, baseline }: Asked): Map<string, Verdict> =>
	new Map(
		amperity.runs.map((run) => {
			const { from, to } = baseline;
			const { createdShownAt: shownAt, ends } = run;
			const isUnsure = shownAt > from || ends.some((end) => isHidden(end, baseline));
			const isNew = shownAt > to ? maySlipPast(run) : isUnsure ? 'may' : 'mustNot';
			return [`runStarted ${run.id} ${isoOf(run)}`, both(fits(run, filters), isNew)];
		}),
	);

/**
 * Not promised: a run that vanishes from the list later than its start may be listed. All polls may have paused until
 * then, and the next one finds it only if it is there.
 */
const maySlipPast = ({ created, ends }: Run): Verdict =>
	ends.some(({ hides }) => hides.some(({ to }) => to > created + LATEST_MS)) ? 'may' : 'must';
