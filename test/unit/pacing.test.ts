import fc from 'fast-check';
import { sleep } from 'n8n-workflow';
import { waitForTurn } from '../../nodes/Amperity/transport/pacing';

/** Ten times the pace of a tenant, so that a tenth of a second stands for a second. */
const PACE = 95;
const WINDOW = 100;

let tenants = 0;
const newTenant = () => `tenant-${++tenants}`;

const depart = async (tenant: string, signal?: AbortSignal) => {
	await waitForTurn(tenant, PACE, signal);
	return Date.now();
};

/** As when n8n has much to do: nothing else happens meanwhile. */
function keepBusy(milliseconds: number): void {
	const end = Date.now() + milliseconds;
	while (Date.now() < end);
}

test('requests leave in order, each at its distance from the one before', async () => {
	const tenant = newTenant();
	const times: number[] = [];
	const leaving = [0, 1, 2, 3].map(async (place) => {
		const time = await depart(tenant);
		expect(times).toHaveLength(place);
		times.push(time);
	});
	await Promise.all(leaving);
	for (const [place, time] of times.slice(1).entries()) {
		expect(time - times[place]!).toBeGreaterThanOrEqual(Math.floor(1000 / PACE));
	}
});

test('tenants do not share a pace', async () => {
	const busy = newTenant();
	let isDone = false;
	const all = Promise.all(Array.from({ length: 20 }, () => depart(busy))).then(() => {
		isDone = true;
	});
	await depart(newTenant());
	expect(isDone).toBe(false);
	await all;
});

test('no window ever holds more than ten requests, whenever they are asked for and however busy n8n is', async () => {
	const step = fc.record({
		gapMs: fc.integer({ min: 0, max: 40 }),
		busyMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (steps) => {
			const tenant = newTenant();
			const leaving: Array<Promise<number>> = [];
			for (const { gapMs, busyMs } of steps) {
				leaving.push(depart(tenant), depart(tenant));
				await sleep(gapMs);
				keepBusy(busyMs);
			}
			const times = await Promise.all(leaving);
			for (const start of times) {
				const inWindow = times.filter((at) => at >= start && at < start + WINDOW);
				expect(inWindow.length).toBeLessThanOrEqual(10);
			}
		}),
		{ numRuns: 10 },
	);
}, 60_000);

test('an execution that is stopped does not wait for its turn, and holds up nobody', async () => {
	const tenant = newTenant();
	const stop = new AbortController();
	const before = Array.from({ length: 5 }, () => depart(tenant));
	const stopped = depart(tenant, stop.signal);
	const after = depart(tenant);
	stop.abort();
	const stoppedAt = await stopped;
	const last = Math.max(...(await Promise.all(before)));
	expect(stoppedAt).toBeLessThan(last);
	expect(await after).toBeGreaterThan(last);
});
