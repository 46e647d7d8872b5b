/* eslint-disable @n8n/community-nodes/no-hardcoded-secrets -- no secret of anything */
import fc from 'fast-check';
import { readAnswer, withoutSecrets, type Answer } from '../../nodes/Amperity/transport/answer';
import { hasId, identified, type Identified } from '../../nodes/Amperity/transport/list';
import { pageOf, type Page } from '../../nodes/Amperity/transport/pagination';

const TOKEN = 'eyJhbGciOi.token+of/the=test';

const answered = (status: number, body: unknown, headers = {}): Answer<Identified> => {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return readAnswer({ status, headers, text }, identified, [TOKEN]);
};

const listed = (body: unknown): Answer<Page<Identified>> =>
	readAnswer(
		{ status: 200, headers: {}, text: JSON.stringify(body) },
		(json) => pageOf(json, hasId),
		[TOKEN],
	);

const NOT_AMPERITY: Array<[string, unknown]> = [
	['nothing', ''],
	['a page', '<html><body>Forbidden</body></html>'],
	['a text', 'upstream connect error'],
	['JSON that is cut off', '{"id": "wf-1", "sta'],
	['an empty object', {}],
	['an empty list', []],
	['a list', [{ message: 'no' }]],
	['null', 'null'],
	['a JSON text', '"no"'],
	['a number', '403'],
	['true', 'true'],
	['a message that is no text', { status: 403, message: 7 }],
	['a message that is an object', { message: { text: 'no' } }],
	['a message that is empty', { status: 403, message: '' }],
	['an error of another name', { error: 'Forbidden' }],
];

describe('what was asked for', () => {
	test.each([200, 201, 299])('is Amperity’s word with HTTP %i', (status) => {
		const run = { id: 'wf-1', state: 'running', something_new: [1, null, { a: '\n"' }] };
		expect(answered(status, run)).toEqual({ value: run });
	});

	test.each([199, 302, 403, 500])('is none with HTTP %i', (status) => {
		expect(answered(status, { id: 'wf-1' }).failure).toMatchObject({
			kind: 'intermediary',
			status,
		});
	});

	test('may hold a message of its own', () => {
		expect(answered(200, { id: 'wf-1', message: 'hello' }).value).toMatchObject({ id: 'wf-1' });
	});

	test('is not what another endpoint gives', () => {
		expect(answered(200, { data: [] }).failure).toMatchObject({ kind: 'intermediary' });
		expect(listed([{ id: 'wf-1' }]).failure).toMatchObject({ kind: 'intermediary' });
		expect(listed({ data: [], next_token: {} }).failure).toMatchObject({ kind: 'intermediary' });
		expect(listed({ data: [] }).value).toEqual({ items: [] });
	});
});

describe.each([200, 302, 400, 401, 403, 404, 407, 429, 500, 503])('HTTP %i', (status) => {
	test.each(NOT_AMPERITY)('with %s is not Amperity’s', (_, body) => {
		expect(answered(status, body)).toEqual({ failure: { kind: 'intermediary', status } });
	});
});

describe('Amperity’s error', () => {
	test.each([302, 400, 401, 403, 404, 429, 500, 503])(
		'is JSON with a message (HTTP %i)',
		(status) => {
			expect(answered(status, { message: 'no', request_id: 'r', trace_id: 't' }).failure).toEqual({
				kind: 'amperity',
				status,
				httpStatus: status,
				body: { message: 'no', requestId: 'r', traceId: 't' },
			});
		},
	);

	test('may leave out its IDs, or have none that is a text', () => {
		for (const body of [{ message: 'no' }, { message: 'no', request_id: 5, trace_id: '' }]) {
			expect(answered(400, body).failure).toMatchObject({ body: { message: 'no' } });
			const { failure } = answered(400, body);
			expect(failure?.kind === 'amperity' && failure.body.requestId).toBeUndefined();
			expect(failure?.kind === 'amperity' && failure.body.traceId).toBeUndefined();
		}
	});

	test.each<[unknown, number]>([
		[403, 403],
		[503, 503],
		[400, 400],
		[399, 200],
		[200, 200],
		['403', 200],
		[403.5, 200],
		[null, 200],
		[undefined, 200],
	])('with HTTP 200 states its status: %p counts as %i', (stated, status) => {
		expect(answered(200, { status: stated, message: 'no' }).failure).toMatchObject({
			kind: 'amperity',
			status,
			httpStatus: 200,
		});
	});

	test('with another HTTP status has that one', () => {
		expect(answered(503, { status: 404, message: 'no' }).failure).toMatchObject({
			status: 503,
			httpStatus: 503,
		});
	});

	test('is told in one plain line', () => {
		expect(
			answered(400, { message: 'Run <b>canceled</b>\nby\u0000 a person', request_id: '<i>r</i>' })
				.failure,
		).toMatchObject({ body: { message: 'Run canceled by a person', requestId: 'r' } });
	});
});

describe('Retry-After', () => {
	const headers = {
		'retry-after': 'Thu, 01 Oct 2026 00:00:32 GMT',
		date: 'Thu, 01 Oct 2026 00:00:02 GMT',
	};

	test.each([{ message: 'busy' }, '<html>busy</html>'])('is kept, whoever says it (%j)', (body) => {
		expect(answered(503, body, headers).failure).toMatchObject({ retryAfterMs: 30_000 });
		expect(answered(429, body, { 'retry-after': '2.5' }).failure).toMatchObject({
			retryAfterMs: 2_500,
		});
	});

	test('is undefined where nobody asks', () => {
		expect(answered(429, { message: 'busy' }).failure).toMatchObject({ retryAfterMs: undefined });
	});
});

describe('a secret', () => {
	/** Every character as JSON may write it. */
	const escaped = (text: string) =>
		[...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

	test.each([
		['as it is', TOKEN],
		['with escaped slashes', TOKEN.replaceAll('/', '\\/')],
		['with every character escaped', escaped(TOKEN)],
		['with one character escaped', `\\u0065${TOKEN.slice(1)}`],
	])('is removed from values, keys and errors, %s', (_, written) => {
		expect(answered(200, `{"id":"wf-1","echo":"a ${written} b","${written}":1}`).value).toEqual({
			id: 'wf-1',
			echo: 'a ***** b',
			'*****': 1,
		});
		expect(
			answered(401, `{"message":"${written}","request_id":"${written}"}`).failure,
		).toMatchObject({
			body: { message: '*****', requestId: '*****' },
		});
	});

	test('is removed wherever it is, and each of several', () => {
		expect(withoutSecrets('one two one three', ['one', 'three'])).toBe('***** two ***** *****');
		expect(withoutSecrets('nothing', [])).toBe('nothing');
	});

	test('is removed from any JSON, and all else stays', () => {
		// Unlike a token, a text of such letters may be part of the JSON itself.
		const anyText = fc.string({ maxLength: 5 });
		fc.assert(
			fc.property(anyText, anyText, fc.jsonValue(), (before, after, rest) => {
				const body = { id: 'wf-1', echo: `${before}${TOKEN}${after}`, rest };
				const expected = { id: 'wf-1', echo: `${before}*****${after}`, rest };
				expect(answered(200, body).value).toEqual(JSON.parse(JSON.stringify(expected)));
			}),
		);
	});
});

// JSON writes these characters in another way than the secret has them.
test.each(['with"quotes', 'with\\backslash'])('a secret such as %s is removed', (secret) => {
	const text = JSON.stringify({ message: `no ${secret} here` });
	const { failure } = readAnswer({ status: 400, headers: {}, text }, identified, [secret]);
	expect(failure).toMatchObject({ body: { message: 'no ***** here' } });
});
