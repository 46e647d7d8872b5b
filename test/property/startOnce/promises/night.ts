import {
	handedRunId,
	isErrorOfAnother,
	isNotStarted,
	isOfOthers,
	storiesOf,
	type ItemStory,
} from '../story';
import type { Ways } from '../ways';
import { endedAt, mayBeOf } from './fits';
import { nothingIsStartedBeside } from './beside';
import type { StartedAgain } from './startingAgain';

/** Pauses before the first rerun of a run, the second and the third. Milliseconds. */
const PAUSES = [60_000, 300_000, 900_000];

/** `created_at` and ends leave out parts of a millisecond. */
const LEFT_OUT_MS = 2;

/** Checks what an item promises that looks for another run first, that waits for its turn, or whose run is replaced. */
export function checkNight(story: ItemStory, again: StartedAgain, ways: Ways): string[] {
	if (!story.execution.plan.night) return [];
	count(story, again, ways);
	return [
		...checkOthersRun(story),
		...nothingIsStartedBeside(story, ways),
		...checkOrder(story),
		...checkReruns(story, again),
	];
}

function count(story: ItemStory, { replaced }: StartedAgain, ways: Ways): void {
	const { json, errorText, execution, starts } = story;
	if (json?.reused) ways.take('reused');
	if (json?.skipped) ways.take('skipped');
	if (json?.fresh) ways.take('fresh');
	if (json?.stopped_run_id) ways.take('stoppedBefore');
	if (json?.waited_for_run_id) ways.take('waitedBefore');
	if (isNotStarted(story) || errorText.includes('Not started: ')) ways.take('notStarted');
	if (starts.length === 0 && errorText !== '') ways.take('leftAlone');
	if (execution.plan.tries === 1 && replaced.size > 0) {
		ways.take(replaced.size > 1 ? 'rerunTwice' : 'rerun');
	}
}

/** A run of somebody else that an item reports has the name and type of its own, and is as the item says. */
function checkOthersRun(story: ItemStory): string[] {
	const { json, configId, schedule, execution } = story;
	const id = handedRunId(story);
	if (id === undefined || !isOfOthers(story)) return [];
	const { simulator, firstRequest } = schedule;
	const run = simulator.store.find(id);
	if (!run || !mayBeOf(story, execution.plan, run)) {
		return [`The item of ${configId} reports ${id} (${run?.name}), which cannot be its own`];
	}
	const began = simulator.requests[firstRequest]!.at;
	const end = endedAt(run, simulator.clock.offsetMs);
	if (!json!.fresh) {
		return end < began - schedule.slackMs ? [`${id} had ended before ${configId} reused it`] : [];
	}
	const oldest = began + simulator.clock.offsetMs - execution.plan.night!.maximumAge * 3_600_000;
	const isFresh =
		run.stages.at(-1)!.outcome === 'succeeded' && end < Infinity && run.createdAt >= oldest - 2_000;
	return isFresh ? [] : [`${id} is not fresh, as ${configId} says`];
}

/** Nothing of an execution is started before each item before it has a run that succeeded, or was left alone. */
function checkOrder(story: ItemStory): string[] {
	const { execution, schedule, configId, starts } = story;
	if (!execution.plan.night!.isOneAfterAnother) return [];
	const { simulator } = schedule;
	const { offsetMs } = simulator.clock;
	const all = storiesOf(schedule).filter((other) => other.execution === execution);
	const place = all.findIndex(({ starts: [first] }) => first?.request === starts[0]?.request);
	const before = all.slice(0, Math.max(place, 0)).filter(({ json }) => !json?.skipped);
	return starts.flatMap(({ sentAt }) =>
		before
			.filter(
				(other) =>
					!simulator.runs.some(
						(run) =>
							mayBeOf(other, execution.plan, run) &&
							run.stages.at(-1)!.outcome === 'succeeded' &&
							endedAt(run, offsetMs) <= sentAt + LEFT_OUT_MS + schedule.slackMs,
					),
			)
			.map((other) => `${configId} was started before ${other.configId} had succeeded`),
	);
}

/** Each run that was replaced is listed, not too many are, and none before its time. */
function checkReruns(story: ItemStory, { replaced }: StartedAgain): string[] {
	const { configId, json, errorText, execution, runs, starts, schedule } = story;
	const { plan, stoppedAt, crashedAt } = execution;
	if (plan.tries > 1 || replaced.size === 0) return [];
	const ids = [...replaced];
	const listed = (json?.earlier_run_ids ?? []) as string[];
	const isListed = errorText
		? ids.every((id) => errorText.includes(id))
		: ids.join() === listed.join();
	const isDisturbed = stoppedAt !== undefined || crashedAt !== undefined || isErrorOfAnother(story);
	const early = ids.filter((id, index) => {
		const run = runs.find((one) => one.id === id)!;
		const end = endedAt(run, schedule.simulator.clock.offsetMs);
		const next = starts.find(({ sentAt }) => sentAt >= end);
		return next && next.sentAt < end + PAUSES[index]! - LEFT_OUT_MS - schedule.slackMs;
	});
	return [
		...(isListed || isDisturbed ? [] : [`${configId} does not list ${ids.join()}: ${errorText}`]),
		...(ids.length > plan.night!.reruns ? [`${configId} was rerun ${ids.length} times`] : []),
		...early.map((id) => `${configId} was rerun too soon after ${id}`),
	];
}
