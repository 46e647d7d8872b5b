import type { IDataObject } from 'n8n-workflow';
import { callTool, credentialsFor, runAmperity } from '../../engine';
import { shareSimulator } from '../../engine/shareSimulator';
import { AmperitySimulator } from '../../simulator';

const SPEED = 300;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const call = async (
	parameters: IDataObject,
	args: IDataObject = {},
	amperity = simulator,
): Promise<{ answer?: IDataObject[]; error_text?: string }> => {
	const [told] = await callTool(amperity, { parameters, calls: [args] });
	return told!;
};
const byModel = (key: string) => `={{ $fromAI('${key}', '', 'string') }}`;
const start = (more: IDataObject = {}): IDataObject => ({
	operation: 'start',
	configId: { __rl: true, mode: 'id', value: byModel('id') },
	...more,
});
const ID = { id: 'cg-1' };

/** Gives a test a tenant of another name. */
async function inTenant(tenant: string, use: (amperity: AmperitySimulator) => Promise<void>) {
	const amperity = await AmperitySimulator.start({ tenant });
	try {
		await use(amperity);
		expect(amperity.validationErrors).toEqual([]);
	} finally {
		await amperity.stop();
	}
}

describe('Allow the Agent to Do This', () => {
	test.each<[string, IDataObject]>([
		['as it is added', {}],
		['Never', { allowAgent: 'never' }],
		['by its name', { allowAgent: 'Everywhere' }],
		['in another case', { allowAgent: 'EVERYWHERE' }],
		['an expression', { allowAgent: '={{ "everywhere" }}' }],
		['an expression that the model fills', { allowAgent: byModel('allow') }],
		['the switch of an older version', { allowAgent: true }],
		['its text', { allowAgent: 'true' }],
		['nothing', { allowAgent: null }],
		['an empty text', { allowAgent: '' }],
		['a list', { allowAgent: ['everywhere'] }],
		['an object', { allowAgent: { value: 'everywhere' } }],
		['one that there is not', { allowAgent: 'anywhere' }],
	])('%s: nothing is started', async (_, allow) => {
		const told = await call(start(allow), { ...ID, allow: 'everywhere', allowAgent: 'everywhere' });
		expect(told.answer).toBeUndefined();
		expect(told.error_text).toContain('This tool is not allowed to start workflow runs');
		expect(told.error_text).toContain('Do not try again');
		expect(told.error_text).toContain('Allow the Agent to Do This');
		expect(simulator.requests).toEqual([]);
	});

	test.each([
		'acme',
		'acme-sb',
		'acme-sb-',
		'acme-sb-x12',
		'acme-sb-12x',
		'acme-sb-12-prod',
		'sb-12',
	])('Sandbox Tenants Only: nothing is started or stopped in %s', async (tenant) => {
		await inTenant(tenant, async (amperity) => {
			const allowAgent = 'sandbox';
			const started = await call(start({ allowAgent }), ID, amperity);
			expect(started.error_text).toMatch(/sandbox/i);
			expect(started.error_text).toContain('Do not try again');
			const { id } = amperity.startRunAs({ principal: 'person', configId: 'cg-slow' });
			const stopped = await call({ operation: 'stop', allowAgent, runId: id }, {}, amperity);
			expect(stopped.error_text).toMatch(/sandbox/i);
			expect(amperity.requests).toEqual([]);
		});
	});

	test.each(['acme-sb-12345', 'acme-corp-sb-1'])(
		'Sandbox Tenants Only: runs are started and stopped in %s',
		async (tenant) => {
			await inTenant(tenant, async (amperity) => {
				const allowAgent = 'sandbox';
				const { answer } = await call(start({ allowAgent }), { id: 'cg-slow' }, amperity);
				const [run] = amperity.runs;
				expect(answer).toEqual([expect.objectContaining({ id: run!.id })]);
				const stop = { operation: 'stop', allowAgent, runId: run!.id };
				const stopped = await call(stop, {}, amperity);
				expect(stopped.answer).toEqual([expect.objectContaining({ id: run!.id })]);
			});
		},
	);

	test('is no field of the node that is no tool', async () => {
		const parameters = { configId: 'cg-1', allowAgent: 'never' };
		const { error } = await runAmperity(simulator, { parameters });
		expect(error).toBeUndefined();
		expect(simulator.runs).toHaveLength(1);
	});
});

