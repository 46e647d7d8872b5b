import type { IDataObject } from 'n8n-workflow';
import { forgetAll, runAmperity, type NodeResult } from '../../engine';
import { TimeTravel } from '../../engine/timeTravel';
import { credentialsFor } from '../../engine';
import { AmperitySimulator } from '../../simulator';
import { fieldsOfNode } from './walk';

const NEW_YORK = 'America/New_York';

let simulator: AmperitySimulator;
let time: TimeTravel;

beforeAll(async () => {
	time = new TimeTravel();
	simulator = await AmperitySimulator.start({ rateLimit: false });
});

afterEach(() => {
	expect(simulator.validationErrors).toEqual([]);
	simulator.reset();
});

afterAll(async () => {
	await simulator.stop();
	time.end();
});

interface Setup {
	/** The date of n8n and of Amperity. */
	now?: string;
	/** Of the workflow. */
	timeZone?: string;
	item?: IDataObject;
}

async function run(
	parameters: IDataObject,
	{ now = '2026-10-01T12:00:00Z', timeZone = NEW_YORK, item = {} }: Setup = {},
): Promise<NodeResult> {
	time.begin(now);
	simulator.reset();
	forgetAll();
	const credentials = { ...credentialsFor(simulator), requestsPerSecond: 10_000 };
	return await runAmperity(simulator, { credentials, parameters, timeZone, items: [item] });
}

/** The range that a start sends. */
async function sentRange(parameters: IDataObject, setup?: Setup): Promise<unknown[]> {
	const { error } = await run({ configId: 'cg-1', ...parameters }, setup);
	if (error) throw error;
	const body = simulator.requests[0]!.body as IDataObject;
	return [body.range_from, body.range_to];
}

async function refusal(parameters: IDataObject, setup?: Setup): Promise<string> {
	const { error, run: execution } = await run(parameters, setup);
	expect(simulator.requests).toEqual([]);
	expect(execution.status).toBe('error');
	expect(error!.description).toMatch(/\w/);
	return error!.message;
}

const dateRange = (rangeFrom: unknown, rangeTo: unknown, more: IDataObject = {}) =>
	({ timeRange: 'range', rangeFrom, rangeTo, ...more }) as IDataObject;
const singleDay = (day: unknown, more: IDataObject = {}) =>
	({ timeRange: 'day', day, ...more }) as IDataObject;
const inZone = (name: string) => ({ timeZone: 'named', timeZoneName: name });

/** Dates of computers that run a workflow in New York, in its winter and in its summer. */
const SEASONS = ['2026-07-01T12:00:00Z', '2026-12-01T12:00:00Z'];

