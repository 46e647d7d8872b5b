import { ApiError } from './errors';

/** The place in a list after which the next page begins; its meaning is the list's own affair. */
export type Position = number[];

/** How a `next_token` is written in JSON. It is documented as a text; a client must not care. */
export type CursorForm = 'text' | 'number';

/**
 * What a `next_token` of the list of runs stands for: the place after the last run that was shown, which stays right
 * whatever comes and goes; or how many runs were shown, so that one that leaves the list shifts all that follow it.
 */
export type CursorKind = 'place' | 'offset';

/** Makes and reads the opaque `next_token`. */
export class CursorBook {
	/** What the numbers stand for that were given as cursors: the first one is 1. */
	private readonly numbered: string[] = [];

	constructor(public form: CursorForm) {}

	/** A cursor as a text; where numbers are given, it is one in digits. */
	encode(position: Position, query: string): string {
		const cursor = encodeCursor(position, query);
		return this.form === 'text' ? cursor : String(this.numbered.push(cursor));
	}

	/** Reads a cursor of either form; 400 if it is not ours or belongs to a list with other filters. */
	decode(token: string, query: string): Position {
		return decodeCursor(this.numbered[Number(token) - 1] ?? token, query);
	}

	/** The body of an answer, with its cursor in the form in which it is sent. */
	sent(body: unknown): unknown {
		if (this.form === 'text' || !hasCursor(body)) return body;
		return { ...body, next_token: Number(body.next_token) };
	}

	/** Forgets the numbers. */
	reset(form: CursorForm): void {
		this.numbered.length = 0;
		this.form = form;
	}
}

/** The empty cursor of a last page is none. */
function hasCursor(body: unknown): body is { next_token: string } {
	return (
		typeof body === 'object' && body !== null && 'next_token' in body && body.next_token !== ''
	);
}

/**
 * A cursor names the last item that was shown, not a page number, so it stays right when items are
 * added meanwhile; `query` ties it to the filters that it was made with.
 */
function encodeCursor(position: Position, query: string): string {
	return Buffer.from(JSON.stringify([...position, query])).toString('base64url');
}

function decodeCursor(token: string, query: string): Position {
	const parts = parse(token);
	const position = parts.slice(0, -1);
	const numbers = position.filter((part) => typeof part === 'number');
	if (numbers.length === 0 || numbers.length !== position.length) {
		throw new ApiError(400, 'The value of next_token is not valid.');
	}
	if (parts.at(-1) !== query) {
		throw new ApiError(400, 'The next_token was made for a request with other filters.');
	}
	return numbers;
}

function parse(token: string): unknown[] {
	try {
		const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
		return Array.isArray(parts) ? parts : [];
	} catch {
		return [];
	}
}
