/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import type { WorkflowRun } from '../../nodes/Amperity/runs/run/workflowRun';
import {
	advance,
	cursorAt,
	freshEnds,
	isPollCursor,
	OVERLAP_MS,
	windowStart,
	type PollCursor,
} from '../../nodes/Amperity/trigger/pollCursor';

const SCHEDULES = Number(process.env.TRIGGER_SCHEDULES ?? 5_000);
const START = Date.parse('2026-10-01T00:00:00Z');

/** The list shows an end at most this long after it happened. Milliseconds. */
const LATEST_LISTING_MS = OVERLAP_MS - 1;

/** The functions under test, so that the proof can be tried with broken ones. */
interface Steps {
	windowStart(cursor: PollCursor): number;
	freshEnds(cursor: PollCursor, runs: WorkflowRun[]): WorkflowRun[];
	advance(cursor: PollCursor, done: WorkflowRun[], now: number): PollCursor;
}
const steps: Steps = { windowStart, freshEnds, advance };

interface End {
	/** When the run ended, in milliseconds since the start of the schedule. */
	at: number;
	/** How much later the list shows it. */
	lateMs: number;
	/** Few runs and few times, so that runs end again and at the same time as others. */
	run: number;
	/** Whether it fits the filters of the node. */
	wanted: boolean;
}

interface Poll {
	afterMs: number;
	/** The poll fails after it has read the list, so nothing is stored. */
	fails: boolean;
	/** n8n is restarted before the poll, and forgets what it has not saved. */
	restarts: boolean;
	/** Only so many of the fresh ends are taken over before the time for the poll is over. */
	capacity: number;
	/** A backlog is read in two parts, cut at this share of the window. */
	cut: number;
	/** In which order the list shows the runs. */
	order: number;
}

interface Schedule {
	ends: End[];
	polls: Poll[];
	skewMs: number;
	activatedAt: number;
}

const latest = fc.integer({ min: 0, max: LATEST_LISTING_MS });
const end: fc.Arbitrary<End> = fc.record({
	at: fc.oneof(
		fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * 60_000),
		fc.integer({ min: 0, max: 90 * 60_000 }),
	),
	lateMs: fc.oneof(fc.constant(0), latest, fc.constant(LATEST_LISTING_MS)),
	run: fc.integer({ min: 1, max: 12 }),
	wanted: fc.boolean(),
});

const poll: fc.Arbitrary<Poll> = fc.record({
	afterMs: fc.integer({ min: 1_000, max: 1_800_000 }),
	fails: fc.boolean(),
	restarts: fc.boolean(),
	capacity: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 3 })),
	cut: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
	order: fc.nat(1_000),
});

const schedule: fc.Arbitrary<Schedule> = fc.record({
	ends: fc.uniqueArray(end, { maxLength: 30, selector: ({ at, run }) => `${at} ${run}` }),
	polls: fc.array(poll, { minLength: 1, maxLength: 15 }),
	skewMs: fc.integer({ min: -6, max: 6 }).map((hours) => hours * 3_600_000),
	activatedAt: fc.integer({ min: 0, max: 30 }).map((minutes) => minutes * 60_000),
});

const runOf = ({ at, run, wanted }: End): WorkflowRun => ({
	id: `wf-${run}`,
	state: 'succeeded',
	ended_at: new Date(START + at).toISOString(),
	wanted,
});

const nameOf = ({ id, ended_at }: WorkflowRun) => `${id} ${String(ended_at)}`;

