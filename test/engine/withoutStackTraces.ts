/**
 * Makes no stack traces during the tests of a file, or of a `describe` block, in which many requests fail: a stack that
 * jest maps back to its sources costs more than a request.
 */
export function withoutStackTraces(): void {
	const { stackTraceLimit } = Error;

	beforeAll(() => {
		Error.stackTraceLimit = 0;
	});

	afterAll(() => {
		Error.stackTraceLimit = stackTraceLimit;
	});
}
