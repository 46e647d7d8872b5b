import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { Amperity } from '../../engine/host';
import type { NodeRun } from '../../engine';
import { FieldLab } from './lab';

const lab = new FieldLab();

const run = async (parameters: IDataObject, more: Partial<NodeRun> = {}) => {
	lab.renew();
	return await lab.run({ parameters, ...more });
};
const start = async (parameters: IDataObject, items?: IDataObject[]) =>
	await run({ configId: 'cg-1', ...parameters }, { items });
const bodies = () =>
	lab.simulator.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
const expression = (value: unknown) => `={{ ${JSON.stringify(value)} }}`;

const RANGE = { rangeFrom: '2026-10-01', rangeTo: '2026-10-02' };
const SENT = { range_from: '2026-10-01T00:00:00Z', range_to: '2026-10-02T00:00:00Z' };

describe('Time Range', () => {
	test.each(['weekly', 'Daterange', 'single', 'rang', 'none ', 'Single Days', 'null', '0'])(
		'%p by expression is either a choice or an error that lists them',
		async (value) => {
			const { error } = await start({ timeRange: expression(value), day: '2026-10-05', ...RANGE });
			if (value.trim() === 'none') {
				expect(bodies()).toEqual([{ config_id: 'cg-1' }]);
				return;
			}
			expect(error!.message).toMatch(/^Time Range /);
			for (const name of ['Date Range', 'Last N Days', 'None', 'Single Day', 'Yesterday']) {
				expect(`${error!.message} ${error!.description}`).toContain(name);
			}
			expect(lab.simulator.requests).toEqual([]);
		},
	);

	test.each(['Single Day', 'single day', 'SINGLE DAY', 'day'])(
		'%p is that choice',
		async (name) => {
			const { error } = await start({ timeRange: expression(name), day: '2026-10-05' });
			expect(error).toBeUndefined();
			expect(bodies()).toEqual([{ config_id: 'cg-1', range_from: '2026-10-05T00:00:00Z' }]);
		},
	);

	test('one that is not chosen from the list is refused as well', async () => {
		const { error } = await start({ timeRange: 'weekly' });
		expect(error!.message).toMatch(/^Time Range /);
		expect(lab.simulator.requests).toEqual([]);
	});

	test('one node serves courier groups with a range and others without', async () => {
		const items = [{ id: 'cg-a', from: '2026-10-01' }, { id: 'cg-b' }, { id: 'og-c' }];
		const { error } = await start(
			{
				configId: '={{ $json.id }}',
				timeRange: "={{ $json.from ? 'range' : 'none' }}",
				rangeFrom: '={{ $json.from }}',
				rangeTo: '',
			},
			items,
		);
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([
			{ config_id: 'cg-a', range_from: '2026-10-01T00:00:00Z' },
			{ config_id: 'cg-b' },
			{ config_id: 'og-c' },
		]);
	});

	test('an end by an expression that gives nothing is an error that names it', async () => {
		const { error } = await start({
			timeRange: 'range',
			rangeFrom: '2026-10-01',
			rangeTo: '={{ $json.until }}',
		});
		expect(error!.message).toMatch(/^Range To is undefined/);
		expect(`${error!.message} ${error!.description}`).toContain('$json.until');
		expect(lab.simulator.requests).toEqual([]);
	});

	test('an end by an expression that gives null is an open one', async () => {
		await start({ timeRange: 'range', rangeFrom: '2026-10-01', rangeTo: '={{ null }}' });
		expect(bodies()).toEqual([{ config_id: 'cg-1', range_from: '2026-10-01T00:00:00Z' }]);
	});

	test.each<[IDataObject, RegExp]>([
		[{ timeRange: 'range' }, /^Range From is empty/],
		[{ timeRange: 'range', rangeTo: '2026-10-02' }, /^Range From is empty/],
		[{ timeRange: 'day' }, /^Day is empty/],
		[{ timeRange: 'lastDays', days: '={{ null }}' }, /^Number of Days is empty/],
		[{ timeRange: 'day', day: '2026-10-01', timeZone: 'named' }, /^Time Zone Name is empty/],
		[{ timeRange: expression('range') }, /^Range From is empty/],
	])('%p lacks what is checked in code', async (parameters, message) => {
		const { error } = await start(parameters);
		expect(error!.message).toMatch(message);
		expect(error!.description).toMatch(/\w/);
		expect(lab.simulator.requests).toEqual([]);
	});

	test.each<[IDataObject, IDataObject]>([
		[{ timeRange: 'none', rangeFrom: 'odd', day: 'odd', days: 'odd', timeZone: 'odd' }, {}],
		[{ timeRange: 'day', day: '2026-10-01', rangeFrom: 'odd' }, { range_from: SENT.range_from }],
		[{ timeRange: 'range', ...RANGE, day: 'odd', days: -4, timeZoneName: 'odd' }, SENT],
		[{ timeRange: 'range', ...RANGE, maximumWait: 'odd', options: {} }, SENT],
	])('%p: what is not shown is not read', async (parameters, sent) => {
		const { error } = await start(parameters);
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ config_id: 'cg-1', ...sent }]);
	});

	test('what is chosen by an expression leaves the fields of other choices unread', async () => {
		const { error } = await start({
			timeRange: expression('range'),
			...RANGE,
			day: '={{ $json.missing }}',
			days: '={{ $json.missing }}',
		});
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ config_id: 'cg-1', ...SENT }]);
	});

	test('nothing conditional is required by n8n, which does not know what an expression will give', () => {
		const { properties } = new Amperity().description;
		const ROUTES = ['resource', 'operation'];
		const conditional = properties.filter(({ required, displayOptions }) => {
			const others = Object.keys(displayOptions?.show ?? {}).filter(
				(name) => !ROUTES.includes(name),
			);
			return required === true && others.length > 0;
		});
		expect(conditional.map(({ name }) => name)).toEqual([]);
	});
});