/** Puts a list into one of many orders, the same for the same number. */
function shuffled<T>(items: T[], order: number): T[] {
	const places = items.map((item, index) => ({ item, place: ((index + 7) * order) % 1_009 }));
	return places.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

/** One n8n: what it has in memory, and what it has saved. */
class TriggerModel {
	readonly reported: string[] = [];

	private memory: PollCursor;

	private saved: PollCursor;

	constructor(
		private readonly steps: Steps,
		private readonly ends: End[],
		now: number,
		private readonly skewMs: number,
	) {
		const begin = cursorAt('acme', now + skewMs - 24 * 3_600_000);
		const before = this.list(now, this.steps.windowStart(begin), Infinity, 1);
		const known = this.steps.freshEnds(begin, before);
		this.memory = this.saved = this.steps.advance(begin, known, now + skewMs);
	}

	poll(now: number, { fails, restarts, capacity, cut, order }: Poll): void {
		if (restarts) this.memory = this.saved;
		const from = this.steps.windowStart(this.memory);
		const middle = Math.ceil(from + cut * (now - from));
		const done: WorkflowRun[] = [];
		let cursor = this.memory;
		for (const [low, high] of [
			[from, middle],
			[middle, Infinity],
		] as const) {
			const listed = this.list(now, low, high, order);
			for (const run of this.steps.freshEnds(cursor, listed)) {
				if (done.length >= capacity) break;
				done.push(run);
				cursor = this.steps.advance(cursor, [run], now + this.skewMs);
			}
			if (done.length >= capacity) break;
		}
		if (!fails) this.take(cursor, done);
	}

	/** What n8n does with a poll that went well: it saves only if there are items. */
	private take(cursor: PollCursor, done: WorkflowRun[]): void {
		const items = done.filter(({ wanted }) => wanted);
		this.memory = JSON.parse(JSON.stringify(cursor)) as PollCursor;
		if (!isPollCursor(this.memory, 'acme')) throw new Error('What was stored is no cursor');
		if (items.length > 0) this.saved = this.memory;
		this.reported.push(...items.map(nameOf));
	}

	/** What the list answers at a time by Amperity's clock: unordered, late, never what is to come. */
	private list(now: number, from: number, to: number, order: number): WorkflowRun[] {
		const shown = this.ends.filter(
			({ at, lateMs }) => START + at + lateMs <= now && START + at >= from && START + at < to,
		);
		return shuffled(shown.map(runOf), order);
	}
}

/** Plays a schedule and compares: every end once, and all of one poll in order. */
function misses(under: Steps, { ends, polls, skewMs, activatedAt }: Schedule): string[] {
	let now = START + activatedAt;
	const model = new TriggerModel(under, ends, now, skewMs);
	for (const each of polls) {
		const before = model.reported.length;
		model.poll((now += each.afterMs), each);
		const times = model.reported.slice(before).map((name) => name.split(' ')[1]!);
		if (times.join() !== [...times].sort().join()) return ['not in order'];
	}
	// Polls that go well in the end, until everything is listed and taken over.
	const calm = { afterMs: 0, fails: false, restarts: false, capacity: Infinity, cut: 1, order: 1 };
	for (let i = 0; i < 15; i++) model.poll((now += OVERLAP_MS), calm);

	const expected = ends
		.filter(({ at, lateMs, wanted }) => wanted && at + lateMs > activatedAt)
		.map(runOf)
		.map(nameOf);
	const lost = expected.filter((name) => !model.reported.includes(name));
	const extra = model.reported.filter(
		(name, index) => !expected.includes(name) || model.reported.indexOf(name) !== index,
	);
	return [...lost.map((name) => `lost: ${name}`), ...extra.map((name) => `extra: ${name}`)];
}

test(`every end is reported exactly once, in ${SCHEDULES} schedules`, () => {
	let wanted = 0;
	fc.assert(
		fc.property(schedule, (plan) => {
			wanted += plan.ends.filter((one) => one.wanted).length;
			expect(misses(steps, plan)).toEqual([]);
		}),
		{ numRuns: SCHEDULES },
	);
	expect(wanted).toBeGreaterThan(SCHEDULES);
});

describe('the proof fails for', () => {
	const forgetting = (milliseconds: number): Steps['advance'] => {
		return (cursor, done, now) => {
			const next = advance(cursor, done, now);
			const kept = Object.entries(next.seen).filter(([, at]) => at > next.position - milliseconds);
			return { ...next, seen: Object.fromEntries(kept) };
		};
	};

	test.each<[string, Partial<Steps>]>([
		['a window without overlap', { windowStart: ({ position }) => position }],
		['an overlap that is too short', { windowStart: ({ position }) => position - OVERLAP_MS / 2 }],
		['keys that are dropped at once', { advance: forgetting(0) }],
		['keys that are dropped early', { advance: forgetting(OVERLAP_MS - 60_000) }],
		[
			'keys without the time of the end',
			{
				freshEnds: (cursor, runs) => {
					const ids = new Set(Object.keys(cursor.seen).map((key) => key.split('|')[0]));
					return freshEnds(cursor, runs).filter(({ id }) => !ids.has(id));
				},
			},
		],
		[
			'a cursor that follows the clock of n8n',
			{
				advance: (cursor, done, now) => ({
					...advance(cursor, done, now),
					position: Math.max(cursor.position, now),
				}),
			},
		],
		[
			'a list in the order of Amperity',
			{ freshEnds: (cursor, runs) => freshEnds(cursor, runs).reverse() },
		],
	])('%s', (_, broken) => {
		const property = fc.property(
			schedule,
			(plan) => misses({ ...steps, ...broken }, plan).length === 0,
		);
		expect(fc.check(property, { numRuns: 2_000, endOnFailure: true }).failed).toBe(true);
	});
});
