import { monotonicNow } from '../../../credentials/monotonicClock';
import type { AmperityClient } from '../transport/client';
import { LARGE_PAGE_SIZE, eachPage } from '../transport/pagination';
import { listRuns, type RunFilters, type WorkflowRun } from '../transport/workflowRuns';
import type { PollTime } from './pollTime';

/** A server may read its time filters in whole minutes, so all of them are asked for this much wider. Milliseconds. */
const FILTER_GRAIN_MS = 60_000;

/** By which of their times runs are listed. */
export type ListedBy = 'created' | 'ended';

/** From when to when to list; milliseconds since the epoch, `to` may be infinite. */
interface ListWindow {
	by: ListedBy;
	from: number;
	to: number;
}

/** What came of reading a window of the list. */
export interface ListReading {
	pages: number;
	/** Whether there was time for all pages. */
	isWhole: boolean;
	/** When it was asked for, by Amperity's clock; undefined where no answer tells its time. */
	askedAt?: number;
}

function filtersOf({ by, from, to }: ListWindow): RunFilters {
	const begin = new Date(from - FILTER_GRAIN_MS).toISOString();
	const end = to === Infinity ? undefined : new Date(to + FILTER_GRAIN_MS).toISOString();
	const times =
		by === 'ended'
			? { ended_from: begin, ended_to: end }
			: { created_from: begin, created_to: end };
	return { ...times, limit: LARGE_PAGE_SIZE };
}

/**
 * Reads a window of the list, as overviews and in no order. The runs of a little more than the window are
 * handed on.
 *
 * @param until when reading stops, although there are more pages, by the monotonic clock
 * @param take is given each page
 * @throws AmperityApiError if Amperity did not answer with a list
 */
export async function readRunList(
	client: AmperityClient,
	window: ListWindow,
	time: PollTime,
	until: number,
	take: (runs: WorkflowRun[]) => void,
): Promise<ListReading> {
	const filters = filtersOf(window);
	const sentAt = monotonicNow();
	let isWhole = true;
	let pages = 0;
	const fetchPage = async (nextToken?: string) => {
		isWhole = nextToken === undefined || monotonicNow() < until;
		return isWhole ? await listRuns(client, filters, nextToken, time.limits()) : { items: [] };
	};
	for await (const runs of eachPage(fetchPage)) {
		if (isWhole) pages++;
		take(runs);
	}
	const { clock } = client;
	const askedAt = clock.isKnown ? clock.now() - (monotonicNow() - sentAt) : undefined;
	return { pages, isWhole, askedAt };
}
