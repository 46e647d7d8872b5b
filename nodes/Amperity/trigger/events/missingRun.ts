import type { IDataObject } from 'n8n-workflow';
import { runItem } from '../../runs/run/runItem';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { isObject } from '../../transport/list';
import { amperityNow } from '../amperityNow';
import { deadlinesBetween, type DailyDeadline, type Deadline } from '../deadline';
import type { RunEvent } from '../eventCursor';
import { EventReader, type EventReading } from '../eventReader';
import { tooSlow } from '../pollTime';
import { RunDetails } from '../runDetails';
import { isStartedBy, matchesFilter } from '../runFilter';
import {
	LOOK_BACK_MS,
	type PollResult,
	type EventSource,
	type SourceContext,
} from '../eventSource';
import { RUN_STARTED } from './timedKinds';

/** The list may show a run so much later than it was created. Milliseconds. */
const GRACE_MS = 60_000;

/** The last run is looked for among so many if it has to be read who started them. */
const MOST_READ = 10;

/** Which deadlines are done with, as n8n keeps it. */
interface StoredDeadlines extends IDataObject {
	/** All up to this time. Milliseconds since the epoch, by Amperity's clock. */
	until: number;
	/** How many polls in a row could not read who had started a run. */
	pollsWithoutDetails: number;
}

/** Days on which no run was created in time, each of which is told once. */
export class MissingRun implements EventSource<StoredDeadlines> {
	private readonly reader: EventReader;

	constructor(
		private readonly daily: DailyDeadline,
		private readonly source: SourceContext,
	) {
		this.reader = new EventReader(RUN_STARTED, source);
	}

	isStored(data: unknown): data is StoredDeadlines {
		return isObject(data) && [data.until, data.pollsWithoutDetails].every(Number.isFinite);
	}

	async begin(): Promise<StoredDeadlines> {
		return { until: await amperityNow(this.source), pollsWithoutDetails: 0 };
	}

	async poll(stored: StoredDeadlines): Promise<PollResult<StoredDeadlines>> {
		const { client, memory } = this.source;
		const { due, now } = await this.dueSince(stored.until);
		const [first] = due;
		const read = first && (await this.runsFor(first));
		// The answer may have told that n8n's clock is ahead.
		const passed = Math.min(now, client.clock.now()) - GRACE_MS;
		const details = new RunDetails(this.source, stored.pollsWithoutDetails);
		const items: IDataObject[] = [];
		let until = Math.max(stored.until, passed);
		for (const deadline of due.filter(({ at }) => at <= passed)) {
			const start = await this.startFor(deadline, await this.runsIn(deadline, read!), details);
			if (start === 'unknown') {
				until = deadline.at - 1;
				break;
			}
			memory.details.clear();
			if (start !== 'in time') items.push(await this.itemOf(deadline, read!.events, start.error));
		}
		return { items, stored: { until, pollsWithoutDetails: details.pollsWithout } };
	}

	/** The last deadline, for a test, whether it has been missed or not. */
	async examples(): Promise<IDataObject[]> {
		const now = await amperityNow(this.source);
		const last = deadlinesBetween(this.daily, now - LOOK_BACK_MS, now).at(-1);
		return last ? [await this.itemOf(last, (await this.runsFor(last)).events)] : [];
	}

	/** The clock is asked for only if nothing is due by what is known of it: reading the list tells it as well. */
	private async dueSince(until: number): Promise<{ due: Deadline[]; now: number }> {
		const dueAt = (now: number) => ({
			due: deadlinesBetween(this.daily, Math.max(until, now - LOOK_BACK_MS), now - GRACE_MS),
			now,
		});
		const known = dueAt(this.source.client.clock.now());
		return known.due.length > 0 ? known : dueAt(await amperityNow(this.source));
	}

	/** The runs that count for a deadline or come later, and those of the days before if there is time. */
	private async runsFor(first: Deadline): Promise<EventReading> {
		const all = await this.runsSince(first.at - LOOK_BACK_MS);
		if (all.isWhole) return all;
		const latest = await this.runsSince(first.from);
		if (latest.isWhole) return latest;
		throw tooSlow(this.source.context);
	}

	/** A run that leaves the list between two pages lets another one slip past, so several pages are not believed. */
	private async runsIn({ from, at }: Deadline, read: EventReading): Promise<RunEvent[]> {
		if (read.pages === 1) return read.events;
		return [...read.events, ...(await this.runsSince(from, at + 1)).events];
	}

	private async runsSince(from: number, to = Infinity): Promise<EventReading> {
		const { filter } = this.source.settings;
		return await this.reader.list(from, to, ({ run }) => matchesFilter(run, filter));
	}

	/** Whether a run was created in time, as far as can be read who started it. */
	private async startFor(
		{ from, at }: Deadline,
		events: RunEvent[],
		details: RunDetails,
	): Promise<'in time' | 'unknown' | { error?: string }> {
		const { memory, settings } = this.source;
		const { filter } = settings;
		let unreadable: string | undefined;
		for (const event of events.filter((each) => each.at >= from && each.at <= at)) {
			if (filter.startedBy === '') return 'in time';
			const run = memory.details.get(event.run.id) ?? (await details.of(event.run));
			if (!run) return 'unknown';
			memory.details.set(run.id, run);
			if ('details_error' in run) unreadable = String(run.details_error);
			else if (isStartedBy(run, filter)) return 'in time';
		}
		return { error: unreadable };
	}

	/** The youngest run up to a time, if it is soon found who started it. */
	private async lastRun(until: number, events: RunEvent[]): Promise<WorkflowRun | undefined> {
		const { settings, time } = this.source;
		const details = new RunDetails(this.source);
		const youngestFirst = events.filter(({ at }) => at <= until).reverse();
		if (settings.filter.startedBy === '') return youngestFirst[0]?.run;
		for (const { run } of youngestFirst.slice(0, MOST_READ)) {
			if (time.isNearlyOver) break;
			const whole = await details.orError(run);
			if (!('details_error' in whole) && isStartedBy(whole, settings.filter)) return run;
		}
		return undefined;
	}

	private async itemOf(
		{ at, from }: Deadline,
		events: RunEvent[],
		error?: string,
	): Promise<IDataObject> {
		const { client, settings } = this.source;
		const { filter, form } = settings;
		const { config, nameContains, type } = filter;
		const last = await this.lastRun(at, events);
		return {
			event: 'runDidNotStart',
			since: new Date(at).toISOString(),
			not_before: new Date(from).toISOString(),
			expected: {
				...(config && { config }),
				...(nameContains && { name_contains: nameContains }),
				...(type && { type }),
			},
			last_run: last ? runItem(last, form, client.account.runUrl(last.id)) : null,
			...(error && { details_error: error }),
		};
	}
}
