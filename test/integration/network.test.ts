/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets -- the name of a type of credential, no secret */
import { sleep } from 'n8n-workflow';
import { credentialsFor, oAuth2CredentialsFor, runAmperity, startAmperity } from '../engine';
import { failConnects, failLookups } from '../engine/connectErrors';
import { errorText } from '../engine/errorText';
import { RawServer } from '../engine/rawServer';
import { shareSimulator } from '../engine/shareSimulator';
import { warpTime } from '../engine/warpTime';
import { within } from '../engine/within';
import { AmperitySimulator } from '../simulator';

const MAY_HAVE_STARTED = /may (still )?have (been )?started/i;

/** Trying it again usually helps with a busy server, but not with any of these. */
const VAIN_HOPE = /passes by itself|try again later/i;

let simulator: AmperitySimulator;
/** Patience with a network that is away takes little time. */
shareSimulator(60, (started) => {
	simulator = started;
});

afterEach(() => jest.restoreAllMocks());

const start = (baseUrl = simulator.baseUrl) =>
	startAmperity({
		parameters: { configId: 'cg-1', options: { ifStartIsLost: 'report' } },
		credentials: { ...credentialsFor(simulator), baseUrl },
	});
const posts = () => simulator.requests.filter(({ method }) => method === 'POST');

/** What the operating system says when it could not even open a connection. */
const CONNECT_CODES = [
	...['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'ETIMEDOUT'],
	...['EADDRNOTAVAIL', 'EACCES', 'EPERM', 'EINVAL', 'ECONNRESET', 'ECONNABORTED', 'EPIPE'],
];

describe.each(CONNECT_CODES)('connect %s', (code) => {
	test('is known to have sent nothing', async () => {
		const connects = failConnects(code, 1_000);
		const text = errorText(await within(8, start()));
		expect(connects).toHaveBeenCalled();
		expect(text).not.toBe('');
		expect(text).not.toMatch(MAY_HAVE_STARTED);
	});

	test('of a moment, with an item that starts once', async () => {
		const connects = failConnects(code, 1);
		const { items, error } = await within(8, start());
		// A code that no patience helps with may end the item at once, but never with a doubt.
		expect(errorText({ error })).not.toMatch(MAY_HAVE_STARTED);
		expect(connects.mock.calls.length).toBeGreaterThanOrEqual(1);
		expect(posts()).toHaveLength(items.length);
		expect(simulator.runs).toHaveLength(items.length);
	});
});

test.each(['ENETUNREACH', 'EHOSTUNREACH', 'ETIMEDOUT'])(
	'a network that is away for a moment (%s) does not cost the item',
	async (code) => {
		failConnects(code, 2);
		const { items } = await within(8, start());
		expect(items).toHaveLength(1);
		expect(posts()).toHaveLength(1);
	},
);

test('an address that no route leads to is known to have got nothing', async () => {
	const text = errorText(await within(8, start('http://255.255.255.255:9/api')));
	expect(text).not.toBe('');
	expect(text).not.toMatch(MAY_HAVE_STARTED);
});

describe('a host that does not exist', () => {
	const UNKNOWN = 'http://no-such-host.invalid/api';

	test('is named, at once, and nothing was sent', async () => {
		const lookups = failLookups('ENOTFOUND');
		const text = errorText(await within(8, start(UNKNOWN)));
		expect(text).toMatch(/\bhost\b/i);
		expect(text).toMatch(/Base URL|Hosting/);
		expect(text).not.toMatch(MAY_HAVE_STARTED);
		expect(text).not.toMatch(VAIN_HOPE);
		expect(lookups.mock.calls.length).toBeLessThanOrEqual(2);
	});

	test('is named for the token endpoint of an OAuth client too', async () => {
		const lookups = failLookups('ENOTFOUND');
		const { error } = await runAmperity(simulator, {
			parameters: { authentication: 'amperityOAuth2Api', configId: 'cg-1' },
			credentials: { ...oAuth2CredentialsFor(simulator), tokenUrl: `${UNKNOWN}/token` },
		});
		expect(errorText({ error })).toMatch(/\bhost\b/i);
		expect(errorText({ error })).toMatch(/Token Endpoint/);
		expect(errorText({ error })).not.toMatch(MAY_HAVE_STARTED);
		expect(errorText({ error })).not.toMatch(VAIN_HOPE);
		expect(lookups.mock.calls.length).toBeLessThanOrEqual(2);
	});

	test('only because no name server answers is asked for again', async () => {
		const lookups = failLookups('EAI_AGAIN');
		const text = errorText(await within(8, start(UNKNOWN)));
		expect(text).not.toMatch(MAY_HAVE_STARTED);
		expect(lookups.mock.calls.length).toBeGreaterThan(1);
	});
});

describe('HTTPS to a port that speaks HTTP', () => {
	test('fails in the handshake: its own words, at once, nothing sent', async () => {
		const plain = await RawServer.start((_, response) => void response.end());
		try {
			const began = performance.now();
			const baseUrl = plain.baseUrl.replace('http:', 'https:');
			const text = errorText(await within(8, start(baseUrl)));
			expect(text).toMatch(/TLS|HTTPS|handshake/i);
			expect(text).not.toMatch(MAY_HAVE_STARTED);
			expect(text).not.toMatch(VAIN_HOPE);
			expect(plain.requests).toEqual([]);
			expect(plain.connections).toBeLessThanOrEqual(2);
			expect(performance.now() - began).toBeLessThan(60 * 2_000);
		} finally {
			await plain.stop();
		}
	});
});

test('a port that opens 1.5 s later gets the start once', async () => {
	const holder = await RawServer.start((_, response) => void response.end());
	const { port } = holder;
	await holder.stop();
	const unwarp = warpTime(1);
	try {
		const { token, tenant } = simulator;
		const execution = start(`http://127.0.0.1:${port}/api`);
		await sleep(1_500);
		const late = await AmperitySimulator.start({ port, token, tenant });
		try {
			const { items, error } = await within(15, execution);
			expect(errorText({ error })).toBe('');
			expect(items).toHaveLength(1);
			expect(late.runs).toHaveLength(1);
			expect(late.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		} finally {
			await late.stop();
		}
	} finally {
		unwarp();
	}
});

test('a start whose token never came was not sent, whatever time it took', async () => {
	simulator.failNext({ kind: 'late', delayMs: 3_600_000 }, { path: /oauth2/, times: 100 });
	const execution = startAmperity({
		parameters: {
			authentication: 'amperityOAuth2Api',
			configId: 'cg-1',
			// Sockets keep their own time, however fast the test's passes.
			options: { requestTimeout: 2 },
		},
		credentials: oAuth2CredentialsFor(simulator),
	});
	const text = errorText(await within(10, execution));
	expect(text).not.toBe('');
	expect(text).not.toMatch(MAY_HAVE_STARTED);
	expect(simulator.requests.every(({ path }) => path.includes('oauth2'))).toBe(true);
});
