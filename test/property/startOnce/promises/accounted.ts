import type { SimulatedRun } from '../../../simulator';
import { handedRunId, isErrorOfAnother, isNotStarted, type ItemStory } from '../story';
import type { StartedAgain } from './startingAgain';

/**
 * Checks that each run that no item holds is named by an error, or said to be possible. Of a residual run, or one that
 * was taken for a stranger's, the node knows nothing; one that a later try has replaced nobody asks for.
 */
export function checkAccounted(
	story: ItemStory,
	{ residual, replaced }: StartedAgain,
	isIndistinguishable: boolean,
): string[] {
	const { configId, errorText, runs, execution } = story;
	if (execution.stoppedAt !== undefined || isIndistinguishable || speaksForOthers(story)) return [];
	const listed = (story.json?.earlier_run_ids ?? []) as string[];
	const hidden = runs.filter(
		(run) =>
			run.id !== handedRunId(story) &&
			!residual.has(run.id) &&
			!replaced.has(run.id) &&
			!listed.includes(run.id) &&
			!isReplacedByOthers(story, run) &&
			!isAccountedFor(run, errorText),
	);
	const text = errorText || 'no error';
	return [
		...hidden.map(({ id }) => `The item of ${configId} hides ${id}: ${text}`),
		...saysWhatIsKnown(story),
	];
}

/**
 * Whether a later try has taken a running one in place of a run that had failed by the platform. The error of another
 * item does not tell of a rerun that has done so either.
 */
const isReplacedByOthers = (story: ItemStory, { stages }: SimulatedRun): boolean =>
	story.execution.plan.night !== undefined &&
	(story.execution.plan.tries > 1 || isErrorOfAnother(story)) &&
	stages.at(-1)!.outcome === 'failed-platform';

/** An item that has no run has an error, which tells of a start that may have had an effect. */
function saysWhatIsKnown(story: ItemStory): string[] {
	const { configId, errorText, starts, runs, json } = story;
	if (handedRunId(story) !== undefined) return [];
	if (isNotStarted(story)) {
		return starts.map(() => `The item of ${configId} says that it was not started`);
	}
	if (errorText === '') return [`The item of ${configId} has neither a run nor an error`];
	const last = starts.at(-1);
	const isOpen = last?.kind === 'lost' || last?.kind === 'prompt';
	if (json === undefined || !isOpen || saysMayHaveStarted(configId, errorText)) return [];
	if (runs.some(({ id }) => errorText.includes(id))) return [];
	return [`The error of ${configId} does not say that a run may have started: ${errorText}`];
}

const saysMayHaveStarted = (configId: string, error: string) =>
	['A run', String.raw`\d+ runs`].some((what) =>
		new RegExp(`${what} of ${configId} may have started all the same`).test(error),
	);

/** After a crash, the error that ends the node speaks for the items as well that it did not come to. */
const speaksForOthers = ({ execution, errorText }: ItemStory): boolean =>
	execution.result.error !== undefined &&
	errorText.includes('Other items may have been started before n8n stopped');

/** Whether an error names a run, or says of its configuration that one may have started. */
const isAccountedFor = ({ id, configId }: SimulatedRun, error: string): boolean =>
	error.includes(id) || saysMayHaveStarted(configId ?? '', error);
