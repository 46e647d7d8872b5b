import type { SimulatedRun } from '../../../simulator';
import { allowsStartingAgain } from '../schedule';
import { isList } from '../play/scheduledFaults';
import { isUndisturbed, type ItemStory, type SentStart } from '../story';
import type { Way, Ways } from '../ways';
import { clockKnowledge } from './clockKnowledge';
import { typeOf } from './fits';
import { looksAfter } from './looks';
import type { StartedAgain } from './startingAgain';

/** The looks of one try are over after so many milliseconds. */
const DEADLINE_MS = 180_000;

const SETTLED_MS = 65_000;

/** A run that was created earlier than so many milliseconds before a start is that of another one. */
const WINDOW_MARGIN_MS = 2_000;

/**
 * Counts the items whose starts were promptly refused, and those of them that got exactly one run. Those are left out
 * of which the contract says that they are reported: of an execution that was stopped, whose process died or whose
 * token was not valid; whose further starts met something else than one more prompt refusal; where the list could not
 * be read in time; and where the list showed a run that might have been that of the lost start.
 */
export function countPromptRefusal(story: ItemStory, again: StartedAgain, ways: Ways): void {
	const [first] = story.starts;
	const isRefused = first?.kind === 'prompt' && first.run === undefined;
	if (!isRefused || !allowsStartingAgain(story.execution.plan, story.plan)) return;
	const reason = reasonToReport(story);
	if (reason) {
		ways.take(reason);
		return;
	}
	ways.take('promptlyRefused');
	const { replaced } = again;
	const runs = story.runs.filter(({ id }) => !replaced.has(id));
	if (runs.length === 1) ways.take('promptlyRefusedWithOneRun');
	else ways.exceptions.push(`${story.configId}: ${JSON.stringify(story.schedule.schedule)}`);
}

function reasonToReport(story: ItemStory): Way | undefined {
	const { schedule, execution, starts } = story;
	if (!isUndisturbed(story) || schedule.schedule.tokenGap) return 'refusedDisturbed';
	const prompts = starts.filter(({ kind }) => kind === 'prompt');
	const others = starts.filter(({ kind }) => kind !== 'prompt' && kind !== 'taken');
	if (prompts.length > 2 || others.length > 0 || prompts.some(({ run }) => run)) {
		return 'refusedAndMore';
	}
	if (prompts.some((start) => !isReadable(story, start))) return 'refusedUnreadable';
	if (prompts.some((start) => othersBeside(story, start).length > 0)) return 'refusedBesideOthers';
	if (execution.result.error && execution.items.length > 1) return 'refusedThrown';
	return undefined;
}

/** Whether the list could be read twice, and after the settle time, or nothing prevented it from being read. */
function isReadable({ schedule }: ItemStory, start: SentStart): boolean {
	const until = start.endedAt + DEADLINE_MS;
	const looks = looksAfter(start, schedule, until);
	const settledAt = start.endedAt + SETTLED_MS;
	if (looks.length >= 2 && looks.some(({ endedAt }) => endedAt >= settledAt)) return true;
	const { simulator, senderOf } = schedule;
	return !simulator.requests.some(
		(request) =>
			isList(request) &&
			request.fault &&
			senderOf(request) === start.sender &&
			request.at >= start.endedAt &&
			request.at <= until,
	);
}

/** Runs that the node may have to take for that of a lost start: one may arrive late, but none early. */
function othersBeside(story: ItemStory, start: SentStart): SimulatedRun[] {
	const { simulator } = story.schedule;
	// The first look knows least.
	const [look] = looksAfter(start, story.schedule, start.endedAt + DEADLINE_MS);
	const { fromMs, toMs } = clockKnowledge(story.schedule, start.sender, look?.at ?? start.endedAt);
	return simulator.runs.filter(
		(run) =>
			run.createdAt - fromMs >= start.sentAt - WINDOW_MARGIN_MS &&
			run.createdAt - toMs <= start.endedAt + DEADLINE_MS &&
			!story.runs.includes(run) &&
			!isSurelyOther(story, start, run),
	);
}

/** Whether something surely tells a run from that of a lost start. */
function isSurelyOther(story: ItemStory, start: SentStart, run: SimulatedRun): boolean {
	const { schedule, configId } = story;
	const { simulator, senderOf } = schedule;
	const request = simulator.requests[run.requestIndex ?? -1];
	const isOursByType = run.type.startsWith(typeOf(configId));
	if (!isOursByType) return true;
	const isHeld =
		request !== undefined &&
		senderOf(request) === start.sender &&
		request.status === 201 &&
		request.fault === undefined &&
		request.endedAt! <= start.endedAt + 1_000;
	if (isHeld) return true;
	const known = knowledgeOf(story);
	if (known.timesName >= 2 && run.name !== story.name) return true;
	const { readFaults, hidesPrincipal } = schedule.schedule;
	const canBeRead =
		!readFaults.some((fault) => fault) && !run.scenario.getLagMs && !run.scenario.hide?.length;
	if (!canBeRead) return false;
	if (run.principal.id === 'automated-workflow') return true;
	const knowsPrincipal = !hidesPrincipal && known.starts >= 2;
	return knowsPrincipal && run.principal.id !== simulator.apiPrincipal.id;
}

/** What the process of an item had learnt, at least, before anything happened. */
function knowledgeOf({ schedule, execution, configId, plan }: ItemStory) {
	const { lessons, schedule: plans } = schedule;
	const known = lessons
		.filter(({ process }) => plans.keepsStaticData || process === execution.process)
		.flatMap(({ configIds }) => configIds);
	return {
		starts: known.length,
		timesName: plan.isRenamed ? 0 : known.filter((one) => one === configId).length,
	};
}
