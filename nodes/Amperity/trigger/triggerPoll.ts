import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';
import { pollBudgetMs } from '../engine/pollBudget';
import type { AmperityClient } from '../transport/client';
import { settled } from '../transport/settled';
import type { PollResult, EventSource } from './eventSource';
import { MissingRun } from './events/missingRun';
import { SlowRuns } from './events/slowRuns';
import { TimedEvents } from './events/timedEvents';
import { RUN_ENDED, RUN_STARTED } from './events/timedKinds';
import { PollStateStore, type PollState } from './pollState';
import { PollTime, tooSlow } from './pollTime';
import type { EventName } from './triggerFields';
import { TriggerMemory, type RememberedTrigger } from './triggerMemory';
import type { TriggerSettings } from './triggerSettings';

/** One poll: it asks each kind of event for what is new, and keeps how far it has come. */
export class TriggerPoll {
	private readonly trigger: RememberedTrigger;

	private readonly store: PollStateStore;

	private readonly time: PollTime;

	constructor(
		private readonly context: IPollFunctions,
		private readonly client: AmperityClient,
		private readonly settings: TriggerSettings,
	) {
		const { id, name } = context.getNode();
		this.trigger = client.remembered(TriggerMemory).of(`${context.getWorkflow().id} ${id} ${name}`);
		this.store = new PollStateStore(context);
		this.time = PollTime.of(pollBudgetMs(context));
	}

	/**
	 * What has happened since the last poll, the oldest first for each kind of event. The first poll sets where to
	 * begin. What is kept moves only past what is returned, and on an error it stays.
	 */
	async newItems(): Promise<IDataObject[]> {
		if (this.trigger.isPolling) return [];
		this.trigger.isPolling = true;
		try {
			return await this.pollOnce();
		} finally {
			this.trigger.isPolling = false;
		}
	}

	/** The latest examples of each kind of event, the newest first. Keeps nothing. */
	async examples(): Promise<IDataObject[]> {
		const items: IDataObject[] = [];
		for (const source of this.sources().values()) items.push(...(await source.examples()));
		return items;
	}

	private async pollOnce(): Promise<IDataObject[]> {
		const { context, client, trigger, store } = this;
		const { tenant } = client.account;
		const stored = store.read();
		if (stored && trigger.isStoring(stored.revision, monotonicNow())) return [];
		const kept = trigger.latest(stored);
		const isOfTenant = kept?.tenant === tenant;
		if (!store.isEmpty && !isOfTenant) this.warnOfNewBeginning();
		const { items, events } = await this.pollSources(isOfTenant ? kept.events : {});
		if (this.time.isOver) throw tooSlow(context);
		const revision = (kept?.revision ?? 0) + (items.length > 0 ? 1 : 0);
		const state = store.write({ tenant, revision, events });
		trigger.remember(state, items.length > 0, monotonicNow());
		return items;
	}

	/**
	 * What each kind of event has to tell. If one cannot say, what the others have found is told all the same.
	 *
	 * @throws the first error if there is nothing to tell
	 */
	private async pollSources(
		kept: PollState['events'],
	): Promise<{ items: IDataObject[]; events: PollState['events'] }> {
		const items: IDataObject[] = [];
		const events: PollState['events'] = {};
		const errors: Error[] = [];
		for (const [name, source] of this.sources()) {
			const stored = kept[name];
			const { value, error } = await settled(this.pollSource(source, stored));
			if (error) errors.push(error);
			items.push(...(value?.items ?? []));
			const next = value?.stored ?? stored;
			if (next) events[name] = next;
		}
		const [error] = errors;
		if (error && items.length === 0) throw error;
		if (error) this.context.logger.warn(`The next poll tries again: ${error.message}`);
		return { items, events };
	}

	private async pollSource(
		source: EventSource,
		stored: IDataObject | undefined,
	): Promise<PollResult<IDataObject>> {
		if (source.isStored(stored)) return await source.poll(stored);
		if (stored !== undefined) this.warnOfNewBeginning();
		return { items: [], stored: await source.begin() };
	}

	/** None may use up the time of those that come after it. */
	private sources(): Map<EventName, EventSource> {
		const { events } = this.settings;
		const partOf = (index: number) => this.time.part((index + 1) / events.length);
		return new Map(events.map((name, index) => [name, this.sourceOf(name, partOf(index))]));
	}

	private sourceOf(name: EventName, time: PollTime): EventSource {
		const { context, client, settings } = this;
		const source = { context, client, settings, memory: this.trigger.event(name), time };
		switch (name) {
			case 'runDidNotStart':
				return new MissingRun(settings.deadline!, source);
			case 'runEnded':
				return new TimedEvents(RUN_ENDED, source);
			case 'runIsSlow':
				return new SlowRuns(source);
			case 'runStarted':
				return new TimedEvents(RUN_STARTED, source);
		}
	}

	private warnOfNewBeginning(): void {
		this.context.logger.warn(
			`The trigger "${this.context.getNode().name}" begins anew: what it had stored cannot be used, or belongs to another tenant. What happened in between is not told.`,
		);
	}
}
