import { ApiError } from './errors';

/** The place in a list after which the next page begins; its meaning is the list's own affair. */
export type Position = number[];

/**
 * Makes the opaque `next_token`. It names the last item that was shown, not a page number, so it stays
 * right when items are added meanwhile; `query` ties it to the filters that it was made with.
 */
export function encodeCursor(position: Position, query: string): string {
	return Buffer.from(JSON.stringify([...position, query])).toString('base64url');
}

/** Reads a `next_token` again; 400 if it is not ours or belongs to a list with other filters. */
export function decodeCursor(token: string, query: string): Position {
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
