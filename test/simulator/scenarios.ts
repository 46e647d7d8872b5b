/** How a run ends. A failure is the customer's (configuration) or the platform's (often passes by itself). */
export type Outcome = 'succeeded' | 'failed-customer' | 'failed-platform' | 'stopped';

/** Properties of a run that the API may leave out. */
export type OptionalRunProperty =
	| 'ended_at'
	| 'principal_id'
	| 'principal_name'
	| 'principal_email'
	| 'launched_version'
	| 'current_version'
	| 'warn_after_ms'
	| 'task_instances'
	| 'error';

/** What a run will do. Times are simulated milliseconds. */
export interface Scenario {
	/** Default: succeeded. */
	outcome?: Outcome;
	/** From the start request to the end. Default: the simulator's `runDurationMs`. */
	durationMs?: number;
	/** How long the run stays `scheduled` at first. Default: a tenth of the duration, at most 5 seconds. */
	scheduledMs?: number;
	/** The run stays `running`, waiting for files, until `endRun` or a stop. */
	waitsForFiles?: boolean;
	/** The run stays in its last active state (the last one of `states`, if given) until `endRun` or a stop. */
	neverEnds?: boolean;
	/** How long a stop stays `stopping`. Default: 2 seconds. */
	stoppingMs?: number;
	/** The states as sent, in order and evenly spread; the last one is that of the end, unless the run never ends. */
	states?: string[];
	/** The list shows the run only this long after its start. */
	listLagMs?: number;
	/** Spans after its start, from inclusive, to exclusive, in which the list does not show the run. */
	listHiddenMs?: Array<[from: number, to: number]>;
	/** The list shows the run as it was this long ago: ends and restarts appear late, with their true time. */
	listStaleMs?: number;
	/** Reading the run by its ID gives 404 for this long after its start. */
	getLagMs?: number;
	/** `warn_after_ms` of the run; null: it has none. Default: 24 hours. */
	warnAfterMs?: number | null;
	/** The run's name. Default: one made from the config ID. */
	name?: string;
	/** Properties that answers leave out. */
	hide?: OptionalRunProperty[];
	/** Further properties in each answer that shows the run. */
	extra?: Record<string, unknown>;
}

/** A config ID that plays a scenario without any code; or one that can't be started. */
export interface NamedScenario {
	description: string;
	/** Undefined: there is no such configuration (404). */
	scenario?: Scenario;
}

/**
 * Scenarios by the end of the config ID: `cg-slow`, `og-fails-platform`, `cc-nightly-succeeds`.
 * Any other well-formed ID succeeds.
 */
export const NAMED_SCENARIOS: Record<string, NamedScenario> = {
	succeeds: { description: 'succeeds', scenario: {} },
	quick: { description: 'succeeds within 2 seconds', scenario: { durationMs: 2_000 } },
	'fails-customer': {
		description: "fails, and the cause is the customer's configuration",
		scenario: { outcome: 'failed-customer' },
	},
	'fails-platform': {
		description: 'fails, and the cause is the platform',
		scenario: { outcome: 'failed-platform' },
	},
	slow: { description: 'succeeds after 6 hours', scenario: { durationMs: 6 * 3_600_000 } },
	'waits-for-files': {
		description: 'stays running, waiting for files, until it is stopped',
		scenario: { waitsForFiles: true },
	},
	'gets-stopped': {
		description: 'is stopped by a person in Amperity',
		scenario: { outcome: 'stopped' },
	},
	missing: { description: 'does not exist (404)' },
	'other-tenant': { description: 'belongs to another tenant (404)' },
};

const NAMES = Object.keys(NAMED_SCENARIOS);

/** Which scenario a config ID plays: set by a test, else by the ID's end. */
export class ScenarioBook {
	private readonly set = new Map<string, Scenario[]>();

	/** Several scenarios are played one run after the other; the last one stays. */
	assign(configId: string, scenarios: Scenario[]): void {
		this.set.set(configId, [...scenarios]);
	}

	/** The scenario of the next run; undefined if the configuration does not exist. */
	next(configId: string): Scenario | undefined {
		const queue = this.set.get(configId);
		if (queue && queue.length > 1) return queue.shift();
		return queue?.[0] ?? byName(configId);
	}

	/** Forgets what was assigned. */
	reset(): void {
		this.set.clear();
	}
}

function byName(configId: string): Scenario | undefined {
	const name = NAMES.find((candidate) => configId.endsWith(`-${candidate}`));
	return name === undefined ? {} : NAMED_SCENARIOS[name]?.scenario;
}
