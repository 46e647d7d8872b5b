import type { N8nProcess } from '../n8n/n8nProcess';
import type { PlayedSchedule } from '../play/played';

/** The header `Date` tells whole seconds. */
const SECOND = 1_000;

/**
 * How far Amperity's clock may be ahead of n8n's, for all that a process can know at a time: from the header `Date` of
 * each answer and from when its runs were created. Nobody can tell times apart that are closer to each other.
 *
 * @param until milliseconds since 1970, by n8n's clock
 */
export function clockKnowledge(
	{ simulator, senderOf }: PlayedSchedule,
	process: N8nProcess | undefined,
	until: number,
): { fromMs: number; toMs: number } {
	const { offsetMs } = simulator.clock;
	let fromMs = -Infinity;
	let toMs = Infinity;
	for (const request of simulator.requests) {
		const { at, endedAt, status, startedRunId, fault } = request;
		if (
			senderOf(request) !== process ||
			status === undefined ||
			endedAt === undefined ||
			endedAt > until
		)
			continue;
		const told = Math.floor((endedAt + offsetMs) / SECOND) * SECOND;
		fromMs = Math.max(fromMs, told - endedAt);
		toMs = Math.min(toMs, told + SECOND - at);
		const run = fault === undefined && simulator.store.find(startedRunId ?? '');
		if (!run) continue;
		fromMs = Math.max(fromMs, run.createdAt - endedAt);
		toMs = Math.min(toMs, run.createdAt - at);
	}
	return { fromMs, toMs };
}
