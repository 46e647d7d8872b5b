import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { makeIdentity } from '../engine/certificate';
import { RawServer, sendJson, type RawHandler } from '../engine/rawServer';
import { credentialData, oAuth2CredentialData, type Lab } from '../n8n-host/lab';
import { shareLab } from './shareLab';

let lab: Lab;
shareLab((started) => {
	lab = started;
});

/** Each server answers everything in one way; they are stopped after the test. */
const servers: RawServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.stop();
	lab.simulator.reset();
});

const serve = async (handler: RawHandler, isSecure = false) => {
	const server = await RawServer.start(handler, isSecure ? makeIdentity() : undefined);
	servers.push(server);
	return server;
};

const page =
	(status: number): RawHandler =>
	(_, response) =>
		void response
			.writeHead(status, { 'content-type': 'text/html' })
			.end('<!DOCTYPE html><html><body>Sorry</body></html>');
const json =
	(status: number, body: unknown): RawHandler =>
	(_, response) =>
		sendJson(response, body, status);

/** Leaves the token to the simulator's client, so that only the address of the API is in question. */
const withToken =
	(handler: RawHandler): RawHandler =>
	(request, response) => {
		if (!request.url.includes('oauth2')) handler(request, response);
		else
			sendJson(response, { access_token: 'some-token', expires_in: 3_600, token_type: 'Bearer' });
	};

const types: Array<[string, () => ICredentialDataDecryptedObject]> = [
	['amperityApi', () => credentialData(lab.simulator)],
	['amperityOAuth2Api', () => oAuth2CredentialData(lab.simulator)],
];

const testWith = async (type: string, data: ICredentialDataDecryptedObject) =>
	await lab.client.testCredential(await lab.client.createCredential(type, data), data);

const closedPort = async () => {
	const server = await RawServer.start(() => undefined);
	const { baseUrl } = server;
	await server.stop();
	return baseUrl;
};

/** The code stands in brackets behind our words, for whoever helps. */
const CODE_IN_BRACKETS = / \(Code \w+\)/;

/** What only a machine could have written. */
const NOT_OUR_WORDS =
	/ERR_|ECONNREFUSED|ENOTFOUND|SELF_SIGNED|DEPTH_ZERO|status code|<html|undefined|\[object|Couldn't connect with these settings/;

type Address = () => Promise<string>;

const addresses: Array<[string, Address, RegExp]> = [
	[
		'a single thing with an ID',
		async () => (await serve(withToken(json(200, { id: 'health' })))).baseUrl,
		/Base URL|Hosting/,
	],
	['a web page', async () => (await serve(withToken(page(200)))).baseUrl, /Base URL|Hosting/],
	[
		'other JSON',
		async () => (await serve(withToken(json(200, { hello: 1 })))).baseUrl,
		/Base URL|Hosting/,
	],
	[
		'a JSON text',
		async () => (await serve(withToken(json(200, 'OK')))).baseUrl,
		/Base URL|Hosting/,
	],
	[
		'nothing',
		async () => (await serve(withToken((_, response) => void response.end()))).baseUrl,
		/Base URL|Hosting/,
	],
	[
		'a web page of 403',
		async () => (await serve(withToken(page(403)))).baseUrl,
		/between n8n and Amperity/,
	],
	[
		'a web page of 404',
		async () => (await serve(withToken(page(404)))).baseUrl,
		/between n8n and Amperity|Base URL|Hosting/,
	],
	['407', async () => (await serve(withToken(page(407)))).baseUrl, /proxy/i],
	['a host nobody knows', async () => 'http://no-such-host.invalid/api', /Base URL|Hosting/],
	['a port nobody listens at', closedPort, /Base URL|Hosting|reach|connect/],
	[
		'a certificate nobody vouches for',
		async () => (await serve(withToken(json(200, { data: [] })), true)).baseUrl,
		/certificate is not trusted.*NODE_EXTRA_CA_CERTS/is,
	],
	[
		'a port without TLS',
		async () => (await serve(page(200))).baseUrl.replace('http:', 'https:'),
		/TLS|HTTPS|handshake/i,
	],
	[
		'an error inside of 200',
		async () =>
			(await serve(withToken(json(200, { status: 403, message: 'Closed today' })))).baseUrl,
		/Closed today/,
	],
];

describe.each(types)('a credential of the type %s', (type, data) => {
	it('is green for the right address', async () => {
		expect(await testWith(type, data())).toMatchObject({ status: 'OK' });
	});

	it.each(addresses)('is red for %s, in our own words', async (_, address, words) => {
		const result = await testWith(type, { ...data(), baseUrl: await address() });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(words) });
		expect(result.message.replace(CODE_IN_BRACKETS, '')).not.toMatch(NOT_OUR_WORDS);
	});

	const causes: Array<[number, RegExp]> = [
		[401, type === 'amperityApi' ? /access token/i : /token|Client/i],
		[403, /API key|DataGrid|Tenant ID/],
		[404, /Tenant ID|Base URL|Hosting/],
	];

	it.each(causes)('is red for a %d of Amperity, with the remedy', async (status, words) => {
		const body = { status, message: 'The words of Amperity', request_id: 'r' };
		const { baseUrl } = await serve(withToken(json(status, body)));
		const result = await testWith(type, { ...data(), baseUrl });
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(words) });
		expect(result.message.replace(CODE_IN_BRACKETS, '')).not.toMatch(NOT_OUR_WORDS);
	});
});

describe('an OAuth client is red for a token endpoint that is', () => {
	const endpoints: Array<[string, Address, RegExp]> = [
		['a web page', async () => (await serve(page(200))).baseUrl, /Token Endpoint/],
		['other JSON', async () => (await serve(json(200, { hello: 1 }))).baseUrl, /Token Endpoint/],
		['blocked', async () => (await serve(page(403))).baseUrl, /between n8n and/],
		['behind a proxy’s login', async () => (await serve(page(407))).baseUrl, /proxy/i],
		['nowhere', async () => (await serve(page(404))).baseUrl, /Token Endpoint|between n8n and/],
		['in trouble', async () => (await serve(page(500))).baseUrl, /token/i],
		['of an unknown host', async () => 'http://no-such-host.invalid', /Token Endpoint|\bhost\b/],
		['closed', closedPort, /Token Endpoint|token endpoint/],
		[
			'not trusted',
			async () => (await serve(json(200, {}), true)).baseUrl,
			/certificate is not trusted.*NODE_EXTRA_CA_CERTS/is,
		],
	];

	it.each(endpoints)('%s, in our own words', async (_, address, words) => {
		const data = { ...oAuth2CredentialData(lab.simulator), tokenUrl: `${await address()}/token` };
		const result = await testWith('amperityOAuth2Api', data);
		expect(result).toEqual({ status: 'Error', message: expect.stringMatching(words) });
		expect(result.message.replace(CODE_IN_BRACKETS, '')).not.toMatch(NOT_OUR_WORDS);
		expect(lab.simulator.requests).toEqual([]);
	});

	it('not at fault when the secret is wrong: then that is what it says', async () => {
		const data = { ...oAuth2CredentialData(lab.simulator), clientSecret: 'mistyped' };
		expect(await testWith('amperityOAuth2Api', data)).toEqual({
			status: 'Error',
			message: expect.stringMatching(/Client ID and Client Secret/),
		});
	});
});
