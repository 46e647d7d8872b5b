import type { IDataObject } from 'n8n-workflow';
import { runAmperity, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator, SimulatedIngestJob } from '../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const operate = (
	resource: string,
	operation: string,
	parameters: IDataObject = {},
	more: Partial<NodeRun> = {},
) => runAmperity(simulator, { parameters: { resource, operation, ...parameters }, ...more });
const getMany = (resource: string, parameters: IDataObject, more?: Partial<NodeRun>) =>
	operate(resource, 'getMany', parameters, more);
const jsonOf = ({ items }: { items: Array<{ json: IDataObject }> }) =>
	items.map(({ json }) => json);
const idsOf = (result: { items: Array<{ json: IDataObject }> }) =>
	jsonOf(result).map(({ id }) => id);
const queries = () => simulator.requests.map(({ query }) => query);
const iso = (time: number) => new Date(time).toISOString();

describe.each([
	['campaign', '/campaigns', 'id', 45],
	['segment', '/segments', 'id', 25],
	['auditEvent', '/audit-events', 'event_id', 30],
])('%s: Get Many', (resource, path, idField, total) => {
	test('returns all of them, over the pages that Amperity makes', async () => {
		simulator.pageCap = 10;
		const items = jsonOf(await getMany(resource, { returnAll: true }));
		expect(items).toHaveLength(total);
		expect(new Set(items.map((item) => item[idField])).size).toBe(total);
		expect(simulator.requests.map(({ path: asked }) => asked)).toEqual(
			Array.from({ length: Math.ceil(total / 10) }, () => path),
		);
	});

	test('keeps to the limit, and asks for no more', async () => {
		expect(jsonOf(await getMany(resource, { limit: 7 }))).toHaveLength(7);
		expect(queries()).toEqual([{ limit: '7' }]);
	});

	test('reads pages until the limit is reached', async () => {
		simulator.pageCap = 10;
		expect(jsonOf(await getMany(resource, { limit: 12 }))).toHaveLength(12);
		expect(simulator.requests).toHaveLength(2);
	});

	test('understands a last page with an empty token', async () => {
		simulator.lastPageToken = 'empty';
		expect(jsonOf(await getMany(resource, { returnAll: true }))).toHaveLength(total);
		expect(simulator.requests).toHaveLength(1);
	});

	test('links each item to the one it comes from', async () => {
		const { items } = await getMany(resource, { limit: 2 }, { items: [{}, {}] });
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 1, 1].map((item) => ({ item })),
		);
	});

	test('an item that fails goes to the error output, the others go on', async () => {
		simulator.failNext({ kind: 'status', status: 403 });
		const result = await getMany(
			resource,
			{ limit: 1 },
			{ items: [{}, {}], settings: { onError: 'continueErrorOutput' } },
		);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
		expect(result.errorItems).toHaveLength(1);
	});

	test('is repeated after trouble on the way', async () => {
		simulator.failNext({ kind: 'status', status: 503 });
		simulator.failNext({ kind: 'drop-before' });
		expect(jsonOf(await getMany(resource, { limit: 3 }))).toHaveLength(3);
	});

	test('keeps to the pace of the rate limit', async () => {
		simulator.pageCap = 1;
		await getMany(resource, { limit: 25 });
		expect(simulator.requests.filter(({ rateLimited }) => rateLimited)).toEqual([]);
		const [first, last] = [simulator.requests[0]!, simulator.requests.at(-1)!];
		expect(last.at - first.at).toBeGreaterThan(2_000);
	});
});

