/** How a request failed, as far as it matters for sending it again. */
export type Failure =
	/** Amperity, or a gateway in front of it, answered with a status that is no success. */
	| { kind: 'status'; status: number; retryAfter?: string }
	/** A success status came, but not the JSON that belongs to it. */
	| { kind: 'unreadable'; status: number }
	/** The connection failed, or the answer did not come in time. `code` is Node.js's or axios's. */
	| { kind: 'noAnswer'; code: string }
	/** The request never left n8n: the credential cannot be used, or the execution was stopped. */
	| { kind: 'notSent'; reason: string };

/** What a request does when it is sent twice. */
export type Repeatability =
	/** The same as once: reads, and stopping a run. */
	| 'safe'
	/** It would start a second run. */
	| 'once';

/** Attempts after the first one. With the backoff below they span 15 s and 1 minute at most. */
const MAX_RETRIES: Record<Repeatability, number> = { once: 5, safe: 7 };

/** Amperity asks for exponential backoff with randomness on 429 and 5xx. Milliseconds. */
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** A `Retry-After` longer than this is reported instead of waited for. */
const LONGEST_RETRY_AFTER_MS = 120_000;

/** No listener, no name or no token: the request was never made. These often pass by themselves. */
const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ERR_TOKEN_EXCHANGE)$/;

/** The certificate was refused before anything was sent. Trying again does not mend it. */
const NOT_TRUSTED =
	/^(CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** n8n's own signal that the execution was stopped: nothing is to be tried again. */
const STOPPED_BY_N8N = 'ERR_CANCELED';

/** Whether a status tells of trouble on the other side, which may pass by itself. */
export const isServerTrouble = (status: number): boolean => status === 408 || status >= 500;

/**
 * Whether Amperity may have acted on the request although no good answer came.
 * Only a sure refusal counts as one: everything that is not understood may have been accepted.
 */
export function mayHaveBeenAccepted(failure: Failure): boolean {
	switch (failure.kind) {
		case 'status':
			// A redirect may follow upon something that was done.
			return failure.status < 400 || isServerTrouble(failure.status);
		case 'noAnswer':
			return !NOT_CONNECTED.test(failure.code) && !NOT_TRUSTED.test(failure.code);
		case 'unreadable':
			return true;
		case 'notSent':
			return false;
	}
}

function isPassing(failure: Failure): boolean {
	switch (failure.kind) {
		case 'status':
			return failure.status === 429 || isServerTrouble(failure.status);
		case 'noAnswer':
			return failure.code !== STOPPED_BY_N8N && !NOT_TRUSTED.test(failure.code);
		case 'unreadable':
			return true;
		case 'notSent':
			return false;
	}
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds.
 *
 * @returns undefined if there is no such header or it is not understood.
 * @see RFC 9110, section 10.2.3: seconds, or an HTTP date
 */
function retryAfterMs(retryAfter: string | undefined, now: number): number | undefined {
	if (retryAfter === undefined) return undefined;
	if (/^\s*\d+\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
	const date = Date.parse(retryAfter);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Decides whether a failed request is sent again.
 *
 * @param attempt number of attempts made so far, from 1
 * @param random a number from 0 (inclusive) to 1 (exclusive), for full jitter
 * @param now milliseconds since the epoch, for a `Retry-After` that names a date
 * @returns milliseconds to wait before the next attempt, or undefined to give up
 */
export function retryDelayMs(
	failure: Failure,
	repeatability: Repeatability,
	attempt: number,
	random: number,
	now: number,
): number | undefined {
	if (attempt > MAX_RETRIES[repeatability] || !isPassing(failure)) return undefined;
	if (repeatability === 'once' && mayHaveBeenAccepted(failure)) return undefined;

	const asked = failure.kind === 'status' ? retryAfterMs(failure.retryAfter, now) : undefined;
	if (asked !== undefined && asked > LONGEST_RETRY_AFTER_MS) return undefined;

	const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
	return (asked ?? 0) + random * backoff;
}
