import type { IDataObject } from 'n8n-workflow';

/** The events of the trigger. */
export const EVENTS = ['runDidNotStart', 'runEnded', 'runIsSlow', 'runStarted'] as const;
export type TriggerEvent = (typeof EVENTS)[number];

/** An end is listed within this time after it happened, and is hidden no later than that. Milliseconds. */
export const LATEST_MS = 60 * 60_000;

/** Why the details of a run cannot be read. */
export const POISONS = [400, 403, 404, 409, 410, 'hang', 'drop', 'html'] as const;
export type Poison = (typeof POISONS)[number];

/** Why a list cannot be read. */
export const LIST_FAULTS = [400, 403, 500, 503, 'hang', 'drop', 'html'] as const;
export type ListFault = (typeof LIST_FAULTS)[number];

/** One end of a run. All times in milliseconds. */
export interface EndPlan {
	/** Since the run was created, or restarted. */
	afterMs: number;
	state: string;
	/** How much later the list shows it. */
	lateMs: number;
	/** How far in the future its time lies. */
	aheadMs: number;
	/** When it vanishes from the list, since its end, and for how long. */
	hides: Array<{ fromMs: number; lengthMs: number }>;
	/** When a person restarts it, since its end. */
	restartedAfterMs: number;
}

export interface RunPlan {
	/** Which name, and with it which type. */
	name: number;
	principal: number;
	/** A share of the schedule's span; below zero before the schedule begins. */
	created: number;
	/** How much later the list shows that it was created. */
	createdLateMs: number;
	/** An ended run goes on only if it is restarted. Without any end it runs for ever. */
	ends: EndPlan[];
	poison?: { kind: Poison; polls: number };
}

/** What changes in Amperity between two pages of a list. */
export interface Churn {
	/** Before which request for a list in a poll. */
	request: number;
	what: 'restart' | 'end' | 'hide';
	/** Which run of those to which it can happen. */
	which: number;
}

export interface PollPlan {
	kind: 'poll';
	budgetMs: number;
	/** How long each answer takes. */
	latencyMs: number;
	/** The list fails from this request on. */
	listFault?: { kind: ListFault; request: number };
	churn?: Churn;
	/** More ticks of n8n at this time, and how long after the first one each begins. */
	further: Array<{ afterMs: number; readsRowAtOnce: boolean }>;
	/** How long n8n takes to store the cursor together with the execution, where that is durable. */
	commitMs: number;
	commitFails: boolean;
	/** n8n is killed so long after the poll began, and is started again. */
	killedAfterMs?: number;
}

export type StepPlan =
	| PollPlan
	| { kind: 'restart'; downMs: number; toDurable: boolean }
	| { kind: 'edit'; rename?: number; otherFilters: boolean }
	| { kind: 'setClock'; hours: number }
	| { kind: 'test' };

export interface Step {
	/** How long after the step before it. Milliseconds. */
	afterMs: number;
	step: StepPlan;
}

/** A part of what the trigger is asked for. */
export interface FilterPlan {
	config: string;
	nameContains: string;
	startedBy: string;
	type: string;
	/** Whether `config` and `type` come from a list, as n8n's editor stores it, or as plain texts. */
	asLocators: boolean;
}

export interface Settings {
	events: TriggerEvent[];
	outcomes: string[];
	slowAfterMinutes: number;
	startBy: string;
	notBefore: string;
	timeZone: string;
	weekdays: string[];
	includeDetails: boolean;
	filters: FilterPlan;
}

/** How Amperity's list behaves. */
export interface ListPlan {
	/** Filters are rounded to so many milliseconds. */
	coarseMs: number;
	rounds: 'down' | 'up';
	order: 'created' | 'ended' | 'none';
	newestFirst: boolean;
	cursor: 'keyset' | 'offset';
	/** No page is longer. */
	pageCap: number;
	/** Without a `Date` header nothing tells Amperity's time but the runs. */
	tellsDate: boolean;
	times: 'milliseconds' | 'seconds' | 'withoutZone';
}

export interface Schedule {
	spanMs: number;
	engine: 'classic' | 'durable';
	/** A second trigger with the same node ID asks for these events. n8n does not poll those where cursors are durable. */
	twin?: TriggerEvent[];
	workflowZone: string;
	n8nHoursOff: number;
	list: ListPlan;
	settings: Settings;
	/** After an edit. */
	otherFilters: FilterPlan;
	runs: RunPlan[];
	steps: Step[];
}

/** What runs are called; the later ones differ from the first in case, or hold it. */
export const NAMES = ['Daily load', 'Daily load EU', 'Weekly send', 'daily load'];
/** The type of the runs of each name. */
export const TYPES = ['courier.group/run', 'courier.group/run', 'campaign.send', 'campaign.fetch'];
export const PRINCIPALS: IDataObject[] = [
	{ principal_id: 'key-1', principal_name: 'n8n', principal_email: null },
	{ principal_id: 'auto', principal_name: 'Automated workflow', principal_email: null },
	{ principal_id: 'u-7', principal_name: 'Ann', principal_email: 'ann@example.com' },
];

/** How long a successful run of each name takes: always the same, so that its median is known. Milliseconds. */
export const DURATIONS_MS = [20, 35, 12, 50].map((minutes) => minutes * 60_000);

/** Runs of each name are slow by their own account after so long. Not each name has it. Milliseconds. */
export const WARN_AFTER_MS: Array<number | undefined> = [
	undefined,
	45 * 60_000,
	undefined,
	undefined,
];
