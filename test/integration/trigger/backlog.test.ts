import type { IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor } from '../../engine';
import { HOUR, idsOf, MINUTE, TriggerLab, type Trigger } from './lab';

/** Runs that have ended over some time before now. */
const endMany = (lab: TriggerLab, count: number, overMs: number) => {
	const began = lab.now - overMs;
	return Array.from({ length: count }, (_, index) => {
		const createdAt = began + Math.floor((overMs * index) / count);
		return lab.start({ principal: 'automated', createdAt, scenario: { durationMs: 1 } });
	});
};

/** Three days pass after the trigger was active. */
const sleep = async (lab: TriggerLab, trigger: Trigger) => {
	await trigger.poll();
	await trigger.poll();
	lab.pass(72 * HOUR);
	return trigger;
};

/** Polls until two polls in a row find nothing, and tells how long the longest took. */
const drain = async ({ poll }: Trigger, mostPolls: number) => {
	const polls: unknown[][] = [];
	let longestMs = 0;
	for (let quiet = 0; polls.length < mostPolls && quiet < 2; ) {
		const began = performance.now();
		const { items, failed } = await poll().then(
			(all) => ({ items: all, failed: false }),
			() => ({ items: [], failed: true }),
		);
		longestMs = Math.max(longestMs, performance.now() - began);
		polls.push(idsOf(items));
		quiet = items.length > 0 || failed ? 0 : quiet + 1;
	}
	return { told: polls.flat(), polls, longestMs };
};

describe('a backlog', () => {
	const lab = new TriggerLab({ validate: false });

	test('of many ends within minutes costs little more than one of days', async () => {
		const costOf = async (overMs: number) => {
			const trigger = await sleep(lab, lab.trigger());
			const ids = endMany(lab, 1_900, overMs);
			const before = lab.simulator.requests.length;
			expect(idsOf(await trigger.poll())).toEqual(ids);
			const cost = lab.simulator.requests.length - before;
			lab.simulator.reset();
			return cost;
		};
		const ofDays = await costOf(70 * HOUR);
		expect(await costOf(MINUTE)).toBeLessThan(1.5 * ofDays);
	});

	test('is told 2,000 at a time, for each event', async () => {
		const trigger = await sleep(lab, lab.trigger({ events: ['runStarted', 'runEnded'] }));
		const ids = endMany(lab, 4_300, 70 * HOUR);
		const told: IDataObject[] = [];
		const counts: number[] = [];
		for (let round = 0; round < 4; round++) {
			const items = await trigger.poll();
			told.push(...items);
			const ends = items.filter(({ event }) => event === 'runEnded').length;
			counts.push(ends, items.length - ends);
		}
		expect(Math.max(...counts)).toBe(2_000);
		for (const name of ['runStarted', 'runEnded']) {
			expect(idsOf(told.filter(({ event }) => event === name))).toEqual(ids);
		}
	});

	test.each(['newest-first', 'oldest-first', 'shuffled'] as const)(
		'loses nothing when the list is %s',
		async (listOrder) => {
			await lab.restart({ listOrder });
			const trigger = await sleep(lab, lab.trigger());
			const ids = endMany(lab, 1_300, 70 * HOUR);
			expect(idsOf(await trigger.poll())).toEqual(ids);
			expect(await trigger.poll()).toEqual([]);
		},
	);

	test('is told once, whenever n8n restarts', async () => {
		const trigger = await sleep(lab, lab.trigger({}, { engine: 'durable' }));
		const ids = endMany(lab, 4_500, 70 * HOUR);
		const told: unknown[] = [];
		for (let round = 0; round < 4; round++) {
			told.push(...idsOf(await trigger.poll()));
			trigger.restart();
			told.push(...idsOf(await trigger.poll()));
		}
		expect(told).toEqual(ids);
	});
});

describe('a backlog, at the pace of the tenant,', () => {
	const lab = new TriggerLab({ validate: false, speed: 80 });

	const asleep = async (parameters: IDataObject = {}) =>
		await sleep(lab, createTrigger(credentialsFor(lab.simulator), parameters));

	test('is drained, each end once', async () => {
		const sleeper = await asleep();
		const ids = endMany(lab, 2_500, 70 * HOUR);
		const { told, longestMs } = await drain(sleeper, 12);
		expect(told).toEqual(ids);
		expect(longestMs).toBeLessThan(45_000);
	});

	test('with details takes several polls, each within its time', async () => {
		const sleeper = await asleep({ includeDetails: true });
		const ids = endMany(lab, 320, 70 * HOUR);
		const { told, polls, longestMs } = await drain(sleeper, 16);
		expect(told).toEqual(ids);
		expect(polls.length).toBeGreaterThan(3);
		expect(longestMs).toBeLessThan(45_000);
	});

	test.each([
		[900, 5_000],
		[2_000, 3_000],
	])('of %d runs gets on when an answer takes %d ms', async (count, delayMs) => {
		const sleeper = await asleep();
		const ids = endMany(lab, count, 70 * HOUR);
		lab.simulator.onRequest = () => ({ kind: 'late', delayMs });
		const { told } = await drain(sleeper, 12);
		expect(told).toEqual(ids);
	});
});

describe('a short time for one poll', () => {
	const lab = new TriggerLab();

	test('still gets on', async () => {
		const { poll } = lab.trigger({}, { budgetMs: 5_000 });
		await poll();
		const id = lab.end();
		expect(idsOf(await poll())).toEqual([id]);
	});
});
