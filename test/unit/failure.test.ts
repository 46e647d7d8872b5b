import {
	isOutage,
	isThrottled,
	mayHaveBeenAccepted,
	mayPass,
	retryAfterOf,
	statusOf,
	type Failure,
} from '../../nodes/Amperity/transport/failure';
import { amperity, credential, intermediary, network, NO_TURN, STOPPED, TEXTS } from './failures';

/** What is to be known of a failure: whether Amperity may have acted, and whether it may pass by itself. */
type Verdict = { accepted: boolean; passes: boolean };

const REFUSED: Verdict = { accepted: false, passes: false };
const NOT_YET: Verdict = { accepted: false, passes: true };
const UNCLEAR: Verdict = { accepted: true, passes: true };
const UNCLEAR_FOR_GOOD: Verdict = { accepted: true, passes: false };

const verdictOn = (failure: Failure): Verdict => ({
	accepted: mayHaveBeenAccepted(failure),
	passes: mayPass(failure),
});

describe('Amperity’s own word', () => {
	test.each<[number, Verdict]>([
		[400, REFUSED],
		[401, REFUSED],
		[403, REFUSED],
		[404, REFUSED],
		[405, REFUSED],
		[409, REFUSED],
		[413, REFUSED],
		[418, REFUSED],
		[422, REFUSED],
		[451, REFUSED],
		[499, REFUSED],
		[429, NOT_YET],
		[408, UNCLEAR],
		[500, UNCLEAR],
		[502, UNCLEAR],
		[503, UNCLEAR],
		[504, UNCLEAR],
		[520, UNCLEAR],
		[599, UNCLEAR],
		[301, UNCLEAR_FOR_GOOD],
		[307, UNCLEAR_FOR_GOOD],
	])('HTTP %i: %j', (status, verdict) => {
		expect(verdictOn(amperity(status))).toEqual(verdict);
	});

	test.each<[number, number, Verdict]>([
		[200, 403, UNCLEAR_FOR_GOOD],
		[201, 404, UNCLEAR_FOR_GOOD],
		[200, 429, UNCLEAR],
		[200, 503, UNCLEAR],
		// The error states no status.
		[200, 200, UNCLEAR_FOR_GOOD],
	])('HTTP %i whose error states %i: %j', (httpStatus, status, verdict) => {
		expect(verdictOn(amperity(status, { httpStatus }))).toEqual(verdict);
	});
});

describe('something in between proves nothing', () => {
	test.each<[number, Verdict]>([
		[200, UNCLEAR],
		[201, UNCLEAR],
		[204, UNCLEAR],
		[301, UNCLEAR_FOR_GOOD],
		[302, UNCLEAR_FOR_GOOD],
		[307, UNCLEAR_FOR_GOOD],
		[400, UNCLEAR_FOR_GOOD],
		[401, UNCLEAR_FOR_GOOD],
		[403, UNCLEAR_FOR_GOOD],
		[404, UNCLEAR_FOR_GOOD],
		[405, UNCLEAR_FOR_GOOD],
		[407, UNCLEAR_FOR_GOOD],
		[413, UNCLEAR_FOR_GOOD],
		[418, UNCLEAR_FOR_GOOD],
		[451, UNCLEAR_FOR_GOOD],
		[408, UNCLEAR],
		[429, UNCLEAR],
		[500, UNCLEAR],
		[502, UNCLEAR],
		[503, UNCLEAR],
		[504, UNCLEAR],
		[520, UNCLEAR],
	])('HTTP %i: %j', (status, verdict) => {
		expect(verdictOn(intermediary(status))).toEqual(verdict);
	});

	test('whatever the status', () => {
		const statuses = Array.from({ length: 500 }, (_, index) => 100 + index);
		expect(statuses.filter((status) => !mayHaveBeenAccepted(intermediary(status)))).toEqual([]);
	});
});

test.each<[string, string, Verdict]>([
	['ECONNREFUSED', 'connect ECONNREFUSED 203.0.113.1:443', NOT_YET],
	['ENOTFOUND', 'getaddrinfo ENOTFOUND app.amperity.com', REFUSED],
	['EAI_AGAIN', 'getaddrinfo EAI_AGAIN app.amperity.com', NOT_YET],
	['ENETUNREACH', TEXTS.notReached, NOT_YET],
	['EHOSTUNREACH', TEXTS.noRoute, NOT_YET],
	['ETIMEDOUT', TEXTS.neverConnected, NOT_YET],
	['ETIMEDOUT', TEXTS.noAddressConnected, NOT_YET],
	['ECONNRESET', TEXTS.cutBeforeTls, NOT_YET],
	['EPROTO', 'write EPROTO 80:error:0A00010B:SSL routines::wrong version number:', REFUSED],
	[
		'EPROTO',
		'write EPROTO 80:error:0A000119:SSL routines::decryption failed or bad record mac:',
		UNCLEAR,
	],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', REFUSED],
	['CERT_HAS_EXPIRED', 'certificate has expired', REFUSED],
	['ETIMEDOUT', TEXTS.readTimedOut, UNCLEAR],
	['ETIMEDOUT', 'timeout of 60000ms exceeded', UNCLEAR],
	['ECONNABORTED', 'timeout of 60000ms exceeded', UNCLEAR],
	['ECONNRESET', 'socket hang up', UNCLEAR],
	['EPIPE', 'write EPIPE', UNCLEAR],
	['UNKNOWN', 'something n8n says', UNCLEAR],
	['ERR_CANCELED', 'canceled', UNCLEAR_FOR_GOOD],
	['ERR_ANSWER_TOO_LARGE', '', UNCLEAR_FOR_GOOD],
])('network, %s, “%s”: %j', (code, text, verdict) => {
	expect(verdictOn(network(code, text))).toEqual(verdict);
});

