import { monotonicNow } from '../../../credentials/monotonicClock';
import type { WorkflowRun } from './workflowRun';

/** How long a run's owner is remembered: much longer than a look-up takes. Milliseconds. */
const CLAIM_LIFETIME_MS = 3_600_000;

/** How long a start that may still show up keeps others from taking its run. Milliseconds. */
const UNRESOLVED_LIFETIME_MS = 1_800_000;

/** Removes what was entered too long ago. */
function prune(entries: Map<string, number>, lifetimeMs: number): void {
	const now = monotonicNow();
	for (const [key, since] of entries) if (now - since >= lifetimeMs) entries.delete(key);
}

/**
 * What this process knows of the runs it started for a tenant, across all nodes and executions. It tells
 * a run that belongs to a start whose answer was lost from the runs of everybody else. All times are
 * milliseconds by the monotonic clock.
 */
export class OwnStarts {
	/** Runs that an item of this process holds, and since when. */
	private readonly claims = new Map<string, number>();

	/** Starts that may have started a run which nobody has found, and since when. */
	private readonly unresolved = new Map<string, number>();

	/** Who Amperity says started our runs, by connection, which holds the API key; undefined where its answers do not say. */
	private readonly principals = new Map<string, string | undefined>();

	/** The last start. The next one waits for it. */
	private last: Promise<unknown> = Promise.resolve();

	/**
	 * Does one start after the other, the look-up after a lost answer included. So no run of our own can
	 * appear while another one is being looked for. Several credentials may hold the same API key, so this
	 * and all but the principal is not told apart by credential.
	 */
	async oneAtATime<T>(start: () => Promise<T>): Promise<T> {
		const current = this.last.then(start, start);
		this.last = current;
		return await current;
	}

	/** Remembers that a run belongs to an item of this process. */
	claim(runId: string): void {
		prune(this.claims, CLAIM_LIFETIME_MS);
		this.claims.set(runId, monotonicNow());
	}

	/** Whether a run belongs to an item of this process. */
	isClaimed(runId: string): boolean {
		return this.claims.has(runId);
	}

	/** Remembers that a start may have started a run that was not found. */
	markUnresolved(start: string): void {
		prune(this.unresolved, UNRESOLVED_LIFETIME_MS);
		this.unresolved.set(start, monotonicNow());
	}

	/** Forgets a start whose run was found after all. */
	markResolved(start: string): void {
		this.unresolved.delete(start);
	}

	/** Whether a run may belong to another start whose run was not found. */
	mayBelongToAnother(start: string): boolean {
		prune(this.unresolved, UNRESOLVED_LIFETIME_MS);
		return [...this.unresolved.keys()].some((other) => other !== start);
	}

	/** Learns from one of our runs who we are in Amperity. */
	learnPrincipal(connection: string, { principal_id }: WorkflowRun): void {
		const isId = typeof principal_id === 'string' && principal_id !== '';
		this.principals.set(connection, isId ? principal_id : undefined);
	}

	/** Whether one of our runs has been looked at for who we are. */
	hasLearnedPrincipal(connection: string): boolean {
		return this.principals.has(connection);
	}

	/** Who we are in Amperity, or undefined while no answer has told. */
	principalOf(connection: string): string | undefined {
		return this.principals.get(connection);
	}
}