describe('the answer repeats what was sent', () => {
	const allowed = (more: IDataObject) => start({ allowAgent: 'everywhere', ...more });

	test.each<[string, IDataObject, IDataObject, IDataObject]>([
		['the ID alone', {}, {}, {}],
		['a mode', { runMode: byModel('mode') }, { mode: 'Full' }, { run_mode: 'full' }],
		[
			'a day',
			{ timeRange: 'day', day: byModel('day') },
			{ day: '2026-10-01' },
			{ range_from: '2026-10-01T00:00:00Z' },
		],
		[
			'a range in a zone',
			{
				timeRange: byModel('range'),
				rangeFrom: byModel('from'),
				rangeTo: byModel('to'),
				timeZone: byModel('zone'),
			},
			{ range: 'Date Range', from: '2026-10-01', to: '2026-10-02', zone: 'America/New_York' },
			{ range_from: '2026-10-01T04:00:00Z', range_to: '2026-10-02T04:00:00Z' },
		],
	])('%s', async (_, parameters, args, sent) => {
		for (const output of ['simplified', 'raw', 'selected']) {
			const { answer } = await call(allowed({ ...parameters, output }), { ...ID, ...args });
			const request = { config_id: 'cg-1', ...sent };
			expect(answer).toEqual([expect.objectContaining({ request, n8n_execution_id: '1' })]);
		}
		const bodies = simulator.requests.map(({ body }) => body);
		expect(bodies).toEqual(Array(3).fill({ config_id: 'cg-1', ...sent }));
	});

	test.each<[IDataObject, IDataObject]>([
		[
			{ timeRange: byModel('range'), day: byModel('day') },
			{ range: 'Single day of', day: '' },
		],
		[
			{ timeRange: byModel('range'), day: byModel('day') },
			{ range: 'Single Day', day: 'today' },
		],
		[{ timeRange: 'lastDays', days: byModel('days') }, { days: 'seven' }],
		[{ runMode: byModel('mode') }, { mode: 'fast' }],
	])('what the model gets wrong starts nothing: %p, %p', async (parameters, args) => {
		const { error_text: text } = await call(allowed(parameters), { ...ID, ...args });
		expect(text).toMatch(/^(Time Range|Day|Number of Days|Run Mode) /);
		expect(simulator.requests).toEqual([]);
	});

	test('as does the item of the node', async () => {
		const parameters = { configId: 'cg-1', timeRange: 'day', day: '2026-10-01', runMode: 'full' };
		for (const simplify of [true, false]) {
			const { items } = await runAmperity(simulator, {
				parameters: { ...parameters, simplify },
				executionId: '4711',
			});
			expect(items.map(({ json }) => json)).toEqual([
				expect.objectContaining({
					request: {
						config_id: 'cg-1',
						run_mode: 'full',
						range_from: '2026-10-01T00:00:00Z',
					},
					n8n_execution_id: '4711',
				}),
			]);
		}
	});
});

describe('Output', () => {
	const SIMPLIFIED = [
		'id',
		'name',
		'type',
		'state',
		'outcome',
		'summary',
		'duration_seconds',
		'created_at',
		'ended_at',
		'tenant',
		'failing_task',
		'next_step',
		'failure',
		'tasks',
	];

	const failedRun = () => {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-fails-customer' });
		simulator.endRun(id, 'failed-customer');
		return { operation: 'get', runId: id, view: 'verbose' };
	};

	test.each([{}, { output: 'simplified' }, { output: '={{ "SIMPLIFIED" }}' }])(
		'%p: few keys, and what matters before the tasks',
		async (output) => {
			const { answer } = await call({ ...failedRun(), ...output });
			const keys = Object.keys(answer![0]!);
			expect(SIMPLIFIED).toEqual(expect.arrayContaining(keys));
			expect(keys).toEqual(
				expect.arrayContaining(['id', 'outcome', 'summary', 'failure', 'failing_task', 'tasks']),
			);
			expect(keys.indexOf('failure')).toBeLessThan(keys.indexOf('tasks'));
			expect(keys.indexOf('summary')).toBeLessThan(keys.indexOf('tasks'));
			expect(answer![0]).toMatchObject({
				failure: { message: expect.any(String), attribution: 'customer' },
			});
		},
	);

	test('Raw: the run as it came', async () => {
		const parameters = failedRun();
		const { answer } = await call({ ...parameters, output: 'raw' });
		const [run] = answer!;
		expect(run).toMatchObject({
			id: parameters.runId,
			outcome: 'failed',
			run_error: expect.any(Object),
			task_instances: expect.any(Array),
			principal_id: expect.any(String),
		});
		for (const key of ['summary', 'duration_seconds', 'failure', 'tasks', 'error', 'next_step']) {
			expect(run).not.toHaveProperty(key);
		}
	});

	test.each<[unknown, string[]]>([
		[undefined, ['id', 'name', 'state', 'summary']],
		[
			['id', 'outcome'],
			['id', 'outcome'],
		],
		['={{ "outcome, Next Step" }}', ['next_step', 'outcome']],
		['={{ ["run_error", "Task Instances"] }}', ['run_error', 'task_instances']],
	])('Selected Fields: %p', async (fields, keys) => {
		const given = fields === undefined ? {} : { fields };
		const parameters = { ...failedRun(), output: 'selected', ...given } as IDataObject;
		const { answer } = await call(parameters);
		expect(Object.keys(answer![0]!).sort()).toEqual(keys);
	});

	test('is asked for on the tool only, and Simplify on the node only', async () => {
		const parameters = failedRun();
		const { items, error } = await runAmperity(simulator, {
			parameters: { ...parameters, output: 'odd', fields: 'odd' },
		});
		expect(error).toBeUndefined();
		expect(items[0]!.json).toHaveProperty('summary');
		const { answer } = await call({ ...parameters, simplify: 'odd' });
		expect(answer![0]).toHaveProperty('summary');
	});

	test('the tool is told no token, whatever the form', async () => {
		const parameters = start({ allowAgent: 'everywhere' });
		for (const output of ['simplified', 'raw', 'selected']) {
			const told = await call({ ...parameters, output }, ID);
			expect(JSON.stringify(told)).not.toContain(credentialsFor(simulator).accessToken);
		}
	});
});
