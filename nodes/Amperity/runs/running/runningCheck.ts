import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { showHint } from '../../engine/executionHint';
import { pause } from '../../engine/pause';
import { AmperityApiError, reasonOf } from '../../transport/apiError';
import { plainText } from '../../transport/plainText';
import { settled } from '../../transport/settled';
import { getRun, isSameRequest, type WorkflowRun } from '../../transport/workflowRuns';
import {
	identityOf,
	isSameName,
	olderSuccess,
	runsOfConfiguration,
	type Candidate,
} from '../configuration/configurationRuns';
import { isSure, type RunIdentity } from '../configuration/identity';
import { LearntIdentities } from '../configuration/learntIdentities';
import { OwnStarts } from '../configuration/ownStarts';
import { nameWithId } from '../run/runName';
import { isFinished, isStopping, outcomeOf, stateText } from '../run/runState';
import { createdAt } from '../run/runTimes';
import { stopUnlessEnded } from '../run/stopRun';
import { textOf } from '../run/text';
import { runKey, waitForRuns, type AwaitedRun } from '../wait/waitForRuns';
import type { PendingStart } from './pendingStart';
import { NAME_REMEDY, notStartedError } from './runningError';
import { verdictOnRunning, type InPlace, type RunningRule } from './runningRule';

/** Between two looks whether another start of this process has been answered. Milliseconds. */
const UNANSWERED_PAUSE_MS = 1_000;

/** The run of a lost start appears in this time, or is looked for so long. Milliseconds. */
const LOST_MS = 180_000;

/** What is to be done, by what is running. */
export type Found =
	| { kind: 'start' }
	/** This run serves the item. */
	| { kind: 'inPlace'; inPlace: InPlace; run: WorkflowRun }
	/** Something has to end first. */
	| { kind: 'wait' };

/** Looks for a run of what is to be started, and does with it what the user wants. */
export class RunningCheck {
	private readonly until: number;

	private readonly configId: string;

	private stoppedRunId: string | undefined;

	/** What has to end before the start. */
	private awaited: WorkflowRun | undefined;

