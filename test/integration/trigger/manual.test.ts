import type { IDataObject } from 'n8n-workflow';
import { chosen, DAY, HOUR, idsOf, MINUTE, SECOND, TriggerLab } from './lab';

const eventsOf = (items: IDataObject[]) => items.map(({ event }) => event);

describe('a test event', () => {
	const lab = new TriggerLab({ date: '2026-10-01T12:00:00Z' });

	test('shows the most recent ends that fit, the newest first', async () => {
		const { poll } = lab.trigger({ outcomes: ['failed'] });
		const ids = [lab.end('failed'), lab.end(), lab.end('failed')];
		const items = await poll('manual');
		expect(idsOf(items)).toEqual([ids[2], ids[0]]);
		expect(items[0]).toMatchObject({ event: 'runEnded', since: items[0]!.ended_at });
	});

	test('shows at most five of each event', async () => {
		const { poll } = lab.trigger({
			events: ['runEnded', 'runStarted', 'runIsSlow'],
			slowAfterMinutes: 1,
		});
		const ended = Array.from({ length: 7 }, () => lab.end());
		const slow = Array.from({ length: 7 }, () => {
			lab.pass(SECOND);
			return lab.startEndless();
		});
		lab.pass(HOUR);
		const items = await poll('manual');
		const ofEvent = (name: string) => idsOf(items.filter(({ event }) => event === name));
		expect(ofEvent('runEnded')).toEqual(ended.slice(-5).reverse());
		expect(ofEvent('runStarted')).toEqual(slow.slice(-5).reverse());
		expect(ofEvent('runIsSlow')).toEqual(slow.slice(-5).reverse());
		expect(items).toHaveLength(15);
	});

	test('shows the last deadline at which a run was missing', async () => {
		const { poll } = lab.trigger({
			events: ['runDidNotStart'],
			startBy: '06:00',
			timeZone: 'UTC',
			filters: { config: chosen('name', 'The nightly one') },
		});
		expect(await poll('manual')).toMatchObject([
			{
				event: 'runDidNotStart',
				since: '2026-10-01T06:00:00.000Z',
				expected: { config: 'The nightly one' },
			},
		]);
	});

	test.each<[string, IDataObject]>([
		['ends', {}],
		['starts', { events: ['runStarted'] }],
		['slow runs', { events: ['runIsSlow'] }],
		['all three', { events: ['runEnded', 'runStarted', 'runIsSlow'] }],
	])('says in words that there are no %s', async (_, parameters) => {
		await expect(lab.trigger(parameters).poll('manual')).rejects.toThrow(
			/nothing that fits|no run/i,
		);
	});

	test.each<[string, IDataObject]>([
		['ends', { events: ['runEnded'] }],
		['starts', { events: ['runStarted'] }],
		['slow runs', { events: ['runIsSlow'], slowAfterMinutes: 1 }],
		[
			'deadlines',
			{ events: ['runDidNotStart'], startBy: '06:00', filters: { nameContains: 'missing' } },
		],
	])('stores nothing of %s', async (_, parameters) => {
		const trigger = lab.trigger(parameters, { timeZone: 'UTC' });
		lab.end('failed');
		lab.startEndless();
		lab.pass(HOUR);
		expect(await trigger.poll('manual')).not.toEqual([]);
		expect(trigger.staticData).toEqual({});
		expect(trigger.globalData).toEqual({});
	});

	test('leaves an active trigger where it is', async () => {
		const trigger = lab.trigger();
		await trigger.poll();
		const ids = [lab.end(), lab.end()];
		const stored = JSON.stringify([trigger.staticData, trigger.globalData]);
		expect(await trigger.poll('manual')).toHaveLength(2);
		expect(JSON.stringify([trigger.staticData, trigger.globalData])).toBe(stored);
		expect(idsOf(await trigger.poll())).toEqual(ids);
	});

	test('adds details where they are wanted', async () => {
		lab.end('failed');
		const { poll } = lab.trigger({ includeDetails: true });
		const items = await poll('manual');
		expect(items).toMatchObject([{ failure: { attribution: 'customer' } }]);
	});

	test('tells the failure to read the list', async () => {
		lab.end();
		lab.simulator.failNext({ kind: 'status', status: 403 });
		await expect(lab.trigger().poll('manual')).rejects.toThrow('not allowed to do this');
	});

	test('shows several events where there is something of each', async () => {
		const { poll } = lab.trigger({ events: ['runEnded', 'runStarted'] });
		lab.end();
		expect(eventsOf(await poll('manual')).sort()).toEqual(['runEnded', 'runStarted']);
	});
});

describe('a test event of a busy tenant', () => {
	const lab = new TriggerLab({ pageCap: 5 });

	const endMany = (failedAgoMs: number) => {
		const failed = lab.end('failed');
		lab.pass(failedAgoMs);
		for (let i = 0; i < 60; i++) lab.end();
		return failed;
	};

	test('shows runs however many have ended', async () => {
		endMany(MINUTE);
		expect(await lab.trigger().poll('manual')).toHaveLength(5);
	});

	test('finds the one that fits among many that do not', async () => {
		const failed = endMany(3 * DAY);
		const { poll } = lab.trigger({ outcomes: ['failed'] });
		expect(idsOf(await poll('manual'))).toEqual([failed]);
	});
});
