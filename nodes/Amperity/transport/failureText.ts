import { networkProblem } from '../../../credentials/networkProblem';
import { plainText } from './plainText';
import { isServerTrouble, type Failure } from './failure';

/** A failure in words for somebody who knows n8n and no API. */
export interface FailureText {
	/** What happened. */
	message: string;
	/** What to do about it. */
	remedy: string;
	/** Status, code and IDs, as Amperity Support asks for them. Empty, or begins with a space. */
	facts: string;
}

type Explanation = Pick<FailureText, 'message' | 'remedy'>;

const BY_STATUS: Record<number, Explanation> = {
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

const INVALID: Explanation = {
	message: 'Amperity rejected the request as invalid',
	remedy: 'Correct the fields that the message names, then run the node again.',
};

const FRESH_TOKEN_REFUSED: Explanation = {
	message: 'Amperity did not accept a token that it has just issued',
	remedy: 'Check that Tenant ID in the credential is the tenant of the client.',
};

const SERVER_TROUBLE: Explanation = {
	message: 'Amperity could not answer the request',
	remedy: 'This usually passes by itself. Try again in a few minutes.',
};

const ERROR_AS_SUCCESS: Explanation = {
	message: 'Amperity answered with an error',
	remedy: 'Try again in a few minutes, and look in Amperity whether the request took effect.',
};

function ofAmperity(status: number, tokenIsFresh: boolean): Explanation {
	if (status < 400) return ERROR_AS_SUCCESS;
	if (status === 401 && tokenIsFresh) return FRESH_TOKEN_REFUSED;
	if (isServerTrouble(status)) return SERVER_TROUBLE;
	return BY_STATUS[status] ?? INVALID;
}

const BETWEEN = 'Something between n8n and Amperity answered';

function ofIntermediary(status: number): Explanation {
	if (status === 407) {
		return {
			message: `${BETWEEN}: a proxy that asks for a login`,
			remedy:
				'Put the user name and the password of the proxy into the environment variables HTTP_PROXY and HTTPS_PROXY of n8n, like http://user:password@proxy.example.com:8080, and restart n8n.',
		};
	}
	if (status >= 300 && status < 400) {
		return {
			message: `${BETWEEN}: it redirects the request to another address`,
			remedy:
				'Redirects are not followed. Check Hosting, and Base URL if you use one, in the credential.',
		};
	}
	if (status < 300) {
		return {
			message: BETWEEN,
			remedy:
				'The answer was empty, cut off, or not what Amperity sends, such as a web page. Check Hosting, and Base URL if you use one, in the credential; a proxy or a firewall may also be the cause.',
		};
	}
	const isPassing = status === 429 || isServerTrouble(status);
	return {
		message: BETWEEN,
		remedy: isPassing
			? 'A proxy or a gateway on the way is in trouble or busy, which usually passes by itself. Try again in a few minutes.'
			: 'A proxy, a firewall or a gateway on the way does not let the request through. Show this to those who run your network. Check Hosting, and Base URL if you use one, in the credential.',
	};
}

function explain(failure: Failure, tokenIsFresh: boolean): Explanation {
	switch (failure.kind) {
		case 'amperity': {
			const { message, remedy } = ofAmperity(failure.status, tokenIsFresh);
			return { message: `${message}: ${failure.body.message}`, remedy };
		}
		case 'intermediary':
			return ofIntermediary(failure.status);
		case 'network': {
			const { code, text } = failure;
			const { message, remedy } = networkProblem(code, text);
			// n8n's own errors have no code, and their text says what nobody else knows.
			return { message: code === 'UNKNOWN' ? `${message}: ${plainText(text)}` : message, remedy };
		}
		case 'credential':
			return { message: failure.text, remedy: 'The request itself was not sent.' };
		case 'noTurn':
			return {
				message: 'There was no time left to send the request',
				remedy:
					'Nothing was sent. Too many others of this tenant were waiting, or Amperity had asked for a pause. Let fewer workflows run at once, and try again.',
			};
		case 'stopped':
			return { message: 'n8n stopped the execution', remedy: 'Nothing was sent to Amperity.' };
	}
}

function factsOf(failure: Failure): string {
	const body = failure.kind === 'amperity' ? failure.body : undefined;
	const parts = [
		'status' in failure ? `HTTP ${failure.status}` : '',
		failure.kind === 'network' ? `Code ${failure.code}` : '',
		body?.requestId ? `Request ID ${body.requestId}` : '',
		body?.traceId ? `Trace ID ${body.traceId}` : '',
	].filter((part) => part !== '');
	return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/**
 * Tells a failure in words.
 *
 * @param tokenIsFresh whether the token was issued just before, so that a new one is no help
 */
export const failureText = (failure: Failure, tokenIsFresh: boolean): FailureText => ({
	...explain(failure, tokenIsFresh),
	facts: factsOf(failure),
});
