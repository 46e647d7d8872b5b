import type { End, Run } from './amperityModel';
import type { PollRecord } from './n8nModel';
import type { Played } from './play';

/** A time of the month in UTC. */
const timeOf = (time: number): string =>
	time === Infinity ? 'never' : new Date(time).toISOString().slice(8, 23);

const endOf = ({ at, endedAt, state, shownAt, hides, until }: End): string =>
	[
		`${state} ${timeOf(at)}, stated ${endedAt}, listed ${timeOf(shownAt)}`,
		...hides.map(({ from, to }) => `hidden ${timeOf(from)} to ${timeOf(to)}`),
		...(until === Infinity ? [] : [`restarted ${timeOf(until)}`]),
	].join(', ');

const runOf = ({ id, created, createdShownAt, ends, poison }: Run): string =>
	[
		`${id} created ${timeOf(created)}, listed ${timeOf(createdShownAt)}`,
		...(poison ? [`details: ${poison.kind}`] : []),
		...ends.map(endOf),
	].join('; ');

function pollOf({ trigger, isActivation, from, to, isTaken, error, items }: PollRecord): string {
	const told = items.map(({ event, id, since }) => [event, id, since].join(' '));
	return [
		`${isActivation ? 'activation' : 'poll'} of ${trigger}, ${timeOf(from)} to ${timeOf(to)}`,
		...(isTaken ? [] : ['not taken']),
		...(error ? [error.message] : []),
		...told,
	].join('; ');
}

/** Tells what has happened in a schedule, for a person who looks for what went wrong. */
export const describePlayed = ({ amperity, n8n }: Played): string =>
	[...amperity.runs.map(runOf), ...n8n.polls.map(pollOf), ...n8n.warnings].join('\n');
