import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { authenticateRequest } from '../../../credentials/amperityConnection';
import type { SendRequest } from '../../../credentials/tokenEndpoint';
import { isOAuthClient } from '../authentication';
import { credentialTestRequest } from '../engine/credentialTestRequest';
import { readAnswer, type Answer } from '../transport/answer';
import { readyCredential, secretsIn, type CredentialFields } from '../transport/credential';
import { statusOf, type Failure } from '../transport/failure';
import { failureText } from '../transport/failureText';
import { isObject } from '../transport/list';
import { send } from '../transport/send';

/** Milliseconds until an answer must have come. */
const TIMEOUT_MS = 30_000;

/** The shortest list there is: whoever answers with one is Amperity. */
const SHORTEST_LIST = { method: 'GET', path: '/workflow/runs', qs: { limit: 1 } } as const;

/** A single thing with an ID would pass for a page of one elsewhere, but anybody may answer with that. */
const listOf = (json: unknown) =>
	isObject(json) && Array.isArray(json.data) ? json.data : undefined;

interface Attempt {
	answer: Answer<unknown>;
	token?: string;
}

async function attempt(
	type: string,
	credential: CredentialFields,
	sendRequest: SendRequest,
	refused?: string,
): Promise<Attempt> {
	const tokenRequest = isOAuthClient(type)
		? { send: sendRequest, refused, timeoutMs: TIMEOUT_MS }
		: undefined;
	const { fields, token, failure } = await readyCredential(credential, tokenRequest);
	if (failure) return { answer: { failure } };

	const secrets = secretsIn(fields);
	const sent = await send(
		async (options) => await sendRequest(authenticateRequest(fields, token, options)),
		SHORTEST_LIST,
		{ timeoutMs: TIMEOUT_MS, secrets },
	);
	if (sent.failure) return { answer: sent };
	const answer = readAnswer(sent.answer, listOf, secrets);
	return { answer, token };
}

/** What a failure says of the credential. Nothing but the tenant can be what Amperity does not find here. */
function textOf(failure: Failure, type: string): string {
	if (failure.kind === 'amperity' && failure.status === 404) {
		return `Amperity does not know this tenant at this address: ${failure.body.message}. Check Tenant ID and Hosting.`;
	}
	const { message, remedy, facts } = failureText(failure, isOAuthClient(type));
	return `${message}. ${remedy}${facts}`;
}

/** Tests a credential: its address, its tenant, its token or client, and what its API key may do. */
export async function amperityCredentialTest(
	this: ICredentialTestFunctions,
	{ type, data = {} }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const sendRequest = credentialTestRequest(this);
	let { answer, token } = await attempt(type, data, sendRequest);
	// The token may be one of earlier, which has been revoked since.
	const isRefused = answer.failure && statusOf(answer.failure) === 401 && isOAuthClient(type);
	if (isRefused) ({ answer, token } = await attempt(type, data, sendRequest, token));
	if (!answer.failure) return { status: 'OK', message: 'Connection successful' };
	return { status: 'Error', message: textOf(answer.failure, type) };
}