	/** @param signal fires when nothing more is to be started */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly start: PendingStart,
		private readonly rule: RunningRule,
		private readonly signal: AbortSignal,
	) {
		this.configId = start.request.config_id;
		this.until = monotonicNow() + rule.maxWaitMs;
	}

	/**
	 * Looks once, and stops what is to be stopped.
	 *
	 * @throws NodeOperationError if it is not clear what is running
	 * @throws AmperityApiError if nothing more is to be started
	 */
	async look(): Promise<Found> {
		await this.othersHaveAppeared();
		const { active, fresh } = await this.read(await this.identity());
		if (fresh) return { kind: 'inPlace', inPlace: 'fresh', run: fresh };
		const verdict = verdictOnRunning(active);
		if (verdict.kind === 'unclear') throw this.unclear(active);
		if (verdict.kind === 'start') return { kind: 'start' };
		const { run } = verdict;
		const { ifRunning } = this.rule;
		if (ifRunning === 'skip') return { kind: 'inPlace', inPlace: 'skipped', run };
		if (ifRunning === 'useRunning' && this.serves(run)) {
			return { kind: 'inPlace', inPlace: 'reused', run };
		}
		if (ifRunning === 'stopThenStart' && !this.isOfThisExecution(run)) await this.stop(run);
		this.awaited = run;
		return { kind: 'wait' };
	}

	/** Whether a run is as good as a new one: it goes on, and is not known to have another range or mode. */
	private serves(run: WorkflowRun): boolean {
		const { client, request } = this.start;
		const claim = client.remembered(OwnStarts).claimOn(run.id);
		return !isStopping(run) && (!claim || isSameRequest(claim.request, request));
	}

	/** What another item of this execution has started is never stopped for the next one. */
	private isOfThisExecution({ id }: WorkflowRun): boolean {
		const claim = this.start.client.remembered(OwnStarts).claimOn(id);
		return claim !== undefined && claim.executionId === this.start.executionId;
	}

	/** Says so if the run that was started then is not called what the user has said. */
	hintAtName({ name }: WorkflowRun): void {
		const { configId, context, rule } = this;
		if (rule.name === undefined || textOf(name) === '' || isSameName(name, rule.name)) return;
		const names = `${plainText(textOf(name))}, and not ${plainText(rule.name)}`;
		showHint(context, `The run of ${configId} is called ${names}. Correct Name in Amperity.`);
	}

	/** What another item of this process is starting, or has just lost, may not be in the list yet. */
	private async othersHaveAppeared(): Promise<void> {
		const { configId, signal, start } = this;
		const own = start.client.remembered(OwnStarts);
		while (own.mayAppear(start.key, configId, LOST_MS) && !signal.aborted) {
			await pause(UNANSWERED_PAUSE_MS, signal);
		}
	}

	private async identity(): Promise<RunIdentity> {
		const { configId, rule } = this;
		const { client } = this.start;
		const { value: identity, error } = await settled(identityOf(client, configId, rule.name));
		if (error) throw this.unreadable('list of campaigns', error);
		if (!identity.name) {
			throw this.notStarted('n8n does not know yet what its runs are called', NAME_REMEDY);
		}
		const { name: learnt } = client.remembered(LearntIdentities).of(client.account, configId);
		if (learnt && isSure(learnt) && !isSameName(learnt.value, identity.name.value)) {
			throw this.notStarted(
				`Name in Amperity is ${plainText(identity.name.value)}, but its runs have been called ${plainText(learnt.value)}`,
				'Correct Name in Amperity, or leave it empty. If it has been renamed in Amperity, start it once with If Already Running set to Start Anyway.',
			);
		}
		return identity;
	}

	private async read(identity: RunIdentity): Promise<{ active: Candidate[]; fresh?: WorkflowRun }> {
		const { configId, rule } = this;
		const { client } = this.start;
		const { value: runs, error } = await settled(runsOfConfiguration(client, configId, identity));
		if (error) throw this.unreadable('list of runs', error);
		if (rule.name !== undefined && !runs.isNameSeen) {
			const name = plainText(rule.name);
			showHint(this.context, `No run of the last days is called ${name}. Check Name in Amperity.`);
		}
		const success = await this.youngSuccess(identity, runs.latestSuccess);
		if (!success) return { active: runs.active };
		// The list may be behind: a person may have restarted it.
		const { value: now, error: unread } = await settled(getRun(client, success.id, 'overview'));
		if (unread) throw this.unreadable(`state of run ${success.id}`, unread);
		if (outcomeOf(now) === 'succeeded') return { active: runs.active, fresh: now };
		const again: Candidate[] = isFinished(now) ? [] : [{ run: now, fit: 'yes' }];
		return { active: [...again, ...runs.active] };
	}

	/** A success that is young enough, if one is wanted, as the list shows it. */
	private async youngSuccess(
		identity: RunIdentity,
		latest: WorkflowRun | undefined,
	): Promise<WorkflowRun | undefined> {
		const { client } = this.start;
		const { freshMs } = this.rule;
		if (freshMs === undefined) return undefined;
		const since = client.clock.now() - freshMs;
		if (latest) return (createdAt(latest) ?? -Infinity) >= since ? latest : undefined;
		const older = olderSuccess(client, this.configId, identity, since);
		const { value, error } = await settled(older);
		if (error) throw this.unreadable('list of runs', error);
		return value;
	}

	/** Once: what is started after that is not stopped, too. */
	private async stop(run: WorkflowRun): Promise<void> {
		if (this.stoppedRunId === run.id) return;
		if (this.stoppedRunId !== undefined) {
			throw this.notStarted('another run of it has begun meanwhile', 'Look who else starts it.', [
				run,
			]);
		}
		const { error } = await settled(stopUnlessEnded(this.start.client, run.id));
		if (reasonOf(error)?.kind === 'stopped') throw error as Error;
		if (error) {
			throw this.notStarted(
				`${nameWithId(run)} could not be stopped: ${error.message}`,
				'Stop it in Amperity, or run the workflow again.',
				[run],
			);
		}
		this.stoppedRunId = run.id;
		this.start.note({ stoppedRunId: run.id });
	}

	/**
	 * Waits until what was running has ended.
	 *
	 * @throws NodeOperationError if it goes on
	 * @throws AmperityApiError if nothing more is to be started
	 */
	async untilEnded(): Promise<void> {
		const run = this.awaited!;
		const { client } = this.start;
		const maxWaitMs = this.until - monotonicNow();
		const awaited: AwaitedRun = { runId: run.id, run, client, plan: { maxWaitMs } };
		const results = await waitForRuns([awaited], this.signal);
		const { end, run: last = run, error } = results.get(runKey(awaited))!;
		switch (end) {
			case 'finished':
				if (this.stoppedRunId !== run.id) this.start.note({ waitedForRunId: run.id });
				return;
			case 'unreadable':
				throw this.unreadable(`state of run ${run.id}`, error!);
			case 'executionStopped':
				throw new AmperityApiError(client.node, { kind: 'stopped' });
			case 'timedOut':
				throw this.notStarted(
					`${nameWithId(last)} is still ${stateText(last) || 'active'}`,
					'Raise Wait for Running One (Minutes), or Maximum Wait (Minutes) of Ensure Fresh, or run the workflow later.',
					[last],
				);
		}
	}

	private unclear(active: Candidate[]): NodeOperationError {
		const runs = active.map(({ run }) => run);
		return runs.length > 1
			? this.notStarted(`${runs.length} runs that have not ended may be its`, NAME_REMEDY, runs)
			: this.notStarted('a run that has not ended may be its, or not', NAME_REMEDY, runs);
	}

	private unreadable(what: string, error: Error): Error {
		if (reasonOf(error)?.kind === 'stopped') return error;
		return this.notStarted(
			`the ${what} cannot be read, so it may be running: ${error.message}`,
			'Run the workflow again when Amperity can be read.',
		);
	}

	private notStarted(
		problem: string,
		remedy: string,
		runs: WorkflowRun[] = [],
	): NodeOperationError {
		return notStartedError(this.context.getNode(), this.configId, { problem, remedy, runs });
	}
}
