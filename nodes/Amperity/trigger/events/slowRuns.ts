import type { IDataObject } from 'n8n-workflow';
import { isFinished } from '../../runs/run/runState';
import { isObject } from '../../transport/list';
import { settled } from '../../transport/settled';
import { amperityNow } from '../amperityNow';
import { EventCursor, isStoredCursor, type StoredCursor } from '../eventCursor';
import { EventReader } from '../eventReader';
import { isStartedBy, matchesFilter } from '../runFilter';
import {
	LOOK_BACK_MS,
	MOST_EXAMPLES,
	type PollResult,
	type EventSource,
	type SourceContext,
} from '../eventSource';
import { slowThresholdOf } from './slowThreshold';
import { readActiveRun, slowItem } from './slowItem';
import { emptyWatchList, isStoredWatchList, WatchList, type StoredWatchList } from './watchList';
import { RUN_STARTED } from './timedKinds';

/** Which runs are done with, as n8n keeps it. */
interface StoredSlowRuns extends IDataObject {
	/** Runs that have been seen. */
	cursor: StoredCursor;
	/** Those of them that are active and have not been told. */
	watchList: StoredWatchList;
}

/** Runs that are still active after longer than expected, each of which is told once. */
export class SlowRuns implements EventSource<StoredSlowRuns> {
	constructor(private readonly source: SourceContext) {}

	isStored(data: unknown): data is StoredSlowRuns {
		return isObject(data) && isStoredCursor(data.cursor) && isStoredWatchList(data.watchList);
	}

	/** A run that is slow already is worth telling, too. */
	async begin(): Promise<StoredSlowRuns> {
		const cursor = EventCursor.at((await amperityNow(this.source)) - LOOK_BACK_MS);
		const watchList = emptyWatchList(this.source.settings.slowAfterMs);
		return { cursor: cursor.toStored(), watchList };
	}

	async poll(stored: StoredSlowRuns): Promise<PollResult<StoredSlowRuns>> {
		const { clock } = this.source.client;
		const cursor = EventCursor.from(stored.cursor);
		if (clock.isKnown) cursor.close(clock.now() - LOOK_BACK_MS);
		const watchList = new WatchList(this.source, stored.watchList);
		const reader = new EventReader(RUN_STARTED, this.source, (run) => watchList.see(run));
		const { error } = await settled(
			reader.readNew(cursor, async ({ run, at }) => {
				watchList.add(run, at);
				return true;
			}),
		);
		const items = await watchList.slowRuns(reader.now());
		if (error && items.length === 0) throw error;
		return { items, stored: { cursor: cursor.toStored(), watchList: watchList.toStored() } };
	}

	/** Runs that are active, for a test, although they may not be slow yet. */
	async examples(): Promise<IDataObject[]> {
		const { filter, slowAfterMs } = this.source.settings;
		const now = await amperityNow(this.source);
		const { events } = await new EventReader(RUN_STARTED, this.source).list(
			now - LOOK_BACK_MS,
			Infinity,
			({ run }) => !isFinished(run) && matchesFilter(run, filter),
		);
		const items: IDataObject[] = [];
		for (const { run, at } of events.reverse()) {
			if (items.length === MOST_EXAMPLES || this.source.time.isNearlyOver) break;
			const { value } = await settled(readActiveRun(this.source, run.id));
			if (!value || !isStartedBy(value, filter)) continue;
			const threshold = slowThresholdOf(value, slowAfterMs, {});
			items.push(slowItem(this.source, value, at, now, threshold));
		}
		return items;
	}
}
