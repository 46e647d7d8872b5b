/** Items that a page is asked for where many are wanted. Amperity names no limit, and may send fewer. */
export const LARGE_PAGE_SIZE = 500;

/** One page of a list. */
export interface Page<T> {
	items: T[];
	/** Leads to the next page. The last one has none. */
	nextToken?: string;
}

/** The token of the next page: undefined on the last one, and null if it is nothing that could be one. */
function nextTokenOf(token: unknown): string | undefined | null {
	if (token === undefined || token === null || token === '') return undefined;
	return typeof token === 'string' || typeof token === 'number' ? String(token) : null;
}

/**
 * Reads a page from an answer: `{data: […], next_token}`, or a bare object that is the only item.
 *
 * @returns undefined if the answer is neither
 * @see https://docs.amperity.com/api/ "Pagination"
 */
export function pageOf<T>(
	json: unknown,
	isItem: (item: unknown) => item is T,
): Page<T> | undefined {
	if (isItem(json)) return { items: [json] };
	const { data, next_token } = json as { data?: unknown; next_token?: unknown };
	const nextToken = nextTokenOf(next_token);
	if (!Array.isArray(data) || nextToken === null) return undefined;
	return { items: data.filter(isItem), nextToken };
}

/**
 * Walks through the pages of a list, one request after the other.
 *
 * @param fetchPage gets one page by its token; the first page has none
 * @throws Error if a token comes back a second time, which would go on forever
 */
export async function* eachPage<T>(
	fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T[], void, undefined> {
	const seen = new Set<string>();
	let nextToken: string | undefined;
	do {
		const page = await fetchPage(nextToken);
		yield page.items;
		nextToken = page.nextToken;
		if (nextToken !== undefined && seen.has(nextToken)) {
			throw new Error('The list repeats itself: Amperity sent the same next_token twice');
		}
		if (nextToken !== undefined) seen.add(nextToken);
	} while (nextToken !== undefined);
}

/**
 * Gives up a list of runs that has too many pages.
 *
 * @throws Error from the page after the last one that is allowed
 */
export function withinPages<T>(
	mostPages: number,
	fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
): (nextToken: string | undefined) => Promise<Page<T>> {
	let pages = 0;
	return async (nextToken) => {
		if (pages++ >= mostPages) throw new Error('The list of runs is too long');
		return await fetchPage(nextToken);
	};
}

/** The items of all pages, or the first of them up to a limit. */
export async function collectPages<T>(
	fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
	limit = Infinity,
): Promise<T[]> {
	const items: T[] = [];
	for await (const page of eachPage(fetchPage)) {
		for (const item of page) items.push(item);
		if (items.length >= limit) break;
	}
	return items.slice(0, limit);
}
