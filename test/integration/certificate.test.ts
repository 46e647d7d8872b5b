import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, oAuth2CredentialsFor, startAmperity } from '../engine';
import { makeIdentity, trust } from '../engine/certificate';
import { errorText } from '../engine/errorText';
import { RawServer, sendJson, type Identity } from '../engine/rawServer';
import { within } from '../engine/within';
import { AmperitySimulator } from '../simulator';

const RUN = { id: 'wf-1', state: 'running', type: 'courier.group/run', name: 'A', tenant: 'acme' };

let identity: Identity;
let stranger: Identity;
let simulator: AmperitySimulator;
let server: RawServer;
let distrust = () => {};

beforeAll(async () => {
	identity = makeIdentity();
	stranger = makeIdentity('DNS:elsewhere.example');
	simulator = await AmperitySimulator.start();
});

afterAll(async () => await simulator.stop());

const serve = async (shown = identity) => {
	server = await RawServer.start(({ url }, response) => {
		const token = { access_token: 'a-token', expires_in: 3_600, token_type: 'Bearer' };
		sendJson(response, url.includes('oauth2') ? token : RUN, url.includes('oauth2') ? 200 : 201);
	}, shown);
};

afterEach(async () => {
	distrust();
	distrust = () => {};
	await server.stop();
});

type Case = [string, () => IDataObject];

const token = () => ({ ...credentialsFor(simulator), baseUrl: server.baseUrl });
const oAuth2 = () => ({ ...oAuth2CredentialsFor(simulator), baseUrl: server.baseUrl });
const endpoint = () => ({
	...oAuth2CredentialsFor(simulator),
	tokenUrl: `${server.baseUrl}/token`,
});

const cases: Case[] = [
	['Amperity, with an access token', () => ({ credentials: token() })],
	['Amperity, with an OAuth client', () => ({ credentials: oAuth2(), type: 'amperityOAuth2Api' })],
	['the token endpoint', () => ({ credentials: endpoint(), type: 'amperityOAuth2Api' })],
];

const execute = async (setup: IDataObject, parameters: IDataObject) => {
	const { credentials, type = 'amperityApi' } = setup;
	const began = performance.now();
	const execution = startAmperity({
		parameters: { authentication: type, ...parameters },
		credentials: credentials as ReturnType<typeof credentialsFor>,
	});
	const result = await within(50, execution);
	return { ...result, text: errorText(result), seconds: (performance.now() - began) / 1_000 };
};

const operations: Array<[string, IDataObject]> = [
	['Start', { configId: 'cg-1', options: { ifStartIsLost: 'report' } }],
	['Get', { operation: 'get', runId: 'wf-1' }],
];

describe.each(cases)('a certificate that nobody vouches for, of %s', (_, setup) => {
	test.each(operations)('%s', async (__, parameters) => {
		await serve();
		const { text, seconds } = await execute(setup(), parameters);
		expect(text).toMatch(/certificate is not trusted/i);
		expect(text).toContain('NODE_EXTRA_CA_CERTS');
		expect(text).not.toMatch(/may (still )?have (been )?started|passes by itself/i);
		expect(text).not.toMatch(/check the network|ERR_TOKEN_EXCHANGE/i);
		expect(seconds).toBeLessThan(2);
		expect(server.connections).toBeLessThanOrEqual(2);
		expect(server.requests).toEqual([]);
	});
});

describe.each(cases)('a certificate of another host, of %s', (_, setup) => {
	test('is told at once, and nothing was sent', async () => {
		await serve(stranger);
		distrust = trust(stranger);
		const { text, seconds } = await execute(setup(), operations[0]![1]);
		expect(text).toMatch(/certificate/i);
		expect(text).not.toMatch(/may (still )?have (been )?started|passes by itself/i);
		expect(seconds).toBeLessThan(2);
		expect(server.connections).toBeLessThanOrEqual(2);
		expect(server.requests).toEqual([]);
	});
});

test.each(cases.slice(0, 2))('a certificate that is trusted lets through: %s', async (_, setup) => {
	await serve();
	distrust = trust(identity);
	const { items, text } = await execute(setup(), operations[0]![1]);
	expect(text).toBe('');
	expect(items).toHaveLength(1);
	expect(server.requests.at(-1)).toMatchObject({ method: 'POST', body: '{"config_id":"cg-1"}' });
});
