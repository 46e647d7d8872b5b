import type { Repeatability } from './retry';
import type { HttpRequest } from './send';

/** What one endpoint needs. */
export interface AmperityRequest<T> extends HttpRequest {
	repeatability: Repeatability;
	/** Takes what was asked for from the answer's JSON, or nothing if it is not that. */
	read(json: unknown): T | undefined;
}

/** How patient a request is. */
export interface RequestLimits {
	/** Milliseconds until an answer must have come. */
	timeoutMs?: number;
	/** False where the caller itself tries again. */
	retry?: boolean;
	/** When it is too late to send it, in milliseconds by the monotonic clock. */
	until?: number;
	/** Is told of each attempt that is sent, and when, in milliseconds by the monotonic clock. */
	onSent?: (at: number) => void;
}

/** What a client asks with. */
export interface ClientOptions {
	/** The item whose credential is used. */
	itemIndex?: number;
	/** Milliseconds until an answer must have come, unless a request says otherwise. */
	timeoutMs?: number;
	/** Fires when nothing more is to be sent. What is under way is still waited for. */
	signal?: AbortSignal;
}
