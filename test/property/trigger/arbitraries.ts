import fc from 'fast-check';
import {
	EVENTS,
	LATEST_MS,
	LIST_FAULTS,
	POISONS,
	type EndPlan,
	type FilterPlan,
	type PollPlan,
	type RunPlan,
	type Schedule,
	type Step,
	type StepPlan,
	type Settings,
} from './schedule';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const OUTCOMES = ['failed', 'skipped', 'stopped', 'succeeded'];

const integer = (min: number, max: number) => fc.integer({ min, max });

/** A value that is usually the first, and so many times as often as all others. */
const mostly = <T>(usual: T, weight: number, others: fc.Arbitrary<T>): fc.Arbitrary<T> =>
	fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: others, weight: 1 });

/** Up to the latest that is promised: an end is in the list, for good, within 60 minutes. */
const lateness = mostly(0, 2, fc.oneof(integer(1, LATEST_MS - 1), fc.constant(LATEST_MS - 1)));

const hide = fc.record({ fromMs: integer(0, LATEST_MS), lengthMs: integer(SECOND, LATEST_MS) });

const end: fc.Arbitrary<EndPlan> = fc.record({
	// Several runs may end at the same time.
	afterMs: fc.oneof(
		integer(1, 8).map((n) => n * 10 * MINUTE),
		integer(MINUTE, 5 * HOUR),
	),
	state: fc.constantFrom('succeeded', 'succeeded', 'failed', 'canceled', 'skipped', 'frozen'),
	lateMs: lateness,
	aheadMs: mostly(
		0,
		12,
		integer(1, 300).map((minutes) => minutes * MINUTE),
	),
	hides: mostly<EndPlan['hides']>([], 4, fc.array(hide, { minLength: 1, maxLength: 2 })),
	restartedAfterMs: mostly(Infinity, 6, integer(10 * SECOND, 3 * HOUR)),
});

const run: fc.Arbitrary<RunPlan> = fc.record(
	{
		name: integer(0, 3),
		principal: integer(0, 2),
		created: fc.oneof(
			integer(-600, 1_000).map((n) => n / 1_000),
			integer(-6, 10).map((n) => n / 10),
		),
		createdLateMs: mostly(0, 6, integer(1, LATEST_MS - 1)),
		ends: mostly<EndPlan[]>([], 1, fc.array(end, { minLength: 1, maxLength: 3 })),
		poison: fc.record({
			kind: fc.constantFrom(...POISONS),
			polls: fc.constantFrom(1, 2, 3, Infinity),
		}),
	},
	{ requiredKeys: ['name', 'principal', 'created', 'createdLateMs', 'ends'] },
);

const runs = fc.array(run, { minLength: 1, maxLength: 18 }).chain((all) =>
	fc.integer({ min: 0, max: 2 }).map((poisoned) => {
		// Each one holds back the others for some polls.
		let left = poisoned;
		return all.map((one) => ({
			...one,
			poison: one.poison && left-- > 0 ? one.poison : undefined,
		}));
	}),
);

const further: fc.Arbitrary<PollPlan['further']> = mostly<PollPlan['further']>(
	[],
	3,
	fc.array(
		fc.record({ afterMs: fc.constantFrom(0, 1, 30, 500, 9_000), readsRowAtOnce: fc.boolean() }),
		{ minLength: 1, maxLength: 3 },
	),
);

const poll: fc.Arbitrary<PollPlan> = fc.record(
	{
		kind: fc.constant('poll'),
		budgetMs: fc.constantFrom(40_000, 40_000, 20_000, 5_000),
		latencyMs: fc.constantFrom(20, 20, 100, 400, 1_500),
		listFault: mostly<PollPlan['listFault']>(
			undefined,
			5,
			fc.record({ kind: fc.constantFrom(...LIST_FAULTS), request: integer(0, 4) }),
		),
		churn: mostly<PollPlan['churn']>(
			undefined,
			3,
			fc.record({
				request: integer(1, 4),
				what: fc.constantFrom('restart', 'end', 'hide'),
				which: integer(0, 17),
			}),
		),
		further,
		commitMs: fc.constantFrom(0, 0, 50, 10_000),
		commitFails: mostly(false, 6, fc.constant(true)),
		killedAfterMs: mostly<number | undefined>(
			undefined,
			7,
			fc.constantFrom(10, 45, 300, 3_000, 20_000),
		),
	},
	{ requiredKeys: ['kind', 'budgetMs', 'latencyMs', 'further', 'commitMs', 'commitFails'] },
);

const otherStep: fc.Arbitrary<StepPlan> = fc.oneof(
	fc.record<StepPlan & { kind: 'restart' }>({
		kind: fc.constant('restart'),
		downMs: fc.constantFrom(5 * SECOND, 10 * MINUTE),
		toDurable: mostly(false, 5, fc.constant(true)),
	}),
	fc.record<StepPlan & { kind: 'edit' }>({
		kind: fc.constant('edit'),
		rename: fc.option(integer(0, 2), { nil: undefined }),
		otherFilters: mostly(false, 3, fc.constant(true)),
	}),
	fc.record<StepPlan & { kind: 'setClock' }>({
		kind: fc.constant('setClock'),
		hours: integer(-12, 12),
	}),
	fc.constant<StepPlan>({ kind: 'test' }),
);

