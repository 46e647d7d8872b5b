/** Whether something is to be told. `may`: nobody can promise either. */
export type Verdict = 'must' | 'may' | 'mustNot';

const ORDER: Verdict[] = ['mustNot', 'may', 'must'];

/** What two conditions come to. */
export const both = (one: Verdict, other: Verdict): Verdict =>
	ORDER[Math.min(ORDER.indexOf(one), ORDER.indexOf(other))]!;

/** What several come to of which any may hold: the same if all agree, and else nobody can say. */
export const agreed = (verdicts: Verdict[]): Verdict =>
	verdicts.every((each) => each === verdicts[0]) ? verdicts[0]! : 'may';
