import type { IDataObject } from 'n8n-workflow';
import { Settings } from 'luxon';
import { credentialsFor, runAmperity } from '../engine';
import { AmperitySimulator, type Fault } from '../simulator';

let simulator: AmperitySimulator;

beforeAll(async () => {
	simulator = await AmperitySimulator.start();
});

afterEach(() => {
	expect(simulator.validationErrors).toEqual([]);
	simulator.reset();
});

afterAll(async () => await simulator.stop());

const start = (parameters: IDataObject, items?: IDataObject[]) =>
	runAmperity(simulator, { parameters, items });

const failStart = (fault: Fault, times = 1) => simulator.failNext(fault, { method: 'POST', times });

const starts = () => simulator.requests.filter(({ method }) => method === 'POST');
const bodies = () => starts().map(({ body }) => body);

describe('the request', () => {
	test('a fresh node with a config ID starts a run and emits it', async () => {
		const { items, error } = await start({ configId: 'cg-123ABc4DE' });

		expect(error).toBeUndefined();
		const [run] = simulator.runsStartedFor('cg-123ABc4DE');
		expect(items).toHaveLength(1);
		expect(items[0]!.json).toMatchObject({
			id: run!.id,
			type: 'courier.group/run',
			tenant: 'acme',
			state: 'scheduled',
		});
		expect(starts()).toHaveLength(1);
		expect(starts()[0]).toMatchObject({ path: '/workflow/runs', status: 201 });
		expect(starts()[0]!.headers).toMatchObject({
			authorization: `Bearer ${simulator.token}`,
			'amperity-tenant': 'acme',
			'api-version': '2024-04-01',
			'content-type': 'application/json',
		});
	});

	test.each<[string, IDataObject, IDataObject]>([
		['only the config ID', {}, {}],
		['run mode', { runMode: 'refresh' }, { run_mode: 'refresh' }],
		['an empty range', { timeRange: 'none', rangeFrom: '2026-10-01' }, {}],
		[
			'a single day',
			{ timeRange: 'day', day: '2026-10-01T17:45:00' },
			{ range_from: '2026-10-01T00:00:00Z' },
		],
		[
			'a range with an open end',
			{ timeRange: 'range', rangeFrom: '2026-10-01' },
			{ range_from: '2026-10-01T00:00:00Z' },
		],
		[
			'a range in a time zone',
			{
				timeRange: 'range',
				rangeFrom: '2026-10-01',
				rangeTo: '2026-10-02',
				timeZone: 'America/New_York',
			},
			{ range_from: '2026-10-01T04:00:00Z', range_to: '2026-10-02T04:00:00Z' },
		],
		[
			'a range of expressions, with a mode',
			{
				timeRange: 'range',
				rangeFrom: '={{ DateTime.fromISO("2026-10-01T06:00:00", { zone: "Asia/Tokyo" }) }}',
				rangeTo: '={{ new Date(Date.UTC(2026, 9, 2)) }}',
				runMode: 'full',
			},
			{
				range_from: '2026-09-30T21:00:00Z',
				range_to: '2026-10-02T00:00:00Z',
				run_mode: 'full',
			},
		],
	])('with %s has only the properties that have a value', async (_, parameters, expected) => {
		const { error } = await start({ configId: ' cg-1 ', ...parameters });
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ config_id: 'cg-1', ...expected }]);
	});

	test.each(['og-1', 'cc-1', 'xy-1'])('starts %s without a range or a mode', async (configId) => {
		const { error } = await start({ configId });
		expect(error).toBeUndefined();
		expect(bodies()).toEqual([{ config_id: configId }]);
	});

	test('each item starts its own run, in order', async () => {
		const { items } = await start({ configId: '={{ $json.group }}' }, [
			{ group: 'cg-a' },
			{ group: 'cg-b' },
			{ group: 'cg-c' },
		]);
		expect(bodies()).toEqual(['cg-a', 'cg-b', 'cg-c'].map((config_id) => ({ config_id })));
		expect(items.map(({ json }) => json.id)).toEqual(simulator.runs.map(({ id }) => id));
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});
});

test('Yesterday, tried again after midnight, is not started for another day', async () => {
	const realNow = Settings.now;
	Settings.now = () => Date.parse('2026-10-01T23:59:59Z');
	simulator.onRequest = ({ method }) => {
		if (method !== 'POST') return undefined;
		Settings.now = () => Date.parse('2026-10-02T00:00:01Z');
		return { kind: 'drop-after' };
	};
	try {
		const { error } = await runAmperity(simulator, {
			parameters: {
				configId: 'cg-1',
				timeRange: 'yesterday',
				options: { ifStartIsLost: 'report' },
			},
			settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		});
		expect(error!.message).toContain('A run of cg-1 may have started all the same');
		expect(bodies()).toEqual([{ config_id: 'cg-1', range_from: '2026-09-30T00:00:00Z' }]);
		expect(simulator.runs).toHaveLength(1);
	} finally {
		Settings.now = realNow;
	}
});