test.each<[string, Failure, Verdict]>([
	['a credential that cannot be used', credential(false), REFUSED],
	['a token that was not to be had this time', credential(true), NOT_YET],
	['no turn', NO_TURN, REFUSED],
	['a stopped execution', STOPPED, REFUSED],
])('%s: nothing was sent', (_, failure, verdict) => {
	expect(verdictOn(failure)).toEqual(verdict);
});

test('only an answer has a status, and 429 throttles whoever says it', () => {
	expect(statusOf(amperity(403, { httpStatus: 200 }))).toBe(403);
	expect(statusOf(intermediary(407))).toBe(407);
	for (const failure of [network('ECONNRESET'), credential(true), NO_TURN, STOPPED]) {
		expect(statusOf(failure)).toBeUndefined();
		expect(isThrottled(failure)).toBe(false);
	}
	expect(isThrottled(amperity(429))).toBe(true);
	expect(isThrottled(amperity(429, { httpStatus: 200 }))).toBe(true);
	expect(isThrottled(intermediary(429))).toBe(true);
	expect(isThrottled(amperity(503))).toBe(false);
});

test('whoever answers may ask to wait', () => {
	expect(retryAfterOf(amperity(503, { retryAfterMs: 2_500 }))).toBe(2_500);
	expect(retryAfterOf(intermediary(429, 0))).toBe(0);
	expect(retryAfterOf(amperity(429))).toBeUndefined();
	expect(retryAfterOf(network('ECONNRESET'))).toBeUndefined();
});

describe('the request has probably had no effect', () => {
	const STATUSES = Array.from({ length: 500 }, (_, index) => 100 + index);
	/** A gateway has passed the request on, which may still arrive. */
	const PASSED_ON = [504, 522, 524, 598, 599];

	test('after a server error, whoever says it, unless a gateway has waited in vain', () => {
		const expected = STATUSES.filter((status) => status >= 500 && !PASSED_ON.includes(status));
		expect(STATUSES.filter((status) => isOutage(amperity(status)))).toEqual(expected);
		expect(STATUSES.filter((status) => isOutage(intermediary(status)))).toEqual(expected);
	});

	test.each<[number, boolean]>([
		[200, false],
		[201, false],
		[204, false],
		[302, false],
		[307, false],
		[400, false],
		[403, false],
		[404, false],
		[408, false],
		[413, false],
		[429, false],
		[499, false],
		[500, true],
		[501, true],
		[502, true],
		[503, true],
		[504, false],
		[505, true],
		[520, true],
		[521, true],
		[522, false],
		[523, true],
		[524, false],
		[525, true],
		[530, true],
		[598, false],
		[599, false],
	])('after HTTP %i: %p', (status, expected) => {
		expect(isOutage(amperity(status))).toBe(expected);
		expect(isOutage(intermediary(status))).toBe(expected);
	});

	test.each([500, 502, 503, 504, 408, 429, 403])(
		'but not after a success whose error states %i: Amperity has begun',
		(status) => {
			expect(isOutage(amperity(status, { httpStatus: 200 }))).toBe(false);
			expect(isOutage(amperity(status, { httpStatus: 201 }))).toBe(false);
		},
	);

	test.each<[string, string, boolean]>([
		['ECONNRESET', 'socket hang up', true],
		['ECONNRESET', 'read ECONNRESET', true],
		['EPIPE', 'write EPIPE', true],
		['ETIMEDOUT', TEXTS.readTimedOut, false],
		['ETIMEDOUT', 'timeout of 60000ms exceeded', false],
		['ECONNABORTED', 'timeout of 60000ms exceeded', false],
		['ERR_CANCELED', 'canceled', false],
		['ERR_ANSWER_TOO_LARGE', '', false],
		['EPROTO', 'write EPROTO 80:error:0A000119:SSL routines::bad record mac:', false],
		['UNKNOWN', 'socket hang up', false],
	])('after %s, “%s”, without a byte of an answer: %p', (code, text, expected) => {
		expect(isOutage(network(code, text))).toBe(expected);
		const cutOff = { ...network(code, text), answerHadBegun: true } as Failure;
		expect(isOutage(cutOff)).toBe(false);
	});

	test('says nothing of what was not sent', () => {
		for (const failure of [credential(true), credential(false), NO_TURN, STOPPED]) {
			expect(isOutage(failure)).toBe(false);
		}
	});
});
