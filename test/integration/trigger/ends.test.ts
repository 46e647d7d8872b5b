import type { IDataObject } from 'n8n-workflow';
import { DAY, ENGINES, HOUR, idsOf, MINUTE, SECOND, TriggerLab } from './lab';

const lab = new TriggerLab();

describe.each(ENGINES)('in the %s mode', (engine) => {
	test('the first poll sets where to begin, and later ones tell each end once, the oldest first', async () => {
		const { poll } = lab.trigger({}, { engine });
		lab.end();
		expect(await poll()).toEqual([]);
		const ids = [lab.end('failed'), lab.end(), lab.end('stopped')];
		const items = await poll();
		expect(idsOf(items)).toEqual(ids);
		expect(items.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded', 'stopped']);
		expect(await poll()).toEqual([]);
		const last = lab.end();
		expect(idsOf(await poll())).toEqual([last]);
	});

	test('a quiet tenant gives no baseline, and its first end is told', async () => {
		const { poll } = lab.trigger({}, { engine });
		await poll();
		await poll();
		const id = lab.end();
		expect(idsOf(await poll())).toEqual([id]);
	});

	test('a run that is restarted in Amperity ends again', async () => {
		const { poll } = lab.trigger({}, { engine });
		await poll();
		const id = lab.end('failed');
		expect((await poll()).map(({ outcome }) => outcome)).toEqual(['failed']);
		lab.simulator.restartRun(id, 'succeeded', 5 * SECOND);
		expect(await poll()).toEqual([]);
		lab.pass(6 * SECOND);
		expect((await poll()).map(({ id: again, outcome }) => [again, outcome])).toEqual([
			[id, 'succeeded'],
		]);
		expect(await poll()).toEqual([]);
	});

	test('a pause of days is made up for', async () => {
		const { poll } = lab.trigger({}, { engine });
		await poll();
		await poll();
		const ids = [lab.end()];
		lab.pass(2 * DAY);
		ids.push(lab.end());
		lab.pass(2 * DAY);
		expect(idsOf(await poll())).toEqual(ids);
	});

	test.each([1, 5, 15, 30, 45, 59])(
		'an end that the list shows %d minutes after it happened is told once',
		async (minutes) => {
			const { poll } = lab.trigger({}, { engine });
			await poll();
			const late = lab.end('failed', { scenario: { listStaleMs: minutes * MINUTE } });
			const later = [lab.end()];
			const told = idsOf(await poll());
			for (let minute = 0; minute < minutes + 5; minute += 4) {
				lab.pass(4 * MINUTE);
				later.push(lab.end());
				told.push(...idsOf(await poll()));
			}
			expect(told.slice().sort()).toEqual([late, ...later].sort());
			expect(told[0]).toBe(later[0]);
		},
	);

	test('a list that is stale tells each end once, in the end', async () => {
		const { poll } = lab.trigger({}, { engine });
		await poll();
		const stale = Array.from({ length: 8 }, (_, index) =>
			lab.end('succeeded', { scenario: { listStaleMs: index * 8 * MINUTE } }),
		);
		const told: unknown[] = [];
		for (let minute = 0; minute < 62; minute += 5) {
			told.push(...idsOf(await poll()));
			lab.pass(5 * MINUTE);
		}
		expect(told.sort()).toEqual(stale.sort());
	});
});

test('each item says what happened and when', async () => {
	const { poll } = lab.trigger();
	await poll();
	const id = lab.end('failed');
	const [item] = await poll();
	expect(item).toMatchObject({ event: 'runEnded', id, outcome: 'failed', since: item!.ended_at });
});

test('an end that Amperity dates into the future is told once, and holds nobody up', async () => {
	const { poll } = lab.trigger();
	await poll();
	const future = lab.startEndless();
	lab.simulator.endRun(future, 'failed', lab.now + HOUR);
	const told = idsOf(await poll());
	const ids = [future];
	for (let minute = 0; minute < 150; minute += 10) {
		lab.pass(10 * MINUTE);
		ids.push(lab.end());
		told.push(...idsOf(await poll()));
	}
	expect(told.sort()).toEqual(ids.sort());
});

test('an end that Amperity dates into the past is told once', async () => {
	const { poll } = lab.trigger();
	await poll();
	const id = lab.startEndless();
	lab.pass(HOUR);
	await poll();
	lab.simulator.endRun(id, 'failed', lab.now - 30 * MINUTE);
	expect(idsOf(await poll())).toEqual([id]);
	expect(await poll()).toEqual([]);
});

test('a future end that is listed at the first poll is not told when its time comes', async () => {
	const { poll } = lab.trigger();
	const future = lab.startEndless();
	lab.simulator.endRun(future, 'failed', lab.now + HOUR);
	await poll();
	const ids: string[] = [];
	const told: unknown[] = [];
	for (let minute = 0; minute < 150; minute += 30) {
		lab.pass(30 * MINUTE);
		ids.push(lab.end());
		told.push(...idsOf(await poll()));
	}
	expect(told).toEqual(ids);
});

test.each<[string, IDataObject, (ids: Record<string, string>) => string[]]>([
	['one outcome', { outcomes: ['failed'] }, ({ failed }) => [failed!]],
	[
		'two outcomes',
		{ outcomes: ['failed', 'stopped'] },
		({ failed, stopped }) => [failed!, stopped!],
	],
	['all outcomes', {}, ({ failed, stopped, succeeded }) => [failed!, stopped!, succeeded!]],
])('fires for %s', async (_, parameters, expected) => {
	const { poll } = lab.trigger(parameters);
	await poll();
	const failed = lab.end('failed');
	const ids = { failed, stopped: lab.end('stopped'), succeeded: lab.end() };
	expect(idsOf(await poll())).toEqual(expected(ids));
	expect(await poll()).toEqual([]);
});
