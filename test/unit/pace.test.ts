/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { sleep } from 'n8n-workflow';
import { Pace, type TurnRequest } from '../../nodes/Amperity/transport/pace';

const LIMIT = 9.5;

beforeEach(() => {
	jest.useFakeTimers();
});

afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** A turn that was given, or refused. */
interface Turn {
	caller: string;
	/** Milliseconds since the first was asked for. */
	at: number;
	hasTurn: boolean;
}

/** Asks a pace for turns, and notes what comes of it. */
class Asking {
	readonly turns: Turn[] = [];

	private readonly began = performance.now();

	constructor(
		private readonly pace = new Pace(),
		private readonly requestsPerSecond = LIMIT,
	) {}

	ask(caller: string, count = 1, more: Partial<TurnRequest> = {}): void {
		const { requestsPerSecond } = this;
		const request = { caller, requestsPerSecond, until: Infinity, ...more };
		for (let asked = 0; asked < count; asked++) {
			void this.pace.turn(request).then((hasTurn) => {
				this.turns.push({ caller, at: performance.now() - this.began, hasTurn });
			});
		}
	}

	get callers(): string {
		return this.turns.map(({ caller }) => caller).join('');
	}

	get times(): number[] {
		return this.turns.map(({ at }) => at);
	}
}

const distances = (times: number[]) => times.slice(1).map((time, index) => time - times[index]!);

const pass = async (milliseconds: number) => await jest.advanceTimersByTimeAsync(milliseconds);

/** As when n8n has much to do: time passes, and no timer fires. */
function keepBusy(): (milliseconds: number) => void {
	const { now } = performance;
	let busy = 0;
	jest.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + busy);
	return (milliseconds) => (busy += milliseconds);
}

describe('turns', () => {
	test('are spread evenly, and the first comes at once', async () => {
		const asking = new Asking();
		asking.ask('A', 20);
		await pass(3_000);
		expect(asking.times[0]).toBe(0);
		expect(asking.turns).toHaveLength(20);
		for (const distance of distances(asking.times)) {
			expect(distance).toBeGreaterThanOrEqual(1_000 / LIMIT - 1);
			expect(distance).toBeLessThanOrEqual(1_000 / LIMIT + 1);
		}
	});

	test('keep the order in which one caller asks', async () => {
		const pace = new Pace();
		const order: number[] = [];
		for (let place = 0; place < 5; place++) {
			const request = { caller: 'A', requestsPerSecond: LIMIT, until: Infinity };
			void pace.turn(request).then(() => order.push(place));
		}
		await pass(1_000);
		expect(order).toEqual([0, 1, 2, 3, 4]);
	});

	test('are not saved up while nobody asks', async () => {
		const asking = new Asking();
		asking.ask('A');
		await pass(60_000);
		asking.ask('A', 3);
		await pass(1_000);
		const [, ...later] = asking.times;
		expect(later[0]).toBe(60_000);
		for (const distance of distances(later)) expect(distance).toBeGreaterThanOrEqual(105);
	});

	test('of one tenant do not hold up another’s', async () => {
		const [busy, other] = [new Asking(), new Asking()];
		busy.ask('A', 20);
		other.ask('A');
		await pass(0);
		expect(other.turns).toHaveLength(1);
		expect(busy.turns).toHaveLength(1);
	});

	test('follow the credential that asks', async () => {
		const asking = new Asking(new Pace(), 2);
		asking.ask('A', 3);
		await pass(2_000);
		expect(asking.times).toEqual([0, 500, 1_000]);
	});

	test('come no faster in any second than ten, whoever asks when, however busy n8n is', async () => {
		const step = fc.record({
			gapMs: fc.integer({ min: 0, max: 400 }),
			busyMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
			caller: fc.constantFrom('A', 'B', 'C'),
		});
		const beBusy = keepBusy();
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
				const asking = new Asking();
				for (const { gapMs, busyMs, caller } of steps) {
					asking.ask(caller, 2);
					await pass(gapMs);
					beBusy(busyMs);
				}
				await pass(10_000);
				expect(asking.turns).toHaveLength(2 * steps.length);
				for (const start of asking.times) {
					const inWindow = asking.times.filter((at) => at >= start && at < start + 1_000);
					expect(inWindow.length).toBeLessThanOrEqual(10);
				}
			}),
			{ numRuns: 50 },
		);
	});

	test('that are late are not made up for in a burst', async () => {
		const beBusy = keepBusy();
		const asking = new Asking();
		asking.ask('A', 10);
		await pass(150);
		beBusy(5_000);
		await pass(2_000);
		for (const distance of distances(asking.times)) expect(distance).toBeGreaterThanOrEqual(105);
	});
});

