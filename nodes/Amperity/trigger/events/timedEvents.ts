import type { IDataObject } from 'n8n-workflow';
import { runItem } from '../../runs/run/runItem';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { isObject } from '../../transport/list';
import { settled } from '../../transport/settled';
import { amperityNow } from '../amperityNow';
import {
	EventCursor,
	isStoredCursor,
	LISTING_DELAY_MS,
	type RunEvent,
	type StoredCursor,
} from '../eventCursor';
import { EventReader, type ListedEvent, type EventHandler } from '../eventReader';
import { tooSlow } from '../pollTime';
import { RunDetails } from '../runDetails';
import { isStartedBy, matchesFilter } from '../runFilter';
import type { TriggerSettings } from '../triggerSettings';
import {
	MOST_EXAMPLES,
	MOST_ITEMS,
	type PollResult,
	type EventSource,
	type SourceContext,
} from '../eventSource';

/** The first poll looks this far back for where to begin where no answer tells Amperity's time. Milliseconds. */
const BASELINE_MS = 24 * 3_600_000;

/** Where a test event is looked for: each window is tried if the one before held none. Milliseconds. */
const TEST_WINDOWS_MS = [1, 24, 7 * 24, 30 * 24].map((hours) => hours * 3_600_000);

/** A kind of event that happens to a run at one of the times in the list. */
export interface TimedKind extends ListedEvent {
	name: 'runEnded' | 'runStarted';
	matches(run: WorkflowRun, settings: TriggerSettings): boolean;
}

/** Which events are done with, as n8n keeps it. */
interface StoredTimedEvents extends IDataObject {
	cursor: StoredCursor;
	/** How many polls in a row have ended at a run whose details could not be read. */
	pollsWithoutDetails: number;
}

/** The events of one kind, each of which is told once. */
export class TimedEvents implements EventSource<StoredTimedEvents> {
	private readonly reader: EventReader;

	constructor(
		private readonly kind: TimedKind,
		private readonly source: SourceContext,
	) {
		this.reader = new EventReader(kind, source);
	}

	isStored(data: unknown): data is StoredTimedEvents {
		return (
			isObject(data) && isStoredCursor(data.cursor) && Number.isFinite(data.pollsWithoutDetails)
		);
	}

	async begin(): Promise<StoredTimedEvents> {
		const { clock } = this.source.client;
		const lookBackMs = clock.isKnown ? LISTING_DELAY_MS : BASELINE_MS;
		const cursor = await this.cursorSince(clock.now() - lookBackMs);
		const latest = clock.now() - LISTING_DELAY_MS;
		// n8n's clock may be days ahead of Amperity's, which the first answer tells.
		const isAhead = clock.isKnown && cursor.complete > latest;
		const right = isAhead ? await this.cursorSince(latest) : cursor;
		return { cursor: right.toStored(), pollsWithoutDetails: 0 };
	}

	async poll(stored: StoredTimedEvents): Promise<PollResult<StoredTimedEvents>> {
		const { context, settings } = this.source;
		const cursor = EventCursor.from(stored.cursor);
		const found: Array<{ at: number; item: IDataObject }> = [];
		const details = new RunDetails(this.source, stored.pollsWithoutDetails);
		const handle: EventHandler = async ({ at, run }) => {
			if (!this.isWanted(run)) return true;
			if (found.length === MOST_ITEMS) return false;
			const whole = await details.of(run);
			if (whole && isStartedBy(whole, settings.filter)) {
				found.push({ at, item: this.itemOf(whole, at) });
			}
			return whole !== undefined;
		};
		const { error } = await settled(this.reader.readNew(cursor, handle));
		if (error && found.length === 0) throw error;
		if (error) context.logger.warn(`The next poll goes on from here: ${error.message}`);
		found.sort((one, other) => one.at - other.at);
		return {
			items: found.map(({ item }) => item),
			stored: { cursor: cursor.toStored(), pollsWithoutDetails: details.pollsWithout },
		};
	}

	async examples(): Promise<IDataObject[]> {
		const now = await amperityNow(this.source);
		for (const windowMs of TEST_WINDOWS_MS) {
			const { events, isWhole } = await this.reader.list(now - windowMs, Infinity, ({ run }) =>
				this.isWanted(run),
			);
			const items = await this.examplesOf(events.reverse());
			if (items.length > 0) return items;
			if (!isWhole) throw tooSlow(this.source.context);
		}
		return [];
	}

	/** A cursor for which all that is listed since a time is done with. */
	private async cursorSince(time: number): Promise<EventCursor> {
		const cursor = EventCursor.at(time);
		const isWhole = await this.reader.readNew(cursor, async () => true);
		if (!isWhole) throw tooSlow(this.source.context);
		return cursor;
	}

	private async examplesOf(newestFirst: RunEvent[]): Promise<IDataObject[]> {
		const details = new RunDetails(this.source);
		const items: IDataObject[] = [];
		for (const { at, run } of newestFirst) {
			if (items.length === MOST_EXAMPLES) break;
			const whole = await details.orError(run);
			if (isStartedBy(whole, this.source.settings.filter)) items.push(this.itemOf(whole, at));
		}
		return items;
	}

	private isWanted(run: WorkflowRun): boolean {
		const { settings } = this.source;
		return this.kind.matches(run, settings) && matchesFilter(run, settings.filter);
	}

	private itemOf(run: WorkflowRun, at: number): IDataObject {
		const { client, settings } = this.source;
		const item = runItem(run, settings.form, client.account.runUrl(run.id));
		return { event: this.kind.name, since: new Date(at).toISOString(), ...item };
	}
}
