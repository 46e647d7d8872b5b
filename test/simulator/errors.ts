/** What a request handler throws to have the client told of a failure. */
export class ApiError extends Error {
	/** @param properties further properties of the JSON body */
	constructor(
		readonly status: number,
		message: string,
		readonly properties: Record<string, unknown> = {},
	) {
		super(message);
	}
}
