import type { IDataObject } from 'n8n-workflow';
import type { AmperityClient } from './client';
import { getPage, hasId, type Identified } from './list';
import type { Page } from './pagination';

/** A campaign: `id` (`cc-…`), `name`, and `deliver_at` where it has one. */
export interface Campaign extends Identified {
	name?: string;
}

/** What a list of campaigns can be narrowed to. */
export interface CampaignFilters extends IDataObject {
	/** Like `ptg-2QLLqXBEq`. */
	destination_data_template_id?: string;
	limit?: number;
}

/**
 * Lists one page of campaigns.
 *
 * @throws AmperityApiError if Amperity did not answer with a list
 * @see https://docs.amperity.com/api/ GET /campaigns
 */
export async function listCampaigns(
	client: AmperityClient,
	filters: CampaignFilters,
	nextToken?: string,
): Promise<Page<Campaign>> {
	return await getPage<Campaign>(client, '/campaigns', hasId, filters, nextToken);
}
