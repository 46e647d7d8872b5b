import type { IDataObject } from 'n8n-workflow';
import { getPage, hasId, type Identified } from './list';
import type { Page } from './pagination';
import type { AmperityContext, RequestLimits } from './request';

/**
 * Lists one page of segments: `id` (`seg-…`), `name`, `status`.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /segments
 */
export async function listSegments(
	context: AmperityContext,
	filters: IDataObject,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<Identified>> {
	return await getPage(context, '/segments', hasId, filters, nextToken, limits);
}
