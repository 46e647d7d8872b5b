import { isTolerable, nextLookMs, type Unreadable } from '../../nodes/Amperity/runs/wait/waitPlan';
import type { Failure } from '../../nodes/Amperity/transport/failure';
import { amperity, credential, intermediary, network, NO_TURN, STOPPED, TEXTS } from './failures';

const minutes = (count: number) => count * 60_000;

/** What may be known of a run: read before, never read, and never read but started by this node. */
const SITUATIONS = {
	read: { hasBeenRead: true, sinceStartMs: undefined },
	unread: { hasBeenRead: false, sinceStartMs: undefined },
	justStarted: { hasBeenRead: false, sinceStartMs: 59_999 },
	startedBefore: { hasBeenRead: false, sinceStartMs: minutes(1) },
};

const tolerates = (
	failure: Failure | undefined,
	situation: keyof typeof SITUATIONS,
	more: Partial<Unreadable> = {},
) =>
	isTolerable({
		failure,
		sinceLastReadMs: 1_000,
		tokenIsFresh: false,
		...SITUATIONS[situation],
		...more,
	});

const verdictsOn = (failure: Failure | undefined, more: Partial<Unreadable> = {}) =>
	(Object.keys(SITUATIONS) as Array<keyof typeof SITUATIONS>)
		.filter((situation) => tolerates(failure, situation, more))
		.join(' ');

const ALWAYS = 'read unread justStarted startedBefore';
/** Where ID, credential and address have been good before. */
const IF_GOOD = 'read justStarted startedBefore';
const NEVER = '';

describe('a wait goes on after', () => {
	test.each<[string, Failure | undefined, string]>([
		['400 of Amperity', amperity(400), NEVER],
		['401 of Amperity', amperity(401), IF_GOOD],
		['403 of Amperity', amperity(403), NEVER],
		// A run may be missing for a minute after its start.
		['404 of Amperity', amperity(404), 'read justStarted'],
		['405 of Amperity', amperity(405), NEVER],
		['409 of Amperity', amperity(409), NEVER],
		['408 of Amperity', amperity(408), ALWAYS],
		['429 of Amperity', amperity(429), ALWAYS],
		['500 of Amperity', amperity(500), ALWAYS],
		['503 of Amperity', amperity(503), ALWAYS],
		['200 whose error states 403', amperity(403, { httpStatus: 200 }), NEVER],
		['200 whose error states 404', amperity(404, { httpStatus: 200 }), 'read justStarted'],
		['200 whose error states 503', amperity(503, { httpStatus: 200 }), ALWAYS],
		['a page with 200', intermediary(200), ALWAYS],
		['a redirect', intermediary(302), IF_GOOD],
		['a page with 400', intermediary(400), IF_GOOD],
		['a page with 401', intermediary(401), IF_GOOD],
		['a page with 403', intermediary(403), IF_GOOD],
		['a page with 404', intermediary(404), IF_GOOD],
		['a page with 407', intermediary(407), IF_GOOD],
		['a page with 429', intermediary(429), ALWAYS],
		['a page with 502', intermediary(502), ALWAYS],
		['no connection', network('ECONNREFUSED'), ALWAYS],
		['no host of the name', network('ENOTFOUND'), IF_GOOD],
		['a lost answer', network('ECONNRESET'), ALWAYS],
		['a certificate', network('SELF_SIGNED_CERT_IN_CHAIN'), IF_GOOD],
		['no handshake', network('EPROTO', TEXTS.plainHttp), IF_GOOD],
		['an answer too large', network('ERR_ANSWER_TOO_LARGE'), IF_GOOD],
		['no token this time', credential(true), ALWAYS],
		['no good credential', credential(false), IF_GOOD],
		['no turn', NO_TURN, ALWAYS],
		['a stop', STOPPED, ALWAYS],
		['an error of another kind', undefined, ALWAYS],
	])('%s', (_, failure, situations) => {
		expect(verdictsOn(failure)).toBe(situations);
	});

	test('no refusal of a token that was just issued', () => {
		expect(verdictsOn(amperity(401), { tokenIsFresh: true })).toBe(NEVER);
		expect(verdictsOn(intermediary(401), { tokenIsFresh: true })).toBe(IF_GOOD);
		expect(verdictsOn(amperity(503), { tokenIsFresh: true })).toBe(ALWAYS);
	});

	test('nothing that lasts for ten minutes', () => {
		const failures = [
			amperity(401),
			amperity(503),
			intermediary(404),
			network('ECONNRESET'),
			credential(true),
			NO_TURN,
			STOPPED,
			undefined,
		];
		for (const failure of failures) {
			expect(tolerates(failure, 'read', { sinceLastReadMs: minutes(10) - 1 })).toBe(true);
			expect(verdictsOn(failure, { sinceLastReadMs: minutes(10) })).toBe(NEVER);
		}
	});
});

describe('the next look', () => {
	test.each<[string, number, number]>([
		['0 s', 0, 5_000],
		['50 s', 50_000, 5_000],
		['51 s', 51_000, 5_100],
		['2 min', minutes(2), 12_000],
		['10 min', minutes(10), 60_000],
		['48 h', minutes(2_880), 60_000],
	])('at a run of %s comes after %i, %i ms', (_, ageMs, interval) => {
		expect(nextLookMs(ageMs, undefined, 0.5)).toBe(interval);
		expect(nextLookMs(ageMs, undefined, 0)).toBeCloseTo(interval * 0.8);
		expect(nextLookMs(ageMs, undefined, 1)).toBeCloseTo(interval * 1.2);
	});

	test('comes after the interval that the user has set, whatever the age', () => {
		for (const ageMs of [0, minutes(1), minutes(2_880)]) {
			expect(nextLookMs(ageMs, 300_000, 0.5)).toBe(300_000);
			expect(nextLookMs(ageMs, 1_000, 0)).toBeCloseTo(800);
		}
	});
});
