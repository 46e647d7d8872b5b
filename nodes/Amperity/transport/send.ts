import type { IDataObject, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { receiveAnswer, type HttpAnswer } from '../../../credentials/answerText';
import type { SendRequest } from '../../../credentials/tokenEndpoint';
import { thrownError } from '../engine/thrownError';
import { withoutSecrets } from './answer';
import type { Failure } from './failure';

/** One request as it goes over the wire. */
export interface HttpRequest {
	method: IHttpRequestMethods;
	/** Path below the base URL, with every variable part encoded. */
	path: string;
	qs?: IDataObject;
	body?: IDataObject;
}

/** What came of sending it. */
export type SendResult =
	| { answer: HttpAnswer; failure?: undefined }
	| { answer?: undefined; failure: Failure };

/** How a request is sent. */
export interface SendOptions {
	/** Milliseconds until the answer must be there as a whole. */
	timeoutMs: number;
	/** Fires when n8n stops the execution. */
	cancel?: AbortSignal;
	/** What must not be seen, whatever an error repeats. */
	secrets: string[];
}

function optionsOf(
	{ method, path, qs, body }: HttpRequest,
	timeoutMs: number,
	abortSignal: AbortSignal,
): IHttpRequestOptions {
	return {
		method,
		url: path,
		qs,
		body,
		json: true,
		// The text is read and parsed here: an answer may be endless, or cut off.
		encoding: 'stream',
		timeout: timeoutMs,
		abortSignal,
		returnFullResponse: true,
		// The token must not follow a redirect to another host.
		disableFollowRedirect: true,
		// Who answered, and what that means, is decided here. n8n would send a refused request again.
		ignoreHttpStatusErrors: true,
	};
}

/**
 * Sends one request, once, and reads the answer as a whole.
 *
 * @param sendRequest adds address and token, and sends
 */
export async function send(
	sendRequest: SendRequest,
	request: HttpRequest,
	{ timeoutMs, cancel, secrets }: SendOptions,
): Promise<SendResult> {
	// n8n's own time-out begins anew with each byte of the answer.
	const deadline = AbortSignal.timeout(timeoutMs);
	const signal = cancel ? AbortSignal.any([cancel, deadline]) : deadline;
	let answerHadBegun = false;
	try {
		const response = sendRequest(optionsOf(request, timeoutMs, signal));
		void response.then(
			() => (answerHadBegun = true),
			() => {},
		);
		return { answer: await receiveAnswer(response, signal) };
	} catch (error) {
		const { code, text } = thrownError(error);
		const ended = cancel?.aborted ? 'ERR_CANCELED' : deadline.aborted ? 'ETIMEDOUT' : code;
		const cleanText = withoutSecrets(text, secrets);
		return { failure: { kind: 'network', code: ended, text: cleanText, answerHadBegun } };
	}
}
