/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets -- the name of a type of credential, no secret */
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import {
	credentialsFor,
	oAuth2CredentialsFor,
	runAmperity,
	storeOf,
	type NodeRun,
} from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { AmperitySimulator } from '../simulator';

let simulator: AmperitySimulator;
shareSimulator(60, (started) => {
	simulator = started;
});

/** One credential for two tenants: which one it is, the item says. */
const credentials = (): ICredentialDataDecryptedObject => ({
	...credentialsFor(simulator),
	tenant: '={{ $json.tenant }}',
	accessToken: '={{ $json.token }}',
});
const acme = (more: IDataObject = {}): IDataObject => ({
	tenant: 'acme',
	token: simulator.token,
	...more,
});
const globex = (more: IDataObject = {}): IDataObject => ({
	tenant: 'globex',
	token: simulator.otherToken,
	...more,
});
const run = async (parameters: IDataObject, items: IDataObject[], more: Partial<NodeRun> = {}) =>
	await runAmperity(simulator, { parameters, items, credentials: credentials(), ...more });

/** Who each request was for, and whether it came with that tenant's token. */
const tenantsAsked = () =>
	simulator.requests.map(({ headers }) => {
		const tenant = headers['amperity-tenant']!;
		const token = tenant === 'acme' ? simulator.token : simulator.otherToken;
		expect(headers.authorization).toBe(`Bearer ${token}`);
		return tenant;
	});
const runOf = (tenant: string, configId = 'cg-1') =>
	simulator.startRunAs({ principal: 'person', configId, tenant }).id;

test('Start: each item starts in its own tenant', async () => {
	const result = await run({ configId: '={{ $json.id }}' }, [
		acme({ id: 'cg-1' }),
		globex({ id: 'cg-2' }),
		acme({ id: 'cg-3' }),
		globex({ id: 'cg-4' }),
	]);
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => json.tenant)).toEqual(['acme', 'globex', 'acme', 'globex']);
	for (const [configId, tenant] of [
		['cg-1', 'acme'],
		['cg-2', 'globex'],
		['cg-3', 'acme'],
		['cg-4', 'globex'],
	]) {
		expect(simulator.runsStartedFor(configId!)).toMatchObject([{ tenant }]);
	}
	tenantsAsked();
});

test('Get: each item is read in its own tenant', async () => {
	const ids = [runOf('acme'), runOf('globex'), runOf('globex'), runOf('acme')];
	const result = await run({ operation: 'get', runId: '={{ $json.id }}' }, [
		acme({ id: ids[0] }),
		globex({ id: ids[1] }),
		globex({ id: ids[2] }),
		acme({ id: ids[3] }),
	]);
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => json.id)).toEqual(ids);
	expect(tenantsAsked().sort()).toEqual(['acme', 'acme', 'globex', 'globex']);
});

test('Get Many: each item lists its own tenant', async () => {
	const ids = [runOf('acme'), runOf('globex')];
	const result = await run({ operation: 'getMany' }, [acme(), globex()]);
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
		[ids[0], { item: 0 }],
		[ids[1], { item: 1 }],
	]);
	expect(tenantsAsked()).toEqual(['acme', 'globex']);
});

test.each(['campaign', 'segment', 'auditEvent'])(
	'%s, Get Many: each item lists its own',
	async (resource) => {
		const result = await run({ resource, operation: 'getMany' }, [acme(), globex()]);
		expect(errorText(result)).toBe('');
		expect(tenantsAsked().sort()).toEqual(['acme', 'globex']);
	},
);

test('Stop: each item is stopped in its own tenant', async () => {
	const ids = [runOf('acme', 'cg-slow'), runOf('globex', 'cg-slow')];
	const result = await run({ operation: 'stop', runId: '={{ $json.id }}' }, [
		acme({ id: ids[0] }),
		globex({ id: ids[1] }),
	]);
	expect(errorText(result)).toBe('');
	for (const id of ids) expect(['stopping', 'canceled']).toContain(simulator.stateOf(id));
	tenantsAsked();
});

test.each([1, 4])('Wait: %d runs of each tenant are looked at in their own', async (count) => {
	const items = Array.from({ length: count }, () => [
		acme({ id: runOf('acme') }),
		globex({ id: runOf('globex') }),
	]).flat();
	const result = await run({ operation: 'wait', runId: '={{ $json.id }}' }, items);
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => [json.id, json.outcome])).toEqual(
		items.map(({ id }) => [id, 'succeeded']),
	);
	tenantsAsked();
	expect(simulator.requests.filter(({ status }) => status !== 200)).toEqual([]);
});

