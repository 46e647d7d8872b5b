import type { Look, LostStart } from './lostStart';

/** What is to be done about a start whose answer was lost. */
export type Verdict =
	/** This run was started. */
	| { kind: 'found'; runId: string }
	/** No run was started, as far as that can be known: the item is started again. */
	| { kind: 'startAgain' }
	/** The next look may tell more. */
	| { kind: 'wait' }
	/** A person has to decide. */
	| { kind: 'report' };

/** A run is taken over only if looks so far apart agree: another one may be listed later. Milliseconds. */
const CONFIRMED_AFTER_MS = 10_000;

/** Nothing but names of runs can come of an interrupted start, so looks so far apart are enough. Milliseconds. */
const NAMED_AFTER_MS = 10_000;

/**
 * A run that has not been listed by then is taken for not started. Gateways give up after a minute, and so
 * does whatever they have kept waiting. Milliseconds.
 */
const SETTLE_MS = 65_000;

/** Looks without any candidate that it takes, the last of them after the settle time. */
const ENOUGH_LOOKS = 2;

/** More is not tried: whatever is wrong does not pass. */
const MOST_STARTED_AGAIN = 2;

/** The run on which the last looks agree for long enough. */
function confirmedRun(looks: Look[]): string | undefined {
	const last = looks.at(-1);
	if (!last?.ours) return undefined;
	const disagreeing = looks.findLastIndex(({ ours }) => ours !== last.ours);
	const first = looks[disagreeing + 1]!;
	return last.age - first.age >= CONFIRMED_AFTER_MS ? last.ours : undefined;
}

/** Whether the looks at a lost start have gone on for long enough. */
function isSettled(lost: LostStart): boolean {
	const { looks, isInterrupted } = lost;
	const [first] = looks;
	const last = looks.at(-1);
	if (!first || !last) return false;
	return isInterrupted
		? last.age - first.age >= NAMED_AFTER_MS
		: looks.length >= ENOUGH_LOOKS && last.age >= SETTLE_MS;
}

/**
 * Decides about a lost start by what has been seen of it.
 *
 * @param mayStartAgain whether the user wants that, and nothing speaks against it
 * @param isOver whether there is no time for another look
 */
export function verdictOn(lost: LostStart, mayStartAgain: boolean, isOver: boolean): Verdict {
	const { looks, isPromptOutage, isTimeDoubtful, timesStartedAgain } = lost;
	const runId = confirmedRun(looks);
	if (runId) return { kind: 'found', runId };

	const isToBeConfirmed = looks.at(-1)?.ours !== undefined;
	if (!isSettled(lost) || isToBeConfirmed) return { kind: isOver ? 'report' : 'wait' };

	const isAbsent = looks.every(({ candidates }) => candidates === 0);
	const isSafe = isPromptOutage && !isTimeDoubtful && timesStartedAgain < MOST_STARTED_AGAIN;
	return { kind: mayStartAgain && isSafe && isAbsent ? 'startAgain' : 'report' };
}
