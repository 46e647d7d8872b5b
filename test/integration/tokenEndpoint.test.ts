/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-hardcoded-secrets -- runs in Node.js, never inside n8n; the name of a type of credential is no secret */
import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { oAuth2CredentialsFor, startAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { RawServer, sendJson, type RawHandler } from '../engine/rawServer';
import { shareSimulator } from '../engine/shareSimulator';
import { within } from '../engine/within';
import type { AmperitySimulator } from '../simulator';

const SPEED = 60;
const SECOND = 1_000;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

let endpoint: RawServer;
afterEach(async () => await endpoint.stop());

const serve = async (handler: RawHandler) => {
	endpoint = await RawServer.start(handler);
};
const start = (options: IDataObject = {}) =>
	startAmperity({
		parameters: { authentication: 'amperityOAuth2Api', configId: 'cg-1', options },
		credentials: {
			...oAuth2CredentialsFor(simulator),
			tokenUrl: `${endpoint.baseUrl}/v0/oauth2/token`,
		},
	});

/** A byte a second and never the end, of what could be JSON. */
const drip: RawHandler = (_, response) => {
	response.writeHead(200, { 'content-type': 'application/json' });
	response.write('{');
	const timer = setInterval(() => response.write(' '), SECOND / SPEED);
	response.on('close', () => clearInterval(timer));
};

const NOTHING_SENT = (text: string) => {
	expect(text).not.toMatch(/may (still )?have (been )?started/i);
	expect(simulator.requests).toEqual([]);
};

describe('a token endpoint that drips', () => {
	test('ends in an error at a deadline', async () => {
		await serve(drip);
		const began = performance.now();
		const text = errorText(await within(12, start({ requestTimeout: 2 })));
		expect(text).toMatch(/token/i);
		NOTHING_SENT(text);
		expect(performance.now() - began).toBeLessThan(10 * 60 * SECOND);
	});

	test('does not outlive the execution', async () => {
		await serve(drip);
		const { result, stop } = start();
		while (endpoint.requests.length === 0) await sleep(SECOND);
		const stoppedAt = performance.now();
		stop();
		await within(5, { result, stop });
		expect(performance.now() - stoppedAt).toBeLessThan(30 * SECOND);
		expect(simulator.requests).toEqual([]);
	});

	test('does not hold up what comes after it', async () => {
		await serve((request, response) => {
			if (endpoint.requests.length === 1) drip(request, response);
			else {
				const { token } = simulator;
				sendJson(response, { access_token: token, expires_in: 3_600, token_type: 'Bearer' });
			}
		});
		const first = start();
		while (endpoint.requests.length === 0) await sleep(SECOND);
		first.stop();
		await within(5, first);
		const { items, error } = await within(8, start());
		expect(errorText({ error })).toBe('');
		expect(items).toHaveLength(1);
	});

	test('of a whole token, slowly, still gives it within the time of a request', async () => {
		const text = JSON.stringify({
			access_token: simulator.token,
			expires_in: 3_600,
			token_type: 'Bearer',
		});
		await serve((_, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.write(text.slice(0, 9));
			setTimeout(() => response.end(text.slice(9)), 5 * SECOND);
		});
		const { items } = await within(8, start());
		expect(items).toHaveLength(1);
	});
});

const answers: Array<[string, number, unknown, RegExp]> = [
	['a web page of 200', 200, '<html><body>Log in</body></html>', /Token Endpoint|between/i],
	['a web page of 403', 403, '<html><body>Blocked</body></html>', /between n8n and/i],
	['a web page of 404', 404, '<html><body>Not found</body></html>', /Token Endpoint|between/i],
	['407', 407, '<html>Proxy</html>', /proxy/i],
	['500', 500, { error: 'server_error' }, /token/i],
	['500 with a page', 500, '<html>oops</html>', /token/i],
	['429', 429, { error: 'slow_down' }, /token.*|too many/i],
	['other JSON', 200, { hello: 'world' }, /Token Endpoint|no access token/i],
	['nothing', 200, '', /Token Endpoint|no access token/i],
	['401', 401, { error: 'invalid_client' }, /Client ID and Client Secret/],
	['400 invalid_client', 400, { error: 'invalid_client' }, /Client ID|Client Secret/],
];

describe('a token endpoint that answers with', () => {
	test.each(answers)('%s is told in our own words', async (_, status, body, words) => {
		await serve((__, response) => {
			if (typeof body !== 'string') sendJson(response, body, status);
			else response.writeHead(status, { 'content-type': 'text/html' }).end(body);
		});
		const text = errorText(await within(10, start()));
		expect(text).toMatch(words);
		expect(text).not.toMatch(/ERR_TOKEN_EXCHANGE|<html|undefined|AxiosError|status code/);
		NOTHING_SENT(text);
	});

	test.each([403, 404, 407])('a page of %d does not blame the client', async (status) => {
		await serve((_, response) => {
			response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Blocked</html>');
		});
		const text = errorText(await within(10, start()));
		expect(text).not.toMatch(/Client Secret|Client ID|DataGrid|API key is/);
	});
});
