import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { AmperityClient } from '../transport/client';
import type { PollTime } from './pollTime';
import type { EventMemory } from './triggerMemory';
import type { TriggerSettings } from './triggerSettings';

/** Runs that were created, and deadlines that have passed, longer ago are not looked at. Milliseconds. */
export const LOOK_BACK_MS = 7 * 24 * 3_600_000;

/** n8n handles so many items of one poll without standing still for long. */
export const MOST_ITEMS = 2_000;

/** A test shows so many examples of each kind at most. */
export const MOST_EXAMPLES = 5;

/** What a poll found of one kind of event. */
export interface PollResult<Stored> {
	items: IDataObject[];
	/** What n8n is to keep for the next poll. */
	stored: Stored;
}

/** One kind of event that the trigger fires for. */
export interface EventSource<Stored extends IDataObject = IDataObject> {
	/** Whether n8n has kept something that this source can go on from. */
	isStored(data: unknown): data is Stored;

	/** What the first poll keeps, which tells nothing of what has already happened. */
	begin(): Promise<Stored>;

	/**
	 * What has happened since, the oldest first.
	 *
	 * @throws AmperityApiError or NodeOperationError if nothing could be found out
	 */
	poll(stored: Stored): Promise<PollResult<Stored>>;

	/** The latest examples, the newest first, for a test of the trigger. */
	examples(): Promise<IDataObject[]>;
}

/** What every source works with. */
export interface SourceContext {
	context: IPollFunctions;
	client: AmperityClient;
	settings: TriggerSettings;
	memory: EventMemory;
	time: PollTime;
}
