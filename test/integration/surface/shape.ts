import type { Tree } from './compare';

/** The path to each value in a JSON value, and of what type it is. */
function* typesIn(value: unknown, path: string): Generator<[string, string], void, undefined> {
	if (Array.isArray(value)) {
		if (value.length === 0) yield [`${path}[]`, 'empty'];
		for (const element of value) yield* typesIn(element, `${path}[]`);
	} else if (typeof value === 'object' && value !== null) {
		for (const [name, inner] of Object.entries(value)) {
			yield* typesIn(inner, path === '' ? name : `${path}.${name}`);
		}
	} else if (value !== undefined) {
		yield [path, value === null ? 'null' : typeof value];
	}
}

/** The properties of items, with nesting, and their types. */
export function shapeOf(items: unknown[]): Tree {
	const types = new Map<string, Set<string>>();
	for (const [path, type] of items.flatMap((item) => [...typesIn(item, '')])) {
		types.set(path, (types.get(path) ?? new Set()).add(type));
	}
	const entries = [...types].map(
		([path, found]) => [path, [...found].sort().join(' or ')] as const,
	);
	return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}
