import { NodeError, type IExecuteFunctions, type NodeOperationError } from 'n8n-workflow';
import { cancelSignalOf } from '../../engine/executionSignal';
import { wasRecorded } from '../../engine/recordedKeys';
import type { AmperityApiError } from '../../transport/apiError';
import { settled } from '../../transport/settled';
import { getRun, type WorkflowRun } from '../../transport/workflowRuns';
import { runError } from '../run/runError';
import { isPlatformFailure } from '../run/runFailure';
import { outcomeOf } from '../run/runState';
import { ConfigurationTurns } from './configurationTurns';
import {
	openMemory,
	type EarlierTry,
	type InPlace,
	type RunsBefore,
	type StartMemory,
	type StartPlace,
} from './earlierTry';
import { recallIdentity } from './learntIdentities';
import { LookUp } from './lookUp';
import { failedAt, type LostStart } from './lostStart';
import { lostStartError } from './lostStartError';
import { OwnStarts } from './ownStarts';
import { RunningCheck } from './runningCheck';
import { hold, sendStart, type StartResult, type StartSettings } from './sendStart';

/** How a start is known to have happened, where it was not the plain answer to the request. */
type Confirmation = 'list' | 'earlier_try' | 'started_again';

/** A run that one item started, or that serves it. */
export interface StartedRun extends Pick<RunsBefore, 'stoppedRunId' | 'waitedForRunId'> {
	run: WorkflowRun;
	confirmedBy?: Confirmation;
	/** Why another run than its own serves the item, if it does. */
	inPlace?: InPlace;
	/** Runs of this item that failed before. */
	earlierRunIds?: string[];
	timesStartedAgain?: number;
	/** Whether it was found in the list: most likely the item's own, but not surely enough to stop it. */
	isTakenOver?: boolean;
}

/** A run is taken over only while this process surely knows what else it has started since. Milliseconds. */
const TAKEN_OVER_MS = 1_800_000;

/** A start that was interrupted may have been sent so long ago. Milliseconds. */
const INTERRUPTED_MS = 3_600_000;

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
		if (earlier?.lost) return await this.find(earlier.lost);
		const isOfThisExecution = earlier?.executionId === memory.executionId;
		const isStale = earlier?.inPlace === 'fresh' && !isOfThisExecution;
		if (earlier?.runId && !isStale) {
			return (await this.resume(earlier, earlier.runId)) ?? (await this.replace(earlier));
		}
		// What is stopped before a start must not be the run of an earlier one.
		const stopsFirst = settings.ifRunning?.ifRunning === 'stopThenStart';
		if ((stopsFirst || !settings.ifRunning) && (await this.wasBegun())) {
			return await this.find(this.interrupted());
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
		const { context, memory, settings } = this;
		const turns = client.remembered(ConfigurationTurns);
		const check = new RunningCheck(context, memory, settings, ifRunning, this.stop);
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
		if (await this.wasBegun()) return await this.find(this.interrupted());
		const started = await this.sendNow();
		check.hintAtName(started.run);
		return started;
	}

	private async sendNow(): Promise<StartedRun> {
		const { run, lost } = await sendStart(this.context, this.memory, this.settings);
		return run ? { run } : await this.find(lost);
	}

	/** Fires when nothing more is to be started. */
	private get stop(): AbortSignal {
		const cancel = cancelSignalOf(this.context);
		const { signal } = this.settings;
		return cancel ? AbortSignal.any([signal, cancel]) : signal;
	}

	/** A start that n8n had begun before it, or its worker, died. When, and what was sent, nobody knows. */
	private interrupted(): LostStart {
		const now = this.settings.client.clock.now();
		return {
			executionId: this.memory.executionId,
			isInterrupted: true,
			configId: this.settings.request.config_id,
			cause: 'n8n stopped in the middle of this execution, and runs it again',
			facts: '',
			spans: [{ from: now - INTERRUPTED_MS, to: now }],
			isPromptOutage: false,
			looks: [],
			timesStartedAgain: 0,
		};
	}

	/** Nothing is sent for now, so nobody has to wait for it. */
	private letOthersPass(): void {
		this.settings.onSent();
		this.settings.onAnswered();
	}

	/** Finds the run of a start whose answer was lost, or starts it again where that is safe. */
	private async find(lostStart: LostStart): Promise<StartedRun> {
		const { client, request, ifLost, signal } = this.settings;
		const cancel = cancelSignalOf(this.context);
		this.letOthersPass();
		for (let lost = lostStart; ; ) {
			const { account } = client;
			this.memory.write({ lost });
			this.own.begin(this.memory.key, { account, configId: request.config_id, spans: lost.spans });
			if (ifLost === 'report') throw this.lostError(lost, []);

			const lookUp = new LookUp(client, this.memory.key, lost);
			const verdict = await lookUp.verdict({
				mayStartAgain: () => ifLost === 'findElseStartAgain' && !signal.aborted && !cancel?.aborted,
				mayTakeOver: () => this.mayTakeOver(lost),
				signal: cancel,
			});
			const timesStartedAgain = lost.timesStartedAgain || undefined;
			if (verdict.kind === 'found') {
				const how = { timesStartedAgain, isTakenOver: true };
				const run = await lookUp.readRun(verdict.runId);
				hold(this.memory, this.settings, run, how);
				return { run, confirmedBy: 'list', ...how };
			}
			if (verdict.kind === 'report') throw this.lostError(lost, lookUp.candidates);

			const again = await this.startAgain(lost);
			if (again.run) {
				const { timesStartedAgain: times } = lost;
				return { run: again.run, confirmedBy: 'started_again', timesStartedAgain: times + 1 };
			}
			lost = again.lost;
		}
	}

	/** @throws NodeOperationError if the request was surely refused this time */
	private async startAgain(lost: LostStart): Promise<StartResult> {
		const before = { ...lost, looks: [], timesStartedAgain: lost.timesStartedAgain + 1 };
		this.memory.write({ lost: before });
		const { value, error } = await settled(
			sendStart(this.context, this.memory, this.settings, before),
		);
		if (value) return value;
		const { facts = '' } = error as Partial<AmperityApiError>;
		// That one was surely refused, or not sent, and does not count.
		this.memory.write({ lost });
		throw this.lostError({ ...lost, cause: error.message, facts }, []);
	}

	private mayTakeOver(lost: LostStart): boolean {
		if (lost.isInterrupted || lost.executionId !== this.memory.executionId) return false;
		return this.settings.client.clock.now() - failedAt(lost) < TAKEN_OVER_MS;
	}

	private lostError(lost: LostStart, candidates: WorkflowRun[]): NodeOperationError {
		const wasLookedFor = this.settings.ifLost !== 'report';
		return lostStartError(this.context.getNode(), { lost, candidates, wasLookedFor });
	}
}
