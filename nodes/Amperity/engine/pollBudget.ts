import type { IPollFunctions } from 'n8n-workflow';

/** Engines that abandon a poll do so after 45 s, also some of those that promise more. Milliseconds. */
const LONGEST_BUDGET_MS = 40_000;

/** How long a poll may take. Milliseconds. n8n before 2.41 does not say. */
export function pollBudgetMs(context: IPollFunctions): number {
	const promised = (context as Partial<IPollFunctions>).getPollBudgetMs?.();
	return Math.min(promised ?? LONGEST_BUDGET_MS, LONGEST_BUDGET_MS);
}
