import type { RecordedRequest } from '../../../simulator';
import type { PlayedSchedule } from '../play/played';
import { isList } from '../play/scheduledFaults';
import type { SentStart } from '../story';

/** One good look at the list for a lost start: all of its pages have been read. */
export interface Look {
	/** When its first page was asked for. */
	at: number;
	/** When its last page had been answered. */
	endedAt: number;
	/** IDs of the runs that it showed. */
	runIds: string[];
}

/** The good looks at the list after a start had failed that were over by a time. */
export function looksAfter(start: SentStart, schedule: PlayedSchedule, until: number): Look[] {
	const { simulator } = schedule;
	return simulator.requests.flatMap((request) => {
		if (!isFirstPageFor(start, schedule, request)) return [];
		const pages = pagesFrom(request, schedule);
		const last = pages.at(-1)!;
		const isComplete = last.listed!.nextToken === undefined && last.endedAt! <= until;
		const runIds = pages.flatMap(({ listed }) => listed!.runIds);
		return isComplete ? { at: request.at, endedAt: last.endedAt!, runIds } : [];
	});
}

/** Whether a list was answered, and not by something else than Amperity. */
export const isRead = ({ status, fault, listed }: RecordedRequest) =>
	status === 200 && fault === undefined && listed !== undefined;

function isFirstPageFor(
	start: SentStart,
	schedule: PlayedSchedule,
	request: RecordedRequest,
): boolean {
	if (!isList(request) || request.query.next_token !== undefined) return false;
	const { offsetMs } = schedule.simulator.clock;
	const { created_from: from, created_to: to } = request.query;
	const sentAt = start.sentAt + offsetMs;
	return (
		isRead(request) &&
		schedule.senderOf(request) === start.sender &&
		request.at >= start.endedAt &&
		(from === undefined || Date.parse(from) <= sentAt) &&
		(to === undefined || Date.parse(to) > sentAt)
	);
}

/** A first page, and those that its sender has read after it. */
function pagesFrom(first: RecordedRequest, schedule: PlayedSchedule): RecordedRequest[] {
	const { simulator, senderOf } = schedule;
	const { created_from: from, created_to: to } = first.query;
	const pages = [first];
	const later = simulator.requests.slice(first.index + 1).filter(isList);
	for (const request of later) {
		const { listed, endedAt } = pages.at(-1)!;
		const isNext =
			listed!.nextToken !== undefined &&
			request.query.next_token === listed!.nextToken &&
			request.query.created_from === from &&
			request.query.created_to === to &&
			request.at >= endedAt! &&
			senderOf(request) === senderOf(first);
		if (!isNext) continue;
		if (!isRead(request)) break;
		pages.push(request);
	}
	return pages;
}
