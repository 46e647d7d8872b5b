import type { IDataObject } from 'n8n-workflow';
import { runAmperity } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import { amperitySays, STRANGERS, strangerSays } from '../engine/speakers';
import type { AmperitySimulator, Fault } from '../simulator';

/** A minute of patience takes 0.1 s. */
const SPEED = 600;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const SOMETHING = /Something between n8n and Amperity answered/;

/** What a person would change in vain. */
const BLAME =
	/API key|DataGrid|polic(y|ies) of|access token|Tenant ID|Config ID|\bfields?\b|correct the|Run ID is|did not find|not allowed to/i;

const MARKUP = /<[a-z/!]/i;

const STATUSES = [
	...[200, 201, 204, 301, 302, 307],
	...[400, 401, 403, 404, 405, 407, 409, 413, 418, 429, 451, 500, 502, 503, 504],
];
const isBodyless = (status: number) => status === 204;

const always = (fault: Fault) => {
	simulator.onRequest = () => fault;
};
const run = async (parameters: IDataObject) => await runAmperity(simulator, { parameters });
const get = async () => await run({ operation: 'get', runId: 'wf-20240619-14418-6UhqSe' });

describe.each(Object.keys(STRANGERS))('%s is not Amperity’s word', (what) => {
	const statuses = STATUSES.filter((status) => !isBodyless(status) || what === 'nothing');

	test.each(statuses)('for a Get, whatever the status: %d', async (status) => {
		always(strangerSays(what, status));
		const text = errorText(await get());
		expect(text).toMatch(SOMETHING);
		expect(text).not.toMatch(BLAME);
		expect(text).not.toMatch(MARKUP);
	});
});

const OPERATIONS: Array<[string, IDataObject]> = [
	['Get Many', { operation: 'getMany' }],
	['Stop', { operation: 'stop', runId: 'wf-1' }],
	['Wait', { operation: 'wait', runId: 'wf-1' }],
	['Campaign: Get Many', { resource: 'campaign', operation: 'getMany' }],
	['Segment: Get Many', { resource: 'segment', operation: 'getMany' }],
	['Audit Event: Get Many', { resource: 'auditEvent', operation: 'getMany' }],
	['Ingest Job: Get', { resource: 'ingestJob', operation: 'get', jobId: 'isj-1' }],
];

describe.each(OPERATIONS)('%s', (_, parameters) => {
	test.each([403, 404, 407, 400, 200, 302, 502])('knows who answered %d', async (status) => {
		for (const what of ['a web page', 'nothing', 'other JSON']) {
			always(strangerSays(what, status));
			const text = errorText(await run(parameters));
			expect(text).toMatch(SOMETHING);
			expect(text).not.toMatch(BLAME);
		}
	});
});

test.each(Object.keys(STRANGERS))('407 with %s names the proxy and its login', async (what) => {
	always(strangerSays(what, 407));
	const text = errorText(await get());
	expect(text).toMatch(/\bproxy\b/i);
	expect(text).toMatch(/log ?in|credentials|user name|password|authenticat/i);
});

describe('an answer of 200 that holds an error tells its message', () => {
	test.each(OPERATIONS)('%s', async (_, parameters) => {
		always({
			kind: 'body',
			status: 200,
			body: { status: 403, message: 'Maintenance until noon', request_id: 'request-id-1' },
		});
		const text = errorText(await run(parameters));
		expect(text).toContain('Maintenance until noon');
		expect(text).toContain('request-id-1');
		expect(text).not.toMatch(/empty, cut off|web page/);
	});

	test('Start', async () => {
		always({ kind: 'body', status: 200, body: { status: 400, message: 'No such group today' } });
		const text = errorText(await run({ configId: 'cg-1', options: { ifStartIsLost: 'report' } }));
		expect(text).toContain('No such group today');
	});
});

describe('an error of Amperity keeps its words', () => {
	const statuses = [400, 401, 403, 404, 405, 409, 422, 429, 500, 503];

	test.each(statuses)('and what Support asks for: %d', async (status) => {
		always(amperitySays(status));
		const text = errorText(await get());
		expect(text).toContain('The words of Amperity');
		expect(text).toContain('request-id-1');
		expect(text).toContain('trace-id-1');
		expect(text).not.toMatch(SOMETHING);
	});

	test('without a request_id too', async () => {
		always({ kind: 'body', status: 404, body: { message: 'The words of Amperity' } });
		const text = errorText(await get());
		expect(text).toContain('The words of Amperity');
		expect(text).not.toMatch(SOMETHING);
	});
});

describe('a start', () => {
	const MAY_HAVE_STARTED = /may (still )?have (been )?started/i;
	const start = async (options: IDataObject = {}) => await run({ configId: 'cg-1', options });
	const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
	const onPost = (fault: Fault) => {
		simulator.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
	};

	describe.each(['a web page', 'nothing', 'other JSON'])(
		'answered by a stranger with %s',
		(what) => {
			const statuses = STATUSES.filter((status) => !isBodyless(status) || what === 'nothing');

			test.each(statuses)('is not taken for refused: %d', async (status) => {
				onPost(strangerSays(what, status, true));
				const text = errorText(await start({ ifStartIsLost: 'report' }));
				expect(text).toMatch(MAY_HAVE_STARTED);
				expect(text).not.toMatch(BLAME);
				expect(simulator.runs).toHaveLength(1);
			});

			test.each([200, 403, 404, 407, 429, 502])('is told or found: %d', async (status) => {
				onPost(strangerSays(what, status, true));
				const result = await start();
				expect(simulator.runs).toHaveLength(1);
				if (result.error) expect(errorText(result)).toMatch(MAY_HAVE_STARTED);
				else expect(result.items[0]!.json.id).toBe(simulator.runs[0]!.id);
			});
		},
	);

	test.each([400, 403, 404, 405, 422])('that Amperity refuses (%d) is refused', async (status) => {
		onPost(amperitySays(status));
		const text = errorText(await start());
		expect(text).toContain('The words of Amperity');
		expect(text).not.toMatch(MAY_HAVE_STARTED);
		expect(posts()).toHaveLength(1);
	});
});
