import { monotonicNow } from '../../../../credentials/monotonicClock';
import { renewsTokens } from '../../authentication';
import { pause } from '../../engine/pause';
import { reasonOf } from '../../transport/apiError';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import { retryAfterOf } from '../../transport/failure';
import { settled } from '../../transport/settled';
import { getRun, type WorkflowRun } from '../../transport/workflowRuns';
import { MOST_IN_FLIGHT, readRuns } from './readRuns';
import { isTolerable, nextLookMs, type WaitPlan } from './waitPlan';
import { createdAt } from '../run/runTimes';
import { isFinished } from '../run/runState';

/** What decides about runs is worth several attempts to read it, for so long, and longer for many. Milliseconds. */
const LAST_READS_MS = 30_000;
const LAST_READ_OF_ONE_MS = 300;

/** A run to wait for. */
export interface AwaitedRun {
	runId: string;
	/** What is known of it already. */
	run?: WorkflowRun;
	/** When this node started it, in milliseconds by the monotonic clock; undefined if it did not. */
	startedAt?: number;
	/** Who asks for it. */
	client: AmperityClient;
	/** How to wait for it. */
	plan: WaitPlan;
}

/** Why a wait is over, and the last that was seen of the run. */
export interface WaitResult {
	end: 'finished' | 'timedOut' | 'unreadable' | 'executionStopped';
	run?: WorkflowRun;
	/** The address of the run's page in Amperity, where the credential says how it is made. */
	url?: string;
	/** Why the run could not be read. */
	error?: Error;
}

interface Waiting extends AwaitedRun {
	place: number;
	lastReadAt: number;
	hasBeenRead: boolean;
}

/** Names the runs that can be waited for together: those of one connection with the same plan. */
const groupKey = ({ client, plan }: AwaitedRun): string =>
	[client.account.connection, plan.maxWaitMs, plan.intervalMs].join(' ');

/** Names a run among all that a node waits for: items may have credentials and plans of their own. */
export const runKey = (run: AwaitedRun): string => `${groupKey(run)} ${run.runId}`;

/**
 * Waits for all runs at once, until each has ended, its deadline has come, its state has stayed
 * unreadable for too long, or n8n has stopped the execution. Never throws.
 *
 * @param cancel fires when n8n stops the execution
 * @returns a result for each `runKey`; a finished run is in its verbose view
 */
export async function waitForRuns(
	runs: AwaitedRun[],
	cancel?: AbortSignal,
): Promise<Map<string, WaitResult>> {
	const groups = new Map<string, AwaitedRun[]>();
	for (const run of runs) {
		const group = groups.get(groupKey(run)) ?? [];
		group.push(run);
		groups.set(groupKey(run), group);
	}
	const results = new Map<string, WaitResult>();
	const waits = [...groups.values()].map((group) =>
		new Wait(group, results, cancel).untilAllAreOver(),
	);
	await Promise.all(waits);
	return results;
}

/** The wait for runs that can be read together. */
class Wait {
	private readonly waiting = new Map<string, Waiting>();

	private readonly client: AmperityClient;

	private readonly plan: WaitPlan;

	private readonly began = monotonicNow();

	private looks = 0;

	/** Amperity has asked not to be asked before. By the monotonic clock, in milliseconds. */
	private notBefore = -Infinity;

	constructor(
		runs: AwaitedRun[],
		private readonly results: Map<string, WaitResult>,
		private readonly cancel?: AbortSignal,
	) {
		const [{ client, plan }] = runs as [AwaitedRun];
		this.client = client;
		this.plan = plan;
		for (const [place, run] of runs.entries()) {
			const { began: lastReadAt } = this;
			this.waiting.set(run.runId, { ...run, place, lastReadAt, hasBeenRead: false });
		}
	}

	async untilAllAreOver(): Promise<void> {
		const { cancel, plan } = this;
		const justStarted = [...this.waiting.values()].every(({ startedAt }) => startedAt);
		if (justStarted) await pause(Math.min(this.untilNextLook(), plan.maxWaitMs), cancel);
		while (this.waiting.size > 0) {
			if (cancel?.aborted) this.endAll('executionStopped');
			else if (this.left() <= 0) await this.endInTime();
			else {
				await this.look();
				if (this.waiting.size > 0) {
					await pause(Math.min(this.untilNextLook(), this.left()), cancel);
				}
			}
		}
	}

