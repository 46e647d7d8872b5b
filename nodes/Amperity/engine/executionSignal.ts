import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

/** Any n8n context in which the node runs. */
export type NodeContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** Fires when n8n stops the execution or its time is up. Polls and list searches have none. */
export const cancelSignalOf = (context: NodeContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/**
 * The same context with another signal. n8n takes the signal of a request from the context, whatever
 * the request's own options say, and so ends every request of a stopped execution at once, also the
 * one that would stop a run (`httpRequestWithAuthentication` of n8n-core 1.117 to 2.41).
 */
export const withSignal = <T extends NodeContext>(context: T, signal?: AbortSignal): T =>
	Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as T;
