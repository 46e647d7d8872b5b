import type { Fault, Outcome } from '../../simulator';

/** What the option If a Start Is Lost may say; left out, the kind of the configuration decides. */
export type IfStartIsLost = 'findElseStartAgain' | 'findElseReport' | 'report';

/** What happens to one item: its configuration, and how the runs of it go, one after the other. */
export interface ItemPlan {
	prefix: 'cg' | 'og' | 'cc' | 'xy';
	/** Whether it starts the configuration that other items of the schedule start as well. Courier groups only. */
	isShared: boolean;
	/** How often the configuration was started before anything went wrong. */
	learnt: 0 | 1 | 2;
	/** Whether its runs have another name since. */
	isRenamed: boolean;
	/** Whether the campaigns of the tenant name it. Campaigns only. */
	isListedCampaign: boolean;
	outcomes: Outcome[];
	/** Milliseconds from a run's start to its end. */
	durationMs: number;
	/** Milliseconds until the list shows a run. */
	listLagMs: number;
	/** Spans of a run's life in which the list does not show it. */
	listHiddenMs: Array<[number, number]>;
	/** Milliseconds until a run can be read by its ID. */
	getLagMs: number;
}

/** How an execution looks for a run that is there before it starts one, and what it does after a run has ended. */
export interface NightPlan {
	operation: 'start' | 'ensureFresh';
	ifAlreadyRunning: 'startAnyway' | 'useRunning' | 'skip' | 'stopThenStart' | 'waitThenStart';
	/** Whether Name in Amperity holds the name that the runs have now. */
	isNamed: boolean;
	/** Minutes. */
	runningMaximumWait: number;
	isOneAfterAnother: boolean;
	/** How often a run is replaced that failed by the platform. */
	reruns: 0 | 1 | 2 | 3;
	/** Hours. */
	maximumAge: number;
}

/** A run that somebody has started before the executions begin. */
export interface RunBefore {
	/** Whose configuration it is: the number of an item, counted through all executions and over again. */
	item: number;
	/** `otherName` and `otherType` are of other configurations of its kind, and of its name. */
	likeness: 'same' | 'otherName' | 'otherType';
	/** Milliseconds since it was created. */
	agoMs: number;
	/** Milliseconds from then to its end; null: it has none of its own. */
	durationMs: number | null;
	outcome: Outcome;
	/** Spans of its life in which the list does not show it. */
	listHiddenMs: Array<[number, number]>;
}

/** One execution of the node, as its settings make it. */
export interface ExecutionPlan {
	/** Which process of n8n runs it. */
	process: 0 | 1 | 2;
	items: ItemPlan[];
	/** Null: left out. */
	ifStartIsLost: IfStartIsLost | null;
	/** Seconds. */
	requestTimeout: number;
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	/** 1: Retry On Fail is off. */
	tries: number;
	waits: boolean;
	onUnsuccessful: 'error' | 'emit';
	/** Milliseconds after which it begins. */
	delayMs: number;
	/** Whether n8n is restarted before: its process ends in peace, and a new one begins. */
	isAfterRestart: boolean;
	/** A person stops it so many milliseconds after it began. */
	stopAfterMs: number | null;
	/** Its process dies so many milliseconds after it began; n8n runs it again in a new one. */
	crashAfterMs: number | null;
	/** Left out: it starts its items at once, whatever runs, and replaces nothing. */
	night?: NightPlan;
}

/** A run that someone else starts beside one of ours. */
export interface OtherRunPlan {
	/** Number of the start request beside which it appears, from 0. */
	atStart: number;
	/** When it is created, in milliseconds after that request was sent; below 0 it was there before. */
	afterMs: number;
	/** `sameKey` is somebody with our own API key, outside n8n. */
	principal: 'automated' | 'person' | 'otherKey' | 'sameKey';
	/** Whether it runs the very configuration that the request names, or another one of its kind. */
	isSameConfig: boolean;
	durationMs: number;
}

/** Everything that goes wrong, and everything that others do, while the executions run. */
export interface Schedule {
	/** How far Amperity's clock is ahead of n8n's; below 0 it is behind. */
	clockOffsetMs: number;
	/** Whether answers leave out who started a run. */
	hidesPrincipal: boolean;
	/** Whether n8n is restarted between the starts that nothing happened to and those of the schedule. */
	restartsAfterLearning: boolean;
	/** Whether n8n keeps the static data of executions for later ones. */
	keepsStaticData: boolean;
	/** Whether n8n's database can be reached. */
	hasDatabase: boolean;
	/** The largest page of a list. */
	pageCap: number;
	/** Milliseconds that requests are on their way, by turns. */
	transitMs: number[];
	/** Milliseconds that answers are on their way, by turns. */
	latencyMs: number[];
	executions: ExecutionPlan[];
	/** Faults of the first start requests, in the order of their arrival. */
	startFaults: Array<Fault | null>;
	/** Faults of the first lists. */
	listFaults: Array<Fault | null>;
	/** Faults of the first reads of a run. */
	readFaults: Array<Fault | null>;
	others: OtherRunPlan[];
	/** Left out: nothing runs. */
	before?: RunBefore[];
	/** The token is not valid for these requests. */
	tokenGap: { from: number; length: number } | null;
}

/** Whether a lost start of the item may be sent once more. */
export function allowsStartingAgain(
	{ ifStartIsLost }: Pick<ExecutionPlan, 'ifStartIsLost'>,
	{ prefix }: Pick<ItemPlan, 'prefix'>,
): boolean {
	const isByKind = prefix === 'cg' || prefix === 'og' ? 'findElseStartAgain' : 'findElseReport';
	return (ifStartIsLost ?? isByKind) === 'findElseStartAgain';
}