describe('a workflow in New York', () => {
	// As n8n saves what is picked.
	const PICKED = dateRange('2026-10-01T00:00:00', '2026-10-02T00:00:00');

	test.each<[string, IDataObject, string, string]>([
		['as it is added', {}, '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'],
		['in UTC', { timeZone: 'utc' }, '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'],
		[
			'in the zone of the workflow',
			{ timeZone: 'workflow' },
			'2026-10-01T04:00:00Z',
			'2026-10-02T04:00:00Z',
		],
		['in a named zone', inZone('Asia/Kolkata'), '2026-09-30T18:30:00Z', '2026-10-01T18:30:00Z'],
		[
			'in a zone by expression',
			{ timeZone: '={{ "Asia/" + "Kolkata" }}' },
			'2026-09-30T18:30:00Z',
			'2026-10-01T18:30:00Z',
		],
		[
			'in the zone of the workflow, by expression',
			{ timeZone: '={{ $workflow.timezone ?? "America/New_York" }}' },
			'2026-10-01T04:00:00Z',
			'2026-10-02T04:00:00Z',
		],
	])('sends a range that was picked %s', async (_, zone, from, to) => {
		expect(await sentRange({ ...PICKED, ...zone })).toEqual([from, to]);
	});

	test.each([['utc'], ['workflow'], ['={{ "Asia/Kolkata" }}']])(
		'keeps the offset of $today and $now, with Time Zone %s',
		async (timeZone) => {
			const today = dateRange('={{ $today }}', '={{ $now }}', { timeZone });
			const sent = ['2026-10-01T04:00:00Z', '2026-10-01T12:00:00Z'];
			const [from, to] = await sentRange(today);
			expect(from).toBe(sent[0]);
			// The clock has gone on, and an end is never rounded down.
			expect(to).toMatch(/^2026-10-01T12:00:0[1-9]Z$/);
		},
	);

	test.each([['utc'], ['workflow']])('keeps a written offset, with Time Zone %s', async (zone) => {
		const offsets = dateRange('2026-10-01T00:00:00+02:00', '2026-10-01T00:00:00-07:00', {
			timeZone: zone,
		});
		expect(await sentRange(offsets)).toEqual(['2026-09-30T22:00:00Z', '2026-10-01T07:00:00Z']);
	});

	test('is told what a date is read in: the field is shown for each range', () => {
		const zones = fieldsOfNode().filter(({ name }) => name.endsWith(' timeZone'));
		const at = zones.map(({ name }) => name.split(' ').slice(0, 2).join(' '));
		expect(at).toEqual(
			expect.arrayContaining([
				'auditEvent getMany',
				'ingestJob getMany',
				'workflowRun getMany',
				'workflowRun start',
			]),
		);
	});
});

describe('a repeated hour is the earlier one, whatever the date is', () => {
	describe.each(SEASONS)('%s', (now) => {
		test.each([
			[NEW_YORK, '2025-11-02T01:00', '2025-11-02T02:00', '05:00', '07:00'],
			[NEW_YORK, '2025-11-02T01:30:00', '2025-11-02T01:59:59', '05:30', '05:59'],
			[NEW_YORK, '2026-11-01 01:00:00', '2026-11-01 01:30:00', '05:00', '05:30'],
			['Europe/Berlin', '2025-10-26T02:30', '2025-10-26T03:00', '00:30', '02:00'],
			['Europe/London', '2025-10-26T01:00', '2025-10-26T02:00', '00:00', '02:00'],
			// Half an hour is repeated there.
			['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-05T02:15', '14:45', '15:45'],
			['Pacific/Auckland', '2026-04-05T02:30', '2026-04-05T03:00', '13:30', '15:00'],
		])('in %s, %s to %s', async (zone, rangeFrom, rangeTo, from, to) => {
			const clock = (value: unknown) => String(value).slice(11, 16);
			for (const setup of [
				{ setup: { now, timeZone: zone }, more: { timeZone: 'workflow' } },
				{ setup: { now }, more: inZone(zone) },
			]) {
				const sent = await sentRange(dateRange(rangeFrom, rangeTo, setup.more), setup.setup);
				expect(sent.map(clock)).toEqual([from, to]);
			}
		});

		test('also in filters', async () => {
			const repeated = '2025-11-02T01:30';
			await run(
				{
					operation: 'getMany',
					filters: { created_from: repeated, ended_to: repeated },
					timeZone: 'workflow',
				},
				{ now },
			);
			expect(simulator.requests[0]!.query).toMatchObject({
				created_from: '2025-11-02T05:30:00Z',
				ended_to: '2025-11-02T05:30:00Z',
			});
		});

		test.each([
			// Midnight comes twice there, and the day begins with the first.
			['America/Havana', '2025-11-02', '2025-11-02T04:00:00Z', '2025-11-03T05:00:00Z'],
			// The hour from midnight is left out there.
			['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'],
			['America/Santiago', '2025-09-07', '2025-09-07T04:00:00Z', '2025-09-08T03:00:00Z'],
		])('in %s the day %s begins when it does', async (zone, day, from, to) => {
			expect(await sentRange(singleDay(day, inZone(zone)), { now })).toEqual([from, to]);
		});
	});
});

