/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { PassThrough, Readable } from 'node:stream';
import { ANSWER_TOO_LARGE, answerText } from '../../credentials/answerText';

const MEBIBYTE = 2 ** 20;

const NEVER = new AbortController().signal;

const bytes = (text: string) => Buffer.from(text, 'utf8');

const streamOf = (...chunks: Uint8Array[]) => Readable.from(chunks, { objectMode: false });

const read = async (...chunks: Uint8Array[]) => await answerText(streamOf(...chunks), NEVER);

test('reads a text, in one piece or several', async () => {
	expect(await read(bytes('{"id":"wf-1"}'))).toBe('{"id":"wf-1"}');
	expect(await read(bytes('{"id":'), bytes('"wf-1"}'))).toBe('{"id":"wf-1"}');
	expect(await read()).toBe('');
});

test('characters of several bytes may be split anywhere', async () => {
	const text = 'Größe: 20 €, 日本, 👩‍🚀';
	const single = [...bytes(text)].map((byte) => Uint8Array.of(byte));
	expect(await read(...single)).toBe(text);
	for (let at = 0; at <= bytes(text).length; at++) {
		expect(await read(bytes(text).subarray(0, at), bytes(text).subarray(at))).toBe(text);
	}
});

test('bytes that are no text end nothing', async () => {
	expect(await read(bytes('a'), Uint8Array.of(0xff), bytes('b'))).toBe('a\ufffdb');
	expect(await read(bytes('€').subarray(0, 2))).toBe('\ufffd');
});

test('a byte order mark is no part of the JSON', async () => {
	expect(await read(bytes('\ufeff{}'))).toBe('{}');
});

describe('the largest answer', () => {
	const chunk = Buffer.alloc(MEBIBYTE, 'x');

	/** Goes on for as long as it is read, and counts. */
	function endless() {
		let sent = 0;
		const stream = new Readable({
			read() {
				sent++;
				this.push(chunk);
			},
		});
		return { stream, sent: () => sent };
	}

	test('is 64 MiB', async () => {
		const text = await read(...Array.from({ length: 64 }, () => chunk));
		expect(text).toHaveLength(64 * MEBIBYTE);
	});

	test('is exceeded by a byte more, and nothing further is read', async () => {
		const chunks = [...Array.from({ length: 64 }, () => chunk), bytes('x')];
		const stream = streamOf(...chunks);
		await expect(answerText(stream, NEVER)).rejects.toMatchObject({ code: ANSWER_TOO_LARGE });
		expect(ANSWER_TOO_LARGE).toBe('ERR_ANSWER_TOO_LARGE');
		expect(stream.destroyed).toBe(true);
	});

	test('ends one that never ends', async () => {
		const { stream, sent } = endless();
		await expect(answerText(stream, NEVER)).rejects.toMatchObject({ code: ANSWER_TOO_LARGE });
		expect(stream.destroyed).toBe(true);
		expect(sent()).toBeLessThan(70);
	});
});

describe('a deadline', () => {
	test('ends an answer that drips', async () => {
		const stream = new PassThrough();
		const drip = setInterval(() => stream.write('x'), 5);
		const began = performance.now();
		const reading = answerText(stream, AbortSignal.timeout(60));
		await expect(reading).rejects.toMatchObject({ code: 'ETIMEDOUT' });
		clearInterval(drip);
		expect(performance.now() - began).toBeLessThan(1_000);
		expect(stream.destroyed).toBe(true);
	});

	test('ends an answer that never begins', async () => {
		const stop = new AbortController();
		const stream = new PassThrough();
		const reading = answerText(stream, stop.signal);
		stop.abort();
		await expect(reading).rejects.toMatchObject({ code: 'ETIMEDOUT' });
		expect(stream.destroyed).toBe(true);
	});

	test('that has passed leaves no time', async () => {
		const stream = streamOf(bytes('late'));
		await expect(answerText(stream, AbortSignal.abort())).rejects.toMatchObject({
			code: 'ETIMEDOUT',
		});
		expect(stream.destroyed).toBe(true);
	});

	test('that comes later does not matter, and is not waited for', async () => {
		const stop = new AbortController();
		const remove = jest.spyOn(stop.signal, 'removeEventListener');
		expect(await answerText(streamOf(bytes('in time')), stop.signal)).toBe('in time');
		expect(remove).toHaveBeenCalledWith('abort', expect.any(Function));
		stop.abort();
	});
});

test('an answer that is cut off is told with the code of the connection', async () => {
	const stream = new PassThrough();
	stream.write('{"id":');
	const reading = answerText(stream, NEVER);
	stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
	await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
});
