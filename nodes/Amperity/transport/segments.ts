import type { IDataObject } from 'n8n-workflow';
import type { AmperityClient } from './client';
import { getPage, hasId, type Identified } from './list';
import type { Page } from './pagination';

/**
 * Lists one page of segments: `id` (`seg-…`), `name`, `status`.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /segments
 */
export async function listSegments(
	client: AmperityClient,
	filters: IDataObject,
	nextToken?: string,
): Promise<Page<Identified>> {
	return await getPage(client, '/segments', hasId, filters, nextToken);
}
