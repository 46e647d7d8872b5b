import type { IDataObject } from 'n8n-workflow';
import { AmperityApiError } from './apiError';
import { pageOf, type Page } from './pagination';
import { amperityApiRequest, type AmperityContext, type RequestLimits } from './request';

/** Anything of Amperity's that has an ID. */
export interface Identified extends IDataObject {
	id: string;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object with an ID, whatever else it holds. */
export function hasId(value: unknown): value is Identified {
	return isObject(value) && typeof value.id === 'string' && value.id !== '';
}

/**
 * Gets one page of a list.
 *
 * @param isItem tells the items from anything else
 * @param nextToken leads to a further page; the first has none
 * @throws AmperityApiError if Amperity did not answer with a list
 */
export async function getPage<T>(
	context: AmperityContext,
	path: string,
	isItem: (value: unknown) => value is T,
	filters: IDataObject,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<T>> {
	const qs = nextToken === undefined ? filters : { ...filters, next_token: nextToken };
	const json = await amperityApiRequest(
		context,
		{ method: 'GET', path, qs, repeatability: 'safe' },
		limits,
	);
	const page = pageOf(json, isItem);
	if (page) return page;
	throw new AmperityApiError(context.getNode(), { kind: 'unreadable', status: 200 });
}
