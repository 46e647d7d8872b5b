import { AT_ONCE, MANY, OFF_MS, PAGE_SIZE, type Backlog } from '../backlogs';
import { drainInEngine, REPETITIONS, type Drained, type Effort } from '../drainInEngine';
import { drainInN8n, type Lags } from '../drainInN8n';
import { RESOLUTION_MS } from '../engineProcess/eventLoop';
import type { Detail, Part, Section, Table, Target } from '../report';
import { decimal, ratio, seconds } from '../statistics';

const WANTED_BLOCKED_MS = 100;

const HTTP = 'HTTP Request, the list once';

const milliseconds = (value: number): string => `${decimal(value)} ms`;

const sum = (values: Iterable<number>): number =>
	[...values].reduce((all, value) => all + value, 0);

const effortCells = ({
	requests,
	milliseconds: time,
	longestMs,
	blockedMs,
	computingMs,
}: Effort): string[] => [
	decimal(requests),
	seconds(time),
	seconds(longestMs),
	milliseconds(blockedMs),
	milliseconds(computingMs),
];

function rowsOf({ name }: Backlog, { trigger, further, http, idle }: Drained): string[][] {
	const row = (title: string, polls: number | undefined, effort: Effort, ...more: string[]) => [
		title,
		polls === undefined ? '' : decimal(polls),
		...effortCells(effort),
		effort === http ? '' : ratio(effort.computingMs, http.computingMs),
		...[0, 1, 2, 3].map((index) => more[index] ?? ''),
	];
	const { polls, failures, lost, twice, storedBytes } = trigger;
	const counts = [sum(failures.values()), lost, twice].map((count) => decimal(count));
	return [
		row(`${name}: the trigger`, polls, trigger, ...counts, `${decimal(storedBytes)} bytes`),
		...(further ? [row('A further poll', 1, further)] : []),
		row(HTTP, undefined, http),
		row('Nothing', undefined, idle),
	];
}

const tableOf = (...rows: string[][]): Table => ({
	head: [
		'',
		'Polls',
		'Requests',
		'Time',
		'Longest one',
		'Blocked at a time',
		'Computing at a time',
		'Computing, against HTTP Request',
		'Failed polls',
		'Ends lost',
		'Told twice',
		'Stored',
	],
	rows,
});

const detailOf = ({ trigger, http, idle }: Lags): Detail => ({
	text: `${MANY.name} in a real n8n: an active trigger that polls every 2 seconds finds, all of a sudden, that so many runs have ended in the last ${OFF_MS / 60_000} minutes; its items go to a node that keeps the last one. HTTP Request is called over a web hook, with Split Out and the same node after it. Executions are not stored. “Blocked” is \`nodejs_eventloop_lag_max_seconds\` of n8n's own metrics, which look every 10 ms and include what n8n itself does with the items.`,
	table: {
		head: ['', 'Time', 'Blocked at a time', 'Blocked, against HTTP Request'],
		rows: (
			[
				['The trigger', trigger],
				[HTTP, http],
				['Nothing', idle],
			] as const
		).map(([title, lag]) => [
			title,
			seconds(lag.milliseconds),
			milliseconds(lag.blockedMs),
			lag === http ? '' : ratio(lag.blockedMs, http.blockedMs),
		]),
	},
});

const exactEnds = ({ name }: Backlog, { trigger: { lost, twice } }: Drained): Target => ({
	wanted: `${name} are told once each`,
	measured: `${decimal(lost)} lost, ${decimal(twice)} told twice`,
	met: lost === 0 && twice === 0,
});

function failuresOf(all: Drained[]): string[] {
	const texts = all.flatMap(({ trigger }) =>
		[...trigger.failures].map(([message, count]) => `${decimal(count)} × “${message}”`),
	);
	return texts.length > 0 ? [`Polls that failed: ${texts.join(', ')}.`] : [];
}

function sectionOf(many: Drained, atOnce: Drained, lags: Lags): Section {
	const { blockedMs } = many.trigger;
	return {
		method: `An active trigger in n8n's own engine, in a process of its own, comes back after n8n was off for ${OFF_MS / 60_000} minutes, and polls, one poll after the other, until all runs that have ended meanwhile are told. Amperity takes ${milliseconds(MANY.latencyMs)} to answer in the first case and ${milliseconds(AT_ONCE.latencyMs)} in the second one, and accepts 10 requests in any second. Time is that of all polls. The event loop is looked at every ${RESOLUTION_MS} ms, in a process that does nothing else, after a first poll of an empty list. “Blocked” is the longest time from one look to the next, and “computing” the most processor time that n8n's thread has used in one of these times: what else the machine does adds to the first and not to the second. “Stored” is the most that n8n has to keep for the trigger. HTTP Request follows \`next_token\` through the same list in the same process, ${PAGE_SIZE} runs on a page. Of HTTP Request: medians of ${REPETITIONS}.`,
		table: tableOf(...rowsOf(MANY, many), ...rowsOf(AT_ONCE, atOnce)),
		details: [detailOf(lags)],
		targets: [
			{
				wanted: `${MANY.name} block n8n for at most ${WANTED_BLOCKED_MS} ms at a time`,
				measured: milliseconds(blockedMs),
				met: blockedMs <= WANTED_BLOCKED_MS,
			},
			exactEnds(MANY, many),
			exactEnds(AT_ONCE, atOnce),
		],
		remarks: failuresOf([many, atOnce]),
	};
}

/** What has ended while n8n was off, and how the trigger catches up. */
export const backlog: Part = {
	name: 'backlog',
	title: "The trigger's backlog",
	run: async () =>
		sectionOf(await drainInEngine(MANY), await drainInEngine(AT_ONCE), await drainInN8n(MANY)),
};