	/** Milliseconds until the deadline. */
	private left(): number {
		return this.began + this.plan.maxWaitMs - monotonicNow();
	}

	private untilNextLook(): number {
		const now = monotonicNow();
		const ages = [...this.waiting.values()].map((waiting) => this.ageOf(waiting, now));
		const youngest = Math.max(0, Math.min(...ages));
		const interval = nextLookMs(youngest, this.plan.intervalMs, Math.random());
		return Math.max(interval, this.notBefore - now);
	}

	/** Milliseconds since the run began, as far as that is known. */
	private ageOf({ startedAt, run }: Waiting, now: number): number {
		if (startedAt !== undefined) return now - startedAt;
		const created = run && createdAt(run);
		return created === undefined ? now - this.began : this.client.clock.now() - created;
	}

	/** Reads every run that is waited for, once, and takes out those that are over. */
	private async look(): Promise<void> {
		this.looks++;
		const lastReadFirst = [...this.waiting.values()].sort((a, b) => b.lastReadAt - a.lastReadAt);
		const deadline = this.began + this.plan.maxWaitMs;
		const readings = await readRuns(this.client, lastReadFirst, this.looks, deadline);
		const until = this.untilLastReads();
		await concurrently([...this.waiting.values()], MOST_IN_FLIGHT, async (waiting) => {
			const { value, error } = readings.get(waiting.runId)!;
			if (!value || !isFinished(value)) return this.note(waiting, value, error);
			waiting.run = value;
			await this.readAsAWhole(waiting, until);
			// It has ended, also where its details cannot be read.
			if (this.waiting.has(waiting.runId)) this.end(waiting, 'finished');
		});
	}

	/** The list may be stale, so it is never the last word: each run is read by its ID before a verdict. */
	private async endInTime(): Promise<void> {
		const until = this.untilLastReads();
		await concurrently([...this.waiting.values()], MOST_IN_FLIGHT, async (waiting) =>
			this.readAsAWhole(waiting, until),
		);
		this.endAll(this.cancel?.aborted ? 'executionStopped' : 'timedOut');
	}

	/** When it is too late to read what is decided now. By the monotonic clock, in milliseconds. */
	private untilLastReads(): number {
		return monotonicNow() + LAST_READS_MS + LAST_READ_OF_ONE_MS * this.waiting.size;
	}

	private async readAsAWhole(waiting: Waiting, until: number): Promise<void> {
		const reading = await settled(getRun(this.client, waiting.runId, 'verbose', { until }));
		this.note(waiting, reading.value, reading.error);
	}

	private note(waiting: Waiting, run: WorkflowRun | undefined, error: Error | undefined): void {
		const now = monotonicNow();
		if (run) {
			Object.assign(waiting, { run, lastReadAt: now, hasBeenRead: true });
			if (isFinished(run)) this.end(waiting, 'finished');
			return;
		}
		const failure = reasonOf(error);
		this.notBefore = Math.max(this.notBefore, now + ((failure && retryAfterOf(failure)) ?? 0));
		const { startedAt, lastReadAt, hasBeenRead } = waiting;
		const unreadable = {
			failure,
			sinceLastReadMs: now - lastReadAt,
			sinceStartMs: startedAt === undefined ? undefined : now - startedAt,
			hasBeenRead,
			tokenIsFresh: renewsTokens(this.client.node),
		};
		const isStopped = this.cancel?.aborted;
		if (!isStopped && !isTolerable(unreadable)) this.end(waiting, 'unreadable', error);
	}

	private end(waiting: Waiting, reason: WaitResult['end'], error?: Error): void {
		const { run, runId, client } = waiting;
		const url = client.account.runUrl(runId);
		// An end is an end, also where its details cannot be read.
		const end = run && isFinished(run) ? 'finished' : reason;
		this.results.set(runKey(waiting), { end, run, url, error });
		this.waiting.delete(runId);
	}

	private endAll(end: WaitResult['end']): void {
		for (const waiting of this.waiting.values()) this.end(waiting, end);
	}
}
