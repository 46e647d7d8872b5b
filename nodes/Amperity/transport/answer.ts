import { UserError, type IDataObject } from 'n8n-workflow';
import type { Failure } from './retry';

/** What came back from a request: the JSON, or why there is no good one. */
export interface Answer {
	json?: unknown;
	failure?: Failure;
}

/** An answer as n8n hands it on. */
interface HttpAnswer {
	statusCode: number;
	headers: IDataObject;
	body: unknown;
}

/** A hostile or careless answer may repeat the token it was sent. */
function withoutSecrets(text: string, secrets: string[]): string {
	return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '*****'), text);
}

function parseJson(body: unknown, secrets: string[]): unknown {
	const text = typeof body === 'string' ? body : '';
	try {
		// JSON may escape any character, which would hide a secret.
		const plain = text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text;
		return JSON.parse(withoutSecrets(plain, secrets));
	} catch {
		return undefined;
	}
}

/**
 * Reads an answer of any status.
 *
 * @param secrets what must not be seen, whatever the answer repeats
 */
export function readAnswer({ statusCode, headers, body }: HttpAnswer, secrets: string[]): Answer {
	const json = parseJson(body, secrets);
	if (statusCode < 200 || statusCode >= 300) {
		const header = headers['retry-after'];
		const retryAfter = typeof header === 'string' ? withoutSecrets(header, secrets) : undefined;
		return { json, failure: { kind: 'status', status: statusCode, retryAfter } };
	}
	if (typeof json === 'object' && json !== null) return { json };
	return { failure: { kind: 'unreadable', status: statusCode } };
}

/**
 * Reads what n8n has thrown instead of an answer. It wraps every failure in a `NodeApiError`, whose
 * cause is axios's error or the credential's. Only the latter was surely thrown before anything was sent.
 */
export function readThrown(error: unknown, secrets: string[]): Answer {
	const { message = '', cause } = error as Partial<Error>;
	const { code, response } = (cause ?? {}) as {
		code?: string;
		response?: { status: number; headers: IDataObject; data: unknown };
	};
	if (response) {
		const { status, headers, data } = response;
		return readAnswer({ statusCode: status, headers, body: data }, secrets);
	}
	if (cause instanceof UserError) {
		return { failure: { kind: 'notSent', reason: withoutSecrets(message, secrets) } };
	}
	return { failure: { kind: 'noAnswer', code: typeof code === 'string' ? code : 'UNKNOWN' } };
}
