import fc from 'fast-check';
import type { Fault, Outcome } from '../../simulator';
import {
	LATE_ARRIVALS,
	lostAnswers,
	page,
	promptFailures,
	QUEUED_BEHIND_PROMPT,
	REFUSALS,
	SLOW_ANSWERS,
} from './faultKinds';
import type {
	ExecutionPlan,
	ItemPlan,
	NightPlan,
	OtherRunPlan,
	RunBefore,
	Schedule,
} from './schedule';

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

/** A value that is seldom another one. The first is what a failing schedule is shrunk to. */
const mostly = <T>(usual: T, times: number, ...others: T[]) =>
	fc.oneof({ weight: times, arbitrary: fc.constant(usual) }, ...others.map(constant));

const constant = <T>(value: T) => ({ weight: 1, arbitrary: fc.constant(value) });

/** Few of something, seldom many. */
const few = <T>(arbitrary: fc.Arbitrary<T>, most: number) =>
	fc.oneof(
		{ weight: 4, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 1 }) },
		{ weight: 2, arbitrary: fc.array(arbitrary, { minLength: 2, maxLength: 2 }) },
		{ weight: 1, arbitrary: fc.array(arbitrary, { minLength: 3, maxLength: most }) },
	);

const item: fc.Arbitrary<ItemPlan> = fc.record({
	prefix: oneOf<ItemPlan['prefix']>('cg', 'cg', 'cg', 'cg', 'og', 'og', 'cc', 'xy'),
	isShared: mostly(false, 4, true),
	learnt: oneOf<ItemPlan['learnt']>(0, 1, 2, 2),
	isRenamed: mostly(false, 9, true),
	isListedCampaign: fc.boolean(),
	outcomes: fc.array(
		oneOf<Outcome>('succeeded', 'succeeded', 'failed-platform', 'failed-customer', 'stopped'),
		{ minLength: 1, maxLength: 3 },
	),
	durationMs: mostly(20_000, 3, 1, 3_000, 60_000),
	listLagMs: mostly(0, 6, 5_000, 5_000, 30_000, 30_000, 180_000),
	listHiddenMs: mostly<Array<[number, number]>>(
		[],
		8,
		[[2_000, 12_000]],
		[[4_000, 40_000]],
		[
			[1_500, 10_000],
			[20_000, 50_000],
		],
		[[2_000, 1e9]],
	),
	getLagMs: mostly(0, 4, 5_000),
});

