import { NodeApiError, type INode } from 'n8n-workflow';
import { renewsTokens } from '../authentication';
import { isServerTrouble, mayHaveBeenAccepted, type Failure } from './retry';

/** What an error answer of Amperity says (docs.amperity.com/api, "Errors"). Each part may be missing. */
export interface ErrorBody {
	message?: string;
	requestId?: string;
	traceId?: string;
}

/** Longest text that is taken over from an answer, in characters. */
const LONGEST_TEXT = 500;

/** ANSI escape sequences: a control character, parameters, and a final byte. */
const ESCAPE_SEQUENCES = /\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu;

/** A text from outside, fit for an error message: one line, no markup, no control characters. */
export function plainText(text: string): string {
	const line = text
		.slice(0, 4 * LONGEST_TEXT)
		.replace(ESCAPE_SEQUENCES, ' ')
		.replace(/<[^>]*>/g, ' ')
		// The beginning of a tag that never ends.
		.replace(/<(?=[a-z/!?])/gi, '‹')
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		// n8n records an execution as canceled, not failed, when an error message holds this word.
		.replace(/canceled/gi, 'cancelled')
		.trim();
	return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}

/** Reads Amperity's error body. Anything else, such as a gateway's HTML page, gives an empty result. */
export function errorBodyOf(body: unknown): ErrorBody {
	if (typeof body !== 'object' || body === null) return {};
	const text = (key: string) => {
		const value = (body as Record<string, unknown>)[key];
		return typeof value === 'string' && value !== '' ? plainText(value) : undefined;
	};
	return { message: text('message'), requestId: text('request_id'), traceId: text('trace_id') };
}

interface Explanation {
	message: string;
	remedy: string;
}

const STATUS_EXPLANATIONS: Record<number, Explanation> = {
	400: {
		message: 'Amperity rejected the request as invalid',
		remedy: 'Correct the fields that the message names, then run the node again.',
	},
	401: {
		message: 'Amperity did not accept the access token',
		remedy:
			'The token has expired, is wrong, or belongs to another tenant. Get a new one in Amperity under Settings > Security > API keys, and enter it in the credential.',
	},
	403: {
		message: 'The API key is not allowed to do this',
		remedy:
			'Give the key the DataGrid Operator option in Amperity under Settings > Security > API keys, and check that the credential names the tenant the key belongs to.',
	},
	404: {
		message: 'Amperity did not find what the request names',
		remedy:
			'Check the ID, and that it belongs to the tenant of the credential: a sandbox and production have different IDs.',
	},
	409: {
		message: 'The current state in Amperity does not allow this',
		remedy: 'Look at the run or its configuration in Amperity, then run the node again.',
	},
	429: {
		message: 'Amperity received too many requests',
		remedy:
			'Amperity allows 10 requests per second for the whole tenant. Wait a moment, let fewer workflows run at once, or lower Requests per Second in the credential.',
	},
};

const FRESH_TOKEN_REFUSED: Explanation = {
	message: 'Amperity did not accept a token that it has just issued',
	remedy: 'Check that Tenant ID in the credential is the tenant of the client.',
};

const SERVER_TROUBLE: Explanation = {
	message: 'Amperity could not answer the request',
	remedy: 'This usually passes by itself. Try again in a few minutes.',
};

const REDIRECTED: Explanation = {
	message: 'Amperity redirected the request to another address',
	remedy:
		'Redirects are not followed. Check Hosting, and Base URL if you use one, in the credential.',
};

const UNREADABLE: Explanation = {
	message: 'The answer was not what Amperity sends',
	remedy:
		'It was empty, cut off, or a web page. Check Hosting, and Base URL if you use one, in the credential; a proxy in between may also be the cause.',
};

const NETWORK_EXPLANATIONS: Record<string, Explanation> = {
	ECONNREFUSED: {
		message: 'Nothing accepts connections at this address',
		remedy: 'Check Hosting, and Base URL if you use one, in the credential.',
	},
	ENOTFOUND: {
		message: 'There is no host of this name',
		remedy: 'Check Hosting and the tenant in the credential, and that n8n reaches the internet.',
	},
	ERR_TOKEN_EXCHANGE: {
		message: 'Amperity’s token endpoint issued no access token',
		remedy:
			'It cannot be reached or is in trouble, which usually passes by itself. Check Token Endpoint in the credential if it does not.',
	},
	ERR_CANCELED: {
		message: 'n8n stopped the execution while a request to Amperity was under way',
		remedy: 'Look in Amperity whether the request took effect.',
	},
};

const NO_ANSWER: Explanation = {
	message: 'No answer came from Amperity',
	remedy: 'The connection failed or timed out. Check the network, then try again.',
};

function explain(failure: Failure, tokenIsFresh: boolean): Explanation {
	switch (failure.kind) {
		case 'status':
			if (failure.status >= 300 && failure.status < 400) return REDIRECTED;
			if (failure.status === 401 && tokenIsFresh) return FRESH_TOKEN_REFUSED;
			return (
				STATUS_EXPLANATIONS[failure.status] ??
				(isServerTrouble(failure.status) ? SERVER_TROUBLE : STATUS_EXPLANATIONS[400]!)
			);
		case 'unreadable':
			return UNREADABLE;
		case 'noAnswer':
			return NETWORK_EXPLANATIONS[failure.code] ?? NO_ANSWER;
		case 'notSent':
			return { message: failure.reason, remedy: 'Nothing was sent to Amperity.' };
	}
}

function factsOf(failure: Failure, body: ErrorBody): string {
	const parts = [
		failure.kind === 'status' || failure.kind === 'unreadable' ? `HTTP ${failure.status}` : '',
		failure.kind === 'noAnswer' ? `Code ${failure.code}` : '',
		body.requestId ? `Request ID ${body.requestId}` : '',
		body.traceId ? `Trace ID ${body.traceId}` : '',
	].filter((part) => part !== '');
	return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/** A request to Amperity that failed, told in words that say what happened and what to do. */
export class AmperityApiError extends NodeApiError {
	/** Whether Amperity may have acted on the request all the same. */
	readonly mayHaveBeenAccepted: boolean;

	/** Status, code and IDs, as Amperity Support asks for them. */
	readonly facts: string;

	constructor(
		node: INode,
		readonly reason: Failure,
		body: ErrorBody = {},
	) {
		const { message, remedy } = explain(reason, renewsTokens(node));
		super(node, {}, { message, description: `${remedy}${factsOf(reason, body)}` });
		this.facts = factsOf(reason, body);
		// The editor knows the errors of n8n by this name.
		this.name = NodeApiError.name;
		// NodeApiError replaces messages in which it sees an error code, so this one is set last.
		this.message = body.message ? `${message}: ${body.message}` : message;
		this.httpCode = reason.kind === 'status' ? String(reason.status) : null;
		this.context.request_id = body.requestId;
		this.context.trace_id = body.traceId;
		this.mayHaveBeenAccepted = mayHaveBeenAccepted(reason);
	}
}