const stepsWithin = (spanMs: number): fc.Arbitrary<Step[]> =>
	fc.array(
		fc.record({
			afterMs: fc.oneof(
				fc.constantFrom(MINUTE, MINUTE, SECOND, 10 * SECOND, 65 * SECOND),
				integer(1, 60).map((minutes) => minutes * MINUTE),
				integer(1, 300).map((share) => (share / 1_000) * spanMs),
			),
			step: fc.oneof(
				{ arbitrary: poll as fc.Arbitrary<StepPlan>, weight: 5 },
				{ arbitrary: otherStep, weight: 1 },
			),
		}),
		{ minLength: 1, maxLength: 14 },
	);

const filters: fc.Arbitrary<FilterPlan> = fc.record({
	config: mostly('', 3, fc.constantFrom('Daily load', 'Weekly send')),
	nameContains: mostly('', 3, fc.constantFrom('daily', 'EU', 'send')),
	startedBy: mostly('', 3, fc.constantFrom('automated', 'ann@', 'key-1')),
	type: mostly('', 3, fc.constantFrom('courier.group/run', 'campaign.send')),
	asLocators: fc.boolean(),
});

const timeOfDay = fc
	.tuple(integer(0, 23), fc.constantFrom('00', '15', '59'))
	.map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);

const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney');

const events = mostly<Settings['events']>(
	['runEnded'],
	1,
	fc.subarray([...EVENTS], { minLength: 1 }),
);

const settings: fc.Arbitrary<Settings> = fc.record({
	events,
	outcomes: mostly(OUTCOMES, 2, fc.subarray(OUTCOMES, { minLength: 1 })),
	slowAfterMinutes: mostly(0, 1, fc.constantFrom(30, 60, 200)),
	startBy: timeOfDay,
	notBefore: mostly('00:00', 1, timeOfDay),
	timeZone: mostly('', 1, zone),
	weekdays: mostly(WEEKDAYS, 2, fc.subarray(WEEKDAYS, { minLength: 1 })),
	includeDetails: fc.boolean(),
	filters,
});

const list: fc.Arbitrary<Schedule['list']> = fc.record({
	coarseMs: fc.constantFrom(1, 1, SECOND, MINUTE),
	rounds: fc.constantFrom('down', 'up'),
	order: fc.constantFrom('created', 'ended', 'none'),
	newestFirst: fc.boolean(),
	cursor: fc.constantFrom('keyset', 'offset'),
	pageCap: fc.constantFrom(1, 2, 3, 7, 500),
	tellsDate: mostly(true, 5, fc.constant(false)),
	times: fc.constantFrom('milliseconds', 'milliseconds', 'seconds', 'withoutZone'),
});

const span = fc.constantFrom(HOUR, 5 * HOUR, 12 * HOUR, 24 * HOUR, 120 * HOUR);

/** A run that is to be missed must be told from others. */
function withAnyFilter(plan: FilterPlan, chosen: string[]): FilterPlan {
	const isEmpty = !plan.config && !plan.nameContains && !plan.type;
	return isEmpty && chosen.includes('runDidNotStart') ? { ...plan, nameContains: 'load' } : plan;
}

/** What the promises leave out is not asked for: see `promises.ts`. */
function withinPromises(schedule: Schedule): Schedule {
	const { twin, steps, runs: all, list: listed, settings: chosen, engine } = schedule;
	const asked = [...chosen.events, ...(twin ?? [])];
	const mayHaveTwin = engine === 'classic';
	// Without Amperity's clock, a time in the future cannot be told from one that has come.
	const knowsTime = listed.tellsDate || !asked.some((event) => /Slow|DidNot/.test(event));
	const tellsDate = listed.tellsDate || !knowsTime;
	return {
		...schedule,
		list: { ...listed, tellsDate },
		twin: mayHaveTwin ? twin : undefined,
		settings: { ...chosen, filters: withAnyFilter(chosen.filters, asked) },
		otherFilters: withAnyFilter(schedule.otherFilters, asked),
		steps: steps.map(({ afterMs, step }) => {
			const isRename = step.kind === 'edit' && twin && mayHaveTwin;
			return { afterMs, step: isRename ? { ...step, rename: undefined } : step };
		}),
		runs: tellsDate
			? all
			: all.map((one) => ({ ...one, ends: one.ends.map((each) => ({ ...each, aheadMs: 0 })) })),
	};
}

export const schedules: fc.Arbitrary<Schedule> = span
	.chain((spanMs) =>
		fc.record<Schedule>({
			spanMs: fc.constant(spanMs),
			engine: fc.constantFrom('classic', 'durable'),
			twin: mostly<Schedule['twin']>(undefined, 5, events),
			workflowZone: zone,
			n8nHoursOff: mostly(0, 1, integer(-12, 12)),
			list,
			settings,
			otherFilters: filters,
			runs,
			steps: stepsWithin(spanMs),
		}),
	)
	.map(withinPromises);
