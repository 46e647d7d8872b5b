/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets -- the name of a type of credential, no secret */
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import {
	createTrigger,
	oAuth2CredentialsFor,
	runAmperity,
	storeOf,
	type CredentialStore,
	type NodeRun,
} from '../engine';
import { warpTime } from '../engine/warpTime';
import { AmperitySimulator, type Fault } from '../simulator';

/** A token that lives 5 s lives a quarter of a second here, which one request never takes. */
const SPEED = 20;

let simulator: AmperitySimulator;
let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
});

beforeEach(async () => {
	simulator = await AmperitySimulator.start({ tokenLifetimeMs: 5_000 });
});

afterEach(async () => {
	expect(simulator.validationErrors).toEqual([]);
	await simulator.stop();
});

afterAll(() => unwarp());

const run = async (parameters: IDataObject, fields: ICredentialDataDecryptedObject = {}) => {
	const result = await runAmperity(simulator, {
		parameters: { authentication: 'amperityOAuth2Api', ...parameters },
		credentials: { ...oAuth2CredentialsFor(simulator), ...fields },
	});
	const output = JSON.stringify(result.run);
	expect(output).not.toContain(simulator.clientSecret);
	for (const { token } of simulator.tokenExchanges) if (token) expect(output).not.toContain(token);
	return result;
};

/** The same for executions that share what n8n has stored, as those of one n8n do. */
const runWith = async (store: CredentialStore, parameters: IDataObject, more?: Partial<NodeRun>) =>
	await runAmperity(simulator, {
		parameters: { authentication: 'amperityOAuth2Api', ...parameters },
		store,
		...more,
	});
const storeNow = () => storeOf(oAuth2CredentialsFor(simulator));
const apiRequests = () => simulator.requests.filter(({ path }) => !path.includes('oauth2'));

const statuses = () => apiRequests().map(({ status }) => status);

/** Another process of n8n, such as a worker, renews the token and stores it. */
const renewElsewhere = async (store: CredentialStore) => {
	const { clientId, clientSecret } = simulator;
	const response = await fetch(`${simulator.baseUrl}/v0/oauth2/token`, {
		method: 'POST',
		headers: { 'X-Amperity-Tenant': simulator.tenant },
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: clientId,
			client_secret: clientSecret,
		}),
	});
	const { access_token } = (await response.json()) as { access_token: string };
	const stored = store.get('amperityOAuth2Api')!;
	store.set('amperityOAuth2Api', { ...stored, accessToken: access_token });
	return access_token;
};

test('the token request is form-encoded and names the tenant', async () => {
	await run({ configId: 'cg-1' });
	const [exchange] = simulator.requests.filter(({ path }) => path.endsWith('/oauth2/token'));
	expect(exchange).toMatchObject({
		method: 'POST',
		path: '/v0/oauth2/token',
		body: {
			grant_type: 'client_credentials',
			client_id: simulator.clientId,
			client_secret: simulator.clientSecret,
		},
		headers: {
			'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
			'x-amperity-tenant': simulator.tenant,
		},
	});
	expect(exchange!.headers).not.toHaveProperty('authorization');
});

test('a stored token is used by later executions', async () => {
	simulator.tokenLifetimeMs = 3_600_000;
	const store = storeNow();
	await runWith(store, { operation: 'getMany' });
	await runWith(store, { operation: 'getMany' });
	expect(simulator.tokenExchanges).toHaveLength(1);
	expect(statuses()).toEqual([200, 200]);
});

test('requests side by side share one exchange', async () => {
	simulator.tokenLifetimeMs = 3_600_000;
	simulator.failNext({ kind: 'late', delayMs: 2_000 }, { path: /oauth2/ });
	const store = storeNow();
	const results = await Promise.all(
		Array.from({ length: 6 }, () => runWith(store, { operation: 'getMany' })),
	);
	for (const { error } of results) expect(error).toBeUndefined();
	expect(simulator.tokenExchanges).toHaveLength(1);
});