const execution = (mostItems: number): fc.Arbitrary<ExecutionPlan> =>
	fc.record({
		process: oneOf<ExecutionPlan['process']>(0, 0, 1, 2),
		items: few(item, mostItems),
		ifStartIsLost: oneOf<ExecutionPlan['ifStartIsLost']>(
			null,
			null,
			null,
			'findElseStartAgain',
			'findElseReport',
			'report',
		),
		requestTimeout: mostly(60, 3, 30, 300),
		onError: oneOf('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		tries: oneOf(1, 1, 2, 2, 3, 4, 5),
		waits: mostly(false, 5, true),
		onUnsuccessful: oneOf('error', 'error', 'emit'),
		delayMs: oneOf(0, 0, 500, 5_000, 30_000, 90_000),
		isAfterRestart: mostly(false, 5, true),
		stopAfterMs: mostly<number | null>(null, 40, 100, 5_000, 50_000),
		crashAfterMs: mostly<number | null>(null, 40, 100, 5_000, 50_000),
	});

const other: fc.Arbitrary<OtherRunPlan> = fc.record({
	atStart: fc.nat(7),
	afterMs: oneOf(-60_000, -5_000, -1_000, 0, 100, 1_000, 3_000, 20_000, 70_000),
	principal: oneOf<OtherRunPlan['principal']>(
		'automated',
		'person',
		'person',
		'otherKey',
		'otherKey',
		'sameKey',
	),
	isSameConfig: fc.boolean(),
	durationMs: oneOf(10_000, 120_000),
});

/**
 * Somebody with our key starts the very configuration of a lost start while it is lost: nothing tells their run from
 * ours. Only a few schedules have that.
 */
const isInPlainSight = ({ principal, isSameConfig, afterMs }: OtherRunPlan) =>
	principal === 'sameKey' && isSameConfig && afterMs >= 0 && afterMs < 1_000;

const NO_OTHERS: fc.Arbitrary<OtherRunPlan[]> = fc.constant([]);

const others = fc.oneof(
	{ weight: 4, arbitrary: NO_OTHERS },
	{
		weight: 5,
		arbitrary: fc.array(
			other.filter((plan) => !isInPlainSight(plan)),
			{ maxLength: 3 },
		),
	},
	{ weight: 1, arbitrary: fc.array(other, { minLength: 1, maxLength: 2 }) },
);

/** What may happen to a request, and how often in comparison. */
type Kinds = Array<[weight: number, kind: fc.Arbitrary<Fault>]>;

const anyPage = (accepted: boolean) =>
	fc.integer({ min: 200, max: 599 }).map((code) => page(code, { accepted }));

const START_FAULTS: Kinds = [
	[4, oneOf(...REFUSALS)],
	[8, oneOf(...promptFailures({}))],
	[5, oneOf(...promptFailures({ accepted: true }))],
	[3, oneOf(...lostAnswers({ accepted: true }))],
	[2, oneOf(...lostAnswers({}))],
	[2, anyPage(true)],
	[1, anyPage(false)],
	[2, oneOf(...LATE_ARRIVALS)],
	[2, oneOf(...SLOW_ANSWERS)],
];

const PROMPT: Kinds = [[1, oneOf(...promptFailures({}))]];

const QUEUED: Kinds = [...START_FAULTS, [2, oneOf(...QUEUED_BEHIND_PROMPT)]];

const READ_FAULTS: Kinds = [
	[1, oneOf(...REFUSALS)],
	[2, oneOf(...promptFailures({}))],
	[1, oneOf(...lostAnswers({}))],
	[1, anyPage(false)],
];

/**
 * A list of faults, most of whose places are free of them.
 *
 * @param share one place in so many has a fault
 */
const faults = (share: number, maxLength: number, kinds: Kinds) => {
	const weights = kinds.reduce((sum, [weight]) => sum + weight, 0);
	return fc.array(
		fc.oneof(
			{ weight: Math.round(weights * (share - 1)), arbitrary: fc.constant(null) },
			...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary })),
		),
		{ minLength: maxLength, maxLength },
	);
};

const NO_FAULTS: fc.Arbitrary<Array<Fault | null>> = fc.constant([]);

const schedule = (
	share: number,
	startFaults: Kinds,
	othersBeside: typeof others = others,
): fc.Arbitrary<Schedule> =>
	fc.record({
		clockOffsetMs: fc
			.tuple(oneOf(0, 0, 15 * 60_000, -15 * 60_000, -40_000), fc.nat(1_999))
			.map(([clock, more]) => clock + more),
		hidesPrincipal: mostly(false, 9, true),
		restartsAfterLearning: mostly(false, 3, true),
		keepsStaticData: mostly(true, 4, false),
		hasDatabase: mostly(true, 9, false),
		pageCap: mostly(1_000, 6, 1, 2),
		transitMs: fc.array(oneOf(1, 1, 10, 50, 400, 1_500), { minLength: 1, maxLength: 6 }),
		latencyMs: fc.array(oneOf(1, 1, 10, 50, 400, 1_500, 11_000), { minLength: 1, maxLength: 6 }),
		executions: few(execution(4), 4),
		startFaults: faults(share, 8, startFaults),
		listFaults: fc.oneof(
			{ weight: 2, arbitrary: NO_FAULTS },
			{ weight: 1, arbitrary: faults(3, 16, READ_FAULTS) },
		),
		readFaults: fc.oneof(
			{ weight: 2, arbitrary: NO_FAULTS },
			{ weight: 1, arbitrary: faults(4, 8, READ_FAULTS) },
		),
		others: othersBeside,
		tokenGap: mostly<Schedule['tokenGap']>(
			null,
			40,
			{ from: 1, length: 1 },
			{ from: 2, length: 4 },
			{ from: 3, length: 20 },
		),
	});

