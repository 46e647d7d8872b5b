import { createHash } from 'crypto';
import {
	OperationalError,
	UserError,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestOptions,
} from 'n8n-workflow';
import { baseUrlOf, tenantOf } from './amperityConnection';
import { receiveAnswer } from './answerText';
import { monotonicNow } from './monotonicClock';
import { networkProblem } from './networkProblem';

/** How a request is sent, whichever of n8n's helpers does it. */
export type SendRequest = (options: IHttpRequestOptions) => Promise<unknown>;

/** Milliseconds until the token endpoint must have answered in full. */
const LONGEST_TIMEOUT_MS = 30_000;

/** A token is not used in the last tenth of its life, nor in the last minute of a long one. */
const UNUSED_SHARE = 0.1;
const LONGEST_UNUSED_MS = 60_000;

interface ClientToken {
	token: string;
	/** By the monotonic clock, in milliseconds. */
	expiresAt: number;
}

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

/**
 * The address of the token endpoint.
 *
 * @throws UserError if a field of the credential cannot be part of an address
 * @see https://docs.amperity.com/api/ POST /api/v0/oauth2/token
 */
function tokenUrlOf(credentials: ICredentialDataDecryptedObject): string {
	const tokenUrl = String(credentials.tokenUrl ?? '').trim();
	if (tokenUrl === '') return `${baseUrlOf(credentials)}/v0/oauth2/token`;
	if (!URL.canParse(tokenUrl) || !/^https?:$/.test(new URL(tokenUrl).protocol)) {
		throw new UserError(
			'Token Endpoint in the Amperity credential is not a web address. Copy it in Amperity, or leave it empty.',
		);
	}
	return tokenUrl;
}

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

const NO_TOKEN_CAME = 'No access token came from Amperity’s token endpoint';

/** Asking again soon may help. */
const passingTrouble = (text: string) => new OperationalError(`${NO_TOKEN_CAME}: ${text}`);

/** Asking again soon does not help. */
const lastingTrouble = (text: string) => new UserError(`${NO_TOKEN_CAME}: ${text}`);

const WRONG_ADDRESS =
	'the answer holds none. Check Tenant ID, Hosting and Token Endpoint in the credential.';

const BETWEEN =
	'something between n8n and Amperity answered. Check Hosting and Token Endpoint in the credential; a proxy or a firewall may also be the cause.';

const PROXY_LOGIN =
	'something between n8n and Amperity answered: a proxy that asks for a login. Put its user name and password into the environment variables HTTP_PROXY and HTTPS_PROXY of n8n.';

/** An error of the endpoint says why, as OAuth (RFC 6749, section 5.2) or as Amperity does. */
const hasReason = (json: IDataObject | undefined): boolean =>
	typeof json?.error === 'string' || typeof json?.message === 'string';

function objectOf(text: string): IDataObject | undefined {
	try {
		const json: unknown = JSON.parse(text);
		return typeof json === 'object' && json !== null ? (json as IDataObject) : undefined;
	} catch {
		return undefined;
	}
}

function readToken(status: number, text: string): ClientToken {
	const json = objectOf(text);
	if (status === 429 || status >= 500) {
		throw passingTrouble(`it answered with HTTP ${status}. Try again in a few minutes.`);
	}
	const { access_token: token, expires_in: seconds } = json ?? {};
	if (status === 200 && typeof token === 'string' && token !== '') {
		const lifetime = Number(seconds) > 0 ? Number(seconds) * 1000 : Infinity;
		const unused = Math.min(lifetime * UNUSED_SHARE, LONGEST_UNUSED_MS);
		return { token, expiresAt: monotonicNow() + lifetime - unused };
	}
	if (hasReason(json) && [400, 401, 403].includes(status)) {
		throw new UserError(
			'Amperity did not accept Client ID and Client Secret of the credential. Copy both again in Amperity under Settings > Security > API keys > Get OAuth credentials, and check Tenant ID.',
		);
	}
	const problem = status === 407 ? PROXY_LOGIN : json ? WRONG_ADDRESS : BETWEEN;
	throw lastingTrouble(`${problem} (HTTP ${status})`);
}

const tooSlow = (timeoutMs: number) =>
	lastingTrouble(`it did not answer within ${timeoutMs / 1000} seconds.`);

/** What is said of an error that was thrown instead of an answer. */
function networkTrouble(error: unknown): OperationalError | UserError {
	const { code = 'UNKNOWN', message = '' } = error as { code?: string; message?: string };
	const { message: what, remedy, mayPass } = networkProblem(code, message);
	// n8n's own errors have no code, and their text says what nobody else knows.
	const detail = code === 'UNKNOWN' ? `: ${message}` : '';
	const text = `${what}${detail}. ${remedy} (Code ${code})`;
	return mayPass ? passingTrouble(text) : lastingTrouble(text);
}

async function requestToken(
	send: SendRequest,
	credentials: ICredentialDataDecryptedObject,
	abandoned: AbortSignal,
): Promise<ClientToken> {
	const deadline = AbortSignal.timeout(LONGEST_TIMEOUT_MS);
	const signal = AbortSignal.any([deadline, abandoned]);
	const options: IHttpRequestOptions = {
		method: 'POST',
		url: tokenUrlOf(credentials),
		headers: {
			'Content-Type': 'application/x-www-form-urlencoded',
			Accept: 'application/json',
			'X-Amperity-Tenant': tenantOf(credentials),
		},
		body: new URLSearchParams({
			grant_type: 'client_credentials',
			client_id: String(credentials.clientId ?? '').trim(),
			client_secret: String(credentials.clientSecret ?? '').trim(),
		}).toString(),
		encoding: 'stream',
		timeout: LONGEST_TIMEOUT_MS,
		abortSignal: signal,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	};
	const answer = receiveAnswer(send(options), signal);
	const { status, text } = await answer.catch((error: unknown) => {
		throw deadline.aborted ? tooSlow(LONGEST_TIMEOUT_MS) : networkTrouble(error);
	});
	return readToken(status, text);
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