test('requests that find the same token expired share one exchange', async () => {
	const store = storeNow();
	await runWith(store, { operation: 'getMany' });
	simulator.revokeToken(simulator.tokenExchanges[0]!.token!);
	simulator.tokenLifetimeMs = 3_600_000;
	const results = await Promise.all(
		Array.from({ length: 6 }, () => runWith(store, { operation: 'getMany' })),
	);
	for (const { error } of results) expect(error).toBeUndefined();
	expect(simulator.tokenExchanges).toHaveLength(2);
});

describe('a token that another process of n8n has renewed', () => {
	test('is not needed: this process gets one of its own when its own has expired', async () => {
		const store = storeNow();
		await runWith(store, { operation: 'getMany' });
		const older = simulator.tokenExchanges[0]!.token!;
		const newer = await renewElsewhere(store);
		simulator.revokeToken(older);
		simulator.revokeToken(newer);
		const { error, items } = await runWith(store, { configId: 'cg-1' });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
	});
});

test('a start gets a token first', async () => {
	const { items, error } = await run({ configId: 'cg-1' });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(simulator.tokenExchanges).toMatchObject([{ status: 200 }]);
});

test('a wait outlives many tokens', async () => {
	simulator.setScenario('cg-1', { durationMs: 60_000 });
	const { items, error } = await run({ configId: 'cg-1', waitForCompletion: true });
	expect(error).toBeUndefined();
	expect(items[0]!.json).toMatchObject({ outcome: 'succeeded' });
	expect(simulator.tokenExchanges.length).toBeGreaterThan(3);
});

test('a list of many pages outlives many tokens', async () => {
	for (let i = 0; i < 12_000; i++) simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
	const { items, error } = await run({ operation: 'getMany', returnAll: true });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(12_000);
	expect(simulator.tokenExchanges.length).toBeGreaterThan(1);
});

test('polls outlive many tokens', async () => {
	const { poll } = createTrigger(oAuth2CredentialsFor(simulator), {
		authentication: 'amperityOAuth2Api',
	});
	await poll();
	for (let i = 0; i < 4; i++) {
		const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
		simulator.endRun(id, 'succeeded');
		simulator.clock.advance(6_000);
		expect((await poll()).map((item) => item.id)).toEqual([id]);
	}
});

test('a wrong secret gives an error that says so, and nothing is started', async () => {
	const { error } = await run({ configId: 'cg-1' }, { clientSecret: 'wrong-secret' });
	expect(error!.message).toContain('did not accept Client ID and Client Secret');
	expect(simulator.runs).toEqual([]);
});

test('an error of the token endpoint does not show what it answered', async () => {
	const body = { error: `${simulator.clientSecret} of ${simulator.clientId} is wrong` };
	simulator.failNext({ kind: 'body', status: 401, body }, { path: /oauth2/, times: 9 });
	const { error } = await run({ configId: 'cg-1' });
	expect(error!.message).toContain('did not accept Client ID and Client Secret');
});

test('a secret that is changed in n8n and Amperity is used at once, in place of a good token', async () => {
	simulator.tokenLifetimeMs = 3_600_000;
	const store = storeNow();
	await runWith(store, { operation: 'getMany' });
	simulator.clientSecret = 'second-secret';
	const stored = store.get('amperityOAuth2Api')!;
	store.set('amperityOAuth2Api', { ...stored, clientSecret: 'second-secret' });
	const { error } = await runWith(store, { operation: 'getMany' });
	expect(error).toBeUndefined();
	expect(simulator.tokenExchanges).toHaveLength(2);
	expect(apiRequests().at(-1)!.headers.authorization).toBe(
		`Bearer ${simulator.tokenExchanges[1]!.token}`,
	);
});