describe('filters', () => {
	test('campaigns by their data template', async () => {
		const result = await getMany('campaign', {
			returnAll: true,
			filters: { dataTemplateId: 'ptg-Newsletter' },
		});
		expect(idsOf(result)).toHaveLength(15);
		expect(queries()[0]).toMatchObject({ destination_data_template_id: 'ptg-Newsletter' });
	});

	test('audit events by their time, from inclusive, to exclusive', async () => {
		const times = simulator.auditEvents.map(({ happened_at }) => happened_at);
		const [from, to] = [times[9]!, times[4]!].map((time) => `${time.slice(0, 19)}Z`);
		const events = jsonOf(
			await getMany('auditEvent', {
				returnAll: true,
				filters: { happenedFrom: from, happenedTo: to },
			}),
		);
		expect(queries()[0]).toMatchObject({ happened_from: from, happened_to: to });
		const expected = simulator.auditEvents.filter(
			({ happened_at }) =>
				Date.parse(happened_at) >= Date.parse(from!) && Date.parse(happened_at) < Date.parse(to!),
		);
		expect(expected.length).toBeGreaterThan(3);
		expect(events.map(({ event_id }) => event_id)).toEqual(
			expected.map(({ event_id }) => event_id),
		);
	});

	test('times of audit events lose nothing at the end, and are read in the Time Zone below', async () => {
		await getMany('auditEvent', {
			filters: { happenedFrom: '2026-10-01', happenedTo: '2026-10-01T23:59:59.999' },
			timeZone: 'named',
			timeZoneName: 'America/New_York',
		});
		expect(queries()[0]).toMatchObject({
			happened_from: '2026-10-01T04:00:00Z',
			happened_to: '2026-10-02T04:00:00Z',
		});
	});

	test('an audit event filter that is no date is named', async () => {
		const { error } = await getMany('auditEvent', { filters: { happenedTo: '2026-13-01' } });
		expect(error!.message).toBe('Happened To is not a date that exists: "2026-13-01"');
		expect(simulator.requests).toEqual([]);
	});
});

/** A job that was created at a time, as the list of ingest jobs finds it. */
function jobAt(id: string, time: number): SimulatedIngestJob {
	const times = { started_at: iso(time), ended_at: iso(time + HOUR) };
	const table = {
		feed_id: 'df-1',
		job_id: id,
		table_name: 'orders',
		state: 'succeeded',
		read: 10,
		errors: 0,
		rejected: 1,
		inserted: 4,
		updated: 5,
		...times,
		files: [{ file_id: 'file-1', name: 'orders.csv', read: 10, errors: 0 }],
	};
	return { id, workflow_id: 'wf-20261001-00001-aaaaaa', tables: [table] };
}

describe('Ingest Job: Get', () => {
	beforeEach(() => {
		simulator.ingestJobs = [jobAt('isj-20261001-1-aaaaaa', Date.parse('2026-10-01T00:00:00Z'))];
	});

	test('leaves out files and inner IDs', async () => {
		const result = await operate('ingestJob', 'get', { jobId: 'isj-20261001-1-aaaaaa' });
		expect(jsonOf(result)).toEqual([
			{
				id: 'isj-20261001-1-aaaaaa',
				workflow_id: 'wf-20261001-00001-aaaaaa',
				tables: [
					{
						table_name: 'orders',
						state: 'succeeded',
						read: 10,
						inserted: 4,
						updated: 5,
						rejected: 1,
						errors: 0,
						started_at: expect.any(String),
						ended_at: expect.any(String),
					},
				],
			},
		]);
	});

	test('gives everything if the user wants it', async () => {
		const parameters = { jobId: 'isj-20261001-1-aaaaaa', simplify: false };
		expect(jsonOf(await operate('ingestJob', 'get', parameters))).toEqual(simulator.ingestJobs);
	});

	test.each(['', '../jobs', 'isj 1'])('refuses the job ID %p', async (jobId) => {
		const { error } = await operate('ingestJob', 'get', {
			jobId: `={{ ${JSON.stringify(jobId)} }}`,
		});
		expect(error!.message).toMatch(/^Job ID (is empty|holds characters)/);
		expect(simulator.requests).toEqual([]);
	});

	test('a job that does not exist says what to check', async () => {
		const { error } = await operate('ingestJob', 'get', { jobId: 'isj-none' });
		expect(error!.message).toContain('Amperity did not find what the request names');
	});
});

