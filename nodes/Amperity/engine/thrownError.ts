/** What n8n has thrown instead of an answer. */
export interface ThrownError {
	/** Node.js's or axios's code, or UNKNOWN for an error of n8n's own. */
	code: string;
	/** The original text. */
	text: string;
}

/**
 * Reads what a request has thrown. n8n wraps it in a NodeApiError and changes its message; the code is
 * kept as `httpCode`, the text as the first of `messages`. The original itself, as `cause`, is there
 * from n8n-workflow 2.36 on only, so it is not asked (seen in 1.123, 2.0 and 2.41).
 */
export function thrownError(error: unknown): ThrownError {
	const { httpCode, messages, code, message } = (error ?? {}) as Record<string, unknown>;
	const [text] = Array.isArray(messages) ? (messages as unknown[]) : [];
	return {
		code: String(httpCode ?? code ?? 'UNKNOWN'),
		text: String(text ?? message ?? ''),
	};
}
