import { createHash } from 'crypto';
import {
	OperationalError,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
} from 'n8n-workflow';
import {
	authenticateRequest,
	bearerTokenOf,
	requestsPerSecondOf,
} from '../../../credentials/amperityConnection';
import { accessTokenOf, clientMark, type TokenRequest } from '../../../credentials/tokenExchange';
import { checkWorkflowPage, workflowPageOf } from '../../../credentials/workflowPage';
import { withoutSecrets } from './answer';
import type { Failure } from './failure';
import { plainText } from './plainText';

/** The fields of a credential as one item has them: their expressions may depend on the item. */
export type CredentialFields = ICredentialDataDecryptedObject;

/** Who asks. */
export interface Account {
	/** The tenant's ID in lower case: the same one, however its address is spelled. */
	tenant: string;
	/** Names the credential and its tenant. It stays the same when a person enters a new token. */
	credential: string;
	/** Names all that a request is sent with: clients with the same one can ask for each other. */
	connection: string;
	/** The address of a run's page in Amperity, where the credential says how it is made. */
	runUrl(runId: string): string | undefined;
}

/** The identity of a credential's tenant. */
export const tenantIn = ({ tenant }: CredentialFields): string =>
	String(tenant ?? '')
		.trim()
		.toLowerCase();

/** Tells who asks with a credential. */
export function accountOf(fields: CredentialFields, credentialId = ''): Account {
	const tenant = tenantIn(fields);
	const connection = createHash('sha256').update(JSON.stringify(fields)).digest('base64');
	const runUrl = (runId: string) => workflowPageOf(fields, runId);
	return { tenant, credential: `${tenant} ${credentialId}`, connection, runUrl };
}

const SECRET_FIELDS = ['accessToken', 'clientSecret'];

/** What must never be seen. */
export const secretsIn = (fields: CredentialFields): string[] =>
	SECRET_FIELDS.map((field) => bearerTokenOf(String(fields[field] ?? ''))).filter(Boolean);

/** A credential that is ready to send with, or why it is not. */
export type ReadyCredential =
	| { fields: CredentialFields; token: string; requestsPerSecond: number; failure?: undefined }
	| { fields?: undefined; token?: undefined; requestsPerSecond?: undefined; failure: Failure };

/**
 * Makes a credential ready to send with. Everything that could be wrong with its fields shows here,
 * before anything is sent.
 *
 * @param tokenRequest how to get a token; undefined for a credential that holds its own
 */
export async function readyCredential(
	fields: CredentialFields,
	tokenRequest?: TokenRequest,
): Promise<ReadyCredential> {
	try {
		if (!tokenRequest) return ready(fields, String(fields.accessToken ?? ''));
		const accessToken = await accessTokenOf(fields, tokenRequest);
		// n8n's own renewal is for a token that is missing or not made for this client.
		return ready({ ...fields, accessToken, clientMark: clientMark(fields) }, accessToken);
	} catch (error) {
		const { message = '' } = error as Partial<Error>;
		const text = plainText(withoutSecrets(message, secretsIn(fields))).replace(/\.$/, '');
		return {
			failure: { kind: 'credential', text, mayPass: error instanceof OperationalError },
		};
	}
}

/** @throws UserError if a field could not be sent safely */
function ready(fields: CredentialFields, accessToken: string): ReadyCredential {
	const token = bearerTokenOf(accessToken);
	const anyRequest: IHttpRequestOptions = { url: '/' };
	authenticateRequest(fields, token, anyRequest);
	checkWorkflowPage(fields);
	return { fields, token, requestsPerSecond: requestsPerSecondOf(fields) };
}
