import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { credentialsFor, runAmperity, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator } from '../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const PAGE = 'https://amperity.example/t/acme/runs/{id}?tab=tasks';
const pageOf = (id: unknown) => `https://amperity.example/t/acme/runs/${String(id)}?tab=tasks`;

const linked = (more: ICredentialDataDecryptedObject = {}) => ({
	...credentialsFor(simulator),
	workflowPageUrl: PAGE,
	...more,
});
const run = async (parameters: IDataObject, more: Partial<NodeRun> = {}) =>
	await runAmperity(simulator, { parameters, credentials: linked(), ...more });
const failedRun = () => {
	const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
	simulator.endRun(id, 'failed');
	return id;
};

test.each<[string, () => IDataObject]>([
	['Start', () => ({ configId: 'cg-1' })],
	['Start with wait', () => ({ configId: 'cg-1', waitForCompletion: true })],
	['Wait', () => ({ operation: 'wait', runId: failedRun(), options: { onUnsuccessful: 'emit' } })],
	['Get', () => ({ operation: 'get', runId: failedRun() })],
	['Get Many', () => ({ operation: 'getMany', limit: failedRun() && 5 })],
	['Stop', () => ({ operation: 'stop', runId: failedRun() })],
])('%s: items link to the page of their run, in each form', async (_, parameters) => {
	for (const simplify of [true, false]) {
		const { items, error } = await run({ ...parameters(), simplify });
		expect(error).toBeUndefined();
		expect(items.length).toBeGreaterThan(0);
		for (const { json } of items) expect(json.url).toBe(pageOf(json.id));
	}
});

test.each([undefined, '', null])('without the field (%p) nothing is linked', async (page) => {
	const credentials = linked({ workflowPageUrl: page as unknown as string });
	for (const simplify of [true, false]) {
		const parameters = { operation: 'get', runId: failedRun(), view: 'verbose', simplify };
		const { items } = await run(parameters, { credentials });
		expect(items[0]!.json).not.toHaveProperty('url');
	}
	const wait = await run({ operation: 'wait', runId: failedRun() }, { credentials });
	expect(wait.error!.description).not.toContain('http');
	expect(wait.error!.context!.details).not.toHaveProperty('url');
});

test('the error of a run that did not succeed links to its page, also on the error output', async () => {
	const id = failedRun();
	const { error } = await run({ operation: 'wait', runId: id });
	expect(error!.description).toContain(` Its page in Amperity: ${pageOf(id)}`);
	expect(error!.context!.details).toMatchObject({ run_id: id, url: pageOf(id) });

	const settings = { onError: 'continueErrorOutput' } as const;
	const { errorItems } = await run({ operation: 'wait', runId: id }, { settings });
	expect(errorItems[0]!.json.message).toContain(pageOf(id));
});

test('each item follows its own credential', async () => {
	const items = ['https://one.example/{id}', '', 'https://three.example/{id}'].map((page) => ({
		id: failedRun(),
		page,
	}));
	const result = await run(
		{ operation: 'get', runId: '={{ $json.id }}' },
		{ items, credentials: linked({ workflowPageUrl: '={{ $json.page }}' }) },
	);
	expect(result.error).toBeUndefined();
	expect(result.items.map(({ json }) => json.url)).toEqual([
		`https://one.example/${items[0]!.id}`,
		undefined,
		`https://three.example/${items[2]!.id}`,
	]);
});

test('an item whose address cannot be used is the only one that fails', async () => {
	const items = ['https://one.example/{id}', 'https://two.example/'].map((page) => ({
		id: failedRun(),
		page,
	}));
	const result = await run(
		{ operation: 'get', runId: '={{ $json.id }}' },
		{
			items,
			credentials: linked({ workflowPageUrl: '={{ $json.page }}' }),
			settings: { onError: 'continueRegularOutput' },
		},
	);
	expect(result.items.map(({ json }) => json)).toEqual([
		expect.objectContaining({ url: `https://one.example/${items[0]!.id}` }),
		expect.objectContaining({
			error: expect.stringContaining('Workflow Page URL in the Amperity credential'),
		}),
	]);
});
