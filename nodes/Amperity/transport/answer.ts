import type { IDataObject } from 'n8n-workflow';
import type { HttpAnswer } from '../../../credentials/answerText';
import { plainText } from './plainText';
import type { ErrorBody, Failure } from './failure';
import { retryAfterMs } from './retryAfter';

/** What came back from a request: what it asked for, or why not. */
export type Answer<T> = { value: T; failure?: undefined } | { value?: undefined; failure: Failure };

/** A hostile or careless answer may repeat the token it was sent. */
export function withoutSecrets(text: string, secrets: string[]): string {
	return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '*****'), text);
}

/** A text as JSON writes it, without the quotes around it. */
const asInJson = (text: string) => JSON.stringify(text).slice(1, -1);

function parseJson(text: string, secrets: string[]): unknown {
	try {
		// JSON may escape any character, which would hide a secret.
		const plain = text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text;
		return JSON.parse(withoutSecrets(plain, secrets.map(asInJson)));
	} catch {
		return undefined;
	}
}

/** Amperity's error body: an object with a text as its message. Anything else is not from Amperity. */
function errorBodyOf(json: unknown): ErrorBody | undefined {
	if (typeof json !== 'object' || json === null) return undefined;
	const text = (key: string) => {
		const value = (json as IDataObject)[key];
		return (typeof value === 'string' && plainText(value)) || undefined;
	};
	const message = text('message');
	return message === undefined
		? undefined
		: { message, requestId: text('request_id'), traceId: text('trace_id') };
}

/** The status that an error states of itself, where it came as a success. */
function statedStatus(json: unknown, status: number): number {
	const { status: stated } = json as { status?: unknown };
	return status < 300 && Number.isInteger(stated) && (stated as number) >= 400
		? (stated as number)
		: status;
}

/**
 * Reads an answer of any status, and tells who speaks: only JSON of the shape that Amperity documents is
 * its word (docs.amperity.com/api, "Errors").
 *
 * @param read takes what was asked for from the JSON, or nothing if it is not that
 * @param secrets what must not be seen, whatever the answer repeats
 */
export function readAnswer<T>(
	{ status, headers, text }: HttpAnswer,
	read: (json: unknown) => T | undefined,
	secrets: string[],
): Answer<T> {
	const json = parseJson(text, secrets);
	const isSuccess = status >= 200 && status < 300;
	const isJson = typeof json === 'object' && json !== null;
	const value = isSuccess && isJson ? read(json) : undefined;
	if (value !== undefined) return { value };

	const wait = retryAfterMs(headers['retry-after'], headers.date);
	const body = errorBodyOf(json);
	if (!body) return { failure: { kind: 'intermediary', status, retryAfterMs: wait } };
	const stated = statedStatus(json, status);
	return {
		failure: { kind: 'amperity', status: stated, httpStatus: status, body, retryAfterMs: wait },
	};
}
