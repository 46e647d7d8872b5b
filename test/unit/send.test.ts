/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { Readable } from 'node:stream';
import { sleep, type IHttpRequestOptions } from 'n8n-workflow';
import { isOutage } from '../../nodes/Amperity/transport/failure';
import { send, type HttpRequest } from '../../nodes/Amperity/transport/send';

const REQUEST: HttpRequest = {
	method: 'POST',
	path: '/workflow/runs',
	body: { config_id: 'cg-1' },
};

const failing = (code: string, text = code) => Object.assign(new Error(text), { code });

/** An answer whose body is made of these pieces; an error ends it. */
const answerOf = (...pieces: Array<string | Error>) => ({
	statusCode: 201,
	headers: { date: 'now' },
	body: Readable.from(
		(function* () {
			for (const piece of pieces) {
				if (piece instanceof Error) throw piece;
				yield Buffer.from(piece);
			}
		})(),
		{ objectMode: false },
	),
});

const never = new Promise<never>(() => {});

async function sending(
	response: Promise<unknown>,
	more: { timeoutMs?: number; cancel?: AbortSignal; secrets?: string[] } = {},
	respond: (abortSignal: AbortSignal) => Promise<unknown> = async () => await response,
) {
	const options: IHttpRequestOptions[] = [];
	const result = await send(
		async (given) => {
			options.push(given);
			return await respond(given.abortSignal as AbortSignal);
		},
		REQUEST,
		{ timeoutMs: 5_000, secrets: [], ...more },
	);
	return { ...result, options };
}

test('an answer is handed over as a whole, whatever its status', async () => {
	const { answer, failure } = await sending(Promise.resolve(answerOf('{"id":', '"wf-1"}')));
	expect(failure).toBeUndefined();
	expect(answer).toEqual({ status: 201, headers: { date: 'now' }, text: '{"id":"wf-1"}' });
});

test('is sent once, without redirects and without repeats of n8n’s', async () => {
	const { options } = await sending(Promise.resolve(answerOf('{}')));
	expect(options).toHaveLength(1);
	expect(options[0]).toMatchObject({
		method: 'POST',
		url: '/workflow/runs',
		body: { config_id: 'cg-1' },
		timeout: 5_000,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
	});
});

describe('a connection that is cut off', () => {
	test('before any answer is told from', async () => {
		const { failure } = await sending(Promise.reject(failing('ECONNRESET', 'socket hang up')));
		expect(failure).toEqual({
			kind: 'network',
			code: 'ECONNRESET',
			text: 'socket hang up',
			answerHadBegun: false,
		});
		expect(isOutage(failure!)).toBe(true);
	});

	test.each([
		['before the first byte of a body', []],
		['in the middle of a body', ['{"id":']],
	])('one that is cut off %s', async (_, pieces) => {
		const cutOff = answerOf(...pieces, failing('ECONNRESET', 'aborted'));
		const { failure } = await sending(Promise.resolve(cutOff));
		expect(failure).toMatchObject({ kind: 'network', code: 'ECONNRESET', answerHadBegun: true });
		expect(isOutage(failure!)).toBe(false);
	});
});

describe('a request that takes too long', () => {
	test('is given up without an answer', async () => {
		const { failure } = await sending(never, { timeoutMs: 20 });
		expect(failure).toMatchObject({ kind: 'network', code: 'ETIMEDOUT', answerHadBegun: false });
	});

	test('is told from one that is cancelled, also where the helper says so of both', async () => {
		const { failure } = await sending(never, { timeoutMs: 20 }, async (abortSignal) => {
			const body = new Readable({ read() {} });
			const cancelled = failing('ERR_CANCELED', 'canceled');
			abortSignal.addEventListener('abort', () => body.destroy(cancelled));
			return { ...answerOf(), body };
		});
		expect(failure).toMatchObject({ code: 'ETIMEDOUT', text: 'canceled' });
	});

	test('is given up in the middle of one', async () => {
		const { body, ...head } = answerOf();
		body.destroy();
		const endless = new Readable({ read() {} });
		endless.push('{"id":');
		const answer = Promise.resolve({ ...head, body: endless });
		const { failure } = await sending(answer, { timeoutMs: 20 });
		expect(failure).toMatchObject({ kind: 'network', code: 'ETIMEDOUT', answerHadBegun: true });
	});

	test('or that n8n stops, is told apart', async () => {
		const stop = new AbortController();
		void sleep(20).then(() => stop.abort());
		const { failure } = await sending(never, { cancel: stop.signal });
		expect(failure).toMatchObject({ kind: 'network', code: 'ERR_CANCELED' });
	});
});

test('secrets are not repeated', async () => {
	const error = failing('ECONNRESET', 'token s3cret was sent');
	const { failure } = await sending(Promise.reject(error), { secrets: ['s3cret'] });
	expect(failure).toMatchObject({ text: 'token ***** was sent' });
});
