/** One exchange of client credentials for a token, as the log keeps it. */
export interface TokenExchange {
	/** Real milliseconds since 1970. */
	at: number;
	clientId: string | undefined;
	status: number;
	/** The token that was issued. */
	token?: string;
}

/** What a token may do. */
export interface Grant {
	tenant: string;
	/** The token belongs to a key that lacks the policy. */
	forbidden?: boolean;
	/** Real milliseconds since 1970; undefined: never. */
	expiresAt?: number;
}

/** The tokens that are valid. */
export class TokenBook {
	private readonly grants = new Map<string, Grant>();

	private issued = 0;

	/** Makes a token valid. */
	add(token: string, grant: Grant): void {
		this.grants.set(token, grant);
	}

	/** Makes up a token that did not exist before. */
	issue(grant: Grant): string {
		this.issued++;
		const token = `simulator-oauth-token-${this.issued}`;
		this.add(token, grant);
		return token;
	}

	/** What the token may do at this real time; undefined if it is unknown, revoked or expired. */
	find(token: string, at: number): Grant | undefined {
		const grant = this.grants.get(token);
		return grant && at < (grant.expiresAt ?? Infinity) ? grant : undefined;
	}

	/** Makes a token invalid. */
	revoke(token: string): void {
		this.grants.delete(token);
	}

	/** Forgets all tokens. Numbers are not used again, so that an old token stays invalid. */
	reset(): void {
		this.grants.clear();
	}
}
