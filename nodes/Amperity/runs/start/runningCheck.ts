import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { showHint } from '../../engine/executionHint';
import { pause } from '../../engine/pause';
import { AmperityApiError, reasonOf } from '../../transport/apiError';
import { plainText } from '../../transport/plainText';
import { settled } from '../../transport/settled';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { createdAt } from '../run/runTimes';
import { nameWithId } from '../run/runName';
import { isStopping, stateText } from '../run/runState';
import { stopUnlessEnded } from '../run/stopRun';
import { textOf } from '../run/text';
import { runKey, waitForRuns, type AwaitedRun } from '../wait/waitForRuns';
import { identityOf, isSameName, olderSuccess, runsOfConfiguration } from './configurationRuns';
import type { InPlace } from './earlierTry';
import { isSure, type RunIdentity } from './identity';
import { LearntIdentities } from './learntIdentities';
import { OwnStarts } from './ownStarts';
import { NAME_REMEDY, notStartedError } from './runningError';
import { verdictOnRunning, type Candidate, type RunningRule } from './runningRule';
import type { StartSettings } from './sendStart';

/** Another start of this process is given so long between two looks whether it has been answered. Milliseconds. */
const UNANSWERED_PAUSE_MS = 1_000;

/** What was found before a start: the run that serves instead, or that the way is clear. */
export type CheckResult =
	| { inPlace: InPlace; run: WorkflowRun }
	| { inPlace?: undefined; stoppedRunId?: string; waitedForRunId?: string };

/** Looks for a run of what is to be started, and does with it what the user wants. */
export class RunningCheck {
	private readonly until: number;

	private readonly configId: string;

	private stoppedRunId: string | undefined;

	private waitedForRunId: string | undefined;

	/**
	 * @param key names the start among all of this process
	 * @param signal fires when nothing more is to be started
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly key: string,
		private readonly settings: StartSettings,
		private readonly rule: RunningRule,
		private readonly signal: AbortSignal,
	) {
		this.configId = settings.request.config_id;
		this.until = monotonicNow() + rule.maxWaitMs;
	}

	/**
	 * @throws NodeOperationError if it is not clear what is running, or that goes on running
	 * @throws AmperityApiError if nothing more is to be started
	 */
	async result(): Promise<CheckResult> {
		await this.othersAreAnswered();
		const identity = await this.identity();
		for (;;) {
			const { active, fresh } = await this.look(identity);
			if (fresh) return { inPlace: 'fresh', run: fresh };
			const verdict = verdictOnRunning(active);
			if (verdict.kind === 'unclear') throw this.unclear(active);
			if (verdict.kind === 'start') {
				const { stoppedRunId, waitedForRunId } = this;
				return { stoppedRunId, waitedForRunId };
			}
			const { run } = verdict;
			switch (this.rule.ifRunning) {
				case 'useRunning':
					if (isStopping(run)) break;
					return { inPlace: 'reused', run };
				case 'skip':
					return { inPlace: 'skipped', run };
				case 'stopThenStart':
					await this.stop(run);
			}
			await this.untilEnded(run);
		}
	}

	/** Says so if the run that was started then is not called what the user has said. */
	hintAtName({ name }: WorkflowRun): void {
		const { configId, context, rule } = this;
		if (rule.name === undefined || textOf(name) === '' || isSameName(name, rule.name)) return;
		const names = `${plainText(textOf(name))}, and not ${plainText(rule.name)}`;
		showHint(context, `The run of ${configId} is called ${names}. Correct Name in Amperity.`);
	}

	/** What another item of this process is starting now is not in the list yet. */
	private async othersAreAnswered(): Promise<void> {
		const { configId, key, signal } = this;
		const own = this.settings.client.remembered(OwnStarts);
		const isUnanswered = () =>
			own
				.othersThan(key)
				.some((start) => start.configId === configId && start.unansweredSince !== undefined);
		while (isUnanswered() && !signal.aborted) await pause(UNANSWERED_PAUSE_MS, signal);
	}

	private async identity(): Promise<RunIdentity> {
		const { configId, rule } = this;
		const { client } = this.settings;
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

	private async look(identity: RunIdentity): Promise<{ active: Candidate[]; fresh?: WorkflowRun }> {
		const { configId, rule } = this;
		const { client } = this.settings;
		const { value: runs, error } = await settled(runsOfConfiguration(client, configId, identity));
		if (error) throw this.unreadable('list of runs', error);
		if (rule.name !== undefined && !runs.isNameSeen) {
			const name = plainText(rule.name);
			showHint(this.context, `No run of the last days is called ${name}. Check Name in Amperity.`);
		}
		return { active: runs.active, fresh: await this.fresh(identity, runs.latestSuccess) };
	}

	/** A success that is young enough, if one is wanted. */
	private async fresh(
		identity: RunIdentity,
		latest: WorkflowRun | undefined,
	): Promise<WorkflowRun | undefined> {
		const { client } = this.settings;
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
		if (this.stoppedRunId !== undefined) {
			throw this.notStarted(
				'another run of it has begun meanwhile',
				`Run ${this.stoppedRunId} was stopped. Look who else starts it.`,
				[run],
			);
		}
		const { error } = await settled(stopUnlessEnded(this.settings.client, run.id));
		if (reasonOf(error)?.kind === 'stopped') throw error as Error;
		if (error) {
			throw this.notStarted(
				`${nameWithId(run)} could not be stopped: ${error.message}`,
				'Stop it in Amperity, or run the workflow again.',
				[run],
			);
		}
		this.stoppedRunId = run.id;
	}

	private async untilEnded(run: WorkflowRun): Promise<void> {
		const { client } = this.settings;
		const maxWaitMs = this.until - monotonicNow();
		const awaited: AwaitedRun = { runId: run.id, run, client, plan: { maxWaitMs } };
		const results = await waitForRuns([awaited], this.signal);
		const { end, run: last = run, error } = results.get(runKey(awaited))!;
		switch (end) {
			case 'finished':
				if (this.stoppedRunId === undefined) this.waitedForRunId = run.id;
				return;
			case 'unreadable':
				throw this.unreadable(`state of run ${run.id}`, error!);
			case 'executionStopped':
				throw new AmperityApiError(client.node, { kind: 'stopped' });
			case 'timedOut':
				throw this.notStarted(
					`${nameWithId(last)} is still ${stateText(last) || 'active'}`,
					'Raise Maximum Wait for the Running One, or run the workflow later.',
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
