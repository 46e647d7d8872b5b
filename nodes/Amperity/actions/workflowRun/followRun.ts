import type { IExecuteFunctions } from 'n8n-workflow';
import { cancelSignalOf } from '../../engine/executionSignal';
import { pause } from '../../engine/pause';
import { isPlatformFailure } from '../../runs/run/runFailure';
import { isFailed, outcomeOf, type Outcome, type Succeeded } from '../items';
import { awaitVerdicts, isSkipped, outcomeOfWait, type ItemRun } from './awaitRuns';
import { MINUTE_MS } from './waitOptions';

/** Pauses before each rerun: trouble of the platform takes minutes to pass. Milliseconds. */
const BACKOFF_MS = [1 * MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];

/**
 * Waits for the run of one item. While the platform is to blame for its failure, it is started again, which makes
 * another run.
 *
 * @param reruns how often at most
 * @param startAgain goes on with the item: a run that a person has restarted meanwhile is not replaced
 */
export async function followRun(
	context: IExecuteFunctions,
	started: Succeeded<ItemRun>,
	reruns: number,
	startAgain: () => Promise<ItemRun>,
): Promise<Outcome<ItemRun>> {
	const cancel = cancelSignalOf(context);
	for (let { itemIndex, value } = started, count = 0; ; count++) {
		const verdicts = await awaitVerdicts(context, [value]);
		const [verdict] = verdicts.values();
		const { run } = verdict!.result;
		const mayHelp = count < reruns && run !== undefined && isPlatformFailure(run);
		if (mayHelp) await pause(BACKOFF_MS[count]!, cancel);
		if (!mayHelp || cancel?.aborted) {
			return outcomeOfWait(context, { itemIndex, value }, verdict!);
		}
		const again = await outcomeOf(context, itemIndex, startAgain);
		if (isFailed(again) || isSkipped(again.value)) return again;
		value = again.value;
	}
}