describe('Ingest Job: Get Many', () => {
	const FROM = Date.parse('2026-09-01T00:00:00Z');
	const range = (days: number) => ({ createdFrom: iso(FROM), createdTo: iso(FROM + days * DAY) });

	/** A job for each half day, also at the edges of windows, given in no order within a window. */
	beforeEach(() => {
		simulator.ingestJobs = Array.from({ length: 60 }, (_, index) =>
			jobAt(`isj-${index}`, FROM + (index * DAY) / 2),
		);
	});

	test('a long range is read in windows of seven days, in order and without doubles', async () => {
		const result = await getMany('ingestJob', { returnAll: true, ...range(30) });
		expect(idsOf(result)).toEqual(simulator.ingestJobs.map(({ id }) => id));
		const windows = queries().map(({ created_from, created_to }) =>
			[created_from, created_to].map((time) => (Date.parse(time!) - FROM) / DAY),
		);
		expect(windows).toEqual([
			[0, 7],
			[7, 14],
			[14, 21],
			[21, 28],
			[28, 30],
		]);
	});

	test('a job that two windows show comes once', async () => {
		const [job] = simulator.ingestJobs;
		simulator.failNext({ kind: 'body', body: { data: [job] } }, { times: 2 });
		const result = await getMany('ingestJob', { returnAll: true, ...range(14) });
		expect(idsOf(result)).toEqual([job!.id]);
	});

	test('seven days need one request, without the paging that Amperity has not got there', async () => {
		const result = await getMany('ingestJob', { returnAll: true, ...range(7) });
		expect(idsOf(result)).toHaveLength(14);
		expect(queries()).toEqual([
			{ created_from: expect.any(String), created_to: expect.any(String) },
		]);
	});

	test('keeps to the limit, and reads no further windows', async () => {
		const result = await getMany('ingestJob', { limit: 20, ...range(30) });
		expect(idsOf(result)).toEqual(simulator.ingestJobs.slice(0, 20).map(({ id }) => id));
		expect(simulator.requests).toHaveLength(2);
	});

	test('simplifies, or not', async () => {
		const [simple] = jsonOf(await getMany('ingestJob', { limit: 1, ...range(1) }));
		expect(simple!.tables).toEqual([expect.not.objectContaining({ files: expect.anything() })]);
		const raw = jsonOf(await getMany('ingestJob', { limit: 1, simplify: false, ...range(1) }));
		expect(raw).toEqual([simulator.ingestJobs[0]]);
	});

	test.each([
		[{ createdFrom: "={{ '' }}", createdTo: '2026-10-01' }, 'Created From is empty'],
		[{ createdFrom: '2026-10-01', createdTo: "={{ '' }}" }, 'Created To is empty'],
		[
			{ createdFrom: '2026-10-02', createdTo: '2026-10-01' },
			'Created From (2026-10-02T00:00:00Z) is not before Created To (2026-10-01T00:00:00Z)',
		],
		[
			{ createdFrom: '2026-10-01', createdTo: '2026-10-01' },
			'Created From (2026-10-01T00:00:00Z) is not before Created To (2026-10-01T00:00:00Z)',
		],
		[
			{ createdFrom: 'last week', createdTo: '2026-10-01' },
			'Created From is not a date that exists: "last week"',
		],
	])('refuses %p', async (parameters, message) => {
		const { error } = await getMany('ingestJob', parameters);
		expect(error!.message).toBe(`${message}`);
		expect(simulator.requests).toEqual([]);
	});

	test('nothing is lost at the end of a range, which is read in the Time Zone below', async () => {
		await getMany('ingestJob', {
			createdFrom: '2026-09-01',
			createdTo: '2026-09-01T23:59:59.999',
			timeZone: 'America/New_York',
		});
		expect(queries()[0]!.created_from).toMatch(/^2026-09-01T04:00:00/);
		expect(queries()[0]!.created_to).toMatch(/^2026-09-02T04:00:00/);
	});

	test('dates without an offset are in UTC', async () => {
		await getMany('ingestJob', {
			createdFrom: '2026-09-01',
			createdTo: '={{ DateTime.fromISO("2026-09-02T02:00:00+02:00") }}',
		});
		expect(queries()[0]!.created_from).toMatch(/^2026-09-01T00:00:00/);
		expect(queries()[0]!.created_to).toMatch(/^2026-09-02T00:00:00/);
	});
});

