import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import {
	authenticateRequest,
	connectionProperties,
	requestsPerSecondProperty,
} from './amperityConnection';
import { accessTokenOf, clientMark } from './tokenExchange';
import { workflowPageProperty } from './workflowPage';

/** Sent while there is no token for the client: Amperity refuses it, and n8n then asks for one. */
const NO_TOKEN = 'none';

/**
 * A tenant and an OAuth client, whose tokens are renewed without anybody's help. n8n's own OAuth2
 * credential cannot send the tenant with the token request, so this one does the exchange.
 *
 * The nodes of this package ask for tokens by themselves: n8n writes a renewed one into its database
 * together with all other fields as they were for one item, which would end their expressions. What
 * n8n does by itself here (`preAuthentication`) is for its HTTP Request node.
 */
export class AmperityOAuth2Api implements ICredentialType {
	name = 'amperityOAuth2Api';

	displayName = 'Amperity OAuth2 API';

	icon: Icon = {
		light: 'file:../nodes/Amperity/amperity.svg',
		dark: 'file:../nodes/Amperity/amperity.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-amperity/n8n-nodes-amperity/blob/main/docs/credentials.md';

	properties: INodeProperties[] = [
		...connectionProperties,
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			required: true,
			description:
				'In Amperity: Settings > Security > API keys, choose a key with the DataGrid Operator option, then Get OAuth credentials',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Shown by Amperity beside the client ID',
		},
		{
			displayName: 'Token Endpoint',
			name: 'tokenUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://acme.amperity.com/api/v0/oauth2/token',
			description:
				'Address that Amperity shows beside the client ID. If empty, it is derived from Hosting.',
		},
		{
			displayName: 'Access Token',
			name: 'accessToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
		{ displayName: 'Client Mark', name: 'clientMark', type: 'hidden', default: '' },
		workflowPageProperty,
		requestsPerSecondProperty,
	];

	/** n8n calls this while there is no token, and again when Amperity has answered with 401. */
	async preAuthentication(
		this: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
	): Promise<IDataObject> {
		const { httpRequest: send } = this.helpers;
		const refused = String(credentials.accessToken ?? '');
		const accessToken = await accessTokenOf(credentials, { send, refused });
		return { accessToken, clientMark: clientMark(credentials) };
	}

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const isForClient = credentials.clientMark === clientMark(credentials);
		const token = isForClient ? String(credentials.accessToken) : NO_TOKEN;
		return authenticateRequest(credentials, token, request);
	};
}
