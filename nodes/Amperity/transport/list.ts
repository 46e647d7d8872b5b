import type { IDataObject } from 'n8n-workflow';
import type { RequestLimits } from './amperityRequest';
import type { AmperityClient } from './client';
import { pageOf, type Page } from './pagination';

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

/** The value itself if it has an ID: what an endpoint answers that gives one thing. */
export const identified = (json: unknown): Identified | undefined =>
	hasId(json) ? json : undefined;

/**
 * Gets one page of a list.
 *
 * @param isItem tells the items from anything else
 * @param nextToken leads to a further page; the first has none
 * @throws AmperityApiError if Amperity did not answer with a list
 */
export async function getPage<T>(
	client: AmperityClient,
	path: string,
	isItem: (value: unknown) => value is T,
	filters: IDataObject,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<T>> {
	const qs = nextToken === undefined ? filters : { ...filters, next_token: nextToken };
	const read = (json: unknown) => pageOf(json, isItem);
	return await client.request({ method: 'GET', path, qs, repeatability: 'safe', read }, limits);
}