describe('the answer', () => {
	test.each([200, 201])('%i is a success, and unknown properties are kept', async (status) => {
		const run = { id: 'wf-1', state: 'scheduled', nested: { new_property: [1, null, 'x'] } };
		failStart({ kind: 'body', status, body: run });
		const { items } = await start({ configId: 'cg-1', simplify: false });
		const n8n = { request: { config_id: 'cg-1' }, n8n_execution_id: '1' };
		expect(items.map(({ json }) => json)).toEqual([{ ...run, ...n8n }]);
	});

	test('the error of a run is called run_error', async () => {
		const run = { id: 'wf-1', state: 'failed', error: { type: 'a/b', message: 'No files' } };
		failStart({ kind: 'body', status: 201, body: run });
		const { items, error } = await start({ configId: 'cg-1', simplify: false });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toMatchObject([
			{
				id: 'wf-1',
				state: 'failed',
				outcome: 'failed',
				run_error: { type: 'a/b', message: 'No files' },
			},
		]);
	});
});

describe('input that is wrong', () => {
	// n8n itself refuses a required field that is left empty; an expression gets past it.
	const NOTHING = '={{ null }}';

	test.each<[string, IDataObject, string]>([
		['an empty config ID', { configId: ' ' }, 'Config ID is empty'],
		['a config ID with a space', { configId: 'cg-1 cg-2' }, 'Config ID holds characters'],
		[
			'Range To without Range From',
			{ configId: 'cg-1', timeRange: 'range', rangeFrom: NOTHING, rangeTo: '2026-10-02' },
			'Range From is empty but Range To is set',
		],
		[
			'a range without dates',
			{ configId: 'cg-1', timeRange: 'range', rangeFrom: NOTHING },
			'Range From is empty',
		],
		['a day without a date', { configId: 'cg-1', timeRange: 'day', day: NOTHING }, 'Day is empty'],
		[
			'a range that ends where it starts',
			{
				configId: 'cg-1',
				timeRange: 'range',
				rangeFrom: '2026-10-01',
				rangeTo: '2026-10-01T00:00:00Z',
			},
			'Range From (2026-10-01T00:00:00Z) is not before Range To (2026-10-01T00:00:00Z)',
		],
		[
			'a day that does not exist',
			{ configId: 'cg-1', timeRange: 'day', day: '2026-02-30' },
			'Day is not a date that exists: "2026-02-30"',
		],
		[
			'a date that cannot be read',
			{ configId: 'cg-1', timeRange: 'range', rangeFrom: 'yesterday' },
			'Range From is not a date that exists: "yesterday"',
		],
		[
			'an unknown time zone',
			{ configId: 'cg-1', timeRange: 'day', day: '2026-10-01', timeZone: 'NYC' },
			'Time Zone has no choice "NYC"',
		],
		[
			'a run mode for an orchestration group',
			{ configId: "={{ 'og-1' }}", runMode: 'full' },
			'Run Mode is for courier groups only, but Config ID og-1 is an orchestration group',
		],
		[
			'a range for a campaign',
			{ configId: "={{ 'cc-1' }}", timeRange: 'day', day: '2026-10-01' },
			'Time Range is for courier groups only, but Config ID cc-1 is a campaign',
		],
	])('%s gives an error, and nothing is sent', async (_, parameters, message) => {
		const { error, items } = await start(parameters);
		expect(error!.message).toContain(message);
		expect(error!.message).not.toContain('[item');
		expect(error!.description).toMatch(/\S/);
		expect(items).toEqual([]);
		expect(simulator.requests).toEqual([]);
	});

	test('in the last item stops the first one too', async () => {
		const { error } = await start({ configId: '={{ $json.group }}' }, [{ group: 'cg-a' }, {}]);
		expect(error!.message).toContain('Config ID is undefined [item 1]');
		expect(simulator.requests).toEqual([]);
	});
});