describe('rotation', () => {
	test('everybody has a turn, however many another caller has queued', async () => {
		const asking = new Asking();
		asking.ask('A', 300);
		asking.ask('B');
		asking.ask('C', 3);
		await pass(1_000);
		expect(asking.callers).toBe('AABCACACAA');
	});

	test('who comes later has the next turn but those of the others', async () => {
		const asking = new Asking();
		asking.ask('A', 700);
		asking.ask('B', 700);
		await pass(10_000);
		const before = asking.turns.length;
		asking.ask('C');
		await pass(1_000);
		expect(asking.callers.slice(before).indexOf('C')).toBeLessThanOrEqual(2);
	});

	test('shares are equal', async () => {
		const asking = new Asking();
		for (const caller of ['A', 'B', 'C']) asking.ask(caller, 100);
		await pass(12_000);
		const shares = ['A', 'B', 'C'].map(
			(caller) => asking.turns.filter((turn) => turn.caller === caller).length,
		);
		// The first of all asked while nobody else did.
		expect(shares).toEqual([39, 38, 38]);
	});
});

describe('a caller that is stopped', () => {
	test('leaves at once, and holds up nobody', async () => {
		const stop = new AbortController();
		setMaxListeners(0, stop.signal);
		const asking = new Asking();
		asking.ask('A', 5);
		asking.ask('B', 300, { signal: stop.signal });
		asking.ask('C', 5);
		await pass(110);
		stop.abort();
		await pass(0);
		const stopped = asking.turns.filter(({ caller }) => caller === 'B');
		expect(stopped).toHaveLength(300);
		expect(stopped.filter(({ hasTurn }) => hasTurn)).toEqual([]);
		expect(Math.max(...stopped.map(({ at }) => at))).toBe(110);

		await pass(2_000);
		const others = asking.turns.filter(({ caller }) => caller !== 'B');
		expect(others.map(({ caller }) => caller).join('')).toBe('AACACACACC');
		for (const distance of distances(others.map(({ at }) => at))) {
			expect(distance).toBeLessThanOrEqual(107);
		}
	});

	test('does not even queue if it was stopped before', async () => {
		const asking = new Asking();
		asking.ask('A', 1, { signal: AbortSignal.abort() });
		asking.ask('B');
		await pass(0);
		expect(asking.turns).toEqual([
			{ caller: 'A', at: 0, hasTurn: false },
			{ caller: 'B', at: 0, hasTurn: true },
		]);
	});

	test('that has had its turn keeps it', async () => {
		const stop = new AbortController();
		const turn = new Pace().turn({
			caller: 'A',
			requestsPerSecond: LIMIT,
			until: Infinity,
			signal: stop.signal,
		});
		stop.abort();
		expect(await turn).toBe(true);
	});
});

describe('two credentials of one tenant', () => {
	test('keep each its own pace, and neither starves', async () => {
		const pace = new Pace();
		const asking = new Asking(pace);
		const inTurn = async (caller: string, requestsPerSecond: number) => {
			const end = performance.now() + 10_000;
			while (performance.now() < end) {
				const began = asking.turns.length;
				asking.ask(caller, 1, { requestsPerSecond });
				while (asking.turns.slice(began).every((turn) => turn.caller !== caller)) {
					await sleep(1);
				}
			}
		};
		const both = Promise.all([inTurn('fast', 9.5), inTurn('slow', 1)]);
		await pass(12_000);
		await both;
		const times = (name: string) => asking.turns.filter(({ caller }) => caller === name).length;
		expect(times('slow')).toBeGreaterThanOrEqual(10);
		expect(times('slow')).toBeLessThanOrEqual(12);
		expect(times('fast')).toBeGreaterThan(70);
		expect(times('fast') + times('slow')).toBeLessThanOrEqual(10 * 9.5 + 4);
	});
});

