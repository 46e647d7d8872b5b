import type { INode, INodeProperties } from 'n8n-workflow';

const BY_TOKEN = 'amperityApi';
const BY_CLIENT = 'amperityOAuth2Api';

/** The field by which the user chooses a type of credential. Its values are the types' names. */
export const authenticationField: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	noDataExpression: true,
	default: BY_TOKEN,
	options: [
		{
			name: 'Access Token',
			value: BY_TOKEN,
			description: 'Quick to set up, but somebody has to renew it',
		},
		{
			name: 'OAuth2',
			value: BY_CLIENT,
			description: 'Client credentials, with tokens that are renewed by themselves',
		},
	],
};

/** The type of credential that a node uses. */
export function credentialTypeOf({ parameters }: INode): string {
	return parameters.authentication === BY_CLIENT ? BY_CLIENT : BY_TOKEN;
}

/** Whether a type of credential holds an OAuth client, which gets its tokens itself. */
export const isOAuthClient = (credentialType: string): boolean => credentialType === BY_CLIENT;

/** Whether a new token is had without anybody's help, so that a refused one has just been issued. */
export const renewsTokens = (node: INode): boolean => isOAuthClient(credentialTypeOf(node));
