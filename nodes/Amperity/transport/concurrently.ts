/**
 * Does something for each of some things, for so many of them at once and in their order. What is under
 * way when one throws goes on.
 *
 * @param most how many are under way at the same time
 * @returns what came of each, in the same order
 */
export async function concurrently<T, R>(
	things: Iterable<T>,
	most: number,
	action: (thing: T) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const entries = [...things].entries();
	const worker = async () => {
		for (const [index, thing] of entries) results[index] = await action(thing);
	};
	await Promise.all(Array.from({ length: most }, worker));
	return results;
}
