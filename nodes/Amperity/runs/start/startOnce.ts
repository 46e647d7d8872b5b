import { NodeError, type IExecuteFunctions } from 'n8n-workflow';
import { cancelSignalOf } from '../../engine/executionSignal';
import { wasRecorded } from '../../engine/recordedKeys';
import { settled } from '../../transport/settled';
import { getRun } from '../../transport/workflowRuns';
import { recallIdentity } from '../configuration/learntIdentities';
import { OwnStarts } from '../configuration/ownStarts';
import { runError } from '../run/runError';
import { isPlatformFailure } from '../run/runFailure';
import { outcomeOf } from '../run/runState';
import { ConfigurationTurns } from '../running/configurationTurns';
import { RunningCheck } from '../running/runningCheck';
import { interruptedStart, type LostStart } from './lostStart';
import { recoverStart } from './recoverStart';
import { sendStart, type StartSettings } from './sendStart';
import {
	openMemory,
	type EarlierTry,
	type RunsBefore,
	type StartMemory,
	type StartPlace,
} from './startMemory';
import type { StartedRun } from './startedRun';

/**
 * Starts an item's run, or finds the one that an earlier try of this item started: one item, one run,
 * whatever happens on the way.
 *
 * @throws AmperityApiError if no run was started
 * @throws NodeOperationError if a run may have been started that cannot be told from others
 */
export async function startOnce(
	context: IExecuteFunctions,
	place: StartPlace,
	settings: StartSettings,
): Promise<StartedRun> {
	const { client, request } = settings;
	const memory = openMemory(context, place, client.account.credential, request);
	return await new ItemStart(context, memory, settings).start();
}

/** Adds to an error what had happened before: it must not be concealed. */
function nameBefore(
	error: NodeError,
	{ failedRunIds = [], usedRunId, stoppedRunId }: RunsBefore,
): void {
	const texts = [
		usedRunId !== undefined && `Run ${usedRunId} was used before, and failed.`,
		failedRunIds.length > 0 && `Runs of this item that failed before: ${failedRunIds.join(', ')}.`,
		stoppedRunId !== undefined && `Run ${stoppedRunId} was stopped before.`,
	];
	error.description = [error.description, ...texts].filter(Boolean).join(' ');
}

