import type { IDataObject, IPairedItemData } from 'n8n-workflow';
import type { Fault, RecordedRequest, SimulatedRun } from '../../simulator';
import type { N8nProcess } from './n8n/n8nProcess';
import type { PlayedExecution, PlayedSchedule } from './play/played';
import type { PlayedItem } from './play/playedItem';
import { isStart } from './play/scheduledFaults';

/**
 * What became of a start request, as the node could tell: a run was answered; it was sent too early, and must be sent
 * again; Amperity refused it; it failed at once; or it was lost in another way.
 */
export type StartKind = 'taken' | 'throttled' | 'refused' | 'prompt' | 'lost';

/** A start request of an item. */
export interface SentStart {
	kind: StartKind;
	request: RecordedRequest;
	/** Milliseconds since 1970, by n8n's clock. */
	sentAt: number;
	endedAt: number;
	sender: N8nProcess | undefined;
	/** The run that it has started, whatever the node was told. */
	run: SimulatedRun | undefined;
}

/** All that was done for an item, and what it was handed. */
export interface ItemStory extends PlayedItem {
	schedule: PlayedSchedule;
	execution: PlayedExecution;
	/** In the order in which they were sent. */
	starts: SentStart[];
	/** The runs of its starts. */
	runs: SimulatedRun[];
	/** What came out for it; undefined if the execution ended with an error. */
	json: IDataObject | undefined;
	/** What a person reads of it. Empty if nothing went wrong with it. */
	errorText: string;
}

/** Statuses that say that somebody waited for Amperity, or gave up. */
const WAITED = [504, 522, 524, 598, 599];

/** A failure is prompt within so many milliseconds, or within a sixth of the time-out if that is longer. */
const PROMPT_MS = 10_000;

/** What happened to each item of a schedule. */
export function storiesOf(schedule: PlayedSchedule): ItemStory[] {
	const { simulator, firstRequest } = schedule;
	const starts = new Map<string, RecordedRequest[]>();
	for (const request of simulator.requests.slice(firstRequest).filter(isStart)) {
		const { config_id, range_from } = request.body as { config_id: string; range_from?: string };
		const key = keyOf({ configId: config_id, rangeFrom: range_from });
		starts.set(key, [...(starts.get(key) ?? []), request]);
	}
	return schedule.executions.flatMap((execution) =>
		execution.items.map((item, place) => {
			const sent = (starts.get(keyOf(item)) ?? []).map((request) =>
				sentStart(schedule, execution, request),
			);
			return {
				...item,
				schedule,
				execution,
				starts: sent,
				runs: sent.flatMap(({ run }) => run ?? []),
				...outcomeOf(execution, place),
			};
		}),
	);
}

const keyOf = ({ configId, rangeFrom = '' }: Pick<PlayedItem, 'configId' | 'rangeFrom'>) =>
	`${configId} ${rangeFrom}`;

function sentStart(
	{ simulator, senderOf }: PlayedSchedule,
	{ plan }: PlayedExecution,
	request: RecordedRequest,
): SentStart {
	const { at: sentAt, endedAt = Infinity, startedRunId } = request;
	const promptMs = Math.max(PROMPT_MS, (plan.requestTimeout * 1_000) / 6);
	return {
		kind: kindOf(request, endedAt - sentAt <= promptMs),
		request,
		sentAt,
		endedAt,
		sender: senderOf(request),
		run: startedRunId === undefined ? undefined : simulator.store.find(startedRunId),
	};
}

function kindOf({ status, fault, rateLimited }: RecordedRequest, isPrompt: boolean): StartKind {
	if (rateLimited) return 'throttled';
	if (fault?.kind.startsWith('drop')) return isPrompt ? 'prompt' : 'lost';
	// The client has gone before.
	if (status === undefined) return 'lost';
	if (isAmperitysWord(fault)) {
		if (status === 429) return 'throttled';
		if (status < 300) return 'taken';
		if (status >= 400 && status < 500 && status !== 408) return 'refused';
	}
	const isQuick = status >= 500 && !WAITED.includes(status) && isPrompt;
	return isQuick && fault?.kind !== 'cut-off' ? 'prompt' : 'lost';
}

const isAmperitysWord = (fault: Fault | undefined) =>
	fault === undefined || ['status', 'late', 'late-accept'].includes(fault.kind);

function outcomeOf({ result }: PlayedExecution, place: number) {
	const { items, errorItems, error } = result;
	const found = [...items, ...errorItems].find(
		({ pairedItem }) => (pairedItem as IPairedItemData).item === place,
	);
	const isError = found !== undefined && (errorItems.includes(found) || 'error' in found.json);
	const thrown = error
		? [error.message, error.description, JSON.stringify(error.context)].join(' ')
		: '';
	return { json: found?.json, errorText: isError ? JSON.stringify(found.json) : thrown };
}

/** The run that an item was handed; undefined if it ended with an error. */
export const handedRunId = (story: ItemStory): string | undefined =>
	story.json === undefined || story.errorText !== '' || isNotStarted(story)
		? undefined
		: String(story.json.id);

/** Whether an item says that it was not started, since one before it did not succeed. */
export const isNotStarted = ({ json }: Pick<ItemStory, 'json'>): boolean => json?.started === false;

/** Whether an item says that its run is none that was started for it. */
export const isOfOthers = ({ json }: Pick<ItemStory, 'json'>): boolean =>
	[json?.reused, json?.skipped, json?.fresh].includes(true);

/** Whether a run had failed by the platform's fault before the next start was sent: it is rightly replaced. */
export function isReplaced({ run }: SentStart, next: SentStart | undefined, offsetMs: number) {
	const end = run?.stages.at(-1);
	return (
		next !== undefined && end?.outcome === 'failed-platform' && end.from - offsetMs <= next.sentAt
	);
}

/** Whether the error that ended an execution is that of another of its items. */
export function isErrorOfAnother({ execution, configId, rangeFrom }: ItemStory): boolean {
	const { error } = execution.result;
	const failed = error && execution.items[Number(error.context.itemIndex)];
	return failed !== undefined && (failed.configId !== configId || failed.rangeFrom !== rangeFrom);
}

/** Whether nothing came between an item and the end of its execution. */
export const isUndisturbed = ({ execution }: ItemStory) =>
	execution.stoppedAt === undefined && execution.crashedAt === undefined;
