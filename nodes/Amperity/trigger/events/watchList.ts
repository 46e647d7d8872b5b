import type { IDataObject } from 'n8n-workflow';
import { isFinished } from '../../runs/run/runState';
import { isObject } from '../../transport/list';
import { settled } from '../../transport/settled';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { EventReader } from '../eventReader';
import { MOST_ITEMS, type SourceContext } from '../eventSource';
import { isAboutOneRun, MOST_POLLS } from '../runDetails';
import { isStartedBy, matchesFilter } from '../runFilter';
import { readActiveRun, slowItem } from './slowItem';
import { learnDuration, slowThresholdOf, type Durations } from './slowThreshold';
import { RUN_STARTED } from './timedKinds';

/** A run that is active for longer is not looked at any more. Milliseconds. */
const LONGEST_MS = 30 * 24 * 3_600_000;

/** A run that is not wanted, or of which nobody knows when it is slow, is looked at again after so long. Milliseconds. */
const LOOK_AGAIN_MS = 3_600_000;

/** No run stays on the list for longer without a look. Milliseconds. */
const LATEST_LOOK_MS = 24 * 3_600_000;

/** A run that was active when it was last seen, as n8n keeps it. Milliseconds since the epoch. */
interface WatchedRun extends IDataObject {
	created: number;
	/** When it is to be looked at. */
	lookAt: number;
	/** How many polls in a row could not read it. */
	failures: number;
}

/** The active runs and what is known of how long runs take, as n8n keeps it. */
export interface StoredWatchList extends IDataObject {
	/** By ID. */
	watched: Record<string, WatchedRun>;
	durations: Durations;
	/** What the field says of when a run is slow; null for as long as is usual. */
	slowAfterMs: number | null;
}

export const emptyWatchList = (slowAfterMs?: number): StoredWatchList => ({
	watched: {},
	durations: {},
	slowAfterMs: slowAfterMs ?? null,
});

export function isStoredWatchList(data: unknown): data is StoredWatchList {
	if (!isObject(data)) return false;
	const { watched, durations } = data;
	const isWatched = (run: unknown) =>
		isObject(run) && [run.created, run.lookAt, run.failures].every(Number.isFinite);
	return (
		isObject(watched) &&
		Object.values(watched).every(isWatched) &&
		isObject(durations) &&
		Object.values(durations).every(Array.isArray)
	);
}

/** A slow run, and since when it is. */
interface SlowRun {
	since: number;
	item: IDataObject;
}

/**
 * The active runs, each of which is read when it should have ended: by its ID, since the list is not always true,
 * and shows old runs only among many others.
 */
export class WatchList {
	private readonly watched: Record<string, WatchedRun>;

	private readonly durations: Durations;

	constructor(
		private readonly source: SourceContext,
		stored: StoredWatchList,
	) {
		const isChanged = stored.slowAfterMs !== (source.settings.slowAfterMs ?? null);
		const entries = Object.entries(stored.watched).map(([id, run]) => {
			const lookAt = isChanged ? this.firstLook(run.created) : run.lookAt;
			return [id, { ...run, lookAt }] as const;
		});
		this.watched = Object.fromEntries(entries);
		this.durations = { ...stored.durations };
	}

	/** Takes in a run that is seen for the first time. */
	add(run: WorkflowRun, created: number): void {
		if (isFinished(run)) return learnDuration(this.durations, run);
		const isNotWanted = !matchesFilter(run, this.source.settings.filter);
		const lookAt = this.firstLook(created) + (isNotWanted ? LOOK_AGAIN_MS : 0);
		this.watched[run.id] = { created, lookAt, failures: 0 };
	}

	/** Takes note of what the list shows of a run. */
	see(run: WorkflowRun): void {
		if (run.id in this.watched && isFinished(run)) this.end(run);
	}

	/** The items of the runs that are slow at a time, by Amperity's clock, and wanted. */
	async slowRuns(now: number): Promise<IDataObject[]> {
		const found: SlowRun[] = [];
		const due = Object.entries(this.watched).filter(([, { lookAt }]) => lookAt <= now);
		for (const [id, run] of due.sort(([, one], [, other]) => one.lookAt - other.lookAt)) {
			if (found.length === MOST_ITEMS || this.source.time.isNearlyOver) break;
			const { value, error } = await settled(this.look(id, run, now));
			if (error && found.length === 0) throw error;
			if (error) break;
			if (value) found.push(value);
		}
		found.sort((one, other) => one.since - other.since);
		return found.map(({ item }) => item);
	}

	toStored(): StoredWatchList {
		const { watched, durations, source } = this;
		return { watched, durations, slowAfterMs: source.settings.slowAfterMs ?? null };
	}

	private firstLook(created: number): number {
		return created + (this.source.settings.slowAfterMs ?? 0);
	}

	private end(run: WorkflowRun): void {
		delete this.watched[run.id];
		learnDuration(this.durations, run);
	}

	private async look(id: string, watched: WatchedRun, now: number): Promise<SlowRun | undefined> {
		const { value, error } = await settled(readActiveRun(this.source, id));
		if (value) {
			watched.failures = 0;
			return this.ifSlow(value, watched, now);
		}
		if (!isAboutOneRun(error)) throw error;
		watched.failures++;
		if (watched.failures < MOST_POLLS) return undefined;
		const run = await this.listed(id, watched.created);
		if (run) return this.ifSlow({ ...run, details_error: error.message }, watched, now);
		watched.lookAt = now + LOOK_AGAIN_MS;
		return undefined;
	}

	/** A run as the list shows it. */
	private async listed(id: string, created: number): Promise<WorkflowRun | undefined> {
		const reader = new EventReader(RUN_STARTED, this.source);
		const { events } = await reader.list(created, created + 1, ({ run }) => run.id === id);
		return events[0]?.run;
	}

	private ifSlow(run: WorkflowRun, watched: WatchedRun, now: number): SlowRun | undefined {
		const { filter, slowAfterMs } = this.source.settings;
		if (isFinished(run) || now - watched.created > LONGEST_MS) return void this.end(run);
		const threshold = slowThresholdOf(run, slowAfterMs, this.durations);
		const isRight = matchesFilter(run, filter) && isStartedBy(run, filter);
		const since = watched.created + (threshold?.ms ?? Infinity);
		if (isRight && threshold && since <= now) {
			delete this.watched[run.id];
			return { since, item: slowItem(this.source, run, watched.created, now, threshold) };
		}
		const lookAt = isRight && threshold ? since : now + LOOK_AGAIN_MS;
		watched.lookAt = Math.min(lookAt, now + LATEST_LOOK_MS);
		return undefined;
	}
}
