import type { Played } from '../play';
import { LATEST_MS } from '../schedule';
import { keyOf } from './asked';

/** What is kept when nothing has happened for hours: for each event its position. Bytes. */
const STEADY_BYTES = 1_200;

/** For each run or end that has to be remembered. Bytes. */
const BYTES_EACH = 100;

/** Items of one event come with the oldest first. */
function orderProblems({ n8n }: Played): string[] {
	return n8n.polls.flatMap(({ items }) =>
		[...new Set(items.map(({ event }) => event))].flatMap((event) => {
			const times = items
				.filter((item) => item.event === event)
				.map(({ since }) => Date.parse(String(since)));
			const isInOrder = times.every((at, index) => index === 0 || at >= times[index - 1]!);
			return isInOrder ? [] : [`not in order: ${items.map(keyOf).join(', ')}`];
		}),
	);
}

/** At the end only ends in the future and runs of the last days are remembered, once for each name of a trigger and once more. */
function sizeProblems({ n8n, amperity, lastLook }: Played): string[] {
	const { runs } = amperity;
	const future = runs.flatMap(({ ends }) =>
		ends.filter(({ statedAt }) => statedAt > lastLook - LATEST_MS),
	);
	const active = runs.filter((run) => !amperity.endOf(run, lastLook));
	const copies = 1 + n8n.names.size;
	const most = copies * (STEADY_BYTES + BYTES_EACH * (future.length + active.length));
	return n8n.bytes > most ? [`${n8n.bytes} bytes are kept, of at most ${most}`] : [];
}

/**
 * Details are missing where they cannot be read, and nowhere else. Not promised: details of a poll with little time,
 * or in which other requests fail as well.
 */
function detailProblems({ n8n, amperity, schedule }: Played): string[] {
	const isHasty = schedule.steps.some(
		({ step }) => step.kind === 'poll' && (step.budgetMs < 20_000 || step.listFault),
	);
	const { includeDetails } = schedule.settings;
	return n8n.executed
		.filter(({ item }) => item.event !== 'runDidNotStart')
		.flatMap(({ item }) => {
			const plan = schedule.runs[amperity.runs.findIndex(({ id }) => id === item.id)]!;
			const isMissing = 'details_error' in item;
			const isNeverThere = includeDetails && plan.poison?.polls === Infinity;
			if (isMissing && !plan.poison && !isHasty) return [`told without details: ${keyOf(item)}`];
			return isNeverThere && !isMissing ? [`told without an error: ${keyOf(item)}`] : [];
		});
}

/** A poll is over in its time, and so little later that its last request may end. */
const timeProblems = ({ n8n }: Played): string[] =>
	n8n.polls
		.filter(({ from, to, budgetMs }) => to - from > budgetMs + 2_000)
		.map(({ from, to, budgetMs }) => `a poll of ${budgetMs} ms took ${to - from} ms`);

/** What is wrong with how the triggers did their work, whatever they had to tell. */
export const conductProblems = (played: Played): string[] => [
	...orderProblems(played),
	...detailProblems(played),
	...timeProblems(played),
	...sizeProblems(played),
];