describe('Ingest Job: Get Many of a workflow run', () => {
	const ofRun = (runId: unknown, parameters: IDataObject = {}, more?: Partial<NodeRun>) =>
		getMany('ingestJob', { jobsOf: 'workflowRun', runId, ...parameters } as IDataObject, more);

	/** An ended run of a courier group with a further job, beside a job of another run at the same time. */
	function endedRun(durationMs = HOUR) {
		const createdAt = simulator.clock.now() - durationMs - 2 * HOUR;
		const run = simulator.startRunAs({
			principal: 'person',
			configId: 'cg-1',
			createdAt,
			scenario: { durationMs },
		});
		const more = { ...jobAt('isj-more', createdAt - 60_000), workflow_id: run.id };
		simulator.ingestJobs = [more, jobAt('isj-other', createdAt)];
		const ids = ['isj-more', run.id.replace(/^wf-/, 'isj-')];
		return { run, createdAt, ids };
	}

	test.each([
		['by ID', (id: string) => ({ __rl: true, mode: 'id', value: id })],
		['from the list', (id: string) => ({ __rl: true, mode: 'list', value: id })],
		['as an expression', (id: string) => `={{ '${id}' }}`],
	])('returns its jobs and no others, %s', async (_, located) => {
		const { run, ids } = endedRun();
		const result = await ofRun(located(run.id));
		expect(result.error).toBeUndefined();
		expect(idsOf(result)).toEqual(ids);
		expect(simulator.requests.map(({ path }) => path)).toEqual([
			`/workflow/runs/${run.id}`,
			'/ingest/jobs',
		]);
	});

	test('looks from an hour before the run to an hour after it, in windows of seven days', async () => {
		const { run, createdAt, ids } = endedRun(10 * DAY);
		expect(idsOf(await ofRun(run.id))).toEqual(ids);
		const windows = queries()
			.slice(1)
			.map(({ created_from, created_to }) =>
				[created_from, created_to].map((time) => (Date.parse(time!) - createdAt) / HOUR),
			);
		expect(windows).toEqual([
			[-1, 167],
			[167, 241],
		]);
	});

	test('finds the jobs of a run that goes on', async () => {
		const run = simulator.startRunAs({ principal: 'person', scenario: { waitsForFiles: true } });
		simulator.ingestJobs = [{ ...jobAt('isj-1', run.createdAt), workflow_id: run.id }];
		expect(idsOf(await ofRun(run.id))).toEqual(['isj-1']);
	});

	test('keeps to the limit, and simplifies or not', async () => {
		const { run } = endedRun();
		const [job] = jsonOf(await ofRun(run.id, { limit: 1, simplify: false }));
		expect(job).toEqual(simulator.ingestJobs[0]);
		const [simple, ...more] = jsonOf(await ofRun(run.id, { limit: 1 }));
		expect(simple!.tables).toEqual([expect.not.objectContaining({ files: expect.anything() })]);
		expect(more).toEqual([]);
	});

	test('does not read the fields of a time range, which are hidden', async () => {
		const { run, ids } = endedRun();
		const hidden = { createdFrom: '={{ $json.missing }}', timeZone: 'no/where' };
		expect(idsOf(await ofRun(run.id, hidden))).toEqual(ids);
	});

	test('one node serves both, by an expression', async () => {
		const { run, createdAt, ids } = endedRun();
		const result = await ofRun(
			'={{ $json.run }}',
			{
				jobsOf: '={{ $json.of }}',
				createdFrom: '={{ $json.from }}',
				createdTo: '={{ $json.to }}',
			},
			{
				items: [
					{ of: 'Workflow Run', run: run.id },
					{ of: 'timeRange', from: iso(createdAt - 1_000), to: iso(createdAt + 1_000) },
				],
			},
		);
		expect(result.error).toBeUndefined();
		expect(result.items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			...ids.map((id) => [id, { item: 0 }]),
			['isj-other', { item: 1 }],
		]);
	});

	test.each([
		[{ runId: "={{ '' }}" }, 'Run ID is empty'],
		[{ runId: '={{ $json.missing }}' }, 'Run ID is undefined'],
		[{ runId: "={{ '../runs' }}" }, 'Run ID holds characters that no ID has: "../runs"'],
		[{ runId: 'wf-1', jobsOf: "={{ 'run' }}" }, 'Jobs Of has no choice "run"'],
	])('refuses %j', async (parameters, message) => {
		const { error } = await ofRun('', parameters);
		expect(error!.message).toBe(message);
		expect(simulator.requests).toEqual([]);
	});

	test('a run that does not exist says what to check, and asks for no jobs', async () => {
		const { error } = await ofRun('wf-none');
		expect(error!.message).toContain('Amperity did not find what the request names');
		expect(simulator.requests).toHaveLength(1);
	});

	test('jobs that cannot be read are an error, and not an empty list', async () => {
		const { run } = endedRun();
		simulator.failNext({ kind: 'status', status: 403 }, { path: '/ingest/jobs' });
		const { items, error } = await ofRun(run.id);
		expect(error!.message).toContain('The API key is not allowed to do this');
		expect(items).toEqual([]);
	});
});

