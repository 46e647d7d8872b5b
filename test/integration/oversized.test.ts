/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import type { ServerResponse } from 'node:http';
import { memoryUsage } from 'node:process';
import { gzipSync } from 'node:zlib';
import type { IDataObject } from 'n8n-workflow';
import { startAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { RawServer, sendJson } from '../engine/rawServer';
import { within } from '../engine/within';

const MIB = 2 ** 20;

/** What the server gives at most, so that a client without a limit does not take the machine down. */
const ENOUGH = 200 * MIB;

const CHUNK = Buffer.alloc(MIB, ' ');

let server: RawServer;
let given: number[];

/** Gives bytes as fast as they are taken, and goes on far beyond what anybody should take. */
function giveWithoutEnd(response: ServerResponse, head: string): void {
	const answer = given.push(0) - 1;
	response.writeHead(200, { 'content-type': 'application/json' });
	response.write(head);
	const more = () => {
		while (given[answer]! < ENOUGH) {
			given[answer]! += CHUNK.length;
			if (!response.write(CHUNK)) return;
		}
		response.end();
	};
	response.on('drain', more);
	more();
}

beforeEach(() => {
	given = [];
});
afterEach(async () => await server.stop());

const execute = async (parameters: IDataObject) => {
	const execution = startAmperity({
		parameters,
		credentials: {
			tenant: 'acme',
			hosting: 'custom',
			baseUrl: server.baseUrl,
			accessToken: 'a-token',
			requestsPerSecond: 9.5,
		},
	});
	const before = memoryUsage().rss;
	let most = before;
	const watch = setInterval(() => {
		most = Math.max(most, memoryUsage().rss);
	}, 20);
	try {
		const result = await within(20, execution);
		return { ...result, text: errorText(result), grown: most - before };
	} finally {
		clearInterval(watch);
	}
};

const TOO_LARGE = /64 ?MiB|too large|larger than/i;

describe('an answer without end', () => {
	test.each<[string, IDataObject, string]>([
		['a run', { operation: 'get', runId: 'wf-1' }, '{"id":"wf-1"'],
		['a list', { operation: 'getMany' }, '{"data":['],
		['a web page', { operation: 'get', runId: 'wf-1' }, '<html>'],
	])('is given up: %s', async (_, parameters, head) => {
		server = await RawServer.start((__, response) => giveWithoutEnd(response, head));
		const { text, grown } = await execute(parameters);
		expect(text).toMatch(TOO_LARGE);
		// More than the limit is under way when it is noticed, but not much.
		for (const bytes of given) expect(bytes).toBeLessThan(90 * MIB);
		expect(grown).toBeLessThan(500 * MIB);
	});

	test('to a start says that a run may have started', async () => {
		server = await RawServer.start((_, response) => giveWithoutEnd(response, '{'));
		const { text } = await execute({ configId: 'cg-1', options: { ifStartIsLost: 'report' } });
		expect(text).toMatch(/may (still )?have (been )?started/i);
		expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});

test('a small answer that unpacks to a large one is given up too', async () => {
	const packed = gzipSync(
		Buffer.concat([Buffer.from('{"id":"wf-1"'), Buffer.alloc(80 * MIB, ' ')]),
	);
	server = await RawServer.start((_, response) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
		response.end(packed);
	});
	const { text } = await execute({ operation: 'get', runId: 'wf-1' });
	expect(text).toMatch(TOO_LARGE);
});

test('a large answer below the limit is read', async () => {
	const name = 'x'.repeat(20 * MIB);
	server = await RawServer.start((_, response) => sendJson(response, { id: 'wf-1', name }));
	const { items, text } = await execute({ operation: 'get', runId: 'wf-1' });
	expect(text).toBe('');
	expect(String(items[0]!.json.name).length).toBe(20 * MIB);
});
