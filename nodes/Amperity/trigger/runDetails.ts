import { reasonOf } from '../transport/apiError';
import { isThrottled } from '../transport/failure';
import { settled } from '../transport/settled';
import { getRun, listRuns, type WorkflowRun } from '../transport/workflowRuns';
import type { SourceContext } from './eventSource';
import { namesPrincipal } from './runFilter';

/** In how many polls the details of a run are asked for before it is told without them. */
export const MOST_POLLS = 3;

/** Whether a failure may be that of one run, so that it must not hold up all the others for good. */
export function isAboutOneRun(error: Error): boolean {
	const failure = reasonOf(error);
	if (!failure || isThrottled(failure)) return false;
	return ['amperity', 'intermediary', 'network'].includes(failure.kind);
}

/** Reads what the list does not tell of the runs of one poll. */
export class RunDetails {
	private hasFailed = false;

	/** @param pollsBefore how many polls in a row have met a run whose details could not be read */
	constructor(
		private readonly source: SourceContext,
		private readonly pollsBefore = 0,
	) {}

	/** How many polls in a row have, with this one, unless details could be read after that. */
	get pollsWithout(): number {
		return this.hasFailed ? this.pollsBefore + 1 : 0;
	}

	/**
	 * All that is asked for of a run, as of its event: it may have changed since.
	 *
	 * @returns the run with `details_error` if they still cannot be read, undefined if a later poll is to try it again
	 * @throws AmperityApiError if nothing can be read at all
	 */
	async of(run: WorkflowRun): Promise<WorkflowRun | undefined> {
		const { client, context, time } = this.source;
		if (this.areNeededFor(run) && time.isNearlyOver) return undefined;
		const { value, error } = await settled(this.read(run));
		if (value) return value;
		if (!isAboutOneRun(error)) throw error;
		this.hasFailed = true;
		if (this.pollsWithout < MOST_POLLS) {
			context.logger.warn(`The details of ${run.id} are read again later: ${error.message}`);
			return undefined;
		}
		// If nothing else can be read either, it is not about the run.
		await listRuns(client, { limit: 1 }, undefined, time.limits());
		return { ...run, details_error: error.message };
	}

	/** The same at once, for a test: with `details_error` if they cannot be read now. */
	async orError(run: WorkflowRun): Promise<WorkflowRun> {
		const { value, error } = await settled(this.read(run));
		return value ?? { ...run, details_error: error?.message };
	}

	private async read(run: WorkflowRun): Promise<WorkflowRun> {
		if (!this.areNeededFor(run)) return run;
		const { client, time } = this.source;
		const details = await getRun(client, run.id, 'verbose', time.part(0.5).limits());
		this.hasFailed = false;
		return { ...details, ...run };
	}

	/** Whether the list does not tell enough of a run. */
	private areNeededFor(run: WorkflowRun): boolean {
		const { includeDetails, filter } = this.source.settings;
		return includeDetails || (filter.startedBy !== '' && !namesPrincipal(run));
	}
}