class ItemStart {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly memory: StartMemory,
		private readonly settings: StartSettings,
	) {}

	private get own(): OwnStarts {
		return this.settings.client.remembered(OwnStarts);
	}

	async start(): Promise<StartedRun> {
		const { value: started, error } = await settled(this.startOrGoOn());
		const before = this.memory.read()?.before ?? {};
		if (!started) {
			if (error instanceof NodeError) nameBefore(error, before);
			throw error;
		}
		const { failedRunIds = [], usedRunId, ...others } = before;
		const replaced = [...(usedRunId === undefined ? [] : [usedRunId]), ...failedRunIds];
		// A person may have restarted one of them in Amperity.
		const earlier = replaced.filter((runId) => runId !== started.run.id);
		return { ...started, ...others, earlierRunIds: earlier.length > 0 ? earlier : undefined };
	}

	private async startOrGoOn(): Promise<StartedRun> {
		const { context, memory, settings } = this;
		recallIdentity(context, settings.client, settings.request.config_id);
		const earlier = memory.read();
		if (earlier?.lost) return await this.recover(earlier.lost);
		const isOfThisExecution = earlier?.executionId === memory.executionId;
		const isStale = earlier?.inPlace === 'fresh' && !isOfThisExecution;
		if (earlier?.runId && !isStale) {
			return (await this.resume(earlier, earlier.runId)) ?? (await this.replace(earlier));
		}
		// What is stopped before a start must not be the run of an earlier one.
		const stopsFirst = settings.ifRunning?.ifRunning === 'stopThenStart';
		if ((stopsFirst || !settings.ifRunning) && (await this.wasBegun())) {
			return await this.recover(this.interrupted());
		}
		return await this.send();
	}

	/** Whether n8n had begun this start before, and died. It is asked, and records the start, once. */
	private async wasBegun(): Promise<boolean> {
		const { context, memory } = this;
		const { isRecorded } = memory.read() ?? {};
		if (isRecorded || !memory.executionId) return false;
		if (await wasRecorded(context, memory.key)) return true;
		memory.setRecorded();
		return false;
	}

	/** The run of an earlier try, unless it failed in a way that a new start may mend. */
	private async resume(
		{ executionId, isTakenOver, inPlace, timesStartedAgain }: EarlierTry,
		runId: string,
	): Promise<StartedRun | undefined> {
		const { client } = this.settings;
		this.letOthersPass();
		const { value: run, error } = await settled(getRun(client, runId, 'verbose'));
		if (error) {
			throw runError(
				this.context.getNode(),
				`Workflow run ${runId} was started by an earlier try, but it cannot be read now: ${error.message}`,
				'It was not started again. Use the operation Get with this run ID to see what became of it.',
				{ may_have_started: true, run_ids: [runId] },
			);
		}
		const outcome = outcomeOf(run);
		const failed = outcome !== undefined && outcome !== 'succeeded' && inPlace !== 'skipped';
		const isOfAnotherExecution = executionId !== this.memory.executionId;
		if (failed && (isPlatformFailure(run) || isOfAnotherExecution)) return undefined;

		if (!inPlace) this.own.claim(this.memory, run.id, this.settings.request);
		return { run, confirmedBy: 'earlier_try', isTakenOver, inPlace, timesStartedAgain };
	}

	/** Starts a run in place of one that failed. */
	private async replace({ runId, inPlace, before }: EarlierTry): Promise<StartedRun> {
		const failedRunIds = [...new Set([...(before?.failedRunIds ?? []), ...(runId ? [runId] : [])])];
		this.memory.addBefore(inPlace ? { usedRunId: runId } : { failedRunIds });
		return await this.send();
	}

	private async send(): Promise<StartedRun> {
		const { ifRunning, client, request } = this.settings;
		if (!ifRunning) return await this.sendNow();
		this.letOthersPass();
		const { key, executionId } = this.memory;
		const note = (before: RunsBefore) => this.memory.addBefore(before);
		const pending = { key, executionId, client, request, note };
		const turns = client.remembered(ConfigurationTurns);
		const check = new RunningCheck(this.context, pending, ifRunning, this.stop);
		for (;;) {
			const look = async () => await this.sendUnlessRunning(check);
			const started = await turns.inTurn(request.config_id, look, this.stop);
			if (started) return started;
			// Nobody else has to wait for that.
			await check.untilEnded();
		}
	}

	/** @returns undefined if something is running that has to end first */
	private async sendUnlessRunning(check: RunningCheck): Promise<StartedRun | undefined> {
		const { memory } = this;
		const found = await check.look();
		if (found.kind === 'wait') return undefined;
		if (found.kind === 'inPlace') {
			const { inPlace, run } = found;
			memory.write({ runId: run.id, inPlace });
			return { run, inPlace };
		}
		if (await this.wasBegun()) return await this.recover(this.interrupted());
		const started = await this.sendNow();
		check.hintAtName(started.run);
		return started;
	}

	private async sendNow(): Promise<StartedRun> {
		const { run, lost } = await sendStart(this.context, this.memory, this.settings);
		return run ? { run } : await this.recover(lost);
	}

	/** Fires when nothing more is to be started. */
	private get stop(): AbortSignal {
		const cancel = cancelSignalOf(this.context);
		const { signal } = this.settings;
		return cancel ? AbortSignal.any([signal, cancel]) : signal;
	}

	/** Nothing is sent for now, so nobody has to wait for it. */
	private letOthersPass(): void {
		this.settings.onSent();
		this.settings.onAnswered();
	}

	private interrupted(): LostStart {
		const { client, request } = this.settings;
		return interruptedStart(this.memory.executionId, request.config_id, client.clock.now());
	}

	private async recover(lost: LostStart): Promise<StartedRun> {
		this.letOthersPass();
		return await recoverStart(this.context, this.memory, this.settings, lost);
	}
}
