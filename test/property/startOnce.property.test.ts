/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator } from '../simulator';
import { play } from './startOnce/play';
import { checkPromises, noWays } from './startOnce/promises';
import { schedules } from './startOnce/schedule';

/** A look-up of 20 s takes 40 ms. */
const SPEED = 500;

/** Schedules that are under way at once, each with a simulator of its own: they wait more than they work. */
const LANES = 12;

/** `FAULT_SCHEDULES=20000` plays more of them. */
const SCHEDULES = Number(process.env.FAULT_SCHEDULES ?? 2_000);

/** A failure prints the seed and the path of its schedule; `FAULT_SEED` and `FAULT_PATH` play it again. */
const SEED = Number(process.env.FAULT_SEED ?? Date.now() % 2 ** 31);
const PATH = process.env.FAULT_PATH;

/** The rarest way through the node must be taken by one schedule in so many. */
const RAREST = 50;

const { stackTraceLimit } = Error;
let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
	// Many requests fail here, and a stack that jest maps back to its sources costs more than a request.
	Error.stackTraceLimit = 0;
});

afterAll(() => {
	Error.stackTraceLimit = stackTraceLimit;
	unwarp();
});

const ways = noWays();

let tenants = 0;

/** Plays schedules one after the other until one breaks a promise. */
async function playLane(lane: number): Promise<void> {
	const keepsItsPromises = fc.asyncProperty(schedules, async (schedule) => {
		// The node remembers its own starts for each tenant, so every schedule has one of its own.
		const tenant = `schedule-${++tenants}`;
		const simulator = await AmperitySimulator.start({ tenant, rateLimit: false, validate: false });
		try {
			const executions = await play(simulator, schedule);
			const violations = checkPromises(simulator, executions, ways);
			if (violations.length > 0) throw new Error(violations.join('\n'));
		} finally {
			await simulator.stop();
		}
	});
	await fc.assert(keepsItsPromises, {
		numRuns: Math.ceil(SCHEDULES / LANES),
		seed: SEED + lane,
		path: PATH,
		// Time goes its own ways, so a smaller schedule seldom fails in the same way.
		endOnFailure: true,
		includeErrorInReport: true,
	});
}

test(
	`one item starts one run, in ${SCHEDULES} schedules`,
	async () => {
		const lanes = PATH === undefined ? LANES : 1;
		const outcomes = await Promise.allSettled([...Array(lanes).keys()].map(playLane));
		const failures = outcomes.flatMap((outcome) =>
			outcome.status === 'rejected' ? String((outcome.reason as Error).message) : [],
		);
		expect(failures).toEqual([]);
	},
	60_000 + SCHEDULES * 1_000,
);

test('the schedules lead through every way of the node', () => {
	if (PATH !== undefined) return;
	for (const [way, times] of Object.entries(ways)) {
		expect({ way, isTaken: times >= SCHEDULES / RAREST, times }).toMatchObject({ isTaken: true });
	}
});