test.each(SEASONS)('an hour that is left out is refused, or near it (%s)', async (now) => {
	const parameters = dateRange('2026-03-08T02:30', '2026-03-09', { timeZone: 'workflow' });
	const { error } = await run({ configId: 'cg-1', ...parameters }, { now });
	const [start] = simulator.requests;
	const from = (start?.body as IDataObject | undefined)?.range_from;
	if (error) expect(error.message).toMatch(/^Range From /);
	else
		expect(['2026-03-08T06:30:00Z', '2026-03-08T07:00:00Z', '2026-03-08T07:30:00Z']).toContain(
			from,
		);
});

describe('nothing of a range is lost by rounding', () => {
	test.each([
		['2026-10-01', '2026-10-01T23:59:59.999Z', '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'],
		['2026-10-01', '2026-10-01T23:59:59.001Z', '2026-10-01T00:00:00Z', '2026-10-02T00:00:00Z'],
		['2026-10-01', '2026-10-01T23:59:59Z', '2026-10-01T00:00:00Z', '2026-10-01T23:59:59Z'],
		['2026-10-01T05:00:00.999Z', '2026-10-02', '2026-10-01T05:00:00Z', '2026-10-02T00:00:00Z'],
		// Both within one second.
		[
			'2026-10-01T05:00:00.100Z',
			'2026-10-01T05:00:00.900Z',
			'2026-10-01T05:00:00Z',
			'2026-10-01T05:00:01Z',
		],
		// As long as a day may be written.
		[
			'2026-10-01T05:00:00.1234567Z',
			'2026-10-01T06:00:00.0000001Z',
			'2026-10-01T05:00:00Z',
			'2026-10-01T06:00:00Z',
		],
	])('%s to %s', async (rangeFrom, rangeTo, from, to) => {
		expect(await sentRange(dateRange(rangeFrom, rangeTo))).toEqual([from, to]);
	});

	test('the end of today is the beginning of tomorrow', async () => {
		const parameters = dateRange("={{ $now.startOf('day') }}", "={{ $now.endOf('day') }}");
		expect(await sentRange(parameters)).toEqual(['2026-10-01T04:00:00Z', '2026-10-02T04:00:00Z']);
	});

	test.each<[string, string]>([
		['created_to', '2026-10-02T00:00:00Z'],
		['ended_to', '2026-10-02T00:00:00Z'],
		['created_from', '2026-10-01T23:59:59Z'],
		['ended_from', '2026-10-01T23:59:59Z'],
	])('%s of Get Many', async (name, sent) => {
		await run({ operation: 'getMany', filters: { [name]: '2026-10-01T23:59:59.999' } });
		expect(simulator.requests[0]!.query[name]).toBe(sent);
	});

	test('Happened From and To', async () => {
		const filters = {
			happenedFrom: '2026-10-01T00:00:00.999Z',
			happenedTo: "={{ $now.endOf('day') }}",
		};
		await run({ resource: 'auditEvent', operation: 'getMany', filters });
		expect(simulator.requests[0]!.query).toMatchObject({
			happened_from: '2026-10-01T00:00:00Z',
			happened_to: '2026-10-02T04:00:00Z',
		});
	});

	test('Created From and To of ingest jobs', async () => {
		await run({
			resource: 'ingestJob',
			operation: 'getMany',
			createdFrom: '2026-10-01T00:00:00.999Z',
			createdTo: "={{ $now.endOf('day') }}",
		});
		const { created_from: from, created_to: to } = simulator.requests[0]!.query;
		expect(from!.slice(0, 19)).toBe('2026-10-01T00:00:00');
		expect(to!.slice(0, 19)).toBe('2026-10-02T04:00:00');
	});
});

