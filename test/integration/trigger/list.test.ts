import type { FilterGrain } from '../../simulator';
import { DAY, HOUR, idsOf, MINUTE, SECOND, TriggerLab } from './lab';

describe('a list whose time filters are coarse', () => {
	const lab = new TriggerLab();
	const grains: FilterGrain[] = [SECOND, MINUTE].flatMap((ms) => [
		{ ms, rounds: 'down' as const },
		{ ms, rounds: 'up' as const },
	]);

	test.each(grains)('loses nothing and repeats nothing: $ms ms, rounded $rounds', async (grain) => {
		lab.simulator.filterGrain = grain;
		lab.end();
		lab.pass(5 * MINUTE);
		const { poll } = lab.trigger();
		await poll();
		const ids: string[] = [];
		const told: unknown[] = [];
		for (let round = 0; round < 40; round++) {
			lab.pass(17_343);
			ids.push(lab.end());
			// So that ends leave the span that is read again, in the middle of a second and of a minute.
			if (round % 10 === 9) lab.pass(HOUR + 500);
			told.push(...idsOf(await poll()));
		}
		lab.pass(2 * MINUTE);
		told.push(...idsOf(await poll()));
		expect(told.sort()).toEqual(ids.sort());
	});

	test.each([10, 15, 60])(
		'does not tell an end again that is %d minutes and half a second older than the last one',
		async (minutes) => {
			lab.simulator.filterGrain = { ms: SECOND, rounds: 'down' };
			const { poll } = lab.trigger();
			await poll();
			const id = lab.start();
			lab.simulator.endRun(id, 'succeeded');
			const told = idsOf(await poll());
			lab.pass(minutes * MINUTE + 500);
			const last = lab.start();
			lab.simulator.endRun(last, 'succeeded');
			for (let round = 0; round < 5; round++) {
				told.push(...idsOf(await poll()));
				lab.pass(MINUTE);
			}
			expect(told).toEqual([id, last]);
		},
	);
});

describe('without the time of its answers', () => {
	const lab = new TriggerLab({ tellsDate: false });

	test('Amperity has each end told once all the same', async () => {
		lab.end();
		const { poll } = lab.trigger();
		expect(await poll()).toEqual([]);
		const ids: string[] = [];
		const told: unknown[] = [];
		for (let round = 0; round < 10; round++) {
			ids.push(lab.end(), lab.end());
			told.push(...idsOf(await poll()), ...idsOf(await poll()));
			lab.pass(20 * MINUTE);
		}
		expect(told).toEqual(ids);
	});

	test.each([-3 * HOUR, 3 * HOUR])(
		'a clock of Amperity that is %d ms ahead of that of n8n loses nothing',
		async (offsetMs) => {
			lab.simulator.clock.offsetMs = offsetMs;
			lab.end();
			const { poll } = lab.trigger();
			await poll();
			const ids = [lab.end(), lab.end()];
			const told = idsOf(await poll());
			lab.pass(HOUR);
			ids.push(lab.end());
			told.push(...idsOf(await poll()), ...idsOf(await poll()));
			expect(told).toEqual(ids);
		},
	);
});

describe.each(['newest-first', 'oldest-first'] as const)(
	'a list that counts where its pages begin, %s',
	(listOrder) => {
		const lab = new TriggerLab({ listOrder, cursorKind: 'offset', pageCap: 7 });

		/** A trigger that has slept for two days, in which 40 runs have ended. */
		const asleep = async () => {
			const trigger = lab.trigger();
			await trigger.poll();
			await trigger.poll();
			const began = lab.now;
			lab.pass(2 * DAY);
			const ids = Array.from({ length: 40 }, (_, index) =>
				lab.ended(began + index * HOUR + MINUTE),
			);
			return { trigger, ids };
		};

		/** Lets something happen once, before the second page is read. */
		const betweenPages = (happens: () => void) => {
			lab.simulator.onRequest = ({ query }) => {
				if (!query.next_token) return undefined;
				lab.simulator.onRequest = undefined;
				happens();
				return undefined;
			};
		};

		/** All that several polls tell, with a while between them. */
		const drain = async (poll: () => Promise<object[]>) => {
			const told: unknown[] = [];
			for (let round = 0; round < 8; round++) {
				told.push(...idsOf((await poll()) as Array<Record<string, string>>));
				lab.pass(MINUTE);
			}
			return told;
		};

		test.each([0, 3, 6, 36, 39])('loses nobody when run %d leaves it', async (place) => {
			const { trigger, ids } = await asleep();
			betweenPages(() => lab.simulator.restartRun(ids[place]!, 'failed', DAY));
			const told = await drain(trigger.poll);
			const others = ids.filter((_, index) => index !== place);
			expect(told.filter((id) => id !== ids[place])).toEqual(others);
			lab.pass(DAY);
			expect(idsOf(await trigger.poll())).toEqual([ids[place]]);
		});

		test('tells nobody twice when a run enters it', async () => {
			const { trigger, ids } = await asleep();
			betweenPages(() => ids.push(lab.ended(lab.now), lab.ended(lab.now - 30 * MINUTE)));
			expect((await drain(trigger.poll)).sort()).toEqual(ids.sort());
		});
	},
);

describe('pages', () => {
	const lab = new TriggerLab();

	test('of 500 runs are asked for', async () => {
		const { poll } = lab.trigger();
		await poll();
		await poll();
		expect(new Set(lab.listRequests.map(({ query }) => query.limit))).toEqual(new Set(['500']));
	});

	test('one that fails loses nothing', async () => {
		const { poll } = lab.trigger();
		await poll();
		const ids = [lab.end(), lab.end(), lab.end(), lab.end(), lab.end()];
		lab.simulator.pageCap = 2;
		lab.simulator.onRequest = ({ query }) =>
			query.next_token ? { kind: 'status', status: 403 } : undefined;
		await expect(poll()).rejects.toThrow('The API key is not allowed to do this');
		lab.simulator.onRequest = undefined;
		expect(idsOf(await poll())).toEqual(ids);
	});
});
