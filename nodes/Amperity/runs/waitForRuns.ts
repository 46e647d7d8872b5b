import type { IExecuteFunctions } from 'n8n-workflow';
import { renewsTokens } from '../authentication';
import { AmperityApiError } from '../transport/apiError';
import { pause } from '../transport/pause';
import type { RequestLimits } from '../transport/request';
import { settled } from '../transport/settled';
import { getRun } from '../transport/workflowRuns';
import { readRuns } from './readRuns';
import { isTolerable, nextLookMs } from './waitPlan';
import { createdAt, isFinished, type WorkflowRun } from './workflowRun';

/** An end that has been seen is worth several attempts to read it as a whole. Milliseconds. */
const LAST_READ_MS = 10_000;

/** A run to wait for. */
export interface AwaitedRun {
	runId: string;
	/** What is known of it already. */
	run?: WorkflowRun;
	/** When this node started it, in milliseconds since the epoch; undefined if it did not. */
	startedAt?: number;
}

/** How to wait. All times are milliseconds. */
export interface WaitSettings {
	maxWaitMs: number;
	/** Undefined: the interval grows with the age of the runs. */
	intervalMs?: number;
	limits: RequestLimits;
}

/** Why a wait is over, and the last that was seen of the run. */
export interface WaitResult {
	end: 'finished' | 'timedOut' | 'unreadable' | 'executionStopped';
	run?: WorkflowRun;
	/** Why the run could not be read. */
	error?: Error;
}

interface Waiting extends AwaitedRun {
	lastReadAt: number;
	hasBeenRead: boolean;
}

/**
 * Waits for all runs together, until each has ended, its deadline has come, its state has stayed
 * unreadable for too long, or n8n has stopped the execution. Never throws.
 *
 * @returns a result for each run ID; a finished run is in its verbose view
 */
export async function waitForRuns(
	context: IExecuteFunctions,
	runs: AwaitedRun[],
	settings: WaitSettings,
): Promise<Map<string, WaitResult>> {
	return await new Wait(context, runs, settings).untilAllAreOver();
}

class Wait {
	private readonly results = new Map<string, WaitResult>();

	private readonly waiting = new Map<string, Waiting>();

	private readonly began = Date.now();

	constructor(
		private readonly context: IExecuteFunctions,
		runs: AwaitedRun[],
		private readonly settings: WaitSettings,
	) {
		for (const run of runs) {
			this.waiting.set(run.runId, { ...run, lastReadAt: this.began, hasBeenRead: false });
		}
	}

	async untilAllAreOver(): Promise<Map<string, WaitResult>> {
		const signal = this.context.getExecutionCancelSignal();
		const { maxWaitMs } = this.settings;
		const justStarted = [...this.waiting.values()].every(({ startedAt }) => startedAt);
		if (justStarted) await pause(Math.min(this.untilNextLook(), maxWaitMs), signal);
		while (this.waiting.size > 0) {
			if (signal?.aborted) this.endAll('executionStopped');
			else await this.look();

			const left = this.began + maxWaitMs - Date.now();
			if (left <= 0 && !signal?.aborted) this.endAll('timedOut');
			if (this.waiting.size > 0) await pause(Math.min(this.untilNextLook(), left), signal);
		}
		return this.results;
	}

	private untilNextLook(): number {
		const now = Date.now();
		const ages = [...this.waiting.values()].map(
			({ startedAt, run }) => now - (startedAt ?? (run && createdAt(run)) ?? this.began),
		);
		return nextLookMs(Math.max(0, Math.min(...ages)), this.settings.intervalMs, Math.random());
	}

	/** Reads every run that is waited for, once, and takes out those that are over. */
	private async look(): Promise<void> {
		const { limits } = this.settings;
		// The next look is the second attempt.
		const once = { ...limits, retry: false };
		const readings = await readRuns(this.context, [...this.waiting.values()], once);
		const persistent = { ...limits, retryUntil: Date.now() + LAST_READ_MS };
		const looks = [...this.waiting.values()].map(async (waiting) => {
			const { value, error } = readings.get(waiting.runId)!;
			if (!value || !isFinished(value)) return this.note(waiting, value, error);
			waiting.run = value;
			const reading = await settled(getRun(this.context, waiting.runId, 'verbose', persistent));
			this.note(waiting, reading.value, reading.error);
		});
		await Promise.all(looks);
	}

	private note(waiting: Waiting, run: WorkflowRun | undefined, error: Error | undefined): void {
		const now = Date.now();
		if (run) {
			Object.assign(waiting, { run, lastReadAt: now, hasBeenRead: true });
			if (isFinished(run)) this.end(waiting, 'finished');
			return;
		}
		const { startedAt, lastReadAt, hasBeenRead } = waiting;
		const unreadable = {
			failure: error instanceof AmperityApiError ? error.reason : undefined,
			sinceLastReadMs: now - lastReadAt,
			sinceStartMs: startedAt === undefined ? undefined : now - startedAt,
			hasBeenRead,
			tokenIsFresh: renewsTokens(this.context.getNode()),
		};
		const isStopped = this.context.getExecutionCancelSignal()?.aborted;
		if (!isStopped && !isTolerable(unreadable)) this.end(waiting, 'unreadable', error);
	}

	private end({ runId, run }: Waiting, reason: WaitResult['end'], error?: Error): void {
		// An end is an end, also where its details cannot be read.
		const end = run && isFinished(run) ? 'finished' : reason;
		this.results.set(runId, { end, run, error });
		this.waiting.delete(runId);
	}

	private endAll(end: WaitResult['end']): void {
		for (const waiting of this.waiting.values()) this.end(waiting, end);
	}
}