describe('Run Mode and Time Range for others than courier groups', () => {
	const chosen = { runMode: 'full', timeRange: 'range', ...RANGE };

	test.each(['og-1', 'cc-1'])('are hidden for %s, and not sent', async (configId) => {
		for (const id of [configId, { __rl: true, mode: 'id', value: configId }]) {
			const { error } = await start({ ...chosen, configId: id });
			expect(error).toBeUndefined();
			expect(bodies()).toEqual([{ config_id: configId }]);
		}
	});

	test('are hidden for a campaign from the list, and not sent', async () => {
		const configId = { __rl: true, mode: 'list', value: 'cc-1', cachedResultName: 'Campaign 1' };
		const { error } = await start({ ...chosen, configId });
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ config_id: 'cc-1' }]);
	});

	test.each([
		['og-1', 'an orchestration group'],
		['cc-1', 'a campaign'],
	])('are refused for %s by expression', async (id, kind) => {
		const configId = expression(id);
		for (const [name, parameters] of [
			['Run Mode', { runMode: 'full' }],
			['Time Range', { timeRange: 'range', ...RANGE }],
			['Time Range', { timeRange: 'yesterday' }],
		] as const) {
			const { error } = await start({ configId, ...parameters });
			expect(error!.message).toMatch(new RegExp(`^${name} .*${id}.*${kind}`));
			expect(lab.simulator.requests).toEqual([]);
		}
		await start({ configId, runMode: 'configured', timeRange: 'none' });
		expect(bodies()).toEqual([{ config_id: id }]);
	});
});

