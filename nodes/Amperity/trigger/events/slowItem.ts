import type { IDataObject } from 'n8n-workflow';
import { runItem } from '../../runs/run/runItem';
import { getRun, type WorkflowRun } from '../../transport/workflowRuns';
import type { SourceContext } from '../eventSource';
import type { SlowThreshold } from './slowThreshold';

const MINUTE_MS = 60_000;

/** Reads an active run with what its item and its threshold need. */
export async function readActiveRun(
	{ client, settings, time }: SourceContext,
	runId: string,
): Promise<WorkflowRun> {
	const { includeDetails, filter, slowAfterMs } = settings;
	const needsDetails = includeDetails || filter.startedBy !== '' || slowAfterMs === undefined;
	const view = needsDetails ? 'verbose' : 'overview';
	return await getRun(client, runId, view, time.part(0.5).limits());
}

/**
 * The item of an active run, with how slow it is. It has no `since` where it is not slow yet, or no threshold is known.
 *
 * @param created when the run was created, in milliseconds since the epoch, as is `now`
 */
export function slowItem(
	{ client, settings }: SourceContext,
	run: WorkflowRun,
	created: number,
	now: number,
	threshold?: SlowThreshold,
): IDataObject {
	const since = created + (threshold?.ms ?? Infinity);
	return {
		event: 'runIsSlow',
		since: since <= now ? new Date(since).toISOString() : null,
		...runItem(run, settings.form, client.account.runUrl(run.id)),
		active_minutes: Math.floor((now - created) / MINUTE_MS),
		slow_after_minutes: threshold ? threshold.ms / MINUTE_MS : null,
		slow_after_source: threshold?.source ?? null,
	};
}
