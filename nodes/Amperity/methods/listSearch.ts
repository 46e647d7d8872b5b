import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { LearntIdentities } from '../runs/configuration/learntIdentities';
import { isSameState, STATE_NAMES } from '../runs/run/runState';
import { createdAt } from '../runs/run/runTimes';
import { isSameType, RUN_TYPE_NAMES } from '../runs/run/runType';
import { listCampaigns } from '../transport/campaigns';
import { AmperityClient } from '../transport/client';
import { LARGE_PAGE_SIZE, type Page } from '../transport/pagination';
import { plainText } from '../transport/plainText';
import { listRuns, type RunFilters, type WorkflowRun } from '../transport/workflowRuns';

/** How many runs are shown at a time: each of them is a choice. */
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

/** The order in which people look for names: "Campaign 2" comes before "Campaign 10". */
const byName = () => new Intl.Collator(undefined, { numeric: true }).compare;

/** The campaigns of the tenant, those of each page by name. */
export async function searchCampaigns(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const compare = byName();
	return await search(
		async (nextToken) => await listCampaigns(client, { limit: LARGE_PAGE_SIZE }, nextToken),
		(campaigns) =>
			campaigns
				.map(({ id, name }) => ({ name: `${textOf(name) || id} (${id})`, value: id }))
				.sort((a, b) => compare(a.name, b.name)),
		filter,
		paginationToken,
	);
}

/** A whole day keeps the filter the same from page to page, as a cursor may demand. */
function recentRuns({ clock }: AmperityClient): RunFilters {
	const day = new Date(clock.now() - RECENT_MS).toISOString().slice(0, 10);
	return { created_from: `${day}T00:00:00Z` };
}

/** When a run was created, as people read it, to the second: runs of one name may be close together. */
function startOf(run: WorkflowRun): string {
	const time = createdAt(run);
	return time === undefined
		? textOf(run.created_at)
		: `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * What tells runs apart. n8n shows nothing of a choice but its name, and saves that as it was chosen, so what may
 * change comes last. The state is as Amperity writes it, so that a filter for it finds the run.
 */
const labelOfRun = (run: WorkflowRun): string =>
	[textOf(run.name) || run.id, startOf(run), textOf(run.state)].filter(Boolean).join(' – ');

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
				.map((run) => ({ name: labelOfRun(run), value: run.id })),
		filter,
		paginationToken,
	);
}

const valuesOf = (runs: WorkflowRun[], property: 'name' | 'state' | 'type'): string[] =>
	[...new Set(runs.map((run) => run[property]))]
		.filter((value): value is string => typeof value === 'string' && value.trim() !== '')
		.sort(byName());

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
	const filters = { ...recentRuns(client), limit: LARGE_PAGE_SIZE };
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

/** What a page of recent runs shows of one property, as the API writes it, and the names of Amperity's pages that it does not. */
async function seenAndUnseen(
	client: AmperityClient,
	property: 'state' | 'type',
	names: readonly string[],
	isSame: (one: string, other: string) => boolean,
): Promise<{ seen: string[]; unseen: string[] }> {
	const { items } = await listRuns(client, { ...recentRuns(client), limit: LARGE_PAGE_SIZE });
	const seen = valuesOf(items, property);
	return { seen, unseen: names.filter((name) => !seen.some((value) => isSame(value, name))) };
}

function fitting(choices: INodeListSearchItems[], filter: string): INodeListSearchResult {
	const wanted = filter.trim().toLowerCase();
	return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}

/** The types of recent runs, as the API writes them, and those that only Amperity's pages name. */
export async function searchRunTypes(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const { seen, unseen } = await seenAndUnseen(client, 'type', RUN_TYPE_NAMES, isSameType);
	const labelOf = (type: string) => {
		const pageName = RUN_TYPE_NAMES.find((name) => isSameType(type, name));
		return textOf(pageName === undefined || pageName === type ? type : `${pageName} (${type})`);
	};
	const choices = [...seen, ...unseen].map((value) => ({ name: labelOf(value), value }));
	return fitting(choices, filter);
}

/** The states of recent runs, as the API writes them, and those that only Amperity's pages name. */
export async function searchRunStates(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const client = await AmperityClient.create(this);
	const { seen, unseen } = await seenAndUnseen(client, 'state', STATE_NAMES, isSameState);
	const choices = [...seen, ...unseen]
		.sort(byName())
		.map((value) => ({ name: textOf(value), value }));
	return fitting(choices, filter);
}
