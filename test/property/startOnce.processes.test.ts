/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator } from '../simulator';
import { schedules } from './startOnce/arbitraries';
import { ForkedProcesses } from './startOnce/n8n/forkedProcesses';
import { N8nDatabase } from './startOnce/n8n/n8nDatabase';
import { play } from './startOnce/play/play';
import { checkPromises, describeSchedule } from './startOnce/promises';
import type { ExecutionPlan, Schedule } from './startOnce/schedule';
import { Ways } from './startOnce/ways';

/** Three minutes take 0.6 seconds. */
const SPEED = 300;

/** Schedules that are under way at once, each with processes of its own: they wait more than they work. */
const LANES = 3;

/** `FORKED_SCHEDULES=200` plays more of them. */
const SCHEDULES = Number(process.env.FORKED_SCHEDULES ?? 12);

/** A failure prints the seed; `FAULT_SEED` plays the same schedules again, in about the same time. */
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 2 ** 31);

/** Two real seconds. A failure is prompt within a sixth of it, which is long enough for a busy machine. */
const REQUEST_TIMEOUT = 600;

/** What a busy machine takes for a request. Milliseconds by the fast clock. */
const SLACK_MS = 30_000;

const clock = { speed: SPEED, began: Date.now() };
const ways = new Ways();
const lanes = Array.from({ length: LANES }, () => {
	const database = new N8nDatabase();
	return { database, processes: new ForkedProcesses(clock, database) };
});
let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(clock.speed, clock.began);
});

afterAll(() => {
	unwarp();
	for (const { processes } of lanes) processes.stop();
	process.stdout.write(`${ways.toString()}\n`);
});

/**
 * A schedule for real processes, which are not on time to the millisecond: at least two, that start together, and
 * nothing in it depends on seconds.
 */
function forProcesses(schedule: Schedule): Schedule {
	const [first] = schedule.executions;
	const { executions } = schedule;
	const plans = executions.length > 1 ? executions : [...executions, structuredClone(first!)];
	return {
		...schedule,
		executions: plans.map((plan, index) => ({
			...plan,
			process: (index % 3) as ExecutionPlan['process'],
			requestTimeout: REQUEST_TIMEOUT,
			stopAfterMs: null,
		})),
		transitMs: [0],
		latencyMs: [0],
		others: schedule.others.filter(
			({ principal, isSameConfig }) => principal !== 'sameKey' || !isSameConfig,
		),
	};
}

let tenants = 0;

/** Plays schedules one after the other until one breaks a promise. */
async function playLane({ database, processes }: (typeof lanes)[number], lane: number) {
	const keepsItsPromises = async (schedule: Schedule) => {
		const { clockOffsetMs } = schedule;
		const tenant = `processes-${++tenants}`;
		const options = { tenant, clockOffsetMs, rateLimit: false, validate: false } as const;
		const simulator = await AmperitySimulator.start(options);
		database.reset();
		try {
			const played = await play({ simulator, processes, database, slackMs: SLACK_MS }, schedule);
			const violations = checkPromises(played, ways);
			if (violations.length === 0) return;
			throw new Error([...violations, describeSchedule(played)].join('\n'));
		} finally {
			processes.end();
			await simulator.stop();
		}
	};
	await fc.assert(fc.asyncProperty(schedules.map(forProcesses), keepsItsPromises), {
		numRuns: Math.ceil(SCHEDULES / LANES),
		seed: SEED + lane,
		// Time goes its own ways, so a smaller schedule seldom fails in the same way.
		endOnFailure: true,
		includeErrorInReport: true,
	});
	expect(processes.begun).toBeGreaterThanOrEqual(2);
}

test(
	`one item starts one run, in ${SCHEDULES} schedules of several processes`,
	async () => {
		const outcomes = await Promise.allSettled(lanes.map(playLane));
		const failures = outcomes.flatMap((outcome) =>
			outcome.status === 'rejected' ? String((outcome.reason as Error).message) : [],
		);
		expect(failures).toEqual([]);
	},
	60_000 + SCHEDULES * 30_000,
);