test('a secret that is changed to a wrong one is not hidden by the old token', async () => {
	simulator.tokenLifetimeMs = 3_600_000;
	const store = storeNow();
	await runWith(store, { operation: 'getMany' });
	const stored = store.get('amperityOAuth2Api')!;
	store.set('amperityOAuth2Api', { ...stored, clientSecret: 'mistyped' });
	const { error } = await runWith(store, { configId: 'cg-1' });
	expect(error!.message).toContain('did not accept Client ID and Client Secret');
	expect(simulator.runs).toEqual([]);
});

test('a changed secret is used at once, whatever token is stored', async () => {
	await run({ configId: 'cg-1' });
	simulator.clientSecret = 'new-secret';
	const { error } = await run(
		{ configId: 'cg-2' },
		{ accessToken: 'of-the-old-secret', clientMark: 'of-the-old-secret' },
	);
	expect(error).toBeUndefined();
	expect(simulator.tokenExchanges.at(-1)).toMatchObject({ status: 200 });
});

test('trouble of the token endpoint is waited out, and still there is one run', async () => {
	simulator.failNext({ kind: 'status', status: 503 }, { path: /oauth2/, times: 2 });
	simulator.failNext({ kind: 'drop-before' }, { path: /oauth2/ });
	const { items, error } = await run({ configId: 'cg-1' });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	expect(simulator.runsStartedFor('cg-1')).toHaveLength(1);
});

test('a token endpoint of its own is used', async () => {
	const other = await AmperitySimulator.start();
	try {
		const { error } = await run({ configId: 'cg-1' }, { tokenUrl: 'not an address' });
		expect(error!.message).toContain('Token Endpoint in the Amperity credential');
		await run({ configId: 'cg-1' }, { tokenUrl: `${other.baseUrl}/v0/oauth2/token` });
		expect(other.tokenExchanges.length).toBeGreaterThan(0);
		expect(simulator.tokenExchanges).toEqual([]);
	} finally {
		await other.stop();
	}
});

describe('a token endpoint that is wrong or in trouble', () => {
	test.each<[string, Fault]>([
		['a web page', { kind: 'html', status: 200 }],
		['no token', { kind: 'body', body: { token_type: 'Bearer' } }],
		['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' }],
		['not found', { kind: 'status', status: 404 }],
	])('that answers with %s is named, and nothing is started', async (_, fault) => {
		simulator.failNext(fault, { path: /oauth2/, times: 20 });
		const { error } = await run({ configId: 'cg-1' });
		expect(error!.message).toContain('No access token came from Amperity’s token endpoint');
		expect(error!.message).toContain('Token Endpoint');
		expect(simulator.runs).toEqual([]);
	});

	test('that nobody listens at is named after some tries, and nothing is started', async () => {
		const { error } = await run(
			{ operation: 'getMany', filters: {} },
			{ tokenUrl: 'http://127.0.0.1:1/oauth2/token' },
		);
		expect(error!.message).toContain('token endpoint');
		expect(error!.message).toContain('Token Endpoint');
		expect(simulator.runs).toEqual([]);
	});

	test('while it renews an expired token of a start, the start happens once', async () => {
		const store = storeNow();
		await runWith(store, { configId: 'cg-1' });
		simulator.revokeToken(simulator.tokenExchanges[0]!.token!);
		simulator.failNext({ kind: 'drop-before' }, { path: /oauth2/ });
		simulator.failNext({ kind: 'status', status: 500 }, { path: /oauth2/ });
		const { error, items } = await runWith(store, {
			configId: 'cg-2',
			options: { ifStartIsLost: 'report' },
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(simulator.runsStartedFor('cg-2')).toHaveLength(1);
	});
});

test('a token without the tenant’s policy is no reason for more exchanges', async () => {
	simulator.onRequest = ({ path }) =>
		path.includes('oauth2') ? undefined : { kind: 'status', status: 403 };
	const { error } = await run({ operation: 'getMany' });
	expect(error!.message).toContain('The API key is not allowed to do this');
	expect(simulator.tokenExchanges.length).toBeLessThanOrEqual(1);
});
