import type { IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';

/** The largest answer that is read: some hundred thousand runs of a list. Bytes. */
const LARGEST_ANSWER = 64 * 2 ** 20;

/** What an answer above that size is given up with, in place of a network error's code. */
export const ANSWER_TOO_LARGE = 'ERR_ANSWER_TOO_LARGE';

/** The body of an answer to a request with `encoding: 'stream'`. */
type AnswerStream = AsyncIterable<Uint8Array> & { destroy(reason?: Error): void };

const failure = (code: string) => Object.assign(new Error(code), { code });

/**
 * Reads an answer as text while it arrives, so that neither its size nor its slowness is up to who
 * sends it.
 *
 * @param signal ends the reading
 * @throws Error whose `code` says what has ended the answer
 */
export async function answerText(body: unknown, signal: AbortSignal): Promise<string> {
	const stream = body as AnswerStream;
	const giveUp = () => stream.destroy(failure('ETIMEDOUT'));
	if (signal.aborted) giveUp();
	signal.addEventListener('abort', giveUp, { once: true });
	const decoder = new TextDecoder();
	let text = '';
	let size = 0;
	try {
		for await (const chunk of stream) {
			size += chunk.byteLength;
			if (size > LARGEST_ANSWER) throw failure(ANSWER_TOO_LARGE);
			text += decoder.decode(chunk, { stream: true });
		}
		return text + decoder.decode();
	} finally {
		signal.removeEventListener('abort', giveUp);
	}
}

/** An answer that has been read as a whole. */
export interface HttpAnswer {
	status: number;
	headers: IDataObject;
	text: string;
}

const discard = (response: unknown) =>
	(response as { body?: Partial<AnswerStream> }).body?.destroy?.();

/**
 * Waits for an answer and reads it. Not every helper of n8n ends a request at a signal, and none while it
 * looks up an address, so the signal counts here as well; an answer that comes later is thrown away.
 *
 * @param response to a request with `encoding: 'stream'` and the full response
 * @throws Error whose `code` says what has ended the answer
 */
export async function receiveAnswer(
	response: Promise<unknown>,
	signal: AbortSignal,
): Promise<HttpAnswer> {
	let giveUp = () => {};
	const ended = new Promise<never>((_, reject) => {
		giveUp = () => {
			reject(failure('ETIMEDOUT'));
			void response.then(discard, () => {});
		};
	});
	if (signal.aborted) giveUp();
	signal.addEventListener('abort', giveUp, { once: true });
	try {
		const answer = (await Promise.race([response, ended])) as IN8nHttpFullResponse;
		const { statusCode: status, headers, body } = answer;
		return { status, headers, text: await answerText(body, signal) };
	} finally {
		signal.removeEventListener('abort', giveUp);
	}
}