describe('a range that ends where it begins, or before', () => {
	test.each([
		['2026-10-02', '2026-10-01'],
		['2026-10-01', '2026-10-01'],
		['2026-10-01T00:00:00+02:00', '2026-09-30T22:00:00Z'],
		['={{ $now }}', '={{ $now.minus({ seconds: 5 }) }}'],
		['={{ $today }}', '={{ $today }}'],
		// Rounding would turn it round.
		['2026-10-01T05:00:00.900Z', '2026-10-01T05:00:00.100Z'],
		['2026-10-01T05:00:00.500Z', '2026-10-01T05:00:00.500Z'],
	])('%s to %s is refused', async (rangeFrom, rangeTo) => {
		const message = await refusal({ configId: 'cg-1', ...dateRange(rangeFrom, rangeTo) });
		expect(message).toMatch(/^Range From .* is not before Range To /);
	});

	test('nor does one end after the last year that Amperity can read', async () => {
		const last = '9999-12-31T23:59:59.999Z';
		expect(await refusal({ configId: 'cg-1', ...dateRange('2026-10-01', last) })).toMatch(
			/^Range To /,
		);
	});

	test('for ingest jobs as well', async () => {
		const message = await refusal({
			resource: 'ingestJob',
			operation: 'getMany',
			createdFrom: '2026-10-01T00:00',
			createdTo: '2026-10-01T03:00Z',
			timeZone: 'workflow',
		});
		expect(message).toMatch(/^Created From .* is not before Created To /);
	});
});

describe('Yesterday and Last N Days', () => {
	const AUCKLAND = inZone('Pacific/Auckland');
	const KOLKATA = inZone('Asia/Kolkata');

	test.each<[string, IDataObject, string, string | undefined]>([
		['2026-10-02T00:00:00Z', {}, '2026-10-01T00:00:00Z', undefined],
		['2026-10-01T23:59:50Z', {}, '2026-09-30T00:00:00Z', undefined],
		['2026-03-01T00:30:00Z', { timeZone: 'utc' }, '2026-02-28T00:00:00Z', undefined],
		[
			'2026-10-02T03:59:50Z',
			{ timeZone: 'workflow' },
			'2026-09-30T04:00:00Z',
			'2026-10-01T04:00:00Z',
		],
		[
			'2026-10-02T04:00:00Z',
			{ timeZone: 'workflow' },
			'2026-10-01T04:00:00Z',
			'2026-10-02T04:00:00Z',
		],
		['2026-10-01T10:59:50Z', AUCKLAND, '2026-09-29T11:00:00Z', '2026-09-30T11:00:00Z'],
		['2026-10-01T11:00:00Z', AUCKLAND, '2026-09-30T11:00:00Z', '2026-10-01T11:00:00Z'],
		// A day of 23 hours, and one of 25.
		['2026-09-28T00:00:00Z', AUCKLAND, '2026-09-26T12:00:00Z', '2026-09-27T11:00:00Z'],
		['2026-04-06T00:00:00Z', AUCKLAND, '2026-04-04T11:00:00Z', '2026-04-05T12:00:00Z'],
		['2026-10-01T18:29:50Z', KOLKATA, '2026-09-29T18:30:00Z', '2026-09-30T18:30:00Z'],
		['2026-10-01T18:30:00Z', KOLKATA, '2026-09-30T18:30:00Z', '2026-10-01T18:30:00Z'],
	])('yesterday at %s, %p', async (now, zone, from, to) => {
		expect(await sentRange({ timeRange: 'yesterday', ...zone }, { now })).toEqual([from, to]);
		const oneDay = { timeRange: 'lastDays', days: 1, ...zone };
		expect(await sentRange(oneDay, { now })).toEqual([from, to]);
	});

	test.each<[string, unknown, IDataObject, string, string]>([
		['2026-10-01T12:00:00Z', undefined, {}, '2026-09-24T00:00:00Z', '2026-10-01T00:00:00Z'],
		['2026-10-01T12:00:00Z', 2, {}, '2026-09-29T00:00:00Z', '2026-10-01T00:00:00Z'],
		['2026-09-30T00:00:00Z', 7, AUCKLAND, '2026-09-22T12:00:00Z', '2026-09-29T11:00:00Z'],
		['2026-10-01T18:30:00Z', '={{ "3" }}', KOLKATA, '2026-09-28T18:30:00Z', '2026-10-01T18:30:00Z'],
		['2028-03-01T12:00:00Z', 366, {}, '2027-03-01T00:00:00Z', '2028-03-01T00:00:00Z'],
		['2026-10-01T12:00:00Z', '={{ 1000 }}', {}, '2025-09-30T00:00:00Z', '2026-10-01T00:00:00Z'],
	])('at %s, %p days, %p', async (now, days, zone, from, to) => {
		const given = days === undefined ? {} : { days };
		const parameters = { timeRange: 'lastDays', ...given, ...zone } as IDataObject;
		expect(await sentRange(parameters, { now })).toEqual([from, to]);
	});
});

