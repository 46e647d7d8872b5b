import type { IExecuteFunctions } from 'n8n-workflow';
import { isCalledByAgent } from '../engine/calledByAgent';
import { runIndexOf } from '../engine/runIndex';
import type { StartRequest } from '../transport/workflowRuns';
import type { LostStart } from './lostStart';

/**
 * What one item's start left behind. n8n keeps it with the execution, so that Retry On Fail, and a
 * person who retries a failed execution, find the run instead of starting a second one.
 */
export interface EarlierTry {
	executionId: string;
	request: StartRequest;
	/** The run, once it is known. */
	runId?: string;
	/** What is needed to look for the run, while the answer is missing. */
	lost?: LostStart;
}

/** The memory of one item's start. */
export interface StartMemory {
	/** Names this start among all of this process. */
	readonly key: string;
	readonly executionId: string;
	read(): EarlierTry | undefined;
	write(earlierTry: Pick<EarlierTry, 'runId' | 'lost'>): void;
}

function startsOf(context: IExecuteFunctions): Record<string, EarlierTry> {
	const memory = context.getContext('node');
	return (memory[`starts ${runIndexOf(context)}`] ??= {}) as Record<string, EarlierTry>;
}

/**
 * Opens the memory of an item's start: the same run of the node, and the same item. Within one
 * execution that is the same start, also if its parameters say something else in each try, as `$now`
 * does; an agent, and a person who retries an execution, mean something else by them.
 */
export function openMemory(
	context: IExecuteFunctions,
	itemIndex: number,
	credential: string,
	request: StartRequest,
): StartMemory {
	const starts = startsOf(context);
	const executionId = context.getExecutionId();
	const call = isCalledByAgent(context) ? [request] : [];
	const slot = JSON.stringify([itemIndex, credential, ...call]);
	const isSameStart = (earlier: EarlierTry) =>
		earlier.executionId === executionId ||
		JSON.stringify(earlier.request) === JSON.stringify(request);
	return {
		key: JSON.stringify([executionId, context.getNode().id, runIndexOf(context), slot]),
		executionId,
		read: () => {
			const earlier = starts[slot];
			return earlier && isSameStart(earlier) ? earlier : undefined;
		},
		write: (earlierTry) => {
			starts[slot] = { executionId, request, ...earlierTry };
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
		runIds: starts.flatMap(({ runId }) => runId ?? []),
		lostConfigIds: starts.flatMap(({ lost }) => lost?.configId ?? []),
	};
}
