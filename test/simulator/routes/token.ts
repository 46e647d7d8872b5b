import { ApiError } from '../errors';
import type { Answer, Call, World } from '../world';

/** POST /v0/oauth2/token: exchanges client credentials for a token that expires. */
export function exchangeToken(world: World, call: Call): Answer {
	const form = formOf(call);
	const exchange = { at: call.request.at, clientId: form.client_id, status: 200 };
	const refusal = refusalOf(world, call, form);
	if (refusal) {
		world.tokenExchanges.push({ ...exchange, status: refusal.status });
		throw refusal;
	}
	const expiresAt = call.request.at + world.tokenLifetimeMs;
	const token = world.tokens.issue({ tenant: world.tenant, expiresAt });
	world.tokenExchanges.push({ ...exchange, token });
	const expiresIn = Math.max(1, Math.floor(world.tokenLifetimeMs / 1_000));
	const body = { access_token: token, expires_in: expiresIn, token_type: 'Bearer' };
	return { status: 200, body, schema: 'token' };
}

function refusalOf(world: World, call: Call, form: Record<string, string>): ApiError | undefined {
	const { headers } = call.request;
	if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
		return oauthError(400, 'invalid_request', 'The body must be form-encoded.');
	}
	if (form.grant_type !== 'client_credentials') {
		return oauthError(400, 'unsupported_grant_type', 'grant_type must be client_credentials.');
	}
	if (headers['x-amperity-tenant'] !== world.tenant) {
		return oauthError(404, 'invalid_request', 'The tenant in X-Amperity-Tenant was not found.');
	}
	if (form.client_id !== world.clientId || form.client_secret !== world.clientSecret) {
		return oauthError(401, 'invalid_client', 'The client ID or the client secret is wrong.');
	}
	return undefined;
}

function formOf({ request: { body } }: Call): Record<string, string> {
	if (typeof body !== 'object' || body === null) return {};
	const texts = Object.entries(body).filter(([, value]) => typeof value === 'string');
	return Object.fromEntries(texts);
}

function oauthError(status: number, error: string, description: string): ApiError {
	return new ApiError(status, description, { error, error_description: description });
}
