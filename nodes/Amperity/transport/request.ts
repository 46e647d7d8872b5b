import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { bearerTokenOf } from '../../../credentials/amperityConnection';
import { credentialTypeOf, renewsTokens } from '../authentication';
import { readAnswer, readThrown, type Answer } from './answer';
import { AmperityApiError, errorBodyOf } from './apiError';
import { waitForTurn } from './pacing';
import { pause } from './pause';
import { retryDelayMs, type Repeatability } from './retry';
import { settled } from './settled';

/** Any n8n context from which Amperity can be asked. */
export type AmperityContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** What one endpoint needs. */
export interface AmperityRequest {
	method: IHttpRequestMethods;
	/** Path below the base URL, with every variable part encoded. */
	path: string;
	qs?: IDataObject;
	body?: IDataObject;
	repeatability: Repeatability;
}

/** How patient a request is. */
export interface RequestLimits {
	/** Milliseconds until an answer must have come. */
	timeoutMs?: number;
	/** False where the caller itself tries again. */
	retry?: boolean;
	/** When it is too late to try again. Milliseconds since the epoch. */
	retryUntil?: number;
}

/** Some requests take Amperity seconds to answer. Milliseconds. */
const DEFAULT_TIMEOUT_MS = 60_000;

interface Credential {
	type: string;
	/** What shares one rate limit. */
	tenant: string;
	requestsPerSecond: number;
	/** What must never be seen. */
	secrets: string[];
}

const STOPPED_BEFORE_SENDING: Answer = {
	failure: { kind: 'notSent', reason: 'n8n stopped the execution' },
};

const SECRET_FIELDS = ['accessToken', 'clientSecret'];

const secretsIn = (fields: ICredentialDataDecryptedObject): string[] =>
	SECRET_FIELDS.map((field) => bearerTokenOf(String(fields[field] ?? ''))).filter(Boolean);

/** Fields that n8n hides, and white space around a value, make no other tenant of it. */
function tenantKeyOf({ hosting, baseUrl, tenant }: ICredentialDataDecryptedObject): string {
	const address = hosting === 'custom' ? `${hosting} ${String(baseUrl).trim()}` : hosting;
	return `${String(address)} ${String(tenant).trim()}`;
}

async function credentialOf(context: AmperityContext): Promise<Credential> {
	const type = credentialTypeOf(context.getNode());
	const fields = await context.getCredentials(type);
	return {
		type,
		tenant: tenantKeyOf(fields),
		requestsPerSecond: Number(fields.requestsPerSecond) || 1,
		secrets: secretsIn(fields),
	};
}

/**
 * The secrets after a request, for which n8n may have renewed the token. The answer must not be lost
 * where the credential cannot be read again.
 */
async function secretsAfter(
	context: AmperityContext,
	{ type, secrets }: Credential,
): Promise<string[]> {
	if (!renewsTokens(context.getNode())) return secrets;
	const { value } = await settled(context.getCredentials(type));
	return value ? [...secrets, ...secretsIn(value)] : secrets;
}

const cancelSignalOf = (context: AmperityContext) =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/** The same context with another signal, by which n8n ends its requests. */
const withSignal = <T extends AmperityContext>(context: T, signal?: AbortSignal): T =>
	Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as T;

async function send(
	context: AmperityContext,
	credential: Credential,
	{ method, path, qs, body }: AmperityRequest,
	timeoutMs: number,
): Promise<Answer> {
	const options: IHttpRequestOptions = {
		method,
		url: path,
		qs,
		body,
		json: true,
		// The text is parsed here, so that a cut-off answer is told from a whole one.
		encoding: 'text',
		timeout: timeoutMs,
		returnFullResponse: true,
		// The token must not follow a redirect to another host.
		disableFollowRedirect: true,
		// n8n renews an expired token only if the 401 is thrown.
		ignoreHttpStatusErrors: { ignore: true, except: [401] },
	};
	// n8n's time-out begins anew with each byte of the answer, and it sets the signal of a request itself.
	const deadline = AbortSignal.timeout(timeoutMs);
	const cancel = cancelSignalOf(context);
	const bounded = withSignal(context, cancel ? AbortSignal.any([cancel, deadline]) : deadline);
	try {
		const response = (await context.helpers.httpRequestWithAuthentication.call(
			bounded,
			credential.type,
			options,
		)) as IN8nHttpFullResponse;
		return readAnswer(response, await secretsAfter(context, credential));
	} catch (error) {
		if (deadline.aborted && !cancel?.aborted) {
			return { failure: { kind: 'noAnswer', code: 'ETIMEDOUT' } };
		}
		return readThrown(error, await secretsAfter(context, credential));
	}
}

/** Names the tenant that is asked, and where. */
export async function tenantOf(context: AmperityContext): Promise<string> {
	return (await credentialOf(context)).tenant;
}

/** Who asks: a tenant, and the credential by whose API key Amperity knows us. */
export interface Account {
	/** Names the tenant, and where it is asked. */
	tenant: string;
	/** Names the credential, and its tenant. */
	credential: string;
}

/** Tells who asks. */
export async function accountOf(context: AmperityContext): Promise<Account> {
	const { type, tenant } = await credentialOf(context);
	return { tenant, credential: `${tenant} ${context.getNode().credentials?.[type]?.id ?? ''}` };
}

/**
 * The same context, which goes on asking Amperity after n8n has stopped the execution. n8n ends
 * every request of a stopped execution at once, also the one that would stop the run.
 */
export function withoutCancel(context: IExecuteFunctions): IExecuteFunctions {
	return withSignal(context, undefined);
}

/**
 * Sends a request to Amperity at the pace of its tenant, and again where that is safe.
 *
 * @returns the JSON object or array of the answer
 * @throws AmperityApiError if no good answer came
 */
export async function amperityApiRequest(
	context: AmperityContext,
	request: AmperityRequest,
	{ timeoutMs = DEFAULT_TIMEOUT_MS, retry = true, retryUntil = Infinity }: RequestLimits = {},
): Promise<unknown> {
	const credential = await credentialOf(context);
	const { tenant, requestsPerSecond } = credential;
	const signal = cancelSignalOf(context);
	for (let attempt = 1; ; attempt++) {
		await waitForTurn(tenant, requestsPerSecond, signal);

		const { json, failure } = signal?.aborted
			? STOPPED_BEFORE_SENDING
			: await send(context, credential, request, timeoutMs);
		if (!failure) return json;

		const delay = retry
			? retryDelayMs(failure, request.repeatability, attempt, Math.random(), Date.now())
			: undefined;
		if (delay === undefined || Date.now() + delay > retryUntil) {
			throw new AmperityApiError(context.getNode(), failure, errorBodyOf(json));
		}
		await pause(delay, signal);
	}
}
