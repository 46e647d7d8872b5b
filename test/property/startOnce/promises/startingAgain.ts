import type { SimulatedRun } from '../../../simulator';
import { allowsStartingAgain } from '../schedule';
import { isReplaced, type ItemStory, type SentStart } from '../story';
import type { Way, Ways } from '../ways';
import { looksAfter } from './looks';

/** After so many milliseconds without a sign of a run, a start may be sent again. */
const SETTLED_MS = 65_000;

/** No start is sent again more often. */
const MOST_TIMES = 2;

/** What is known of an item's second start, and of those after it. */
export interface StartedAgain {
	violations: string[];
	/** Runs that nobody will ever hear of, because of a residual case that was counted. */
	residual: Set<string>;
	/** Runs that a later try, or a rerun, has replaced. */
	replaced: Set<string>;
	/** How often the item was started again, since a later try replaced a run if one did. */
	times: number;
}

/** Checks that an item was started more than once only where that is promised, and counts why. */
export function checkStartingAgain(story: ItemStory, ways: Ways): StartedAgain {
	const { starts, schedule, execution, configId } = story;
	const known: StartedAgain = {
		violations: [],
		residual: new Set(),
		replaced: new Set(),
		times: 0,
	};
	for (const [index, start] of starts.entries()) {
		const next = starts[index + 1];
		if (!next || start.kind === 'throttled') continue;
		const isLaterTry = execution.plan.tries > 1;
		const mayReplace = isLaterTry || (execution.plan.night?.reruns ?? 0) > 0;
		if (start.sender !== next.sender) {
			known.violations.push(...afterCrash(story, ways));
			if (start.run) known.residual.add(start.run.id);
		} else if (mayReplace && isReplaced(start, next, schedule.simulator.clock.offsetMs)) {
			known.replaced.add(start.run!.id);
			known.times = 0;
			ways.take('replaced');
		} else if (start.kind === 'refused') {
			if (!isLaterTry) known.violations.push(`${configId} was refused, and started again`);
		} else if (start.kind === 'prompt') {
			known.times++;
			known.violations.push(...promptRestart(story, start, next, known, ways));
		} else {
			known.violations.push(`${configId} was started again though its start was ${start.kind}`);
		}
	}
	if (known.times > 0) ways.take(known.times > 1 ? 'startedAgainTwice' : 'startedAgain');
	if (known.times > MOST_TIMES) known.violations.push(`${configId} was started again too often`);
	return known;
}

/** Nothing is sent again after a crash, unless n8n's database has lost that anything was sent. */
function afterCrash({ schedule, execution, configId }: ItemStory, ways: Ways): string[] {
	const isLost = schedule.lostRecords.some((key) => key.includes(execution.executionId));
	if (!isLost) return [`${configId} was started again after its process had died`];
	ways.take('recordLost');
	return [];
}

function promptRestart(
	story: ItemStory,
	start: SentStart,
	next: SentStart,
	{ residual }: StartedAgain,
	ways: Ways,
): string[] {
	const { schedule, execution, configId } = story;
	const { simulator } = schedule;
	if (!allowsStartingAgain(execution.plan, story.plan)) {
		return [`${configId} was started again though its option says that it must not`];
	}
	const looks = looksAfter(start, schedule, next.sentAt);
	const settledAt = start.endedAt + SETTLED_MS;
	if (looks.length < 2 || !looks.some(({ endedAt }) => endedAt >= settledAt)) {
		const times = looks.map(({ at }) => at - start.endedAt).join(', ');
		return [`${configId} was started again after looks at ${times} ms`];
	}
	const { run } = start;
	if (!run) return [];
	const isSeen = looks.some(({ runIds }) => runIds.includes(run.id));
	if (isSeen && !story.plan.isRenamed) {
		return [`${configId} was started again though the list showed ${run.id}`];
	}
	residual.add(run.id);
	ways.take(isSeen ? 'renamed' : whyUnseen(run, start, simulator.clock.offsetMs));
	return [];
}

function whyUnseen({ createdAt, scenario }: SimulatedRun, start: SentStart, offsetMs: number): Way {
	if (createdAt - offsetMs > start.endedAt) return 'queuedBehindPrompt';
	return scenario.listHiddenMs?.length ? 'hiddenFromAllLooks' : 'listedTooLate';
}