describe('a turn that comes too late', () => {
	test('is refused, and given to the next', async () => {
		const asking = new Asking(new Pace(), 1);
		const now = performance.now();
		asking.ask('A');
		asking.ask('B', 1, { until: now + 999 });
		asking.ask('C', 1, { until: now + 1_010 });
		await pass(1_010);
		expect(asking.turns).toEqual([
			{ caller: 'A', at: 0, hasTurn: true },
			{ caller: 'B', at: expect.any(Number), hasTurn: false },
			{ caller: 'C', at: 1_000, hasTurn: true },
		]);
	});

	test('is refused in time, however many others wait', async () => {
		const asking = new Asking(new Pace(), 1);
		const until = performance.now() + 2_500;
		for (const caller of 'ABCDEF') asking.ask(caller);
		asking.ask('G', 1, { until });
		await pass(2_600);
		expect(asking.turns.find(({ caller }) => caller === 'G')).toMatchObject({ hasTurn: false });
	});

	test('is refused at once while Amperity wants a longer pause', async () => {
		const pace = new Pace();
		const asking = new Asking(pace);
		const now = performance.now();
		pace.throttled({ requestsPerSecond: LIMIT, sentAt: now, retryAfterMs: 20_000 }, 0);
		asking.ask('A', 1, { until: now + 20_199 });
		asking.ask('B', 1, { until: now + 20_201 });
		await pass(0);
		expect(asking.turns).toEqual([{ caller: 'A', at: 0, hasTurn: false }]);
		await pass(20_201);
		expect(asking.turns[1]).toMatchObject({ caller: 'B', hasTurn: true });
	});

	test('is refused as soon as Amperity asks for a longer pause', async () => {
		const pace = new Pace();
		const asking = new Asking(pace, 1);
		const now = performance.now();
		asking.ask('A', 3, { until: now + 20_000 });
		asking.ask('B', 2);
		await pass(500);
		pace.throttled({ requestsPerSecond: 1, sentAt: now, retryAfterMs: 60_000 }, 0);
		await pass(0);
		expect(asking.turns.slice(1)).toEqual([
			{ caller: 'A', at: 500, hasTurn: false },
			{ caller: 'A', at: 500, hasTurn: false },
		]);
		await pass(65_000);
		expect(asking.callers).toBe('AAABB');
	});
});

describe('a 429', () => {
	const throttledPace = async (retryAfterMs?: number) => {
		const pace = new Pace();
		const asking = new Asking(pace, 10);
		asking.ask('A', 30);
		asking.ask('B', 30);
		await pass(0);
		pace.throttled({ requestsPerSecond: 10, sentAt: performance.now(), retryAfterMs }, 0);
		return { pace, asking };
	};

	test('pauses everybody, and lowers the rate', async () => {
		const { asking } = await throttledPace();
		await pass(199);
		expect(asking.turns).toHaveLength(1);
		await pass(2_000);
		const [, ...later] = asking.times;
		expect(later[0]).toBe(200);
		expect(asking.callers.slice(1, 7)).toMatch(/^(AB){3}$|^(BA){3}$/);
		// 6.5 requests a second, and a little more with time.
		expect(distances(later)[0]).toBeGreaterThan(145);
		expect(distances(later)[0]).toBeLessThanOrEqual(155);
		expect(later.length).toBe(14);
	});

	test('with Retry-After holds back everybody for as long', async () => {
		const { asking } = await throttledPace(32_500);
		await pass(32_699);
		expect(asking.turns).toHaveLength(1);
		await pass(1);
		expect(asking.turns).toHaveLength(2);
	});

	test('that follows another doubles the pause, unless something has got through', async () => {
		const pauseAfter = async (admitted: boolean) => {
			const { pace, asking } = await throttledPace();
			await pass(200);
			expect(asking.turns).toHaveLength(2);
			if (admitted) pace.admitted();
			pace.throttled({ requestsPerSecond: 10, sentAt: performance.now() }, 0);
			await pass(1_000);
			return distances(asking.times)[1];
		};
		expect(await pauseAfter(false)).toBe(400);
		// The slower rate is what counts then: 4.2 requests a second.
		expect(await pauseAfter(true)).toBeLessThan(240);
	});

	test('is forgotten by and by', async () => {
		const { asking } = await throttledPace();
		await pass(13_000);
		asking.ask('A', 60);
		await pass(4_000);
		for (const distance of distances(asking.times.slice(-20))) expect(distance).toBe(100);
	});
});