/**
 * Schedules with few and with many faults, with nothing but prompt failures and, one in twenty, with gateways that
 * queue what they refuse.
 */
export const schedules: fc.Arbitrary<Schedule> = fc.oneof(
	{ weight: 7, arbitrary: schedule(2, START_FAULTS) },
	{ weight: 5, arbitrary: schedule(1.4, START_FAULTS) },
	{ weight: 3, arbitrary: schedule(2, PROMPT) },
	{ weight: 5, arbitrary: schedule(2, PROMPT, NO_OTHERS) },
	{ weight: 1, arbitrary: schedule(1.4, QUEUED) },
);

const night: fc.Arbitrary<NightPlan> = fc.record({
	operation: mostly<NightPlan['operation']>('start', 4, 'ensureFresh'),
	ifAlreadyRunning: oneOf<NightPlan['ifAlreadyRunning']>(
		'startAnyway',
		'useRunning',
		'skip',
		'stopThenStart',
		'waitThenStart',
		'waitThenStart',
	),
	isNamed: mostly(true, 4, false),
	runningMaximumWait: oneOf(2, 30),
	isOneAfterAnother: mostly(false, 3, true),
	reruns: mostly<NightPlan['reruns']>(0, 4, 1, 2, 3),
	maximumAge: oneOf(0.1, 1, 24),
});

const runBefore: fc.Arbitrary<RunBefore> = fc.record({
	item: fc.nat(11),
	likeness: mostly<RunBefore['likeness']>('same', 6, 'otherName', 'otherType'),
	agoMs: oneOf(10_000, 10_000, 60_000, 20 * 60_000, 5 * 3_600_000),
	durationMs: oneOf<number | null>(null, 100_000, 100_000, 22 * 60_000),
	outcome: mostly<Outcome>('succeeded', 3, 'failed-platform', 'failed-customer'),
	listHiddenMs: mostly<Array<[number, number]>>([], 6, [[0, 70_000]]),
});

/** An order and reruns are for executions that wait, and what is rerun has failed by the platform. */
function atNight(plan: ExecutionPlan, { failures, ...how }: NightPlan & { failures: number }) {
	const isStart = how.operation === 'start';
	const isOneAfterAnother = isStart && how.isOneAfterAnother;
	const waits = !isStart || isOneAfterAnother || how.reruns > 0 || plan.waits;
	const failed = Array<Outcome>(how.reruns > 0 ? failures : 0).fill('failed-platform');
	const items = plan.items.map((one) => ({ ...one, outcomes: [...failed, ...one.outcomes] }));
	return { ...plan, items, waits, night: { ...how, isOneAfterAnother } };
}

/** Schedules with few faults, in which items look for a running one, keep an order, and replace runs that failed. */
export const nightSchedules: fc.Arbitrary<Schedule> = fc
	.tuple(
		fc.oneof(
			{ weight: 2, arbitrary: schedule(6, START_FAULTS, NO_OTHERS) },
			{ weight: 1, arbitrary: schedule(2, START_FAULTS) },
		),
		fc.array(fc.tuple(night, fc.nat(2)), { minLength: 4, maxLength: 4 }),
		fc.array(runBefore, { minLength: 1, maxLength: 2 }),
	)
	.map(([plans, nights, before]) => ({
		...plans,
		before,
		executions: plans.executions.map((plan, index) => {
			const [how, failures] = nights[index]!;
			return atNight(plan, { ...how, failures });
		}),
	}));
