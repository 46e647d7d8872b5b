import { ApiError } from './errors';
import type { Handler } from './world';

const VERSION = '2024-04-01';

/** Lets only those requests through to the handler that carry a good token, version and tenant. */
export function guarded(handler: Handler): Handler {
	return (world, call) => {
		const { headers, query, at } = call.request;
		const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
		const grant = token === undefined ? undefined : world.tokens.find(token, at);
		if (!grant) throw new ApiError(401, 'The access token is missing, invalid or expired.');
		checkVersion(headers['api-version'] ?? query.api_version);
		const tenant = headers['amperity-tenant'];
		if (!tenant) throw new ApiError(400, 'The header amperity-tenant is required.');
		if (tenant !== world.tenant && tenant !== world.otherTenant) {
			throw new ApiError(404, `The tenant ${tenant} was not found.`);
		}
		if (grant.tenant !== tenant) {
			throw new ApiError(403, `The access token is not valid for the tenant ${tenant}.`);
		}
		if (grant.forbidden) throw new ApiError(403, 'The API key lacks the required policy.');
		return handler(world, { ...call, tenant });
	};
}

function checkVersion(version: string | undefined): void {
	if (!version) throw new ApiError(400, 'The header api-version is required.');
	if (version !== VERSION) throw new ApiError(400, `The API version ${version} is not supported.`);
}
