/** What a promise came to, for callers to whom an error is one of the answers. */
export type Settled<T> = { value: T; error?: undefined } | { value?: undefined; error: Error };

/** Waits for a promise without throwing. */
export async function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
	return await promise.then<Settled<T>, Settled<T>>(
		(value) => ({ value }),
		(error: Error) => ({ error }),
	);
}
