import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { createdAt } from '../runs/run/workflowRun';
import { AmperityClient } from '../transport/client';
import { listCampaigns } from '../transport/campaigns';
import type { Page } from '../transport/pagination';
import { plainText } from '../transport/plainText';
import { listRuns } from '../transport/workflowRuns';

const PAGE_SIZE = 100;

/** A search looks through so many pages before it shows what it has; n8n asks for more on scrolling. */
const MOST_PAGES = 5;

/** How far back recent runs go. Milliseconds. */
const RECENT_MS = 7 * 24 * 3_600_000;

/** Amperity cannot search, so pages are read until one holds something that fits. */
async function search<T>(
	fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
	toChoices: (items: T[]) => INodeListSearchItems[],
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter.trim().toLowerCase();
	let nextToken = paginationToken;
	for (let pages = 1; ; pages++) {
		const page = await fetchPage(nextToken);
		nextToken = page.nextToken;
		const results = toChoices(page.items).filter(({ name, value }) =>
			`${name} ${value}`.toLowerCase().includes(wanted),
		);
		if (results.length > 0 || nextToken === undefined || pages === MOST_PAGES) {
			return { results, paginationToken: nextToken };
		}
	}
}

const textOf = (value: unknown) => (typeof value === 'string' ? plainText(value) : '');

/** The campaigns of the tenant, by name. */
export async function searchCampaigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	return await search(
		async (nextToken) => await listCampaigns(client, { limit: PAGE_SIZE }, nextToken),
		(campaigns) =>
			campaigns
				.map(({ id, name }) => ({ name: `${textOf(name) || id} (${id})`, value: id }))
				.sort((a, b) => a.name.localeCompare(b.name)),
		filter,
		paginationToken,
	);
}

/** The runs of the last week, the youngest of each page first. */
export async function searchRecentRuns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	// A whole day keeps the filter the same from page to page, as a cursor may demand.
	const today = new Date(client.clock.now() - RECENT_MS).toISOString().slice(0, 10);
	const filters = { created_from: `${today}T00:00:00Z`, limit: PAGE_SIZE };
	return await search(
		async (nextToken) => await listRuns(client, filters, nextToken),
		(runs) =>
			runs
				.sort((a, b) => (createdAt(b) ?? 0) - (createdAt(a) ?? 0))
				.map(({ id, name, type, state, created_at }) => ({
					name: [name, state, type, created_at].map(textOf).filter(Boolean).join(' – ') || id,
					value: id,
				})),
		filter,
		paginationToken,
	);
}