describe.each(['get', 'wait'])('%s with Include Ingest Counts', (operation) => {
	const counted = (runId: string, options: IDataObject = { includeIngestCounts: true }) =>
		operate('workflowRun', operation, { runId, options });
	const endedRun = (configId: string) =>
		simulator.startRunAs({
			principal: 'person',
			configId,
			createdAt: simulator.clock.now() - HOUR,
		}).id;

	test('adds the counts of a courier group’s run', async () => {
		const [run] = jsonOf(await counted(endedRun('cg-1')));
		expect(run!.ingest_counts).toEqual([
			{
				table_name: 'customers',
				read: 1_000,
				inserted: 890,
				updated: 100,
				rejected: 10,
				errors: 0,
			},
			expect.objectContaining({ table_name: 'orders', read: 5_000 }),
		]);
	});

	test.each([
		['an orchestration', 'og-1', { includeIngestCounts: true }],
		['a campaign', 'cc-1', { includeIngestCounts: true }],
		['a courier group, unless the option is added,', 'cg-1', {}],
		['a courier group with the option switched off', 'cg-1', { includeIngestCounts: false }],
	])('asks for nothing for %s', async (_, configId, options) => {
		const [run] = jsonOf(await counted(endedRun(configId), options));
		expect(run).toMatchObject({ outcome: 'succeeded' });
		expect(run).not.toHaveProperty('ingest_counts');
		expect(simulator.requests.some(({ path }) => path.startsWith('/ingest'))).toBe(false);
	});

	test('counts that cannot be read do not lose the run', async () => {
		simulator.failNext({ kind: 'status', status: 403 }, { path: '/ingest/jobs' });
		const { items, error } = await counted(endedRun('cg-1'));
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({
			outcome: 'succeeded',
			ingest_counts_error: expect.stringContaining('The API key is not allowed to do this'),
		});
	});
});

describe('Start with Include Ingest Counts', () => {
	const startAndCount = (configId: string, options: IDataObject = {}) =>
		runAmperity(simulator, {
			parameters: {
				configId,
				waitForCompletion: true,
				options: { includeIngestCounts: true, ...options },
			},
		});

	test('adds the counts of a courier group’s run, table by table', async () => {
		const [ended] = jsonOf(await startAndCount('cg-1'));
		expect(ended).toMatchObject({
			outcome: 'succeeded',
			ingest_counts: [
				{
					table_name: 'customers',
					read: 1_000,
					inserted: 890,
					updated: 100,
					rejected: 10,
					errors: 0,
				},
				{
					table_name: 'orders',
					read: 5_000,
					inserted: 4_450,
					updated: 500,
					rejected: 50,
					errors: 0,
				},
			],
		});
	});

	test('adds up several jobs of the run, and leaves out those of others', async () => {
		simulator.onRequest = ({ path }) => {
			const run = simulator.runs[0];
			if (path !== '/ingest/jobs' || !run) return undefined;
			const more = jobAt('isj-more', run.createdAt + 1_000);
			simulator.ingestJobs = [{ ...more, workflow_id: run.id }, jobAt('isj-other', run.createdAt)];
			return undefined;
		};
		const [ended] = jsonOf(await startAndCount('cg-1'));
		expect(ended!.ingest_counts).toContainEqual({
			table_name: 'orders',
			read: 5_010,
			inserted: 4_454,
			updated: 505,
			rejected: 51,
			errors: 0,
		});
	});

	test('a failed run that is emitted has its counts as well', async () => {
		const [failed] = jsonOf(await startAndCount('cg-fails-customer', { onUnsuccessful: 'emit' }));
		expect(failed).toMatchObject({
			outcome: 'failed',
			ingest_counts: expect.arrayContaining([
				expect.objectContaining({ table_name: 'orders', errors: 100 }),
			]),
		});
	});

	test.each(['og-1', 'cc-1'])('asks for nothing for %s', async (configId) => {
		const [ended] = jsonOf(await startAndCount(configId));
		expect(ended).toMatchObject({ outcome: 'succeeded' });
		expect(ended).not.toHaveProperty('ingest_counts');
		expect(simulator.requests.some(({ path }) => path.startsWith('/ingest'))).toBe(false);
	});

	test('counts that cannot be read do not lose the run', async () => {
		simulator.failNext({ kind: 'status', status: 403 }, { path: '/ingest/jobs' });
		const { items, error } = await startAndCount('cg-1');
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({
			outcome: 'succeeded',
			ingest_counts_error: expect.stringContaining('The API key is not allowed to do this'),
		});
	});

	test('are not asked for unless the user wants them', async () => {
		await runAmperity(simulator, { parameters: { configId: 'cg-1', waitForCompletion: true } });
		expect(simulator.requests.some(({ path }) => path.startsWith('/ingest'))).toBe(false);
	});
});