describe('Get Many', () => {
	const getMany = async (parameters: IDataObject) =>
		await run({ resource: 'segment', operation: 'getMany', ...parameters });

	test.each(['false', 'FALSE', false])('Return All %p is off', async (value) => {
		const { items } = await getMany({ returnAll: expression(value), limit: 2 });
		expect(items).toHaveLength(2);
	});

	test.each(['true', 'True', true])('Return All %p is on', async (value) => {
		const { items } = await getMany({ returnAll: expression(value), limit: 2 });
		expect(items).toHaveLength(lab.simulator.segments.length);
	});

	test('with Return All by expression on, the limit is not looked at', async () => {
		const { error, items } = await getMany({ returnAll: expression(true), limit: 'many' });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(lab.simulator.segments.length);
	});

	test.each(['={{ $json.missing }}', '={{ "abc" }}', '={{ 2.5 }}', '={{ "2.5" }}', '={{ [] }}'])(
		'Limit %s is refused',
		async (limit) => {
			const { error } = await getMany({ limit });
			expect(error!.message).toMatch(/^Limit /);
			expect(lab.simulator.requests).toEqual([]);
		},
	);

	test.each([
		[0, 1],
		[-7, 1],
	])('Limit %p is %p, with a hint', async (limit, expected) => {
		const { items, hints } = await getMany({ limit });
		expect(items).toHaveLength(expected);
		expect(hints).toEqual([expect.stringMatching(/^Limit .*1/)]);
	});

	test('a hint is not repeated for each item', async () => {
		lab.renew();
		const { hints, items } = await lab.run({
			parameters: { resource: 'segment', operation: 'getMany', limit: 0 },
			items: [{}, {}, {}],
		});
		expect(items).toHaveLength(3);
		expect(new Set(hints).size).toBe(hints.length);
	});

	test('null and nothing mean the field as it is added', async () => {
		const { error, items } = await getMany({ limit: expression(null), returnAll: expression('') });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(25);
	});
});

describe('Include Ingest Counts', () => {
	const isAsked = () => lab.simulator.requests.some(({ path }) => path.startsWith('/ingest'));
	const INCLUDED = { includeIngestCounts: true };

	test('is on when it is added, and off where it is absent', async () => {
		const inner = new Amperity().description.properties
			.filter(({ name }) => name === 'options')
			.flatMap(({ options }) => options as INodeProperties[])
			.filter(({ name }) => name === 'includeIngestCounts');
		expect(inner.map((option) => option.default)).toEqual(inner.map(() => true));
		expect(inner.length).toBeGreaterThanOrEqual(3);

		await start({ waitForCompletion: true });
		expect(isAsked()).toBe(false);
		const { items } = await start({ waitForCompletion: true, options: INCLUDED });
		expect(isAsked()).toBe(true);
		expect(items[0]!.ingest_counts).toEqual([
			expect.objectContaining({ table_name: 'customers' }),
			expect.objectContaining({ table_name: 'orders' }),
		]);
	});

	test.each(['get', 'wait'])('also after %s', async (operation) => {
		lab.renew();
		const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		lab.simulator.endRun(id, 'succeeded');
		const parameters = { operation, runId: id, options: INCLUDED };
		const { items } = await lab.run({ parameters });
		expect(items).toEqual([
			expect.objectContaining({
				id,
				ingest_counts: expect.arrayContaining([expect.objectContaining({ table_name: 'orders' })]),
			}),
		]);
		await lab.run({ parameters: { ...parameters, options: {} } });
	});

	test.each(['false', false])('%p is off', async (value) => {
		await start({
			waitForCompletion: true,
			options: { includeIngestCounts: expression(value) },
		});
		expect(isAsked()).toBe(false);
	});

	test('is not looked at without a wait', async () => {
		const { error } = await start({ options: { includeIngestCounts: 'odd' } });
		expect(error).toBeUndefined();
		expect(isAsked()).toBe(false);
	});
});

