import type { IDataObject } from 'n8n-workflow';
import { plainText } from '../../../transport/plainText';
import type { WorkflowRun } from '../../../transport/workflowRuns';
import { tasksOf } from '../../run/runFailure';
import { nameOf } from '../../run/runName';
import { stateText } from '../../run/runState';
import { createdAt, endedAt, timeOf } from '../../run/runTimes';
import { textOf } from '../../run/text';
import { statusOf, type RunStatus } from '../reportedRun';

/** One row of a timeline: a run, or a task of one. */
export interface Bar {
	kind: 'run' | 'task';
	label: string;
	/** The state in words. */
	state: string;
	status: RunStatus;
	/** When it is drawn, in milliseconds since the epoch; undefined if nobody knows when it began. */
	span?: { from: number; to: number };
	/** Whether it says itself when it ended. */
	hasEnd: boolean;
}

/** What is drawn, and how much is left out. */
export interface Bars {
	bars: Bar[];
	moreRuns: number;
	moreTasks: number;
}

/** A task may be written with what a run has: a state and times. */
const asRun = (task: IDataObject): WorkflowRun => ({ ...task, id: textOf(task.id) });

function spanOf(
	began: number | undefined,
	ended: number | undefined,
	otherwise: number,
): Bar['span'] {
	const from = began ?? ended;
	return from === undefined ? undefined : { from, to: Math.max(from, ended ?? otherwise) };
}

function barOf(kind: Bar['kind'], run: WorkflowRun, label: string, endsAtMost: number): Bar {
	const ended = endedAt(run);
	const status = statusOf(run);
	return {
		kind,
		label,
		state: stateText(run) || (status === 'unknown' ? 'no state' : status),
		status,
		span: spanOf(createdAt(run), ended, endsAtMost),
		hasEnd: ended !== undefined,
	};
}

const labelOf = ({ label, id }: IDataObject): string =>
	plainText(textOf(label)) || plainText(textOf(id)) || 'A task';

/** What has not ended yet, or does not say when, lasts until now, or until the end of its run. */
const runBar = (run: WorkflowRun, now: number): Bar => barOf('run', run, nameOf(run), now);

const byBeginning = (one: IDataObject, other: IDataObject): number =>
	(timeOf(one.created_at) ?? Infinity) - (timeOf(other.created_at) ?? Infinity) || 0;

const taskBars = (run: WorkflowRun, now: number): Bar[] =>
	tasksOf(run)
		.sort(byBeginning)
		.map((task) => barOf('task', asRun(task), labelOf(task), endedAt(run) ?? now));

const isFine = ({ status }: Bar): boolean => status === 'succeeded' || status === 'skipped';

const lengthOf = ({ span }: Bar): number => (span ? span.to - span.from : 0);

/** Those that somebody has to look at, then those that took longest. */
const mostImportant = (bars: Bar[], most: number): Set<Bar> =>
	new Set(
		[...bars]
			.sort(
				(one, other) =>
					Number(isFine(one)) - Number(isFine(other)) || lengthOf(other) - lengthOf(one),
			)
			.slice(0, most),
	);

/**
 * The rows of a timeline: each run, followed by its tasks in the order in which they began. Of too many, those that
 * succeeded soon are left out.
 *
 * @param now milliseconds since the epoch, by Amperity's clock
 * @param most how many rows there are at most
 */
export function barsOf(runs: WorkflowRun[], now: number, most: number): Bars {
	const all = runs.map((run) => ({ bar: runBar(run, now), tasks: taskBars(run, now) }));
	const shownRuns = mostImportant(
		all.map(({ bar }) => bar),
		most,
	);
	const shown = all.filter(({ bar }) => shownRuns.has(bar));
	const tasks = shown.flatMap((each) => each.tasks);
	const shownTasks = mostImportant(tasks, most - shown.length);
	return {
		bars: shown.flatMap((each) => [each.bar, ...each.tasks.filter((task) => shownTasks.has(task))]),
		moreRuns: all.length - shown.length,
		moreTasks: tasks.length - shownTasks.size,
	};
}
