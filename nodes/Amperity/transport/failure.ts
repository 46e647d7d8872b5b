import { networkProblem } from '../../../credentials/networkProblem';

/** What an error answer of Amperity says (docs.amperity.com/api, "Errors"). Only the text is always there. */
export interface ErrorBody {
	message: string;
	requestId?: string;
	traceId?: string;
}

/** How a request failed, and above all who says so. */
export type Failure =
	/** Amperity's own word: the JSON of its errors. */
	| {
			kind: 'amperity';
			/** As the error itself states it where it came with a success. */
			status: number;
			httpStatus: number;
			body: ErrorBody;
			retryAfterMs?: number;
	  }
	/** Something between n8n and Amperity answered: a proxy, a firewall, a gateway. It proves nothing. */
	| { kind: 'intermediary'; status: number; retryAfterMs?: number }
	/** The connection failed, or the answer did not come in time. The code is Node.js's or axios's. */
	| { kind: 'network'; code: string; text: string; answerHadBegun: boolean }
	/** The credential cannot be used, or no token was to be had. Nothing was sent. */
	| { kind: 'credential'; text: string; mayPass: boolean }
	/** Nothing was sent: the caller's time was over before its turn. */
	| { kind: 'noTurn' }
	/** Nothing was sent, since n8n has stopped the execution or the node. */
	| { kind: 'stopped' };

/** Whether a status tells of trouble on the other side, which may pass by itself. */
export const isServerTrouble = (status: number): boolean => status === 408 || status >= 500;

/** The status of the answer, if one came. */
export const statusOf = (failure: Failure): number | undefined =>
	'status' in failure ? failure.status : undefined;

/** Whether a request was answered with 429: the tenant's limit, or that of something in between. */
export const isThrottled = (failure: Failure): boolean => statusOf(failure) === 429;

/** How long whoever answered asks to wait. Milliseconds. */
export const retryAfterOf = (failure: Failure): number | undefined =>
	'retryAfterMs' in failure ? failure.retryAfterMs : undefined;

/**
 * Whether Amperity may have acted on the request although no good answer came.
 * Only its own refusal, and what surely was not sent, count as a no.
 */
export function mayHaveBeenAccepted(failure: Failure): boolean {
	switch (failure.kind) {
		case 'amperity':
			return failure.httpStatus < 400 || isServerTrouble(failure.httpStatus);
		case 'intermediary':
			return true;
		case 'network':
			return networkProblem(failure.code, failure.text).wasSent;
		case 'credential':
		case 'noTurn':
		case 'stopped':
			return false;
	}
}

/** A gateway says so of a request that it has passed on, and that may still arrive (the last four are not standard, but common). */
const GATEWAY_TIMEOUTS = [504, 522, 524, 598, 599];

/** Whether the request has probably had no effect, since whoever answered was in trouble, or nobody did. */
export function isOutage(failure: Failure): boolean {
	if (failure.kind === 'network') {
		return !failure.answerHadBegun && ['ECONNRESET', 'EPIPE'].includes(failure.code);
	}
	const status = failure.kind === 'amperity' ? failure.httpStatus : (statusOf(failure) ?? 0);
	return status >= 500 && !GATEWAY_TIMEOUTS.includes(status);
}

/** Whether the same request may well succeed a little later. */
export function mayPass(failure: Failure): boolean {
	switch (failure.kind) {
		case 'amperity':
			return failure.status === 429 || isServerTrouble(failure.status);
		case 'intermediary':
			// A success that is no answer was cut off. A page that refuses or redirects stays.
			return failure.status < 300 || failure.status === 429 || isServerTrouble(failure.status);
		case 'network':
			return networkProblem(failure.code, failure.text).mayPass;
		case 'credential':
			return failure.mayPass;
		case 'noTurn':
		case 'stopped':
			return false;
	}
}
