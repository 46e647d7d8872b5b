import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import {
	authenticateRequest,
	connectionProperties,
	requestsPerSecondProperty,
} from './amperityConnection';
import { workflowPageProperty } from './workflowPage';

/** A tenant and an access token, as Amperity shows them under Settings > Security > API keys. */
export class AmperityApi implements ICredentialType {
	name = 'amperityApi';

	displayName = 'Amperity API';

	icon: Icon = {
		light: 'file:../nodes/Amperity/amperity.svg',
		dark: 'file:../nodes/Amperity/amperity.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-amperity/n8n-nodes-amperity/blob/main/docs/credentials.md';

	properties: INodeProperties[] = [
		...connectionProperties,
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'In Amperity: Settings > Security > API keys, choose a key with the DataGrid Operator option, then Get token. A token expires and belongs to one tenant.',
		},
		workflowPageProperty,
		requestsPerSecondProperty,
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> =>
		authenticateRequest(credentials, String(credentials.accessToken ?? ''), request);
}