describe('errors', () => {
	const fail = async (fault: Fault) => {
		failStart(fault);
		const options = { ifStartIsLost: 'report', requestTimeout: 1 };
		const { error, run } = await start({ configId: 'cg-1', options });
		expect(JSON.stringify(run)).not.toContain(simulator.token);
		return error!;
	};

	test.each([400, 401, 403, 404, 409] as const)(
		'HTTP %i tells Amperity’s message and its IDs, and is not sent again',
		async (status) => {
			failStart({ kind: 'status', status });
			const { error } = await start({ configId: 'cg-1' });
			expect(error!.name).toBe('NodeApiError');
			expect(error!.description).toMatch(
				new RegExp(`HTTP ${status}, Request ID \\S+, Trace ID \\S+\\) Config ID: cg-1\\.$`),
			);
			expect(starts()).toHaveLength(1);
		},
	);

	test('an unknown configuration tells what to check', async () => {
		const { error } = await start({ configId: 'cg-missing' });
		expect(error!.message).toContain('Amperity did not find what the request names');
		expect(error!.description).toContain('Check the ID');
	});

	test.each<[string, Fault, string]>([
		['a dropped connection', { kind: 'drop-before' }, 'No answer came from Amperity'],
		['an answer lost', { kind: 'drop-after' }, 'No answer came from Amperity'],
		['HTTP 500', { kind: 'status', status: 500 }, 'Amperity could not answer the request'],
		['HTTP 503', { kind: 'status', status: 503 }, 'Amperity could not answer the request'],
		['an answer that is late', { kind: 'late', delayMs: 5_000 }, 'No answer came from Amperity'],
		['an HTML page', { kind: 'html', status: 502 }, 'Something between n8n and Amperity'],
		['HTML with 200', { kind: 'html', status: 200 }, 'Something between n8n and Amperity'],
		['half an answer', { kind: 'half-json' }, 'Something between n8n and Amperity'],
		['an empty answer', { kind: 'empty', status: 201 }, 'Something between n8n and Amperity'],
		['a list', { kind: 'body', body: [] }, 'Something between n8n and Amperity'],
		['a run without ID', { kind: 'body', body: { id: 7 } }, 'Something between n8n and Amperity'],
	])('%s gives a clear error, and the start is not repeated', async (_, fault, message) => {
		const error = await fail(fault);
		expect(error.message).toContain(message);
		expect(error.message).toContain('A run of cg-1 may have started all the same');
		expect(error.description).toContain('Look at the Workflows page in Amperity');
		expect(starts()).toHaveLength(1);
	});

	test('429 is waited out, as long as Retry-After says', async () => {
		failStart({ kind: 'status', status: 429, retryAfter: '1' });
		const { items } = await start({ configId: 'cg-1' });
		expect(items).toHaveLength(1);
		const [first, second] = starts();
		expect(second!.at - first!.at).toBeGreaterThanOrEqual(1000);
		expect(simulator.runs).toHaveLength(1);
	});

	test('a redirect is not followed, so the token stays where it belongs', async () => {
		const other = await AmperitySimulator.start();
		try {
			failStart({ kind: 'redirect', location: `${other.baseUrl}/workflow/runs` });
			const options = { ifStartIsLost: 'report' };
			const { error } = await start({ configId: 'cg-1', options });
			expect(error!.message).toContain('redirects the request to another address');
			expect(error!.message).toContain('A run of cg-1 may have started');
			expect(other.requests).toEqual([]);
		} finally {
			await other.stop();
		}
	});

	test('an answer that drips in for ever is given up', async () => {
		failStart({ kind: 'drip', everyMs: 50 });
		const options = { requestTimeout: 1, ifStartIsLost: 'report' };
		const { error } = await start({ configId: 'cg-1', options });
		expect(error!.message).toContain('No answer came from Amperity');
		expect(error!.description).toContain('Code ETIMEDOUT');
	});

	test('a token that was pasted with its scheme is hidden as well', async () => {
		const message = `Bad token ${simulator.token}`;
		failStart({ kind: 'body', status: 400, body: { status: 400, message } });
		const { error, run } = await runAmperity(simulator, {
			parameters: { configId: 'cg-1' },
			credentials: { ...credentialsFor(simulator), accessToken: `Bearer ${simulator.token}` },
		});
		expect(error!.message).toContain('Bad token *****');
		expect(JSON.stringify(run)).not.toContain(simulator.token);
	});

	test('a token that the answer repeats is hidden', async () => {
		failStart({
			kind: 'body',
			status: 400,
			body: { status: 400, message: `Bad header "Bearer ${simulator.token}"` },
		});
		const { error, run } = await start({ configId: 'cg-1' });
		expect(error!.message).toContain('Bad header "Bearer *****"');
		expect(JSON.stringify(run)).not.toContain(simulator.token);

		failStart({ kind: 'body', status: 201, body: { id: 'wf-1', note: simulator.token } });
		const { items } = await start({ configId: 'cg-1', simplify: false });
		expect(items.map(({ json }) => json)).toMatchObject([{ id: 'wf-1', note: '*****' }]);
	});
});

