import type { Outcome } from './scenarios';
import { endOf, hasEnded, stageAt, type SimulatedRun } from './runs';
import { timestamp } from './timestamps';

/** How much of a run an answer shows: `full` is all but the tasks, as in the answer to a start. */
export type RunDetail = 'overview' | 'full' | 'verbose';

/** Answers to `error` by outcome; a run that succeeded has none. */
const ERRORS: Record<Exclude<Outcome, 'succeeded'>, Record<string, unknown>> = {
	'failed-customer': {
		type: 'amperity.courier.core/missing-file',
		message: 'No file matches the pattern of the courier',
		attribution: 'customer',
		data: { pattern: 'orders-{date}.csv' },
	},
	'failed-platform': {
		type: 'amperity.platform.compute/unavailable',
		message: 'The cluster was lost before the task ended',
		attribution: 'platform',
	},
	stopped: {
		type: 'amperity.workflow.workflow.repository.core/cancel',
		message: 'Workflow manually stopped',
	},
};

/** Task labels by type of run, in order. */
const TASKS: Record<string, string[]> = {
	'courier.group/run': ['Load files', 'Refresh domain tables', 'Stitch', 'Generate databases'],
	'amperity.orchestration.orchestration/run': ['Run query', 'Send to destination'],
	'campaign.send': ['Build audience', 'Assign treatments', 'Send to destination'],
};

/** The time-out that tasks are seen to have: 48 hours. */
const TASK_TIMEOUT_MS = 172_800_000;

const WARN_AFTER_MS = 86_400_000;

/** A run as the API shows it at a time. */
export function viewRun(
	run: SimulatedRun,
	time: number,
	detail: RunDetail,
): Record<string, unknown> {
	const stage = stageAt(run, time);
	const view: Record<string, unknown> = {
		id: run.id,
		state: stage.state,
		type: run.type,
		name: run.name,
		tenant: run.tenant,
		created_at: timestamp(run.createdAt),
		...(stage.outcome && { ended_at: timestamp(endOf(stage)) }),
		...(detail !== 'overview' && details(run)),
		...(detail === 'verbose' && { ...errorOf(stage.outcome), task_instances: tasks(run, time) }),
		...run.scenario.extra,
	};
	for (const property of run.scenario.hide ?? []) delete view[property];
	return view;
}

function details(run: SimulatedRun): Record<string, unknown> {
	const { warnAfterMs = WARN_AFTER_MS } = run.scenario;
	return {
		principal_id: run.principal.id,
		principal_name: run.principal.name,
		...(run.principal.email && { principal_email: run.principal.email }),
		launched_version: '1.0.0',
		current_version: '1.0.0',
		...(warnAfterMs !== null && { warn_after_ms: warnAfterMs }),
	};
}

function errorOf(outcome: Outcome | undefined): Record<string, unknown> {
	return outcome && outcome !== 'succeeded' ? { error: ERRORS[outcome] } : {};
}

/** The tasks that have begun: they share the time between the first active stage and the end evenly. */
function tasks(run: SimulatedRun, time: number): Array<Record<string, unknown>> {
	const labels = TASKS[run.type] ?? ['Run'];
	const begin = run.stages[1]?.from ?? run.createdAt;
	const last = run.stages.at(-1);
	const step = last?.outcome ? (last.from - begin) / labels.length : Infinity;
	const begun = labels.filter((_, index) => begin + (index === 0 ? 0 : index * step) <= time);
	return begun.map((label, index) => {
		const from = index === 0 ? begin : begin + index * step;
		const isLast = index === begun.length - 1;
		return task(run, time, { label, index, from, to: from + step, isLast });
	});
}

interface TaskSlice {
	label: string;
	index: number;
	from: number;
	to: number;
	isLast: boolean;
}

function task(run: SimulatedRun, time: number, slice: TaskSlice): Record<string, unknown> {
	const stage = stageAt(run, time);
	// The task in which a run ended shares its fate, the ones before it succeeded.
	const fate = slice.isLast && stage.outcome ? stage.outcome : 'succeeded';
	const ended = hasEnded(run, time) || slice.to <= time;
	const endedAt = Math.min(slice.to, stage.outcome ? stage.from : Infinity);
	return {
		id: run.id.replace(/^wf-/, 'wft-') + slice.index,
		state: ended ? (fate === 'succeeded' ? 'succeeded' : stage.state) : 'running',
		tenant: run.tenant,
		created_at: timestamp(slice.from),
		...(ended && { ended_at: timestamp(endedAt) }),
		state_changed_at: timestamp(ended ? endedAt : slice.from),
		execution_type: 'sync',
		label: slice.label,
		run_id: run.id,
		workflow_id: run.id,
		task_definition_id: `task-${slice.index + 1}`,
		task_definition_type: run.type.replace(/\/.*$/, '') + '/task',
		timeout_ms: TASK_TIMEOUT_MS,
		...(ended ? errorOf(fate) : {}),
	};
}
