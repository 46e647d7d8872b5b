import type { RecordedRequest } from './world';

/** Whether, and when, a request has its effect although something goes wrong with it. */
export interface Acceptance {
	/** Default: the request is without effect. */
	accepted?: boolean;
	/** Accepted only so long after the answer, in real milliseconds: it was queued on its way. Default 0: before it. */
	acceptedAfterMs?: number;
}

/**
 * What goes wrong with one request. A request is without effect unless the fault says `accepted`
 * (or is one of those that accept by their nature); delays are real milliseconds.
 */
export type Fault =
	/** The connection is destroyed and nothing has happened. */
	| { kind: 'drop-before' }
	/** The request is accepted, and the connection is destroyed: after that, or before it. */
	| { kind: 'drop-after'; acceptedAfterMs?: number }
	/** Accepted at once, answered late. */
	| { kind: 'late'; delayMs: number }
	/** Accepted and answered only after the delay; the client may be gone by then. */
	| { kind: 'late-accept'; delayMs: number }
	/** A JSON error as the API gives it; `body` replaces it. */
	| ({ kind: 'status'; status: number; retryAfter?: string; body?: unknown } & Acceptance)
	/** The HTML page of a gateway. */
	| ({ kind: 'html'; status?: number } & Acceptance)
	/** The first half of a JSON answer, as a complete HTTP answer. */
	| ({ kind: 'half-json' } & Acceptance)
	/** The first half of a JSON answer, then the connection is destroyed. */
	| ({ kind: 'cut-off' } & Acceptance)
	/** An answer of which a byte comes now and then, and never the end. */
	| ({ kind: 'drip'; everyMs: number } & Acceptance)
	/** No body. */
	| ({ kind: 'empty'; status?: number } & Acceptance)
	| { kind: 'redirect'; location: string; status?: 301 | 302 | 303 | 307 | 308 }
	/** Any answer: a text is sent as it is, everything else as JSON. A header that is undefined is left out. */
	| ({
			kind: 'body';
			body: unknown;
			status?: number;
			headers?: Record<string, string | undefined>;
	  } & Acceptance);

/** Which requests a fault waits for; a path is compared without a trailing slash. */
export interface FaultTarget {
	method?: string;
	path?: string | RegExp;
	/** How many requests it meets. Default: 1. */
	times?: number;
}

/** Decides about each request; the index is that of the request log. */
export type FaultHook = (request: RecordedRequest, index: number) => Fault | undefined;

/** The faults that wait for their requests. */
export class FaultQueue {
	private waiting: Array<{ fault: Fault; target: FaultTarget; left: number }> = [];

	/** Lets the next matching requests fail. */
	add(fault: Fault, target: FaultTarget): void {
		this.waiting.push({ fault, target, left: target.times ?? 1 });
	}

	/** The fault for this request, which is used up by it. */
	take(request: RecordedRequest): Fault | undefined {
		const entry = this.waiting.find(({ target }) => meets(request, target));
		if (!entry) return undefined;
		entry.left--;
		if (entry.left <= 0) this.waiting = this.waiting.filter((other) => other !== entry);
		return entry.fault;
	}

	/** Forgets all waiting faults. */
	reset(): void {
		this.waiting = [];
	}
}

function meets(request: RecordedRequest, { method, path }: FaultTarget): boolean {
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (path === undefined) return true;
	if (typeof path !== 'string') return path.test(request.path);
	return path.replace(/\/$/, '') === request.path.replace(/\/$/, '');
}
