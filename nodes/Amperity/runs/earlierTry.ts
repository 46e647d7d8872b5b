import type { IExecuteFunctions } from 'n8n-workflow';
import { isCalledByAgent } from '../calledByAgent';
import type { StartRequest } from '../transport/workflowRuns';
import type { LostStart } from './lostStart';

/**
 * What one item's start left behind. n8n keeps it with the execution, so that Retry On Fail, and a
 * person who retries a failed execution, find the run instead of starting a second one.
 */
export interface EarlierTry {
	executionId: string;
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
	write(earlierTry: Omit<EarlierTry, 'executionId'>): void;
}

/**
 * The starts of one run of the node. As a tool, n8n gives each try a run of its own, so there all
 * calls of an execution count as one: an agent that calls twice for the same gets the same run.
 */
function startsOf(context: IExecuteFunctions): Record<string, EarlierTry> {
	const run = isCalledByAgent(context) ? 'tool' : context.evaluateExpression('{{ $runIndex }}', 0);
	const memory = context.getContext('node');
	return (memory[`starts ${String(run)}`] ??= {}) as Record<string, EarlierTry>;
}

/** Opens the memory of an item's start: the same run of the node, the same item, the same parameters. */
export function openMemory(
	context: IExecuteFunctions,
	itemIndex: number,
	account: string,
	request: StartRequest,
): StartMemory {
	const starts = startsOf(context);
	const executionId = context.getExecutionId();
	const slot = JSON.stringify([itemIndex, account, request]);
	return {
		key: JSON.stringify([executionId, context.getNode().id, slot]),
		executionId,
		read: () => starts[slot],
		write: (earlierTry) => {
			starts[slot] = { executionId, ...earlierTry };
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
