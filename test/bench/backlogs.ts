import type { AmperitySimulator } from '../simulator';

/** Runs that have ended while nobody has looked. */
export interface Backlog {
	name: string;
	ends: number;
	/** From the first end to the last one. */
	withinMs: number;
	/** What Amperity takes to answer. */
	latencyMs: number;
}

export const MANY: Backlog = {
	name: '20,000 ends within ten minutes',
	ends: 20_000,
	withinMs: 600_000,
	latencyMs: 100,
};

export const AT_ONCE: Backlog = {
	name: '5,000 ends within one second',
	ends: 5_000,
	withinMs: 1_000,
	latencyMs: 400,
};

/** For how long nobody looks. */
export const OFF_MS = 20 * 60_000;

/** What HTTP Request asks for. */
export const PAGE_SIZE = 500;

/** From the first end until somebody looks again. */
const FIRST_END_MS = 15 * 60_000;

const DURATION_MS = 30_000;

/** Lets the time pass in which nobody looks, and the runs end in it, evenly spread. Gives their IDs. */
export function letPass(simulator: AmperitySimulator, { ends, withinMs }: Backlog): string[] {
	simulator.clock.advance(OFF_MS);
	const first = simulator.clock.now() - FIRST_END_MS - DURATION_MS;
	const scenario = { durationMs: DURATION_MS };
	return Array.from({ length: ends }, (_, index) => {
		const createdAt = first + Math.floor((index * withinMs) / ends);
		return simulator.startRunAs({ principal: 'automated', createdAt, scenario }).id;
	});
}

/** What a simulator is for a backlog: its clock is back by the time that will pass. */
export const simulatorFor = ({ latencyMs }: Backlog) => ({
	latencyMs,
	clockOffsetMs: -OFF_MS,
	validate: false,
});