test('Start with Wait for Completion, in both tenants', async () => {
	const items = [acme(), globex(), globex(), acme()];
	const result = await run({ configId: 'cg-1', waitForCompletion: true }, items);
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => [json.tenant, json.outcome])).toEqual(
		items.map(({ tenant }) => [tenant, 'succeeded']),
	);
	expect(simulator.runs).toHaveLength(4);
	tenantsAsked();
});

test('a stop at the maximum wait goes to the run’s own tenant', async () => {
	const items = [acme(), globex()];
	const options = { onTimeout: 'stop' };
	const parameters = { waitForCompletion: true, maximumWait: 1, options };
	await run({ configId: 'cg-waits-for-files', ...parameters }, items, {
		settings: { onError: 'continueRegularOutput' },
	});
	expect(simulator.runs.map(({ tenant }) => tenant).sort()).toEqual(['acme', 'globex']);
	const stops = simulator.requests.filter(({ path }) => path.endsWith('/stop'));
	expect(stops).toHaveLength(2);
	for (const { path, headers, status } of stops) {
		const { tenant } = simulator.runs.find(({ id }) => path.includes(id))!;
		expect(headers['amperity-tenant']).toBe(tenant);
		expect(status).toBe(200);
	}
});

test('a wrong token of one item is that item’s error, and no text shows any token', async () => {
	const secret = 'globex-secret-token-0123456789';
	simulator.onRequest = ({ headers }) =>
		headers.authorization?.includes(secret)
			? {
					kind: 'body',
					status: 400,
					body: { status: 400, message: `Bad token ${secret}`, request_id: 'r' },
				}
			: undefined;
	const result = await run({ operation: 'getMany' }, [acme(), globex({ token: secret }), acme()], {
		settings: { onError: 'continueErrorOutput' },
	});
	expect(result.errorItems).toHaveLength(1);
	const { token, ...told } = result.errorItems[0]!.json;
	expect(token).toBe(secret);
	expect(JSON.stringify(told)).toContain('Bad token');
	expect(JSON.stringify(told)).not.toContain(secret);
});

test('a field that an item lacks stops that item before anything is sent for it', async () => {
	const result = await run({ configId: 'cg-1' }, [acme(), { token: simulator.token }], {
		settings: { onError: 'continueErrorOutput' },
	});
	expect(result.errorItems).toHaveLength(1);
	expect(JSON.stringify(result.errorItems[0]!.json)).toContain('Tenant ID');
	expect(simulator.runs).toHaveLength(1);
});

describe('with an address and an OAuth client for each item', () => {
	let other: AmperitySimulator;

	beforeEach(async () => {
		other = await AmperitySimulator.start({
			tenant: 'initech',
			clientId: 'initech-client',
			clientSecret: 'initech-secret',
		});
	});
	afterEach(async () => await other.stop());

	const itemFor = ({ tenant, baseUrl, clientId, clientSecret }: AmperitySimulator, id: string) => ({
		...{ id, tenant, baseUrl, clientId, clientSecret },
	});
	const byItem = () => ({
		...oAuth2CredentialsFor(simulator),
		tenant: '={{ $json.tenant }}',
		baseUrl: '={{ $json.baseUrl }}',
		clientId: '={{ $json.clientId }}',
		clientSecret: '={{ $json.clientSecret }}',
	});

	test('each run is started there, with a token from there', async () => {
		const items = [
			itemFor(simulator, 'cg-1'),
			itemFor(other, 'cg-2'),
			itemFor(simulator, 'cg-3'),
			itemFor(other, 'cg-4'),
		];
		const store = storeOf(byItem());
		for (let execution = 1; execution <= 2; execution++) {
			const result = await runAmperity(simulator, {
				parameters: { authentication: 'amperityOAuth2Api', configId: '={{ $json.id }}' },
				items,
				store,
				executionId: String(execution),
			});
			expect(errorText(result)).toBe('');
			expect(result.items).toHaveLength(4);
		}
		expect(simulator.runs.map(({ configId }) => configId)).toEqual([
			'cg-1',
			'cg-3',
			'cg-1',
			'cg-3',
		]);
		expect(other.runs.map(({ configId }) => configId)).toEqual(['cg-2', 'cg-4', 'cg-2', 'cg-4']);
		for (const { requests, tenant, tokens } of [simulator, other]) {
			for (const { headers, path } of requests) {
				if (path.includes('oauth2')) continue;
				expect(headers['amperity-tenant']).toBe(tenant);
				const token = headers.authorization!.replace('Bearer ', '');
				expect(tokens.find(token, 0)).toMatchObject({ tenant });
			}
		}
	});
});