describe('Single Day is the calendar day as it is written', () => {
	test.each([
		['2026-10-01'],
		['2026-10-01T00:00:00'],
		['2026-10-01 00:00:00'],
		['2026-10-01T23:59:59.999'],
		['2026-10-01T23:30:00-07:00'],
		['2026-10-01T00:30:00+13:00'],
		['2026-10-01T12:00:00Z'],
		['={{ DateTime.fromISO("2026-10-01T23:30:00-11:00", { setZone: true }) }}'],
		['={{ DateTime.fromISO("2026-10-01T23:30:00-11:00", { setZone: true }).toISO() }}'],
		['={{ $today }}'],
		['={{ $now }}'],
	])('%s', async (day) => {
		const now = '2026-10-02T03:30:00Z';
		expect(await sentRange(singleDay(day), { now })).toEqual(['2026-10-01T00:00:00Z', undefined]);
		const zoned = singleDay(day, inZone('Asia/Kolkata'));
		expect(await sentRange(zoned, { now })).toEqual([
			'2026-09-30T18:30:00Z',
			'2026-10-01T18:30:00Z',
		]);
		const workflow = singleDay(day, { timeZone: 'workflow' });
		expect(await sentRange(workflow, { now })).toEqual([
			'2026-10-01T04:00:00Z',
			'2026-10-02T04:00:00Z',
		]);
	});

	test.each([
		['2026-02-30'],
		['2026-13-01'],
		['October 1'],
		['2026-10-01T25:00:00'],
		['01.10.2026'],
		['={{ 20261001 }}'],
		['={{ "\u0662\u0660\u0662\u0666-10-01" }}'],
		['={{ "\uFF12\uFF10\uFF12\uFF16-10-01" }}'],
		['={{ $json.day }}'],
	])('%s is no day', async (day) => {
		expect(await refusal({ configId: 'cg-1', ...singleDay(day) })).toMatch(/^Day /);
	});
});

describe('every field for a date takes what it shows as an example', () => {
	// Ensure Fresh has the dates of Start, but waits, and here time stands still.
	const dates = fieldsOfNode().filter(
		({ name, property }) => property.type === 'dateTime' && !name.includes('ensureFresh'),
	);
	test.each(dates.map((field) => [field.name, field] as const))('%s', async (_, field) => {
		const example = field.property.placeholder!.replace(/^e\.g\. /, '');
		expect(example).toMatch(/^\d{4}-/);
		const others = { configId: 'cg-1', rangeFrom: '2020-01-01', rangeTo: '2030-01-01' };
		const created = { createdFrom: '2026-09-28', createdTo: '2026-10-04' };
		const parameters = { ...others, ...created, ...field.holding(example) };
		const { error } = await run(parameters);
		expect(error).toBeUndefined();
		const { query, body } = simulator.requests[0]!;
		expect(JSON.stringify([query, body])).toContain(example.slice(0, 10));
	});
});