describe('several items of which one fails', () => {
	const items = [
		{ group: 'cg-a', n: 1 },
		{ group: 'cg-missing', n: 2 },
		{ group: '', n: 3 },
		{ group: 'cg-d', n: 4 },
	];
	const run = (onError: 'continueRegularOutput' | 'continueErrorOutput') =>
		runAmperity(simulator, {
			parameters: { configId: '={{ $json.group }}' },
			items,
			settings: { onError },
		});

	test('go on with Continue On Fail, each linked to its input', async () => {
		const result = await run('continueRegularOutput');
		expect(result.error).toBeUndefined();
		const [first, last] = simulator.runs;
		expect(result.items.map(({ json }) => json.error ?? json.id)).toEqual([
			first!.id,
			expect.stringContaining('Amperity did not find what the request names'),
			expect.stringContaining('Config ID is empty [item 2]'),
			last!.id,
		]);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3].map((item) => ({ item })),
		);
	});

	test('split into the main and the error output, which keeps the input', async () => {
		const result = await run('continueErrorOutput');
		expect(result.items.map(({ json }) => json.id)).toEqual(simulator.runs.map(({ id }) => id));
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 3 }]);
		expect(result.errorItems.map(({ json }) => json)).toEqual([
			expect.objectContaining({ group: 'cg-missing', n: 2, error: expect.any(String) }),
			expect.objectContaining({ group: '', n: 3, error: expect.any(String) }),
		]);
	});

	test('stop at the failing one otherwise', async () => {
		const { error } = await start({ configId: '={{ $json.group }}' }, [
			{ group: 'cg-a' },
			{ group: 'cg-missing' },
			{ group: 'cg-c' },
		]);
		expect(error!.context!.itemIndex).toBe(1);
		expect(bodies()).toHaveLength(2);
		expect(error!.description).toContain(`Runs started by this node: ${simulator.runs[0]!.id}`);
	});
});

describe('a credential that cannot be used', () => {
	const startWith = async (fields: IDataObject) => {
		const credentials = { ...credentialsFor(simulator), ...fields };
		const { error, run } = await runAmperity(simulator, {
			parameters: { configId: 'cg-1' },
			credentials: credentials as ReturnType<typeof credentialsFor>,
		});
		expect(JSON.stringify(run)).not.toContain(simulator.token);
		return error;
	};

	test.each<[IDataObject, string]>([
		[{ tenant: 'evil.com/' }, 'Tenant ID'],
		[{ tenant: 'a@b' }, 'Tenant ID'],
		[{ tenant: 'acme\r\nx-evil: 1' }, 'Tenant ID'],
		[{ tenant: '' }, 'Tenant ID'],
		[{ hosting: 'azure', azureSubdomain: 'evil.com/' }, 'Production Tenant ID'],
		[{ hosting: 'azure', azureSubdomain: 'a_b' }, 'Production Tenant ID'],
		[{ baseUrl: 'ftp://localhost' }, 'Base URL'],
		[{ baseUrl: 'https://user:secret@localhost' }, 'Base URL'],
		[{ baseUrl: '' }, 'Base URL'],
		[{ hosting: 'Somewhere' }, 'Hosting'],
		[{ requestsPerSecond: -5 }, 'Requests per Second'],
		[{ requestsPerSecond: 1e-9 }, 'Requests per Second'],
		[{ requestsPerSecond: 0 }, 'Requests per Second'],
		[{ requestsPerSecond: 'fast' }, 'Requests per Second'],
		[{ requestsPerSecond: null }, 'Requests per Second'],
		[{ workflowPageUrl: 'https://amperity.example/runs' }, 'Workflow Page URL'],
		[{ workflowPageUrl: 'javascript:{id}' }, 'Workflow Page URL'],
		[{ workflowPageUrl: 'https://amperity.example/{id}\r\nx' }, 'Workflow Page URL'],
		[{ workflowPageUrl: 5 }, 'Workflow Page URL'],
		[{ accessToken: 'two words' }, 'Access Token'],
		[{ accessToken: '' }, 'Access Token'],
	])('%o is named, and nothing is sent', async (fields, message) => {
		const error = await startWith(fields);
		expect(error!.message).toContain(`${message} in the Amperity credential`);
		expect(simulator.requests).toEqual([]);
	});

	test('white space around copied values is forgiven', async () => {
		const error = await startWith({
			tenant: ` ${simulator.tenant}\n`,
			accessToken: `Bearer ${simulator.token} `,
			baseUrl: ` ${simulator.baseUrl}/ `,
		});
		expect(error).toBeUndefined();
		expect(simulator.runs).toHaveLength(1);
	});
});
