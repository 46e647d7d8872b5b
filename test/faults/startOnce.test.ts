/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, startAmperity, type NodeResult } from '../engine';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator } from '../simulator';

const SCHEDULES = Number(process.env.FAULT_SCHEDULES ?? 2_000);
const SEED = process.env.FAULT_SEED === undefined ? undefined : Number(process.env.FAULT_SEED);

/** A look-up of 20 s takes 10 ms. Sockets keep real time, so late answers are shorter than they seem. */
const SPEED = 2_000;

/** Schedules run side by side, each with a simulator of its own, since most of their time is waiting. */
const SIDE_BY_SIDE = 8;

type Fault = NonNullable<ReturnType<NonNullable<AmperitySimulator['onRequest']>>>;

interface Step {
	fault?: Fault;
	/** Somebody else starts a run just before the request. */
	other?: 'automated' | 'person';
}

interface Schedule {
	items: number;
	executions: number;
	tries: number;
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	waits: boolean;
	/** Whether an earlier start has told who we are. */
	knowsUs: boolean;
	platformFails: boolean;
	listLagMs: number;
	steps: Step[];
}

const accepted = fc.boolean();
const fault: fc.Arbitrary<Fault> = fc.oneof(
	fc.constantFrom<Fault>({ kind: 'drop-before' }, { kind: 'drop-after' }),
	fc.constantFrom<Fault>(
		{ kind: 'status', status: 429 },
		{ kind: 'status', status: 429, retryAfter: '2' },
		{ kind: 'status', status: 400 },
		{ kind: 'status', status: 401 },
		{ kind: 'status', status: 404 },
	),
	fc.record({
		kind: fc.constant('status' as const),
		status: fc.constantFrom(500, 503),
		accepted,
	}) as fc.Arbitrary<Fault>,
	fc.record({ kind: fc.constant('half-json' as const), accepted }) as fc.Arbitrary<Fault>,
	fc.record({
		kind: fc.constant('html' as const),
		status: fc.constant(200),
		accepted,
	}) as fc.Arbitrary<Fault>,
	fc.record({
		kind: fc.constant('empty' as const),
		status: fc.constant(502),
		accepted,
	}) as fc.Arbitrary<Fault>,
);

const step: fc.Arbitrary<Step> = fc.record(
	{
		fault: fc.option(fault, { nil: undefined, freq: 2 }),
		other: fc.option(fc.constantFrom('automated' as const, 'person' as const), {
			nil: undefined,
			freq: 3,
		}),
	},
	{ requiredKeys: [] },
);

const schedule: fc.Arbitrary<Schedule> = fc.record({
	items: fc.integer({ min: 1, max: 3 }),
	executions: fc.integer({ min: 1, max: 2 }),
	tries: fc.integer({ min: 1, max: 5 }),
	onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
	waits: fc.boolean(),
	knowsUs: fc.oneof(
		{ weight: 3, arbitrary: fc.constant(true) },
		{ weight: 1, arbitrary: fc.constant(false) },
	),
	platformFails: fc.boolean(),
	listLagMs: fc.constantFrom(0, 0, 3_000, 60_000),
	steps: fc.array(step, { maxLength: 14 }),
});

const configOf = (execution: number, item: number) => `cg-e${execution}i${item}`;

/** Injects the steps of a schedule, one for each request. */
function play(simulator: AmperitySimulator, steps: Step[]): void {
	const left = [...steps];
	simulator.onRequest = ({ method }) => {
		const next = left.shift();
		if (next?.other) simulator.startRunAs({ principal: next.other, configId: 'cg-other' });
		// A refused list before the start would only shorten the schedule.
		return method === 'POST' || next?.fault?.kind.startsWith('drop') ? next?.fault : undefined;
	};
}

function execute(simulator: AmperitySimulator, execution: number, plan: Schedule) {
	return startAmperity({
		parameters: { configId: '={{ $json.config }}', waitForCompletion: plan.waits },
		items: Array.from({ length: plan.items }, (_, item) => ({ config: configOf(execution, item) })),
		settings: {
			onError: plan.onError,
			retryOnFail: plan.tries > 1,
			maxTries: plan.tries,
			waitBetweenTries: 0,
		},
		credentials: { ...credentialsFor(simulator), requestsPerSecond: 1_000 },
		executionId: String(execution),
	}).result;
}

