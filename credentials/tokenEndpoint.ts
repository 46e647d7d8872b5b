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
export const LONGEST_TIMEOUT_MS = 30_000;

/** A token is not used in the last tenth of its life, nor in the last minute of a long one. */
const UNUSED_SHARE = 0.1;
const LONGEST_UNUSED_MS = 60_000;

/** A token, and until when it is used. */
export interface ClientToken {
	token: string;
	/** By the monotonic clock, in milliseconds. */
	expiresAt: number;
}

/**
 * The address of the token endpoint.
 *
 * @throws UserError if a field of the credential cannot be part of an address
 * @see https://docs.amperity.com/api/ POST /api/v0/oauth2/token
 */
export function tokenUrlOf(credentials: ICredentialDataDecryptedObject): string {
	const tokenUrl = String(credentials.tokenUrl ?? '').trim();
	if (tokenUrl === '') return `${baseUrlOf(credentials)}/v0/oauth2/token`;
	if (!URL.canParse(tokenUrl) || !/^https?:$/.test(new URL(tokenUrl).protocol)) {
		throw new UserError(
			'Token Endpoint in the Amperity credential is not a web address. Copy it in Amperity, or leave it empty.',
		);
	}
	return tokenUrl;
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

/** The error where nobody waits for the answer any longer. */
export const tooSlow = (timeoutMs: number) =>
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

/**
 * Asks the endpoint for a token.
 *
 * @param abandoned ends the request
 * @throws UserError if none came, and trying again soon does not help
 * @throws OperationalError if none came, and trying again soon may help
 */
export async function requestToken(
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
