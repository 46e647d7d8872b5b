import {
	OperationalError,
	UserError,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IHttpRequestHelper,
	type IN8nHttpFullResponse,
} from 'n8n-workflow';
import { baseUrlOf, tenantOf } from './amperityConnection';

/** Milliseconds until the token endpoint must have answered. */
const TIMEOUT_MS = 30_000;

/** Read by the request layer: the API request was not sent, and the cause may pass by itself. */
const EXCHANGE_FAILED = 'ERR_TOKEN_EXCHANGE';

/** The exchanges that are under way, by client, so that there is only one at a time for each. */
const underWay = new Map<string, Promise<string>>();

/** A request that was under way when a token was replaced comes this much later at most. Milliseconds. */
const REPLACED_LIFETIME_MS = 60_000;

/** What each client got last, when, and the token that it replaced. */
const latest = new Map<string, { replaced: unknown; token: string; at: number }>();

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

function troubleWith(what: string): OperationalError {
	const error = new OperationalError(`Amperity’s token endpoint ${what}`);
	return Object.assign(error, { code: EXCHANGE_FAILED });
}

function readToken({ statusCode, body }: IN8nHttpFullResponse): string {
	if (statusCode === 429 || statusCode >= 500) throw troubleWith(`answered with ${statusCode}`);
	const token = (body as IDataObject | undefined)?.access_token;
	if (statusCode === 200 && typeof token === 'string' && token !== '') return token;
	if ([400, 401, 403].includes(statusCode)) {
		throw new UserError(
			'Amperity did not accept Client ID and Client Secret of the credential. Copy both again in Amperity under Settings > Security > API keys > Get OAuth credentials, and check Tenant ID.',
		);
	}
	throw new UserError(
		`No access token came from the token endpoint (HTTP ${statusCode}). Check Tenant ID, Hosting and Token Endpoint in the credential.`,
	);
}

async function requestToken(
	{ helpers }: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): Promise<string> {
	const response = (await helpers
		.httpRequest({
			method: 'POST',
			url: tokenUrlOf(credentials),
			headers: {
				'Content-Type': 'application/x-www-form-urlencoded',
				'X-Amperity-Tenant': tenantOf(credentials),
			},
			body: new URLSearchParams({
				grant_type: 'client_credentials',
				client_id: String(credentials.clientId ?? '').trim(),
				client_secret: String(credentials.clientSecret ?? '').trim(),
			}).toString(),
			json: true,
			timeout: TIMEOUT_MS,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
			returnFullResponse: true,
		})
		.catch(() => undefined)) as IN8nHttpFullResponse | undefined;
	if (!response) throw troubleWith('cannot be reached');
	return readToken(response);
}

/**
 * Gets a token for the client of the credential. Requests that find the same token expired share
 * one exchange.
 *
 * @param client names the client, secret included
 * @throws UserError if the credential is wrong
 * @throws OperationalError if the token endpoint is in trouble, which may pass
 */
export async function exchangeToken(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
	client: string,
): Promise<string> {
	const { accessToken: replaced, clientMark } = credentials;
	const last = latest.get(client);
	const isRecent = last !== undefined && Date.now() - last.at < REPLACED_LIFETIME_MS;
	if (isRecent && clientMark === client && last.replaced === replaced) return last.token;

	const exchange =
		underWay.get(client) ??
		requestToken(helper, credentials).finally(() => underWay.delete(client));
	underWay.set(client, exchange);
	const token = await exchange;
	latest.set(client, { replaced, token, at: Date.now() });
	return token;
}
