import type { Look, LostStart } from '../../nodes/Amperity/runs/start/lostStart';
import { verdictOn } from '../../nodes/Amperity/runs/start/verdict';

/**
 * Reads looks like `1 -, 5 ?, 11 A`: seconds after the failure, and what was in the list: nothing (`-`), runs
 * that may be the one (one `?` each), or a single run that surely is, by its ID.
 */
const looksOf = (text: string): Look[] =>
	text.split(/, */).flatMap((look) => {
		const [seconds, seen] = look.split(' ');
		if (!seen) return [];
		const age = Number(seconds) * 1_000;
		if (seen === '-') return [{ age, candidates: 0 }];
		if (seen.startsWith('?')) return [{ age, candidates: seen.length }];
		return [{ age, candidates: 1, ours: seen }];
	});

const lostStart = (looks: string, more: Partial<LostStart> = {}): LostStart => ({
	executionId: '1',
	configId: 'cg-1',
	cause: 'No answer came from Amperity',
	facts: '',
	spans: [],
	isPromptOutage: true,
	looks: looksOf(looks),
	timesStartedAgain: 0,
	...more,
});

/** A verdict in one word, or the ID of the run that was found. */
const decide = (lost: LostStart, mayStartAgain = true, isOver = false): string => {
	const verdict = verdictOn(lost, mayStartAgain, isOver);
	return verdict.kind === 'found' ? verdict.runId : verdict.kind;
};

/** Whatever forbids it by itself. */
const FORBIDDEN: Array<[string, boolean, Partial<LostStart>]> = [
	['is not wanted', false, {}],
	['follows another failure than a prompt outage', true, { isPromptOutage: false }],
	['has been done twice', true, { timesStartedAgain: 2 }],
	['has been done three times', true, { timesStartedAgain: 3 }],
	['follows a time that may be wrong', true, { isTimeDoubtful: true }],
];

const POLICY: Array<[looks: string, allowed: string, forbidden: string, timeIsOver: string]> = [
	// No look could be read, or none late enough.
	['', 'wait', 'wait', 'report'],
	['1 -', 'wait', 'wait', 'report'],
	['1 -, 5 -, 11 -, 16 -, 26 -, 45 -', 'wait', 'wait', 'report'],
	['1 -, 64.999 -', 'wait', 'wait', 'report'],

	// One look is none.
	['65 -', 'wait', 'wait', 'report'],
	['170 -', 'wait', 'wait', 'report'],

	// Never a candidate, and the last look after 65 seconds.
	['1 -, 65 -', 'startAgain', 'report', 'startAgain'],
	['45 -, 67 -', 'startAgain', 'report', 'startAgain'],
	['67 -, 82 -', 'startAgain', 'report', 'startAgain'],
	['1 -, 5 -, 11 -, 16 -, 26 -, 45 -, 67 -', 'startAgain', 'report', 'startAgain'],

	// A run that may be the one, in any look, also if it is gone or turns out to be another's.
	['1 -, 67 ?', 'report', 'report', 'report'],
	['1 ?, 67 -', 'report', 'report', 'report'],
	['1 -, 5 ?, 67 -', 'report', 'report', 'report'],
	['1 ?, 5 -, 45 -, 67 -', 'report', 'report', 'report'],
	['1 ??, 67 ??', 'report', 'report', 'report'],
	['1 A, 67 -', 'report', 'report', 'report'],
	['1 A, 5 A, 67 ?', 'report', 'report', 'report'],
	['1 ?, 45 ?', 'wait', 'wait', 'report'],

	// One and the same run that surely is the one, for ten seconds.
	['1 A', 'wait', 'wait', 'report'],
	['1 A, 5 A', 'wait', 'wait', 'report'],
	['1 A, 10.999 A', 'wait', 'wait', 'report'],
	['1 A, 11 A', 'A', 'A', 'A'],
	['1 A, 5 A, 11 A', 'A', 'A', 'A'],
	['1 -, 5 -, 11 A, 16 A, 26 A', 'A', 'A', 'A'],
	['1 -, 5 ?, 11 A, 21 A', 'A', 'A', 'A'],
	['1 ??, 5 A, 16 A', 'A', 'A', 'A'],

	// Looks that disagree in between: the ten seconds begin anew.
	['1 A, 5 -, 11 A', 'wait', 'wait', 'report'],
	['1 A, 5 ?, 11 A', 'wait', 'wait', 'report'],
	['1 A, 5 ??, 11 A', 'wait', 'wait', 'report'],
	['1 A, 5 B, 11 A', 'wait', 'wait', 'report'],
	['1 A, 5 B, 11 B', 'wait', 'wait', 'report'],
	['1 A, 5 -, 11 A, 16 A', 'wait', 'wait', 'report'],
	['1 A, 5 -, 11 A, 21 A', 'A', 'A', 'A'],
	['1 A, 5 B, 15 B', 'B', 'B', 'B'],
	['1 A, 11 -', 'wait', 'wait', 'report'],
	['1 A, 11 ?', 'wait', 'wait', 'report'],
	['1 A, 11 B', 'wait', 'wait', 'report'],

	// A run that appears when all is settled still has its ten seconds.
	['1 -, 45 -, 67 A', 'wait', 'wait', 'report'],
	['60 A, 67 A', 'wait', 'wait', 'report'],
	['1 -, 67 A, 82 A', 'A', 'A', 'A'],
	['1 -, 67 A, 82 -', 'report', 'report', 'report'],
	['67 A, 82 B', 'wait', 'wait', 'report'],
];

describe.each(POLICY)('seen: %s', (looks, allowed, forbidden, timeIsOver) => {
	test(`where it may be started again: ${allowed}`, () => {
		expect(decide(lostStart(looks))).toBe(allowed);
		expect(decide(lostStart(looks, { timesStartedAgain: 1 }))).toBe(allowed);
	});

	test.each(FORBIDDEN)(`where that %s: ${forbidden}`, (_, mayStartAgain, more) => {
		expect(decide(lostStart(looks, more), mayStartAgain)).toBe(forbidden);
	});

	test(`where there is no time for another look: ${timeIsOver}`, () => {
		expect(decide(lostStart(looks), true, true)).toBe(timeIsOver);
		const otherwise = timeIsOver === 'startAgain' ? 'report' : timeIsOver;
		for (const [, mayStartAgain, more] of FORBIDDEN) {
			expect(decide(lostStart(looks, more), mayStartAgain, true)).toBe(otherwise);
		}
	});
});

test('deciding changes nothing', () => {
	const lost = lostStart('1 -, 5 A, 16 A, 67 ?');
	const copy = structuredClone(lost);
	verdictOn(lost, true, true);
	expect(lost).toEqual(copy);
});

describe('an interrupted start', () => {
	const interrupted: Partial<LostStart> = { isInterrupted: true, isPromptOutage: false };

	test.each([
		// Nobody knows when it was sent, so the time since its failure says nothing.
		['', 'wait'],
		['1 -', 'wait'],
		['170 ?', 'wait'],
		['1 -, 10.999 ?', 'wait'],

		// A second look may show what the first one came too early for.
		['1 -, 11 -', 'report'],
		['1 ?, 11 ??', 'report'],
		['1 -, 5 -, 11 ?', 'report'],
	])('is only looked for until its run can be named (seen: %s): %s', (looks, expected) => {
		expect(decide(lostStart(looks, interrupted))).toBe(expected);
		expect(decide(lostStart(looks, interrupted), true, true)).toBe('report');
	});
});