/** How often each way was taken, so that the schedules cannot silently stop reaching one. */
const ways = { response: 0, list: 0, earlier_try: 0, lost: 0, refused: 0 };

function count(json: IDataObject | undefined, text: string): void {
	if (json?.id) ways[(json.start_confirmed_by as 'list' | undefined) ?? 'response']++;
	else if (text.includes('may have started')) ways.lost++;
	else ways.refused++;
}

/** Everything that is said about a failure, to a person or to the next node. */
const textOf = (result: NodeResult, item: IDataObject | undefined) => {
	const { error } = result;
	return JSON.stringify([item, error?.message, error?.description, error?.context]);
};

function check(
	simulator: AmperitySimulator,
	execution: number,
	plan: Schedule,
	result: NodeResult,
) {
	const outputs = [...result.items, ...result.errorItems];
	if (plan.onError !== 'stopWorkflow') expect(outputs).toHaveLength(plan.items);
	expect(JSON.stringify(result.run)).not.toContain(simulator.token);

	for (let item = 0; item < plan.items; item++) {
		const runs = simulator.runsStartedFor(configOf(execution, item));
		const paired = outputs.find(({ pairedItem }) => (pairedItem as { item: number }).item === item);
		const json = paired?.json;
		const text = textOf(result, json);

		// A run that failed by the platform's fault may be started again by Retry On Fail.
		const failedBefore = runs.slice(0, -1).map(({ scenario }) => scenario.outcome);
		expect(failedBefore.every((outcome) => outcome === 'failed-platform')).toBe(true);
		if (json?.id) expect(json.id).toBe(runs.at(-1)?.id);
		else if (runs.length > 0 && !text.includes('may have started')) {
			expect(text).toContain(runs.at(-1)!.id);
		}
		count(json, text);
	}
}

async function runSchedule(plan: Schedule): Promise<void> {
	const simulator = await AmperitySimulator.start({ rateLimit: false, runDurationMs: 10_000 });
	try {
		if (plan.knowsUs) await execute(simulator, 0, { ...plan, items: 1, waits: false });
		const outcome = plan.platformFails && plan.waits ? 'failed-platform' : 'succeeded';
		for (let execution = 1; execution <= plan.executions; execution++) {
			for (let item = 0; item < plan.items; item++) {
				const scenario = { listLagMs: plan.listLagMs };
				simulator.setScenario(
					configOf(execution, item),
					{ ...scenario, outcome },
					{ ...scenario, outcome: 'succeeded' },
				);
			}
		}
		play(simulator, plan.steps);
		const executions = Array.from({ length: plan.executions }, (_, index) => index + 1);
		const results = await Promise.all(executions.map((one) => execute(simulator, one, plan)));
		results.forEach((result, index) => check(simulator, index + 1, plan, result));
	} finally {
		await simulator.stop();
	}
}

let unwarp: () => void;
beforeAll(() => {
	unwarp = warpTime(SPEED);
});
afterAll(() => unwarp());

test(
	`one item has one run and reports it, in ${SCHEDULES} fault schedules`,
	async () => {
		const batch = fc.array(schedule, { minLength: SIDE_BY_SIDE, maxLength: SIDE_BY_SIDE });
		await fc.assert(
			fc.asyncProperty(batch, async (plans) => {
				const ends = await Promise.allSettled(plans.map(runSchedule));
				for (const end of ends) if (end.status === 'rejected') throw end.reason;
			}),
			{ numRuns: Math.ceil(SCHEDULES / SIDE_BY_SIDE), seed: SEED, endOnFailure: true },
		);
		for (const [way, times] of Object.entries(ways)) {
			expect([way, times > SCHEDULES / 100]).toEqual([way, true]);
		}
	},
	SCHEDULES * 1_000,
);
