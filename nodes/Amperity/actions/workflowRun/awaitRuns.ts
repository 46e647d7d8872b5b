import type { IDataObject, IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { outcomeOf } from '../../runs/run/runState';
import { stopUnlessEnded } from '../../runs/run/stopRun';
import type { InPlace } from '../../runs/running/runningRule';
import { MOST_IN_FLIGHT } from '../../runs/wait/readRuns';
import { runKey, waitForRuns, type AwaitedRun, type WaitResult } from '../../runs/wait/waitForRuns';
import { concurrently } from '../../transport/concurrently';
import { settled } from '../../transport/settled';
import { nameSubject, type Subject } from '../errorSubject';
import { isFailed, type Outcome, type Succeeded } from '../items';
import type { RunOutput } from './runOutput';
import { waitError } from './waitError';
import type { WaitOptions } from './waitOptions';

/** A run that an item waits for. */
export interface ItemRun extends AwaitedRun, RunOutput {
	runId: string;
	plan: WaitOptions;
	/** What its error is about, besides the run. */
	subject?: Subject;
	/** Whether it was found in the list: most likely the item's own, but not surely enough to stop it. */
	isTakenOver?: boolean;
	/** Why another run than its own serves the item, if it does. */
	inPlace?: InPlace;
	/** Runs of this item that failed before. */
	earlierRunIds?: string[];
}

/** What became of a run in the end, and what the node has done about it. */
export interface Verdict {
	result: WaitResult;
	note: string;
}

/** Tells Amperity to stop a run, whatever has happened to the n8n execution. It may have ended meanwhile. */
async function stopNow({ client, runId }: AwaitedRun, result: WaitResult): Promise<Verdict> {
	const { value, error } = await settled(stopUnlessEnded(client.withoutCancel(), runId));
	if (error) return { result, note: `The run could not be stopped: ${error.message}. ` };
	const { run, alreadyEnded } = value;
	if (alreadyEnded) return { result: { ...result, end: 'finished', run }, note: '' };
	return { result: { ...result, run }, note: 'Amperity was told to stop the run. ' };
}

/** Why a run is not stopped although that is wanted, or undefined if it may be. */
function reasonToLeave({ isTakenOver, inPlace }: ItemRun): string | undefined {
	if (inPlace) return 'The run was not stopped, since this node has not started it. ';
	return isTakenOver
		? 'The run was not stopped, since the answer to its start was lost, and it was found in the list. '
		: undefined;
}

function mustBeStopped({ end }: WaitResult, { onTimeout, onCancel }: WaitOptions): boolean {
	return (
		(end === 'timedOut' && onTimeout === 'stop') ||
		(end === 'executionStopped' && onCancel === 'stop')
	);
}

/** What is put out of a wait, unless it ended in a way that is an error. */
function outputOf({ end, run }: WaitResult, item: ItemRun): ItemRun | undefined {
	if (end === 'finished' && run) {
		const isFine = outcomeOf(run) === 'succeeded' || item.plan.emitUnsuccessful;
		return isFine ? { ...item, run } : undefined;
	}
	if (end === 'timedOut' && item.plan.onTimeout === 'continue') {
		return { ...item, run, extra: { ...item.extra, timed_out: true } };
	}
	return undefined;
}

/** Whether nothing is waited for, since the item is done without a run. */
export const isSkipped = ({ inPlace }: ItemRun): boolean => inPlace === 'skipped';

/**
 * Waits for runs, all at once, and stops those that are to be stopped then.
 *
 * @returns a verdict for each `runKey`
 */
export async function awaitVerdicts(
	context: IExecuteFunctions,
	runs: ItemRun[],
): Promise<Map<string, Verdict>> {
	const results = await waitForRuns(runs, context.getExecutionCancelSignal());
	const verdicts = new Map<string, Verdict>();
	const runsByKey = new Map(runs.map((run) => [runKey(run), run]));
	await concurrently(runsByKey, MOST_IN_FLIGHT, async ([key, run]) => {
		const result = results.get(key)!;
		if (!mustBeStopped(result, run.plan)) return verdicts.set(key, { result, note: '' });
		const note = reasonToLeave(run);
		return verdicts.set(key, note === undefined ? await stopNow(run, result) : { result, note });
	});
	return verdicts;
}

/** Adds to an error which other runs the item has made: the item that would say so is not put out. */
function nameEarlierRuns(error: NodeOperationError, earlier: string[] = []): void {
	if (earlier.length === 0) return;
	error.description = `${error.description ?? ''} Runs of this item that failed before: ${earlier.join(', ')}.`;
	const details = error.context.details as IDataObject;
	error.context.details = { ...details, earlier_run_ids: earlier };
}

/** What comes of an item whose run was waited for: the run in its verbose view, or the error that its options ask for. */
export function outcomeOfWait(
	context: IExecuteFunctions,
	{ itemIndex, value }: Succeeded<ItemRun>,
	{ result, note }: Verdict,
): Outcome<ItemRun> {
	const output = outputOf(result, value);
	if (output) return { itemIndex, value: output };

	const error = waitError(context.getNode(), value.runId, result, value.plan.maxWaitMs, note);
	nameSubject(error, value.subject ?? {});
	nameEarlierRuns(error, value.earlierRunIds);
	error.context.itemIndex = itemIndex;
	return { itemIndex, error };
}

/** Waits for the runs of all items at once. Items that have failed before, or were skipped, stay as they are. */
export async function awaitRuns(
	context: IExecuteFunctions,
	items: Array<Outcome<ItemRun>>,
): Promise<Array<Outcome<ItemRun>>> {
	const runs = items.flatMap(({ value }) => (value && !isSkipped(value) ? value : []));
	const verdicts = await awaitVerdicts(context, runs);
	return items.map((item) =>
		isFailed(item) || isSkipped(item.value)
			? item
			: outcomeOfWait(context, item, verdicts.get(runKey(item.value))!),
	);
}
