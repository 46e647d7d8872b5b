import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { isSameType, RUN_TYPE_NAMES } from '../runs/run/runType';
import { createdAt } from '../runs/run/workflowRun';
import { LearntIdentities } from '../runs/start/learntIdentities';
import { AmperityClient } from '../transport/client';
import { listCampaigns } from '../transport/campaigns';
import type { Page } from '../transport/pagination';
import { plainText } from '../transport/plainText';
import { listRuns, type RunFilters, type WorkflowRun } from '../transport/workflowRuns';

const PAGE_SIZE = 100;

/** Many runs have one name or type. */
const RUNS_PAGE_SIZE = 500;

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

/** A whole day keeps the filter the same from page to page, as a cursor may demand. */
function recentRuns({ clock }: AmperityClient): RunFilters {
	const day = new Date(clock.now() - RECENT_MS).toISOString().slice(0, 10);
	return { created_from: `${day}T00:00:00Z` };
}

/** The runs of the last week, the youngest of each page first. */
export async function searchRecentRuns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const filters = { ...recentRuns(client), limit: PAGE_SIZE };
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

const valuesOf = (runs: WorkflowRun[], property: 'name' | 'type'): string[] =>
	[...new Set(runs.map((run) => run[property]))]
		.filter((value): value is string => typeof value === 'string' && value.trim() !== '')
		.sort((a, b) => a.localeCompare(b));

/**
 * The names of recent runs, by which the runs of one configuration are known, and those learnt from starts of this
 * process, with the ID of the configuration.
 */
export async function searchRunNames(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const filters = { ...recentRuns(client), limit: RUNS_PAGE_SIZE };
	const learnt = [...client.remembered(LearntIdentities).names];
	const labelOf = (name: string) => {
		const ids = learnt.filter(([, learntName]) => learntName === name).map(([id]) => id);
		return textOf(ids.length > 0 ? `${name} (${ids.join(', ')})` : name);
	};
	// They belong to no page, so they come with the first.
	const unlisted = paginationToken ? [] : learnt.map(([, name]) => ({ id: '', name }));
	return await search(
		async (nextToken) => await listRuns(client, filters, nextToken),
		(runs) =>
			valuesOf([...runs, ...unlisted.splice(0)], 'name').map((value) => ({
				name: labelOf(value),
				value,
			})),
		filter,
		paginationToken,
	);
}

/** The types of recent runs, as the API writes them, and those that only Amperity's pages name. */
export async function searchRunTypes(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const { items } = await listRuns(client, { ...recentRuns(client), limit: RUNS_PAGE_SIZE });
	const seen = valuesOf(items, 'type');
	const unseen = RUN_TYPE_NAMES.filter((name) => !seen.some((type) => isSameType(type, name)));
	const labelOf = (type: string) => {
		const pageName = RUN_TYPE_NAMES.find((name) => isSameType(type, name));
		return textOf(pageName === undefined || pageName === type ? type : `${pageName} (${type})`);
	};
	const wanted = filter.trim().toLowerCase();
	const choices = [...seen, ...unseen].map((value) => ({ name: labelOf(value), value }));
	return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}
