import type { IDataObject } from 'n8n-workflow';
import type { TriggerSetup } from '../../engine';
import { chosen, DAY, ENGINES, HOUR, idsOf, MINUTE, SECOND, TriggerLab } from './lab';

const NAME = 'The nightly one';

const EXPECTED: IDataObject = {
	events: ['runDidNotStart'],
	startBy: '06:00',
	timeZone: 'UTC',
	filters: { config: chosen('name', NAME) },
};

const sinceOf = (items: IDataObject[]) => items.map(({ since }) => since);

describe('on a Thursday', () => {
	const lab = new TriggerLab({ date: '2026-10-01T00:30:00Z' });

	const active = async (parameters: IDataObject = {}, setup: TriggerSetup = {}) => {
		const trigger = lab.trigger({ ...EXPECTED, ...parameters }, setup);
		expect(await trigger.poll()).toEqual([]);
		expect(await trigger.poll()).toEqual([]);
		return trigger;
	};

	const startAt = (date: string) => {
		lab.time.until(date);
		return lab.start({ name: NAME });
	};

	/** What polls tell once in so many minutes until a time. */
	const pollUntil = async (
		{ poll }: { poll: () => Promise<IDataObject[]> },
		date: string,
		everyMinutes = 10,
	) => {
		const told: IDataObject[] = [];
		while (lab.now < Date.parse(date)) {
			lab.pass(everyMinutes * MINUTE);
			told.push(...(await poll()));
		}
		return told;
	};

	test('a run that is missing at the deadline is told', async () => {
		const { poll } = await active();
		lab.time.until('2026-10-01T06:02:00Z');
		expect(await poll()).toEqual([
			{
				event: 'runDidNotStart',
				since: '2026-10-01T06:00:00.000Z',
				expected: { config: NAME },
				not_before: '2026-10-01T00:00:00.000Z',
				last_run: null,
			},
		]);
		expect(await poll()).toEqual([]);
	});

	test('the list gets a minute to show it', async () => {
		const { poll } = await active();
		lab.time.until('2026-10-01T06:00:30Z');
		expect(await poll()).toEqual([]);
		lab.time.until('2026-10-01T06:01:30Z');
		expect(await poll()).toHaveLength(1);
	});

	test('a run that the list shows within this minute is not missing', async () => {
		const { poll } = await active();
		lab.time.until('2026-10-01T05:59:50Z');
		lab.start({ name: NAME, scenario: { listLagMs: 50 * SECOND } });
		for (let second = 0; second < 300; second += 20) {
			expect(await poll()).toEqual([]);
			lab.pass(20 * SECOND);
		}
	});

	test.each([
		['at the beginning of the day', '2026-10-01T00:00:00Z'],
		['a second before the deadline', '2026-10-01T05:59:59Z'],
		['before the activation', '2026-10-01T00:10:00Z'],
	])('a run that was created %s is not missing', async (_, date) => {
		const { poll } = await active();
		lab.start({ name: NAME, createdAt: Date.parse(date) });
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toEqual([]);
	});

	test.each([
		['after the deadline', '2026-10-01T06:00:10Z', false],
		['the day before', '2026-09-30T23:59:59Z', true],
	])('a run that was created %s does not count', async (_, date, isBefore) => {
		const { poll } = await active();
		const id = lab.start({ name: NAME, createdAt: Date.parse(date) });
		lab.time.until('2026-10-01T06:10:00Z');
		const told = await poll();
		expect(sinceOf(told)).toEqual(['2026-10-01T06:00:00.000Z']);
		expect(told).toMatchObject([{ last_run: isBefore ? { id } : null }]);
	});

	test('runs that do not fit do not count', async () => {
		const { poll } = await active();
		lab.start({ name: `${NAME} 2` });
		lab.start();
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toMatchObject([{ last_run: null }]);
	});

	test('a run that starts and ends in time is not missing', async () => {
		const { poll } = await active();
		lab.time.until('2026-10-01T03:00:00Z');
		lab.end('failed', { name: NAME });
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toEqual([]);
	});

	test('the last run is the youngest of the seven days before', async () => {
		const { poll } = await active();
		lab.start({ name: NAME, createdAt: Date.parse('2026-09-22T05:00:00Z') });
		lab.start({ name: NAME, createdAt: Date.parse('2026-09-28T05:00:00Z') });
		const last = lab.start({ name: NAME, createdAt: Date.parse('2026-09-29T05:00:00Z') });
		lab.start({ createdAt: Date.parse('2026-09-30T05:00:00Z') });
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toMatchObject([{ last_run: { id: last, name: NAME } }]);
	});

	test('a run of more than seven days ago is not the last run', async () => {
		const { poll } = await active();
		lab.start({ name: NAME, createdAt: Date.parse('2026-09-23T05:00:00Z') });
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toMatchObject([{ last_run: null }]);
	});

	test.each<[string, IDataObject, IDataObject]>([
		['a part of the name', { nameContains: 'nightly' }, { name_contains: 'nightly' }],
		['the type', { type: 'campaign.send' }, { type: 'campaign.send' }],
		[
			'all three',
			{ config: chosen('name', NAME), nameContains: 'NIGHT', type: 'Campaign send' },
			{ config: NAME, name_contains: 'NIGHT', type: 'Campaign send' },
		],
	])('what is expected is told: %s', async (_, filters, expected) => {
		const { poll } = await active({ filters });
		lab.start();
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toMatchObject([{ expected }]);
		lab.time.until('2026-10-02T03:00:00Z');
		lab.start({ configId: 'cc-1', name: NAME });
		lab.time.until('2026-10-02T06:10:00Z');
		expect(await poll()).toEqual([]);
	});

	test('a run that somebody else has started does not count where it matters who', async () => {
		const { poll } = await active({
			filters: { config: chosen('name', NAME), startedBy: 'Automated' },
		});
		lab.start({ name: NAME });
		lab.time.until('2026-10-01T06:10:00Z');
		expect(await poll()).toHaveLength(1);
		lab.time.until('2026-10-02T03:00:00Z');
		lab.start({ name: NAME, principal: 'automated' });
		lab.time.until('2026-10-02T06:10:00Z');
		expect(await poll()).toEqual([]);
	});

	describe.each(ENGINES)('in the %s mode', (engine) => {
		test('each deadline is told once', async () => {
			const trigger = await active({}, { engine });
			const told: IDataObject[] = [];
			for (let hour = 0; hour < 80; hour += 3) {
				lab.pass(3 * HOUR);
				told.push(...(await trigger.poll()), ...(await trigger.poll()));
				if (hour % 9 === 0) trigger.restart();
				told.push(...(await trigger.poll()));
			}
			expect(sinceOf(told)).toEqual([
				'2026-10-01T06:00:00.000Z',
				'2026-10-02T06:00:00.000Z',
				'2026-10-03T06:00:00.000Z',
				'2026-10-04T06:00:00.000Z',
			]);
		});

		test('a day with a run is passed over', async () => {
			const trigger = await active({}, { engine });
			startAt('2026-10-01T05:00:00Z');
			const told = await pollUntil(trigger, '2026-10-02T12:00:00Z', 30);
			trigger.restart();
			startAt('2026-10-03T05:59:00Z');
			told.push(...(await pollUntil(trigger, '2026-10-03T12:00:00Z', 30)));
			expect(sinceOf(told)).toEqual(['2026-10-02T06:00:00.000Z']);
		});

		test('a deadline that passes between activation and first tick is told', async () => {
			const trigger = lab.trigger(EXPECTED, { engine });
			lab.time.until('2026-10-01T05:59:30Z');
			expect(await trigger.poll()).toEqual([]);
			lab.time.until('2026-10-01T06:05:00Z');
			expect(await trigger.poll()).toHaveLength(1);
			expect(await trigger.poll()).toEqual([]);
		});

		test('the deadlines of a pause are told, at most those of seven days', async () => {
			const trigger = await active({}, { engine });
			lab.time.until('2026-10-03T12:00:00Z');
			expect(sinceOf(await trigger.poll())).toHaveLength(3);
			lab.time.until('2026-10-20T12:00:00Z');
			const told = [...(await trigger.poll()), ...(await trigger.poll())];
			expect(sinceOf(told)).toEqual(
				[14, 15, 16, 17, 18, 19, 20].map((day) => `2026-10-${day}T06:00:00.000Z`),
			);
		});
	});

	test('a deadline before the activation is not told', async () => {
		lab.time.until('2026-10-01T07:00:00Z');
		const trigger = await active();
		lab.time.until('2026-10-02T05:00:00Z');
		expect(await trigger.poll()).toEqual([]);
	});

	test('an error holds a deadline back', async () => {
		const { poll } = await active();
		lab.time.until('2026-10-01T06:10:00Z');
		lab.simulator.failNext({ kind: 'status', status: 403 });
		await expect(poll()).rejects.toThrow('The API key is not allowed to do this');
		expect(await poll()).toHaveLength(1);
	});

	test.each<[string, IDataObject, string[]]>([
		['Mondays', { weekdays: ['monday'] }, ['2026-10-05']],
		['weekends', { weekdays: ['saturday', 'sunday'] }, ['2026-10-03', '2026-10-04', '2026-10-10']],
		['Thursdays', { weekdays: ['thursday'] }, ['2026-10-01', '2026-10-08']],
	])('only %s count', async (_, parameters, days) => {
		const trigger = await active(parameters);
		const told = await pollUntil(trigger, '2026-10-10T12:00:00Z', 120);
		expect(sinceOf(told)).toEqual(days.map((day) => `${day}T06:00:00.000Z`));
	});

	describe('with a beginning', () => {
		test('a run before it does not count', async () => {
			const { poll } = await active({ notBefore: '04:00' });
			startAt('2026-10-01T03:59:00Z');
			lab.time.until('2026-10-01T06:10:00Z');
			expect(await poll()).toMatchObject([
				{ since: '2026-10-01T06:00:00.000Z', not_before: '2026-10-01T04:00:00.000Z' },
			]);
			startAt('2026-10-02T04:00:30Z');
			lab.time.until('2026-10-02T06:10:00Z');
			expect(await poll()).toEqual([]);
		});

		test('on the day before, a run of the evening counts', async () => {
			const trigger = await active({ notBefore: '22:00', weekdays: ['friday', 'saturday'] });
			startAt('2026-10-01T22:30:00Z');
			lab.time.until('2026-10-02T06:10:00Z');
			expect(await trigger.poll()).toEqual([]);
			startAt('2026-10-02T21:30:00Z');
			lab.time.until('2026-10-03T06:10:00Z');
			expect(await trigger.poll()).toMatchObject([
				{ since: '2026-10-03T06:00:00.000Z', not_before: '2026-10-02T22:00:00.000Z' },
			]);
			expect(await pollUntil(trigger, '2026-10-05T12:00:00Z', 60)).toEqual([]);
		});

		test('at the deadline itself, a whole day counts', async () => {
			const { poll } = await active({ notBefore: '06:00' });
			lab.time.until('2026-10-01T06:10:00Z');
			expect(await poll()).toMatchObject([{ not_before: '2026-09-30T06:00:00.000Z' }]);
			startAt('2026-10-01T06:20:00Z');
			lab.time.until('2026-10-02T06:10:00Z');
			expect(await poll()).toEqual([]);
		});
	});

	test('together with other events each is told', async () => {
		const { poll } = await active({ events: ['runDidNotStart', 'runEnded', 'runStarted'] });
		lab.time.until('2026-10-01T06:10:00Z');
		const id = lab.end('failed', { name: NAME });
		const told = await poll();
		expect(told.map(({ event }) => event).sort()).toEqual([
			'runDidNotStart',
			'runEnded',
			'runStarted',
		]);
		expect(idsOf(told.filter(({ event }) => event !== 'runDidNotStart'))).toEqual([id, id]);
	});

	test("Amperity's clock counts, not that of n8n", async () => {
		lab.simulator.clock.offsetMs = 2 * HOUR;
		const { poll } = await active();
		lab.pass(HOUR);
		expect(await poll()).toEqual([]);
		lab.pass(3 * HOUR);
		expect(sinceOf(await poll())).toEqual(['2026-10-01T06:00:00.000Z']);
	});
});

