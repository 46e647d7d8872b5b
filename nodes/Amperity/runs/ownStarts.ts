import type { WorkflowRun } from './workflowRun';

/**
 * What this process knows of the runs it started, across all nodes and executions. It tells a run
 * that belongs to a start whose answer was lost from the runs of everybody else.
 */

/** How long a run's owner is remembered: much longer than a look-up takes. Milliseconds. */
const CLAIM_LIFETIME_MS = 3_600_000;

/** How long a start that may still show up keeps others from taking its run. Milliseconds. */
const UNRESOLVED_LIFETIME_MS = 1_800_000;

/** Runs that an item of this process holds, and since when (milliseconds since the epoch). */
const claims = new Map<string, number>();

/** Starts that may have started a run which nobody has found, and since when. */
const unresolved = new Map<string, { tenant: string; since: number }>();

/** Who Amperity says started our runs, by credential; undefined where its answers do not say. */
const principals = new Map<string, string | undefined>();

/** The last start of each tenant. The next one waits for it. */
const lastStarts = new Map<string, Promise<unknown>>();

/**
 * Does one start after the other for a tenant, the look-up after a lost answer included. So no run
 * of our own can appear while another one is being looked for. Several credentials may hold the same
 * API key, so this and all but the principal is not told apart by credential.
 */
export async function oneAtATime<T>(tenant: string, start: () => Promise<T>): Promise<T> {
	const previous = lastStarts.get(tenant) ?? Promise.resolve();
	const current = previous.then(start, start);
	lastStarts.set(tenant, current);
	return await current;
}

/** Remembers that a run belongs to an item of this process. */
export function claim(tenant: string, runId: string, now: number): void {
	for (const [key, since] of claims) {
		if (now - since < CLAIM_LIFETIME_MS) break;
		claims.delete(key);
	}
	claims.set(`${tenant} ${runId}`, now);
}

/** Whether a run belongs to an item of this process. */
export const isClaimed = (tenant: string, runId: string): boolean =>
	claims.has(`${tenant} ${runId}`);

/** Remembers that a start may have started a run that was not found. */
export function markUnresolved(start: string, tenant: string, now: number): void {
	unresolved.set(start, { tenant, since: now });
}

/** Forgets a start whose run was found after all. */
export const markResolved = (start: string): boolean => unresolved.delete(start);

/** Whether a run may belong to another start of the tenant whose run was not found. */
export function mayBelongToAnother(start: string, tenant: string, now: number): boolean {
	for (const [other, { since }] of unresolved) {
		if (now - since >= UNRESOLVED_LIFETIME_MS) unresolved.delete(other);
	}
	return [...unresolved].some(([other, entry]) => other !== start && entry.tenant === tenant);
}

/** Learns from one of our runs who we are in Amperity. */
export function learnPrincipal(credential: string, { principal_id }: WorkflowRun): void {
	const isId = typeof principal_id === 'string' && principal_id !== '';
	principals.set(credential, isId ? principal_id : undefined);
}

/** Whether one of our runs has been looked at for who we are. */
export const hasLearnedPrincipal = (credential: string): boolean => principals.has(credential);

/** Who we are in Amperity, or undefined while no answer has told. */
export const principalOf = (credential: string): string | undefined => principals.get(credential);
