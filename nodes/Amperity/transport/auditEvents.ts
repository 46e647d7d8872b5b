import type { IDataObject } from 'n8n-workflow';
import type { AmperityClient } from './client';
import { getPage, isObject } from './list';
import type { Page } from './pagination';

/** What a list of audit events can be narrowed to. `from` is inclusive, `to` exclusive. */
export interface AuditEventFilters extends IDataObject {
	happened_from?: string;
	happened_to?: string;
	limit?: number;
}

/**
 * Lists one page of audit events: who did what in the tenant.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /audit-events
 */
export async function listAuditEvents(
	client: AmperityClient,
	filters: AuditEventFilters,
	nextToken?: string,
): Promise<Page<IDataObject>> {
	const isEvent = (item: unknown): item is IDataObject => isObject(item) && 'event_id' in item;
	return await getPage(client, '/audit-events', isEvent, filters, nextToken);
}
