import type { SimulatedRun } from '../../../simulator';
import { handedRunId, isOfOthers, type ItemStory } from '../story';
import type { Ways } from '../ways';
import { clockKnowledge } from './clockKnowledge';

/** A run is found in the list this long after its start was lost, at the earliest. Milliseconds. */
const LOOKS_MS = 11_000;

/** By so much a run may lie outside of the time in which its start was lost. Milliseconds. */
const TOLERANCE_MS = 200;

/** `created_at` leaves out parts of a millisecond: that of the run, and that of another one which told Amperity's time. */
const LEFT_OUT_MS = 2;

/** Checks that an item was handed no run but that of its own request. */
export function checkHandedRun(
	story: ItemStory,
	ways: Ways,
): { violations: string[]; isIndistinguishable: boolean } {
	const id = handedRunId(story);
	const isOwn = id === undefined || isOfOthers(story) || story.runs.some((run) => run.id === id);
	if (isOwn) return { violations: [], isIndistinguishable: false };
	const run = story.schedule.simulator.store.find(id);
	if (run && isIndistinguishable(story, run)) {
		ways.take('indistinguishable');
		return { violations: [], isIndistinguishable: true };
	}
	const owner = run ? `${run.principal.name} started of ${run.configId}` : 'does not exist';
	return {
		violations: [`The item of ${story.configId} reports ${id}, which ${owner}`],
		isIndistinguishable: false,
	};
}

/**
 * The one exception: somebody else, or another process of n8n, has started the very same configuration with the very
 * same key while the item's start was lost, as far as two clocks can tell.
 */
function isIndistinguishable(story: ItemStory, run: SimulatedRun): boolean {
	const { schedule, configId, starts, json } = story;
	const { simulator } = schedule;
	const isSame = run.configId === configId && run.principal.id === simulator.apiPrincipal.id;
	const request = run.requestIndex === undefined ? undefined : simulator.requests[run.requestIndex];
	const sender = request && schedule.senderOf(request);
	const isFromList =
		json?.start_confirmed_by === 'list' || json?.start_confirmed_by === 'earlier_try';
	return (
		isSame &&
		isFromList &&
		starts.some((start) => {
			if (start.sender === sender || !['prompt', 'lost'].includes(start.kind)) return false;
			const toleranceMs = TOLERANCE_MS + LEFT_OUT_MS + schedule.slackMs;
			const { fromMs, toMs } = clockKnowledge(schedule, start.sender, start.endedAt + LOOKS_MS);
			return (
				run.createdAt - fromMs >= start.sentAt - toleranceMs &&
				run.createdAt - toMs <= start.endedAt + toleranceMs
			);
		})
	);
}
