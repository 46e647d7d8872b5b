import type { WorkflowRun } from '../transport/workflowRuns';
import type { PollState } from './pollState';
import type { EventName } from './triggerFields';
import { WindowSize } from './windowSize';

/** A cursor that n8n hands over after so long is the one that it has stored. Milliseconds. */
const STORING_MS = 60_000;

/** What this process remembers of one kind of event from poll to poll. */
export class EventMemory {
	readonly window = new WindowSize();

	/** Up to where the list has been read, by Amperity's clock. Milliseconds since the epoch. */
	readTo: number | undefined;

	/** Runs whose details have been read, or given up, while others are still to be read. */
	readonly details = new Map<string, WorkflowRun>();
}

/** What this process remembers of one trigger from poll to poll. A restart of n8n costs time and nothing else. */
export class RememberedTrigger {
	/** n8n begins the next poll also where one takes longer than the interval. */
	isPolling = false;

	private readonly events = new Map<EventName, EventMemory>();

	private told = { revision: -1, at: -Infinity };

	/** The state as the last poll left it. n8n stores it only if the poll told something. */
	private last: PollState | undefined;

	event(name: EventName): EventMemory {
		const memory = this.events.get(name) ?? new EventMemory();
		this.events.set(name, memory);
		return memory;
	}

	/** Remembers the state after a poll, and whether the poll had items. */
	remember(state: PollState, hasItems: boolean, now: number): void {
		this.last = state;
		if (hasItems) this.told = { revision: state.revision, at: now };
	}

	/**
	 * The state to go on from: the one in memory if nothing has been told since n8n stored the other. A poll that
	 * begins while n8n is still saving the state of the activation is handed none.
	 */
	latest(state: PollState | undefined): PollState | undefined {
		const { last } = this;
		const isOfTenant = state === undefined || state.tenant === last?.tenant;
		return isOfTenant && last?.revision === (state?.revision ?? 0) ? last : state;
	}

	/**
	 * Whether n8n has handed over a state that is older than what the last poll has told, and is likely still
	 * storing the later one: polls that are overdue begin with the state as it was before the first of them.
	 * After a while it counts all the same, for then n8n has failed to store it, and to start the execution.
	 */
	isStoring(revision: number, now: number): boolean {
		return revision < this.told.revision && now - this.told.at < STORING_MS;
	}
}

/** The triggers of one tenant. */
export class TriggerMemory {
	private readonly triggers = new Map<string, RememberedTrigger>();

	/** The memory of a trigger, whose name is unique in this process. */
	of(trigger: string): RememberedTrigger {
		const remembered = this.triggers.get(trigger) ?? new RememberedTrigger();
		this.triggers.set(trigger, remembered);
		return remembered;
	}
}
