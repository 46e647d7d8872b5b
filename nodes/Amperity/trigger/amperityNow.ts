import { monotonicNow } from '../../../credentials/monotonicClock';
import { listRuns } from '../transport/workflowRuns';
import type { SourceContext } from './eventSource';

/** Amperity's time is asked for again after so long: n8n's machine may have been suspended. Milliseconds. */
const FRESH_MS = 600_000;

/**
 * Amperity's time, which its answers tell. Milliseconds since the epoch; by n8n's own clock where no answer does.
 *
 * @throws AmperityApiError if it had to be asked for and Amperity did not answer
 */
export async function amperityNow({ client, time }: SourceContext): Promise<number> {
	const { clock } = client;
	if (monotonicNow() - clock.toldAt > FRESH_MS) {
		await listRuns(client, { limit: 1 }, undefined, time.limits());
	}
	return clock.now();
}
