import type { IExecuteFunctions } from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { runIndexOf } from '../../engine/runIndex';
import { isSameRequest, type StartRequest } from '../../transport/workflowRuns';
import type { Owner } from '../configuration/ownStarts';
import type { InPlace } from '../running/runningRule';
import type { LostStart } from './lostStart';

/** What is known of one item's start: its run, or that the answer is missing, or neither as it was refused. */
export interface StartState {
	runId?: string;
	/** Whether that run was found in the list. */
	isTakenOver?: boolean;
	/** Why another run than its own serves the item, if it does. */
	inPlace?: InPlace;
	timesStartedAgain?: number;
	lost?: LostStart;
}

/**
 * What one item's start left behind. n8n keeps it with the execution, so that Retry On Fail, and a
 * person who retries a failed execution, find the run instead of starting a second one.
 */
export interface EarlierTry extends StartState {
	executionId: string;
	request: StartRequest;
	/** Whether n8n has recorded that this start has begun. */
	isRecorded?: boolean;
	/** What happened before the run was started. */
	before?: RunsBefore;
}

/** What an item has done with other runs before it started its own. */
export interface RunsBefore {
	/** Runs of this item that failed, and were to be replaced. */
	failedRunIds?: string[];
	/** A run of somebody else that served the item, but failed, and was to be replaced. */
	usedRunId?: string;
	/** The run of the configuration that was under way, and was stopped or waited for. */
	stoppedRunId?: string;
	waitedForRunId?: string;
}

/** The memory of one item's start. */
export interface StartMemory extends Owner {
	read(): EarlierTry | undefined;
	write(state: StartState): void;
	/** Adds to what happened before the run was started. */
	addBefore(before: RunsBefore): void;
	/** Notes that n8n has recorded the start. */
	setRecorded(): void;
}

function startsOf(context: IExecuteFunctions): Record<string, EarlierTry> {
	const memory = context.getContext('node');
	return (memory[`starts ${runIndexOf(context)}`] ??= {}) as Record<string, EarlierTry>;
}

/** Which of a node's starts it is: an item makes several if its range is split. */
export interface StartPlace {
	itemIndex: number;
	/** Which of the starts of its item, from 0. */
	part: number;
}

/**
 * Opens the memory of an item's start: the same run of the node, and the same item. Within one
 * execution that is the same start, also if its parameters say something else in each try, as `$now`
 * does; an agent, and a person who retries an execution, mean something else by them.
 */
export function openMemory(
	context: IExecuteFunctions,
	{ itemIndex, part }: StartPlace,
	credential: string,
	request: StartRequest,
): StartMemory {
	const starts = startsOf(context);
	const executionId = context.getExecutionId();
	const call = isCalledByAgent(context) ? [request] : [];
	const slot = JSON.stringify([itemIndex, part, credential, ...call]);
	const isSameStart = (earlier: EarlierTry) =>
		earlier.executionId === executionId || isSameRequest(earlier.request, request);
	const read = () => {
		const earlier = starts[slot];
		return earlier && isSameStart(earlier) ? earlier : undefined;
	};
	return {
		key: JSON.stringify([executionId, context.getNode().id, runIndexOf(context), slot]),
		executionId,
		read,
		write: (state) => {
			const { before, isRecorded } = read() ?? {};
			starts[slot] = { executionId, request, isRecorded, before, ...state };
		},
		addBefore: (more) => {
			const earlier = read() ?? { executionId, request };
			starts[slot] = { ...earlier, before: { ...earlier.before, ...more } };
		},
		setRecorded: () => {
			starts[slot] = { ...(read() ?? { executionId, request }), isRecorded: true };
		},
	};
}

/** What this run of the node has started so far, earlier tries included. */
export function startedSoFar(context: IExecuteFunctions): {
	runIds: string[];
	/** What was started without an answer, so that it may run or not. */
	lostConfigIds: string[];
} {
	const starts = Object.values(startsOf(context));
	return {
		runIds: starts.flatMap(({ runId, inPlace, before }) => [
			...(before?.failedRunIds ?? []),
			...(runId !== undefined && !inPlace ? [runId] : []),
		]),
		lostConfigIds: starts.flatMap(({ lost }) => lost?.configId ?? []),
	};
}
