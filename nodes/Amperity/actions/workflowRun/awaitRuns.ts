import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { waitForRuns, type AwaitedRun, type WaitResult } from '../../runs/waitForRuns';
import { outcomeOf, toEndedItem, toItem } from '../../runs/workflowRun';
import { settled } from '../../transport/settled';
import { withoutCancel } from '../../transport/request';
import { stopRun } from '../../transport/workflowRuns';
import { isFailed, type ItemOutcome, type Outcome } from '../items';
import { waitError } from './waitError';
import type { WaitOptions } from './waitOptions';

/** A run that an item waits for, and what its output item says besides. */
export interface ItemRun extends AwaitedRun {
	extra?: IDataObject;
}

/** Tells Amperity to stop a run, whatever has happened to the n8n execution, and says how that went. */
async function stopNow(context: IExecuteFunctions, runId: string): Promise<string> {
	const { error } = await settled(stopRun(withoutCancel(context), runId));
	return error
		? `The run could not be stopped: ${error.message}. `
		: 'Amperity was told to stop the run. ';
}

function mustBeStopped({ end }: WaitResult, { onTimeout, onCancel }: WaitOptions): boolean {
	return (
		(end === 'timedOut' && onTimeout === 'stop') ||
		(end === 'executionStopped' && onCancel === 'stop')
	);
}

function itemOf(result: WaitResult, runId: string, options: WaitOptions): IDataObject | undefined {
	const { end, run } = result;
	if (end === 'finished' && run) {
		const isFine = outcomeOf(run) === 'succeeded' || options.emitUnsuccessful;
		return isFine ? toEndedItem(run) : undefined;
	}
	if (end === 'timedOut' && options.onTimeout === 'continue') {
		return { ...(run ? toItem(run) : { id: runId }), timed_out: true };
	}
	return undefined;
}

/**
 * Waits for the runs of all items together. Items that have failed before stay as they are.
 *
 * @returns each run in its verbose view with its outcome, or the error that the options ask for
 */
export async function awaitRuns(
	context: IExecuteFunctions,
	items: Array<Outcome<ItemRun>>,
	options: WaitOptions,
): Promise<ItemOutcome[]> {
	const runs = items.flatMap(({ value }) => value ?? []);
	const results = await waitForRuns(context, runs, options);
	const notes = new Map<string, string>();
	const stops = [...results].map(async ([runId, result]) => {
		if (mustBeStopped(result, options)) notes.set(runId, await stopNow(context, runId));
	});
	await Promise.all(stops);

	return items.map((item) => {
		if (isFailed(item)) return item;
		const { itemIndex, value } = item;
		const result = results.get(value.runId)!;
		const json = itemOf(result, value.runId, options);
		if (json) return { itemIndex, value: { ...json, ...value.extra } };

		const note = notes.get(value.runId) ?? '';
		const error = waitError(context.getNode(), value.runId, result, options.maxWaitMs, note);
		error.context.itemIndex = itemIndex;
		return { itemIndex, error };
	});
}
