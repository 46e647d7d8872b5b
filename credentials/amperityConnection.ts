import { UserError } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { textOf } from './credentialText';

/** The API version a request asks for unless it names another (docs.amperity.com/api, "Versions"). */
const API_VERSION = '2024-04-01';

/** Amperity allows 10 requests per second and tenant; a little less leaves room for clock jitter. */
const DEFAULT_REQUESTS_PER_SECOND = 9.5;

const LEAST_REQUESTS_PER_SECOND = 0.1;

/** Letters, digits, hyphens and underscores: nothing that could change a host name or a header. */
const TENANT_ID = /^[a-z0-9](?:[a-z0-9_-]{0,62})$/i;

/** One label of a host name (RFC 1123). */
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Visible ASCII without spaces: what an HTTP header value can hold unchanged. */
const BEARER_TOKEN = /^[\x21-\x7e]+$/;

/** The fields that say which tenant is meant and where its API is found. */
export const connectionProperties: INodeProperties[] = [
	{
		displayName: 'Tenant ID',
		name: 'tenant',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. acme or acme-sb-12345',
		description:
			'ID of the Amperity tenant whose workflows run. It is part of the address you see when you work in Amperity. A sandbox has a tenant ID of its own, and needs its own credential.',
	},
	{
		displayName: 'Hosting',
		name: 'hosting',
		type: 'options',
		default: 'aws',
		description: 'Where Amperity hosts the tenant. Your Amperity representative knows.',
		options: [
			{
				name: 'Australia',
				value: 'australia',
				description: 'app-aws-apse2.amperity.com',
			},
			{
				name: 'AWS',
				value: 'aws',
				description: 'app.amperity.com, used by most tenants',
			},
			{
				name: 'Azure',
				value: 'azure',
				description: 'The tenant has a host name of its own, like acme.amperity.com',
			},
			{
				name: 'Custom Base URL',
				value: 'custom',
				description: 'For a proxy or a simulator',
			},
		],
	},
	{
		displayName: 'Production Tenant ID',
		name: 'azureSubdomain',
		type: 'string',
		default: '',
		placeholder: 'e.g. acme',
		description:
			'Only for a sandbox: the tenant ID of production, which is the first part of the host name. Leave it empty when Tenant ID is the production tenant.',
		displayOptions: { show: { hosting: ['azure'] } },
	},
	{
		displayName: 'Base URL',
		name: 'baseUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://amperity-proxy.example.com/api',
		description: 'Address that stands for https://app.amperity.com/api, without a slash at its end',
		displayOptions: { show: { hosting: ['custom'] } },
	},
];

/** The expert setting for tenants with another rate limit. It comes last in each credential. */
export const requestsPerSecondProperty: INodeProperties = {
	displayName: 'Requests per Second',
	name: 'requestsPerSecond',
	type: 'number',
	default: DEFAULT_REQUESTS_PER_SECOND,
	typeOptions: { minValue: LEAST_REQUESTS_PER_SECOND, numberPrecision: 2 },
	description:
		'How many requests per second n8n sends for this tenant at most. Amperity allows 10: change it only if your tenant has another limit, or if something else uses the same API.',
};

/**
 * How many requests per second n8n sends at most.
 *
 * @throws UserError if it is not such a number: below a tenth nothing would ever be sent in time
 */
export function requestsPerSecondOf({
	requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND,
}: ICredentialDataDecryptedObject): number {
	const isNumeric = ['number', 'string'].includes(typeof requestsPerSecond);
	const number = isNumeric ? Number(requestsPerSecond) : NaN;
	if (number >= LEAST_REQUESTS_PER_SECOND && number < Infinity) return number;
	throw new UserError(
		`Requests per Second in the Amperity credential is not a number of ${LEAST_REQUESTS_PER_SECOND} or more. Amperity allows 10; ${DEFAULT_REQUESTS_PER_SECOND} leaves some room.`,
	);
}

/**
 * The tenant ID, safe in a header.
 *
 * @throws UserError if it is not a tenant ID
 */
export function tenantOf(credentials: ICredentialDataDecryptedObject): string {
	const tenant = textOf(credentials, 'tenant');
	if (!TENANT_ID.test(tenant)) {
		throw new UserError(
			'Tenant ID in the Amperity credential is not a tenant ID. It holds only letters, digits, hyphens and underscores, like "acme" or "acme-sb-12345".',
		);
	}
	return tenant;
}

function azureBaseUrl(credentials: ICredentialDataDecryptedObject): string {
	const subdomain = textOf(credentials, 'azureSubdomain') || tenantOf(credentials);
	if (!DNS_LABEL.test(subdomain)) {
		throw new UserError(
			'Production Tenant ID in the Amperity credential cannot be part of a host name. Enter only the first part of the host name, like "acme" for acme.amperity.com.',
		);
	}
	return `https://${subdomain}.amperity.com/api`;
}

function customBaseUrl(credentials: ICredentialDataDecryptedObject): string {
	const baseUrl = textOf(credentials, 'baseUrl');
	const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
	const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
	if (!url || !isPlain || !['http:', 'https:'].includes(url.protocol)) {
		throw new UserError(
			'Base URL in the Amperity credential is not a web address. Enter one like "https://amperity-proxy.example.com/api", without a user name, a question mark or a hash sign.',
		);
	}
	return url.href.replace(/\/+$/, '');
}

/**
 * The base URL of the tenant's API, without a slash at its end.
 *
 * @throws UserError if a field of the credential cannot be part of an address.
 * @see https://docs.amperity.com/api/ "Base URL"
 */
export function baseUrlOf(credentials: ICredentialDataDecryptedObject): string {
	switch (credentials.hosting) {
		case 'azure':
			return azureBaseUrl(credentials);
		case 'australia':
			return 'https://app-aws-apse2.amperity.com/api';
		case 'custom':
			return customBaseUrl(credentials);
		case 'aws':
		case undefined:
			return 'https://app.amperity.com/api';
		default:
			throw new UserError(
				'Hosting in the Amperity credential has no such choice. By an expression it is one of australia, aws, azure and custom.',
			);
	}
}

/** A token as it was pasted, without what does not belong to it. */
export const bearerTokenOf = (pasted: string): string => pasted.trim().replace(/^Bearer\s+/i, '');

/**
 * Completes a request with the tenant's base URL and the headers that every request needs.
 * An absolute URL, as n8n's HTTP Request node gives it, is kept.
 *
 * @throws UserError if the tenant, the address or the token could not be sent safely.
 */
export function authenticateRequest(
	credentials: ICredentialDataDecryptedObject,
	accessToken: string,
	request: IHttpRequestOptions,
): IHttpRequestOptions {
	const tenant = tenantOf(credentials);
	const baseUrl = baseUrlOf(credentials);
	const token = bearerTokenOf(accessToken);
	if (!BEARER_TOKEN.test(token)) {
		throw new UserError(
			'Access Token in the Amperity credential is empty or holds spaces or line breaks. Copy it again in Amperity: Settings > Security > API keys > Get token.',
		);
	}
	return {
		...request,
		url: URL.canParse(request.url) ? request.url : `${baseUrl}${request.url}`,
		headers: {
			'api-version': API_VERSION,
			...request.headers,
			Authorization: `Bearer ${token}`,
			'amperity-tenant': tenant,
		},
	};
}
