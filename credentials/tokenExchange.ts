import { createHash } from 'crypto';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { tenantOf } from './amperityConnection';
import { monotonicNow } from './monotonicClock';
import {
	LONGEST_TIMEOUT_MS,
	requestToken,
	tokenUrlOf,
	tooSlow,
	type ClientToken,
	type SendRequest,
} from './tokenEndpoint';

/** What each client got last. */
const tokens = new Map<string, ClientToken>();

/** An exchange that is under way. Requests that need the same token share it. */
interface Exchange {
	token: Promise<ClientToken>;
	/** Fires when nobody waits for it any more. */
	abandoned: AbortController;
	waiting: number;
}

/** By client, so that there is only one at a time for each. */
const exchanges = new Map<string, Exchange>();

/** Which client a token is made for, so that a changed secret is used at once. */
export function clientMark(credentials: ICredentialDataDecryptedObject): string {
	const { clientId, clientSecret } = credentials;
	const client = JSON.stringify([
		tokenUrlOf(credentials),
		tenantOf(credentials),
		clientId,
		clientSecret,
	]);
	return createHash('sha256').update(client).digest('hex');
}

function beginExchange(
	client: string,
	send: SendRequest,
	credentials: ICredentialDataDecryptedObject,
): Exchange {
	const abandoned = new AbortController();
	const token = requestToken(send, credentials, abandoned.signal);
	const exchange = { token, abandoned, waiting: 0 };
	exchanges.set(client, exchange);
	return exchange;
}

/**
 * Waits for an exchange, for as long as the caller has. Whoever leaves last ends it, so that a later
 * request begins its own.
 */
async function join(
	client: string,
	exchange: Exchange,
	timeoutMs: number,
	signal: AbortSignal | undefined,
): Promise<ClientToken> {
	const deadline = AbortSignal.timeout(timeoutMs);
	const end = signal ? AbortSignal.any([deadline, signal]) : deadline;
	let leave = () => {};
	const left = new Promise<never>((_, reject) => (leave = () => reject(tooSlow(timeoutMs))));
	if (end.aborted) leave();
	end.addEventListener('abort', leave, { once: true });
	exchange.waiting++;
	try {
		return await Promise.race([exchange.token, left]);
	} finally {
		end.removeEventListener('abort', leave);
		exchange.waiting--;
		if (exchange.waiting === 0) {
			exchange.abandoned.abort();
			if (exchanges.get(client) === exchange) exchanges.delete(client);
		}
	}
}

/** How to get a token, and for how long. */
export interface TokenRequest {
	send: SendRequest;
	/** A token that Amperity has not accepted. */
	refused?: string;
	/** Milliseconds that the caller has. */
	timeoutMs?: number;
	/** Ends the wait. */
	signal?: AbortSignal;
}

/**
 * The access token of a client: the one that is there, unless it has expired or was refused.
 * Requests that need a new one at the same time share one exchange.
 *
 * @throws UserError if there is none, and trying again soon does not help
 * @throws OperationalError if there is none, and trying again soon may help
 */
export async function accessTokenOf(
	credentials: ICredentialDataDecryptedObject,
	{ send, refused, timeoutMs = LONGEST_TIMEOUT_MS, signal }: TokenRequest,
): Promise<string> {
	const client = clientMark(credentials);
	const last = tokens.get(client);
	if (last && last.token !== refused && monotonicNow() < last.expiresAt) return last.token;

	const timeout = Math.min(timeoutMs, LONGEST_TIMEOUT_MS);
	const exchange = exchanges.get(client) ?? beginExchange(client, send, credentials);
	const fresh = await join(client, exchange, timeout, signal);
	for (const [other, { expiresAt }] of tokens) if (expiresAt < monotonicNow()) tokens.delete(other);
	tokens.set(client, fresh);
	return fresh.token;
}

/** Forgets all tokens, as a new process has. For tests. */
export const forgetTokens = (): void => tokens.clear();