describe('fields of a wait', () => {
	test('are not looked at where nothing is waited for', async () => {
		const { error } = await start({
			maximumWait: 'odd',
			options: { checkInterval: 'odd', onTimeout: 'odd', onCancel: 'odd', onUnsuccessful: 'odd' },
		});
		expect(error).toBeUndefined();
		expect(bodies()).toHaveLength(1);
	});

	test('are checked before anything is started', async () => {
		for (const [wrong, label] of [
			[{ maximumWait: 'odd' }, 'Maximum Wait (Minutes)'],
			[{ options: { checkInterval: 'odd' } }, 'Check Interval (Seconds)'],
			[{ options: { onTimeout: 'odd' } }, 'If Maximum Wait Is Reached'],
			[{ options: { onCancel: 'odd' } }, 'If Execution Is Stopped'],
			[{ options: { onUnsuccessful: 'odd' } }, 'If Run Does Not Succeed'],
			[{ options: { includeIngestCounts: 'odd' } }, 'Include Ingest Counts'],
			[{ simplify: expression('odd') }, 'Simplify'],
		] as Array<[IDataObject, string]>) {
			const { error } = await start({ waitForCompletion: true, ...wrong });
			expect(error!.message.startsWith(label)).toBe(true);
			expect(lab.simulator.requests).toEqual([]);
		}
	});

	test('a maximum wait by expression, for each item its own', async () => {
		lab.renew();
		lab.simulator.setScenario('cg-1', { neverEnds: true });
		const { items } = await lab.run({
			parameters: {
				configId: 'cg-1',
				waitForCompletion: true,
				maximumWait: '={{ $json.minutes }}',
				options: { onTimeout: 'continue' },
			},
			items: [{ minutes: '1' }, { minutes: 1.5 }],
		});
		expect(items.map(({ timed_out: timedOut }) => timedOut)).toEqual([true, true]);
	});

	test('the error of a time-out names Maximum Wait', async () => {
		lab.renew();
		lab.simulator.setScenario('cg-1', { neverEnds: true });
		const { error } = await lab.run({
			parameters: { configId: 'cg-1', waitForCompletion: true, maximumWait: 1 },
		});
		expect(`${error!.message} ${error!.description}`).toContain('Maximum Wait');
		expect(error!.message).toContain(lab.simulator.runs[0]!.id);
	});
});

describe('a type as it is read in the lists', () => {
	test.each(['campaign.send', 'Campaign send', 'CAMPAIGN SEND'])('%s is found', async (type) => {
		lab.renew();
		const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cc-1' });
		lab.simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		const { items } = await lab.run({ parameters: { operation: 'getMany', filters: { type } } });
		expect(items.map((item) => item.id)).toEqual([id]);
	});
});

describe('a state as it is read in the lists', () => {
	test.each(['failed', 'stopped', 'running', 'succeeded'])('%s is found', async (state) => {
		lab.renew();
		const { id } = lab.simulator.startRunAs({
			principal: 'person',
			configId: 'cg-1',
			scenario: { neverEnds: true, states: ['running'] },
		});
		if (state !== 'running') lab.simulator.endRun(id, state as 'failed');
		const shown = lab.simulator.stateOf(id);
		const { items } = await lab.run({
			parameters: { operation: 'getMany', filters: { state: shown } },
		});
		expect(items.map((item) => item.id)).toEqual([id]);
		expect(items[0]!.state).toBe(shown);
	});

	test.each(['Canceled', 'CANCELED', 'canceled'])(
		'%s finds what is so in Amperity',
		async (state) => {
			lab.renew();
			const scenario = { neverEnds: true, states: ['canceled'] };
			const { id } = lab.simulator.startRunAs({ principal: 'person', configId: 'cg-1', scenario });
			const filters = { state: { __rl: true, mode: 'list', value: state } };
			const { items } = await lab.run({ parameters: { operation: 'getMany', filters } });
			expect(items.map((item) => [item.id, item.state])).toEqual([[id, 'canceled']]);
		},
	);

	test.each(['canceled', 'cancelled', 'aborting'])(
		'one that only some runs have: %s',
		async (state) => {
			lab.renew();
			const { id } = lab.simulator.startRunAs({
				principal: 'person',
				configId: 'cg-1',
				scenario: { neverEnds: true, states: [state] },
			});
			const { items } = await lab.run({ parameters: { operation: 'getMany', filters: { state } } });
			expect(items.map((item) => [item.id, item.state])).toEqual([[id, state]]);
		},
	);
});
