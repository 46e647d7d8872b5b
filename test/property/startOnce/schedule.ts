import fc from 'fast-check';
import type { Fault, Outcome } from '../../simulator';

/** What happens to one item: its configuration, and how the runs of it go, one after the other. */
export interface ItemPlan {
	prefix: 'cg' | 'og' | 'cc';
	outcomes: Outcome[];
	/** Simulated milliseconds from a run's start to its end. */
	durationMs: number;
	/** Simulated milliseconds until the list shows a run. */
	listLagMs: number;
	/** Simulated milliseconds until a run can be read by its ID. */
	getLagMs: number;
}

/** One execution of the node, as its settings make it. */
export interface ExecutionPlan {
	items: ItemPlan[];
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	/** 1: Retry On Fail is off. */
	tries: number;
	waits: boolean;
	onUnsuccessful: 'error' | 'emit';
	/** Simulated milliseconds after which it begins. */
	delayMs: number;
}

/** A run that Amperity's own schedule, a person or another API key starts, together with one of ours. */
export interface OtherRunPlan {
	/** Number of the start request next to which it appears, from 0. */
	atStart: number;
	when: 'before' | 'after';
	principal: 'automated' | 'person' | 'otherKey';
	/** Whether it runs the very configuration that the request names, or another one of its kind. */
	sameConfig: boolean;
}

/** Everything that goes wrong, and everything that others do, while the executions run. */
export interface Schedule {
	/** Whether an earlier start has told the process who it is in Amperity. */
	isKnown: boolean;
	/** Whether answers leave out who started a run. */
	hidesPrincipal: boolean;
	executions: ExecutionPlan[];
	/** Faults of the first start requests, in the order of their arrival. */
	startFaults: Array<Fault | null>;
	/** Faults of the first lists. */
	listFaults: Array<Fault | null>;
	/** Faults of the first reads of a run. */
	readFaults: Array<Fault | null>;
	others: OtherRunPlan[];
	/** The token is not valid for these requests. */
	tokenGap: { from: number; length: number } | null;
}

const status = (code: 400 | 403 | 409 | 429 | 500 | 502 | 503, more: object = {}): Fault => ({
	kind: 'status',
	status: code,
	...more,
});

/** The request surely had no effect. */
const refusals: Fault[] = [
	status(429),
	status(429),
	status(429, { retryAfter: '1' }),
	status(429, { retryAfter: '300' }),
	status(400),
	status(403),
	status(409),
];

/** The answer does not tell whether the request had an effect; each of these comes with and without one. */
const lostAnswers = (accepted: boolean): Fault[] => [
	{ kind: accepted ? 'drop-after' : 'drop-before' },
	status(500, { accepted }),
	status(502, { accepted }),
	status(503, { accepted, retryAfter: '1' }),
	{ kind: 'html', status: 502, accepted },
	{ kind: 'html', status: 200, accepted },
	{ kind: 'half-json', accepted },
	{ kind: 'empty', status: 201, accepted },
	{ kind: 'empty', status: 504, accepted },
	{ kind: 'body', status: 201, body: [], accepted },
];

/**
 * The time-out of each request. Seconds. At the pace of the test it is three real seconds, which a
 * busy machine does not use up; answers that are late wait for it, which is why they are rare.
 */
export const REQUEST_TIMEOUT = 1_500;

const afterTimeout = (seconds: number) => (REQUEST_TIMEOUT + seconds) * 1_000;

/** Answers that come when nobody waits for them any more. */
const lateAnswers: Fault[] = [
	{ kind: 'late', delayMs: afterTimeout(1_000) },
	{ kind: 'late-accept', delayMs: afterTimeout(5) },
	{ kind: 'late-accept', delayMs: afterTimeout(30) },
	{ kind: 'late-accept', delayMs: afterTimeout(120) },
];

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

const item: fc.Arbitrary<ItemPlan> = fc.record({
	prefix: oneOf<ItemPlan['prefix']>('cg', 'cg', 'cg', 'og', 'cc'),
	outcomes: fc.array(
		oneOf<Outcome>('succeeded', 'succeeded', 'failed-platform', 'failed-customer', 'stopped'),
		{ minLength: 1, maxLength: 3 },
	),
	durationMs: oneOf(1, 3_000, 20_000, 60_000),
	listLagMs: oneOf(0, 0, 0, 2_000, 10_000, 60_000),
	getLagMs: oneOf(0, 0, 0, 5_000),
});

/** Few of something, seldom many. */
const few = <T>(arbitrary: fc.Arbitrary<T>, most: number) =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 1 }) },
		{ weight: 2, arbitrary: fc.array(arbitrary, { minLength: 2, maxLength: 2 }) },
		{ weight: 1, arbitrary: fc.array(arbitrary, { minLength: 3, maxLength: most }) },
	);

const execution = (mostItems: number): fc.Arbitrary<ExecutionPlan> =>
	fc.record({
		items: few(item, mostItems),
		onError: oneOf('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		tries: oneOf(1, 1, 2, 2, 3, 4, 5),
		waits: oneOf(false, false, true),
		onUnsuccessful: oneOf('error', 'error', 'emit'),
		delayMs: oneOf(0, 0, 500, 5_000, 30_000),
	});

const other: fc.Arbitrary<OtherRunPlan> = fc.record({
	atStart: fc.nat(7),
	when: oneOf('before', 'after'),
	principal: oneOf('automated', 'person', 'otherKey'),
	sameConfig: fc.boolean(),
});

/** One execution, or several at once. */
const executions = few(execution(4), 3);

/**
 * A list of faults, most of whose places are free of them.
 *
 * @param share one place in so many has a fault
 */
const faults = (share: number, maxLength: number, ...kinds: Fault[][]) => {
	const some = kinds.map((kind) => ({ weight: 1, arbitrary: oneOf(...kind) }));
	const none = { weight: kinds.length * (share - 1), arbitrary: fc.constant(null) };
	return fc.array(fc.oneof(none, ...some), { minLength: maxLength, maxLength });
};

function schedule(share: number, late: Fault[][]): fc.Arbitrary<Schedule> {
	const lost = [lostAnswers(true), lostAnswers(true), lostAnswers(false)];
	return fc.record({
		isKnown: oneOf(true, true, true, false),
		hidesPrincipal: oneOf(false, false, false, false, false, true),
		executions,
		startFaults: faults(share, 6, refusals, ...lost, ...late),
		listFaults: faults(4 * share, 8, refusals, lostAnswers(false)),
		readFaults: faults(3 * share, 8, refusals, lostAnswers(false)),
		others: fc.array(other, { maxLength: 3 }),
		tokenGap: oneOf(
			...Array<null>(14).fill(null),
			{ from: 1, length: 1 },
			{ from: 2, length: 4 },
			{ from: 3, length: 20 },
			{ from: 6, length: 2 },
		),
	});
}

/** Schedules with few and with many faults and, one in forty, with answers that are late. */
export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
	{ weight: 26, arbitrary: schedule(3, []) },
	{ weight: 13, arbitrary: schedule(2, []) },
	{ weight: 1, arbitrary: schedule(2, [lateAnswers]) },
);
