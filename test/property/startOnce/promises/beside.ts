import type { RecordedRequest, SimulatedRun } from '../../../simulator';
import { isList } from '../play/scheduledFaults';
import type { ItemStory, SentStart } from '../story';
import type { Ways } from '../ways';
import { endedAt, isSurelyOf } from './fits';
import { isRead, pagesFrom } from './looks';

/** A list that looks for running ones reaches back further than any other. Milliseconds. */
const FAR_BACK_MS = 2 * 86_400_000;

/** What a look has shown counts for so long. Milliseconds. */
const RECENTLY_MS = 180_000;

/**
 * Checks that an item which looks first is not started beside a run that it has been shown, or that its process has
 * started itself; and an item that wants a fresh success not beside one.
 */
export function nothingIsStartedBeside(story: ItemStory, ways: Ways): string[] {
	const { execution, starts, configId } = story;
	const night = execution.plan.night!;
	const [first] = starts;
	const looks = night.operation === 'ensureFresh' || night.ifAlreadyRunning !== 'startAnyway';
	if (!looks || !first) return [];
	const recent = looksBefore(story, first);
	if (recent.length === 0) return [`${configId} was started without a look at the list`];
	ways.take('startedAfterALook');
	const { simulator } = story.schedule;
	const seen = (run: SimulatedRun) => recent.every(({ runIds }) => runIds.has(run.id));
	return simulator.runs
		.filter((run) => !story.runs.includes(run) && isSurelyOf(story, execution.plan, run))
		.filter((run) => seen(run) || isOfItsProcess(story, first, run))
		.filter((run) => isActiveAt(story, first, run) || (seen(run) && isFreshAt(story, first, run)))
		.map(({ id }) => `${configId} was started beside ${id}`);
}

interface WideLook {
	at: number;
	runIds: Set<string>;
}

/** The complete lists that go back far enough, which the sender of a start has read shortly before it. */
function looksBefore({ schedule }: ItemStory, first: SentStart): WideLook[] {
	const { simulator, senderOf } = schedule;
	const isWide = ({ query, at }: RecordedRequest) =>
		query.next_token === undefined &&
		(query.created_from === undefined ||
			Date.parse(query.created_from) - simulator.clock.offsetMs < at - FAR_BACK_MS);
	return simulator.requests
		.slice(schedule.firstRequest)
		.filter(
			(request) =>
				isList(request) &&
				isRead(request) &&
				isWide(request) &&
				senderOf(request) === first.sender &&
				request.at >= first.sentAt - RECENTLY_MS,
		)
		.flatMap((request) => {
			const pages = pagesFrom(request, schedule);
			const last = pages.at(-1)!;
			if (last.listed!.nextToken !== undefined || last.endedAt! > first.sentAt) return [];
			const runIds = new Set(pages.flatMap(({ listed }) => listed!.runIds));
			return { at: request.at, runIds };
		});
}

/** Whether the process that sent a start had been answered before that it had started a run. */
function isOfItsProcess(
	{ schedule, configId }: ItemStory,
	first: SentStart,
	run: SimulatedRun,
): boolean {
	const { simulator, senderOf } = schedule;
	const request = simulator.requests[run.requestIndex ?? -1];
	return (
		request !== undefined &&
		run.configId === configId &&
		senderOf(request) === first.sender &&
		request.status === 201 &&
		request.fault === undefined &&
		request.endedAt! < first.sentAt
	);
}

function isActiveAt({ schedule }: ItemStory, { sentAt }: SentStart, run: SimulatedRun): boolean {
	const { offsetMs } = schedule.simulator.clock;
	const slackMs = 1 + schedule.slackMs;
	return run.createdAt - offsetMs < sentAt - slackMs && endedAt(run, offsetMs) > sentAt + slackMs;
}

/** Whether a run had succeeded, when its process looked, and was young enough for Ensure Fresh. */
function isFreshAt(
	{ schedule, execution }: ItemStory,
	{ sentAt }: SentStart,
	run: SimulatedRun,
): boolean {
	const { operation, maximumAge } = execution.plan.night!;
	const { offsetMs } = schedule.simulator.clock;
	return (
		operation === 'ensureFresh' &&
		run.stages.at(-1)!.outcome === 'succeeded' &&
		endedAt(run, offsetMs) < sentAt - RECENTLY_MS &&
		run.createdAt - offsetMs > sentAt - maximumAge * 3_600_000 + 2_000
	);
}
