import type { Fault } from './faults';
import type { Answer, RecordedRequest } from './world';

/** An answer as it goes over the wire; a header that is undefined is left out. */
export interface WireAnswer {
	status: number;
	headers: Record<string, string | undefined>;
	text: string;
}

/** Faults that answer something else than the handler does. */
type CannedFault = Extract<
	Fault,
	{ kind: 'status' | 'html' | 'half-json' | 'cut-off' | 'empty' | 'redirect' | 'body' }
>;

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

const GATEWAY_PAGE =
	'<!DOCTYPE html><html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>';

/** What is cut in half for a request that was not accepted. */
const SOME_RUN = { id: 'wf-20240619-14418-6UhqSe', state: 'scheduled', type: 'courier.group/run' };

/** An answer as JSON. */
export function jsonAnswer({ status, body }: Pick<Answer, 'status' | 'body'>): WireAnswer {
	const text = JSON.stringify(body);
	return { status, headers: { ...JSON_TYPE, ...lengthOf(text) }, text };
}

/** What a fault answers; `accepted` is what the handler would have answered, had it been asked. */
export function cannedAnswer(
	fault: CannedFault,
	request: RecordedRequest,
	accepted?: Answer,
): WireAnswer {
	switch (fault.kind) {
		case 'status':
			return statusAnswer(fault, request);
		case 'html':
			return textAnswer(fault.status ?? 502, 'text/html; charset=utf-8', GATEWAY_PAGE);
		case 'empty':
			return { status: fault.status ?? 502, headers: { 'content-length': '0' }, text: '' };
		case 'redirect': {
			const headers = { location: fault.location, 'content-length': '0' };
			return { status: fault.status ?? 307, headers, text: '' };
		}
		case 'half-json':
		case 'cut-off': {
			const text = JSON.stringify(accepted?.body ?? SOME_RUN);
			const half = text.slice(0, text.length / 2);
			const answer = textAnswer(accepted?.status ?? 200, JSON_TYPE['content-type'], half);
			return fault.kind === 'cut-off'
				? { ...answer, headers: { ...answer.headers, ...lengthOf(text) } }
				: answer;
		}
		case 'body': {
			const text = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
			const answer = textAnswer(fault.status ?? 200, JSON_TYPE['content-type'], text ?? '');
			return { ...answer, headers: { ...answer.headers, ...lowerCased(fault.headers) } };
		}
	}
}

function statusAnswer(
	fault: Extract<Fault, { kind: 'status' }>,
	request: RecordedRequest,
): WireAnswer {
	const message = `The simulator was told to answer ${fault.status}.`;
	const body = fault.body ?? errorBody(fault.status, message, request);
	const answer = jsonAnswer({ status: fault.status, body });
	if (fault.retryAfter !== undefined) answer.headers['retry-after'] = fault.retryAfter;
	return answer;
}

/** The JSON body of an error; the IDs tell the place of the request in the log. */
export function errorBody(
	status: number,
	message: string,
	{ index }: RecordedRequest,
): Record<string, unknown> {
	return { status, message, request_id: `request-${index}`, trace_id: `trace-${index}` };
}

function textAnswer(status: number, type: string, text: string): WireAnswer {
	return { status, headers: { 'content-type': type, ...lengthOf(text) }, text };
}

function lengthOf(text: string): { 'content-length': string } {
	return { 'content-length': String(Buffer.byteLength(text)) };
}

function lowerCased(headers: WireAnswer['headers'] = {}): WireAnswer['headers'] {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}
