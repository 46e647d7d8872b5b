import { monotonicNow } from '../../../../credentials/monotonicClock';
import type { Account } from '../../transport/credential';
import type { TimeSpan } from '../../transport/serverClock';
import type { StartRequest } from '../../transport/workflowRuns';

/** How long a run's owner, and a start whose run was not found, are remembered: much longer than runs are looked for. Milliseconds. */
const LIFETIME_MS = 3_600_000;

/** A start that has no run yet: unanswered, or lost. */
export interface OpenStart {
	account: Account;
	configId: string;
	/** Of the requests whose answers were lost: from sending to failure, by Amperity's clock. */
	spans: TimeSpan[];
	/** Of the request that has no answer yet: when it was sent, by the monotonic clock. Milliseconds. */
	unansweredSince?: number;
}

/** Which start it is among all of n8n's, and of which execution. */
export interface Owner {
	readonly key: string;
	readonly executionId: string;
}

/** What is known of a run that an item of this process has started. */
export interface Claim {
	executionId: string;
	request: StartRequest;
}

/** Removes what was entered too long ago. */
function prune<T extends { since: number }>(entries: Map<string, T>): void {
	const now = monotonicNow();
	for (const [key, { since }] of entries) if (now - since >= LIFETIME_MS) entries.delete(key);
}

/**
 * What this process knows of the runs it started for a tenant, across all nodes, executions and credentials,
 * which may hold the same API key. A part of the tenant's memory.
 */
export class OwnStarts {
	/** Runs that an item of this process holds. */
	private readonly claims = new Map<string, Claim & { since: number }>();

	private readonly open = new Map<string, OpenStart & { since: number }>();

	/** Remembers a start that has been sent, or whose answer was lost. */
	begin(key: string, start: OpenStart): void {
		prune(this.open);
		this.open.set(key, { ...start, since: monotonicNow() });
	}

	/** Forgets a start that was surely refused. */
	end(key: string): void {
		this.open.delete(key);
	}

	/** Remembers that a run belongs to a start. */
	claim({ key, executionId }: Owner, runId: string, request: StartRequest): void {
		prune(this.claims);
		this.claims.set(runId, { executionId, request, since: monotonicNow() });
		this.open.delete(key);
	}

	/** Who in this process has started a run, and what was asked for. */
	claimOn(runId: string): Claim | undefined {
		return this.claims.get(runId);
	}

	/** IDs of the runs of a configuration that belong to items of this process. */
	runsOf(configId: string): string[] {
		return [...this.claims]
			.filter(([, { request }]) => request.config_id === configId)
			.map(([runId]) => runId);
	}

	/**
	 * Whether a run of a configuration may appear that another item has asked for: the answer is still to come, or was
	 * lost within a time, in milliseconds.
	 */
	mayAppear(key: string, configId: string, withinMs: number): boolean {
		const since = monotonicNow() - withinMs;
		return [...this.open].some(
			([other, start]) =>
				other !== key &&
				start.configId === configId &&
				(start.unansweredSince !== undefined || start.since > since),
		);
	}

	/** Whether a run belongs to an item of this process. */
	isClaimed(runId: string): boolean {
		return this.claims.has(runId);
	}

	/** The starts that have no run yet, but for one of them. */
	othersThan(key: string): OpenStart[] {
		return [...this.open].filter(([other]) => other !== key).map(([, start]) => start);
	}
}
