import type { IDataObject } from 'n8n-workflow';
import type { RequestLimits } from './amperityRequest';
import type { AmperityClient } from './client';
import { getPage, hasId, type Identified } from './list';
import { eachPage, LARGE_PAGE_SIZE, type Page } from './pagination';

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
	limits?: RequestLimits,
): Promise<Page<Campaign>> {
	return await getPage<Campaign>(client, '/campaigns', hasId, filters, nextToken, limits);
}

/** A list of more pages is not searched further. */
const MOST_PAGES = 10;

/**
 * Searches the list for one campaign.
 *
 * @returns undefined if its first pages do not hold it
 * @throws AmperityApiError if Amperity did not answer with a list
 * @throws Error if the list repeats itself
 */
export async function findCampaign(
	client: AmperityClient,
	campaignId: string,
	limits?: RequestLimits,
): Promise<Campaign | undefined> {
	const query = { limit: LARGE_PAGE_SIZE };
	const pages = eachPage((nextToken) => listCampaigns(client, query, nextToken, limits));
	let read = 0;
	for await (const campaigns of pages) {
		const campaign = campaigns.find(({ id }) => id === campaignId);
		if (campaign || ++read === MOST_PAGES) return campaign;
	}
	return undefined;
}
