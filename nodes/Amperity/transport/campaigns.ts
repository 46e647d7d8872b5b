import type { IDataObject } from 'n8n-workflow';
import { getPage, hasId, type Identified } from './list';
import type { Page } from './pagination';
import type { AmperityContext, RequestLimits } from './request';

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
	context: AmperityContext,
	filters: CampaignFilters,
	nextToken?: string,
	limits?: RequestLimits,
): Promise<Page<Campaign>> {
	return await getPage<Campaign>(context, '/campaigns', hasId, filters, nextToken, limits);
}
