/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import { withoutStackTraces } from '../../engine/withoutStackTraces';
import { AmperitySimulator } from '../../simulator';
import { nightSchedules, schedules } from './arbitraries';
import { MemoryProcesses } from './n8n/memoryProcesses';
import { N8nDatabase } from './n8n/n8nDatabase';
import { play } from './play/play';
import { checkPromises, describeSchedule } from './promises';
import type { Schedule } from './schedule';
import { VirtualTime } from './time/virtualTime';
import { REQUIRED_AT_NIGHT, REQUIRED_WAYS, Ways, type Way } from './ways';

/** Schedules of one kind, and how many of them are played. */
export interface ScheduleKind {
	schedules: fc.Arbitrary<Schedule>;
	/** What share of all schedules each test file has that plays them. */
	share: number;
	/** Ways that they must lead through. */
	required: readonly Way[];
}

/** Two test files share these, so that each can have a processor of its own. */
export const STARTS: ScheduleKind = { schedules, share: 1 / 2, required: REQUIRED_WAYS };

/** Executions that look for a running one, keep an order, replace failed runs and want fresh ones. */
export const NIGHTS: ScheduleKind = {
	schedules: nightSchedules,
	share: 1 / 10,
	required: REQUIRED_AT_NIGHT,
};

/** So many test files, at most, play schedules. */
const FILES = 2;

const { FAULT_SCHEDULES: WANTED, FAULT_SEED: SEED, FAULT_PATH: PATH } = process.env;

/** `FAULT_SCHEDULES=20000` plays so many others. */
const ALL_SCHEDULES = Number(WANTED ?? 2_000);

/**
 * Without these variables the same schedules are played each time. A failure prints its seed and its path, with
 * which `FAULT_SEED` and `FAULT_PATH` play it again.
 */
const FIRST_SEED = WANTED === undefined ? 1 : Date.now() % 2 ** 30;

/** The rarest way through the node must be taken by one schedule in so many. */
const RAREST = 100;

/** A schedule is over within a day, or it never is. */
const MOST_MS = 24 * 3_600_000;

/** Of the items whose start was promptly refused, and nothing else was in the way, so many may get none. */
const SHARE_WITHOUT_RUN = 0.01;

/**
 * Lets random schedules of faults, strangers and mishaps happen to the node, and checks what it promises after each.
 *
 * @param file which of the test files of a kind it is, from 0
 */
export function testSchedules(file: number, kind = STARTS): void {
	const count = Math.ceil(ALL_SCHEDULES * kind.share);
	const seed = Number(SEED ?? FIRST_SEED * FILES + file);
	const ways = new Ways();
	const database = new N8nDatabase();
	const processes = new MemoryProcesses(database);
	let simulator: AmperitySimulator | undefined;
	let time: VirtualTime;
	let tenants = 0;

	withoutStackTraces();

	beforeAll(async () => {
		await database.connect();
		time = new VirtualTime(() =>
			processes.traffic.isBusy((port) => simulator?.isHolding(port) ?? false),
		);
	});

	afterAll(() => {
		time.end();
		processes.traffic.end();
		process.stdout.write(`${[`Seed ${seed}`, ways.toString(), ...ways.exceptions].join('\n')}\n`);
	});

	/** Plays a schedule in a tenant of its own, and says which promises it breaks. */
	const violationsOf = async (schedule: Schedule): Promise<string[]> => {
		const { clockOffsetMs } = schedule;
		const tenant = `schedule-${++tenants}`;
		const options = { tenant, clockOffsetMs, rateLimit: false, validate: false } as const;
		time.restart();
		simulator = await AmperitySimulator.start(options);
		database.reset();
		try {
			const played = await time.during(play({ simulator, processes, database }, schedule), MOST_MS);
			const violations = checkPromises(played, ways);
			return violations.length > 0 ? [...violations, describeSchedule(played)] : [];
		} finally {
			processes.end();
			await simulator.stop();
		}
	};

	test(
		`one item starts one run, in ${count} schedules`,
		async () => {
			const keepsItsPromises = async (schedule: Schedule) => {
				const violations = await violationsOf(schedule);
				if (violations.length > 0) throw new Error(violations.join('\n'));
			};
			await fc.assert(fc.asyncProperty(kind.schedules, keepsItsPromises), {
				numRuns: count,
				seed,
				path: PATH,
				includeErrorInReport: true,
			});
		},
		60_000 + count * 1_000,
	);

	const allIsPlayed = PATH === undefined;

	test('the schedules lead through every way of the node', () => {
		if (allIsPlayed) expect(ways.rarerThan(count / RAREST, kind.required)).toEqual([]);
	});

	test('what was promptly refused is started again', () => {
		const most = Math.floor(ways.of('promptlyRefused') * SHARE_WITHOUT_RUN);
		expect(ways.exceptions.slice(most)).toEqual([]);
	});
}
