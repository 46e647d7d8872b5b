import type { Failure } from '../../nodes/Amperity/transport/failure';
import { failureText } from '../../nodes/Amperity/transport/failureText';
import { credential, intermediary, network, NO_TURN, STOPPED, TEXTS } from './failures';

const saying = (status: number, message = 'Unknown property'): Failure => ({
	kind: 'amperity',
	status,
	httpStatus: status,
	body: { message, requestId: 'req-1', traceId: 'tr-1' },
});

const STATUSES = Array.from({ length: 500 }, (_, index) => 100 + index);

describe('Amperity’s own error', () => {
	test.each<[number, string, RegExp]>([
		[400, 'Amperity rejected the request as invalid', /^Correct the fields/],
		[401, 'Amperity did not accept the access token', /Get a new one in Amperity/],
		[403, 'The API key is not allowed to do this', /DataGrid Operator/],
		[404, 'Amperity did not find what the request names', /sandbox and production/],
		[405, 'Amperity rejected the request as invalid', /^Correct the fields/],
		[408, 'Amperity could not answer the request', /Try again in a few minutes/],
		[409, 'The current state in Amperity does not allow this', /Look at the run/],
		[422, 'Amperity rejected the request as invalid', /^Correct the fields/],
		[429, 'Amperity received too many requests', /10 requests per second/],
		[500, 'Amperity could not answer the request', /Try again in a few minutes/],
		[503, 'Amperity could not answer the request', /Try again in a few minutes/],
	])('HTTP %i: %s', (status, message, remedy) => {
		expect(failureText(saying(status), false)).toEqual({
			message: `${message}: Unknown property`,
			remedy: expect.stringMatching(remedy),
			facts: ` (HTTP ${status}, Request ID req-1, Trace ID tr-1)`,
		});
	});

	test('a token that was just issued is not to be replaced by a person', () => {
		expect(failureText(saying(401, 'expired'), true)).toEqual({
			message: 'Amperity did not accept a token that it has just issued: expired',
			remedy: 'Check that Tenant ID in the credential is the tenant of the client.',
			facts: ' (HTTP 401, Request ID req-1, Trace ID tr-1)',
		});
		expect(failureText(saying(403), true)).toEqual(failureText(saying(403), false));
	});

	test('is told without IDs that it does not give', () => {
		const body = { message: 'no', traceId: 'tr-1' };
		const failure: Failure = { kind: 'amperity', status: 403, httpStatus: 200, body };
		expect(failureText(failure, false).facts).toBe(' (HTTP 403, Trace ID tr-1)');
	});
});

describe('an answer that is not Amperity’s', () => {
	test('says so, and blames neither key, ID, token nor fields, whatever its status', () => {
		for (const status of STATUSES) {
			for (const tokenIsFresh of [false, true]) {
				const { message, remedy, facts } = failureText(intermediary(status), tokenIsFresh);
				expect(message).toMatch(/^Something between n8n and Amperity answered/);
				expect(`${message} ${remedy}`).not.toMatch(/\b(key|IDs?|tokens?|fields?|DataGrid)\b/i);
				expect(facts).toBe(` (HTTP ${status})`);
			}
		}
	});

	test.each<[number, string, RegExp]>([
		[200, '', /empty, cut off, or not what Amperity sends, such as a web page/],
		[204, '', /empty, cut off/],
		[301, ': it redirects the request to another address', /Redirects are not followed/],
		[307, ': it redirects the request to another address', /Redirects are not followed/],
		[407, ': a proxy that asks for a login', /HTTP_PROXY and HTTPS_PROXY/],
		[401, '', /does not let the request through/],
		[403, '', /does not let the request through/],
		[404, '', /does not let the request through/],
		[451, '', /does not let the request through/],
		[408, '', /usually passes by itself/],
		[429, '', /usually passes by itself/],
		[502, '', /usually passes by itself/],
		[520, '', /usually passes by itself/],
	])('HTTP %i%s', (status, message, remedy) => {
		const text = failureText(intermediary(status), false);
		expect(text.message).toBe(`Something between n8n and Amperity answered${message}`);
		expect(text.remedy).toMatch(remedy);
	});
});

test.each<[string, Failure, string, RegExp, string]>([
	[
		'a lost answer',
		network('ECONNRESET', 'socket hang up'),
		'No answer came from Amperity',
		/Check the network/,
		' (Code ECONNRESET)',
	],
	[
		'an untrusted certificate',
		network('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'),
		'The certificate is not trusted',
		/NODE_EXTRA_CA_CERTS/,
		' (Code SELF_SIGNED_CERT_IN_CHAIN)',
	],
	[
		'no connection',
		network('ETIMEDOUT', TEXTS.neverConnected),
		'No connection could be made',
		/reaches the internet/,
		' (Code ETIMEDOUT)',
	],
	[
		'an error of n8n’s own',
		network('UNKNOWN', 'Domain <b>not</b> allowed'),
		'No answer came from Amperity: Domain not allowed',
		/./,
		' (Code UNKNOWN)',
	],
	[
		'a credential',
		credential(false),
		'No access token came',
		/^The request itself was not sent\.$/,
		'',
	],
	['no turn', NO_TURN, 'There was no time left to send the request', /^Nothing was sent\./, ''],
	['a stop', STOPPED, 'n8n stopped the execution', /^Nothing was sent to Amperity\.$/, ''],
])('%s', (_, failure, message, remedy, facts) => {
	expect(failureText(failure, false)).toEqual({
		message,
		remedy: expect.stringMatching(remedy),
		facts,
	});
});

test('no text holds the word by which n8n takes a failure for a stop', () => {
	const failures = [
		...STATUSES.map((status) => saying(status)),
		...STATUSES.map((status) => intermediary(status)),
		network('X'),
		NO_TURN,
		STOPPED,
	];
	for (const failure of failures) {
		const { message, remedy } = failureText(failure, false);
		expect(`${message} ${remedy}`).not.toMatch(/canceled/i);
	}
});
