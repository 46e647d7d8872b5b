import type { RecordedRequest, SimulatedRun } from '../../../simulator';
import { isList } from '../play/scheduledFaults';
import type { ItemStory, SentStart } from '../story';
import type { Ways } from '../ways';
import { endedAt, isSurelyOf } from './fits';
import { isRead } from './looks';

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
	const shown = looksBefore(story, first);
	if (shown.length === 0) return [`${configId} was started without a look at the list`];
	ways.take('startedAfterALook');
	const { simulator } = story.schedule;
	const recent = shown.filter(({ at }) => at >= first.sentAt - RECENTLY_MS);
	const isShown = (run: SimulatedRun) =>
		isSurelyOf(story, execution.plan, run) &&
		recent.length > 0 &&
		recent.every(({ runIds }) => runIds.has(run.id));
	return simulator.runs
		.filter((run) => !story.runs.includes(run))
		.filter(
			(run) =>
				((isShown(run) || isOfItsProcess(story, first, run)) && isActiveAt(story, first, run)) ||
				(isShown(run) && isFreshAt(story, first, run)),
		)
		.map(({ id }) => `${configId} was started beside ${id}`);
}

interface WideLook {
	at: number;
	runIds: Set<string>;
}

/** The complete lists that go back far enough, which the sender of a start had read before it. */
function looksBefore({ schedule }: ItemStory, { sender, sentAt }: SentStart): WideLook[] {
	const { simulator, senderOf, firstRequest } = schedule;
	const { offsetMs } = simulator.clock;
	const read = simulator.requests
		.slice(firstRequest)
		.filter(
			(request) =>
				isList(request) &&
				isRead(request) &&
				senderOf(request) === sender &&
				request.endedAt! <= sentAt &&
				reachesBack(request, offsetMs),
		);
	return read.flatMap((first) => {
		const pages = first.query.next_token === undefined && pagesOf(first, read);
		if (!pages) return [];
		return { at: first.at, runIds: new Set(pages.flatMap(({ listed }) => listed!.runIds)) };
	});
}

const reachesBack = ({ query, at }: RecordedRequest, offsetMs: number): boolean =>
	query.created_from === undefined || Date.parse(query.created_from) - offsetMs < at - FAR_BACK_MS;

/** A first page and those after it, if all of them were read. Two may have asked for the same at once. */
function pagesOf(first: RecordedRequest, read: RecordedRequest[]): RecordedRequest[] | undefined {
	const pages = [first];
	for (let token = first.listed!.nextToken; token !== undefined; ) {
		const page = read.find(({ query }) => query.next_token === token);
		if (!page) return undefined;
		pages.push(page);
		token = page.listed!.nextToken;
	}
	return pages;
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