describe('where the clocks change', () => {
	const lab = new TriggerLab({ date: '2026-01-01T00:00:00Z' });

	/** What is told of some days, polled every half hour. */
	const toldOf = async (from: string, to: string, parameters: IDataObject, setup: TriggerSetup) => {
		lab.time.until(from);
		const { poll } = lab.trigger({ ...EXPECTED, timeZone: '', ...parameters }, setup);
		const told: IDataObject[] = [];
		while (lab.now < Date.parse(to)) {
			told.push(...(await poll()));
			lab.pass(30 * MINUTE);
		}
		return told;
	};

	const ZONES: Array<[string, string, string, string[]]> = [
		['Europe/Berlin', '2026-10-24T00:00Z', '2026-10-26T12:00Z', ['24T04', '25T05', '26T05']],
		['Europe/Berlin', '2026-03-28T00:00Z', '2026-03-30T12:00Z', ['28T05', '29T04', '30T04']],
		['America/New_York', '2026-10-31T00:00Z', '2026-11-02T12:00Z', ['31T10', '01T11', '02T11']],
		['Asia/Tokyo', '2026-10-01T00:00Z', '2026-10-03T12:00Z', ['01T21', '02T21']],
		['Asia/Kolkata', '2026-10-01T00:00Z', '2026-10-02T12:00Z', ['01T00', '02T00']],
	];

	test.each(ZONES)(
		'six in the morning is that of %s, from %s',
		async (timeZone, from, to, hours) => {
			const told = await toldOf(from, to, { timeZone }, { timeZone: 'UTC' });
			expect(sinceOf(told).map((since) => String(since).slice(8, 13))).toEqual(hours);
		},
	);

	test.each(ZONES)(
		'six is that of the workflow in %s, from %s',
		async (timeZone, from, to, hours) => {
			const told = await toldOf(from, to, {}, { timeZone });
			expect(sinceOf(told).map((since) => String(since).slice(8, 13))).toEqual(hours);
		},
	);

	test('weekdays are those of the time zone', async () => {
		const parameters = { timeZone: 'Asia/Tokyo', weekdays: ['friday'] };
		const told = await toldOf('2026-10-01T00:00Z', '2026-10-04T12:00Z', parameters, {});
		// Friday at six in Tokyo is Thursday evening in UTC.
		expect(sinceOf(told)).toEqual(['2026-10-01T21:00:00.000Z']);
	});

	test.each([
		['an hour that is left out', '2026-03-28T00:00Z', '02:30', ['28', '29', '30']],
		['an hour that comes twice', '2026-10-24T00:00Z', '02:30', ['24', '25', '26']],
	])('%s is a deadline once', async (_, from, startBy, days) => {
		const to = new Date(Date.parse(from) + 3 * DAY).toISOString();
		const told = await toldOf(from, to, { startBy, timeZone: 'Europe/Berlin' }, {});
		expect(sinceOf(told).map((since) => String(since).slice(8, 10))).toEqual(days);
	});

	test('the day before may have 25 hours', async () => {
		const parameters = { startBy: '01:00', notBefore: '01:00', timeZone: 'Europe/Berlin' };
		const told = await toldOf('2026-10-25T22:00Z', '2026-10-26T02:00Z', parameters, {});
		expect(told).toMatchObject([
			{ since: '2026-10-26T00:00:00.000Z', not_before: '2026-10-24T23:00:00.000Z' },
		]);
	});
});
