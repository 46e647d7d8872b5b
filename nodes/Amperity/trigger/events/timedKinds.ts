import { createdAt, endedAt } from '../../runs/run/runTimes';
import { isFinished, outcomeOf } from '../../runs/run/runState';
import type { TimedKind } from './timedEvents';

/** A run that is restarted in Amperity ends again. An end that n8n does not know is always wanted. */
export const RUN_ENDED: TimedKind = {
	name: 'runEnded',
	by: 'ended',
	timeOf: (run) => (isFinished(run) ? endedAt(run) : undefined),
	recurs: true,
	matches: (run, { outcomes }) => {
		const outcome = outcomeOf(run);
		return outcome === 'unknown' || (outcome !== undefined && outcomes.includes(outcome));
	},
};

export const RUN_STARTED: TimedKind = {
	name: 'runStarted',
	by: 'created',
	timeOf: createdAt,
	recurs: false,
	matches: () => true,
};
