import type { Position } from './cursor';
import { ApiError } from './errors';
import { parsePartialTimestamp } from './timestamps';
import type { Call, World } from './world';

/** Items on a page when `limit` is left out. */
const DEFAULT_LIMIT = 100;

const MAX_LIMIT = 1_000;

/** The parameters that every paged list has. */
export const PAGING = ['limit', 'next_token', 'with_total'];

/** The query of a call, checked as it is read: a parameter that nobody knows is a 400. */
export class Query {
	private readonly values: Record<string, string>;

	constructor(call: Call, allowed: string[]) {
		this.values = call.request.query;
		for (const name of Object.keys(this.values)) {
			if (!['api_version', ...allowed].includes(name)) {
				throw new ApiError(400, `Unknown query parameter: ${name}.`);
			}
		}
	}

	/** A text; it must not be empty. */
	text(name: string): string | undefined {
		const value = this.values[name];
		if (value === '') throw new ApiError(400, `The query parameter ${name} must not be empty.`);
		return value;
	}

	/** A timestamp, which may be partial, in milliseconds. */
	time(name: string): number | undefined {
		const value = this.text(name);
		if (value === undefined) return undefined;
		const time = parsePartialTimestamp(value);
		if (time !== undefined) return time;
		throw new ApiError(400, `The query parameter ${name} is not an ISO 8601 timestamp: ${value}.`);
	}

	/** True or false; left out, it is false. */
	flag(name: string): boolean {
		const value = this.text(name) ?? 'false';
		if (value === 'true' || value === 'false') return value === 'true';
		throw new ApiError(400, `The query parameter ${name} must be true or false.`);
	}

	/** One of a few texts. */
	oneOf<Choice extends string>(name: string, choices: Choice[]): Choice | undefined {
		const value = this.text(name);
		const choice = choices.find((candidate) => candidate === value);
		if (value === undefined || choice !== undefined) return choice;
		throw new ApiError(400, `The query parameter ${name} must be one of: ${choices.join(', ')}.`);
	}

	/** The number of items on a page. */
	limit(): number {
		const value = this.text('limit');
		if (value === undefined) return DEFAULT_LIMIT;
		const limit = /^\d+$/.test(value) ? Number(value) : 0;
		if (limit >= 1 && limit <= MAX_LIMIT) return limit;
		throw new ApiError(400, `The query parameter limit must be an integer from 1 to ${MAX_LIMIT}.`);
	}

	/** Where the page before ended. */
	after(world: World): Position | undefined {
		const token = this.text('next_token');
		return token === undefined ? undefined : world.cursors.decode(token, this.filters());
	}

	/** The `next_token` of a page; a last page has none, or an empty one. */
	nextToken(world: World, position: Position | undefined): { next_token?: string } {
		if (position) return { next_token: world.cursors.encode(position, this.filters()) };
		return world.lastPageToken === 'empty' ? { next_token: '' } : {};
	}

	/** The filters as a text: a cursor is good for the same ones only. */
	private filters(): string {
		return Object.entries(this.values)
			.filter(([name]) => !PAGING.includes(name))
			.map(([name, value]) => `${name}=${value}`)
			.sort()
			.join('&');
	}
}

/** Answers one page of a list that is short enough to be held as an array. */
export function pageOf<Item>(world: World, query: Query, items: Item[]): Record<string, unknown> {
	const [start = 0] = query.after(world) ?? [];
	const end = start + Math.min(query.limit(), world.pageCap);
	return {
		data: items.slice(start, end),
		...query.nextToken(world, end < items.length ? [end] : undefined),
		...(query.flag('with_total') && { total: items.length }),
	};
}
