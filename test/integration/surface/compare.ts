/** A value, values of which there may be more, or what has parts of its own. */
export type Tree = string | number | boolean | null | string[] | { [name: string]: Tree };

/** What saved workflows depend on. */
export interface Surface {
	/** The version that has promised it. */
	major: number;
	/** Nodes and credentials with their fields. */
	described: Tree;
	/** The properties of items, by where they come from. */
	items: Tree;
}

/** How one surface differs from another. */
export interface Difference {
	/** What is gone or different, so that a saved workflow may fail. */
	broken: string[];
	added: string[];
}

const isBranch = (tree: Tree | undefined): tree is { [name: string]: Tree } =>
	typeof tree === 'object' && tree !== null && !Array.isArray(tree);

/** Tells what breaks saved workflows from what does not. */
export function differenceOf(before: Tree, now: Tree, path = ''): Difference {
	if (isBranch(before) && isBranch(now)) return differenceOfBranches(before, now, path);
	if (Array.isArray(before) && Array.isArray(now)) {
		return {
			broken: before.filter((value) => !now.includes(value)).map((value) => `${path}: ${value}`),
			added: now.filter((value) => !before.includes(value)).map((value) => `${path}: ${value}`),
		};
	}
	const [was, is] = [JSON.stringify(before), JSON.stringify(now)];
	return { broken: was === is ? [] : [`${path}: ${was}, now ${is}`], added: [] };
}

function differenceOfBranches(
	before: { [name: string]: Tree },
	now: { [name: string]: Tree },
	path: string,
): Difference {
	const pathTo = (name: string) => (path === '' ? name : `${path} > ${name}`);
	const inBoth = Object.keys(before)
		.filter((name) => name in now)
		.map((name) => differenceOf(before[name]!, now[name]!, pathTo(name)));
	const missing = (from: object, of: object) =>
		Object.keys(of)
			.filter((name) => !(name in from))
			.map(pathTo);
	return {
		broken: [...missing(now, before), ...inBoth.flatMap(({ broken }) => broken)],
		added: [...missing(before, now), ...inBoth.flatMap(({ added }) => added)],
	};
}
