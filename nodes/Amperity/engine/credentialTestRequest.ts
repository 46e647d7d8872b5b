import type { ICredentialTestFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { SendRequest } from '../../../credentials/tokenEndpoint';

/**
 * Sends a request in the test of a credential. n8n has only its older helper there, with other names for
 * the same things (seen in n8n-core 1.117 to 2.41: `CredentialTestContext`).
 */
export function credentialTestRequest({ helpers }: ICredentialTestFunctions): SendRequest {
	const { request } = helpers;
	return async ({ method, url, headers, qs, body, timeout }: IHttpRequestOptions) =>
		(await request({
			method,
			uri: url,
			headers,
			qs,
			body,
			timeout,
			useStream: true,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
		})) as unknown;
}
