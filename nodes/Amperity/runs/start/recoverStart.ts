import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { cancelSignalOf } from '../../engine/executionSignal';
import type { AmperityApiError } from '../../transport/apiError';
import { settled } from '../../transport/settled';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { OwnStarts } from '../configuration/ownStarts';
import { LookUp } from './lookUp';
import { failedAt, type LostStart } from './lostStart';
import { lostStartError } from './lostStartError';
import { claimRun, sendStart, type StartResult, type StartSettings } from './sendStart';
import type { StartMemory } from './startMemory';
import type { StartedRun } from './startedRun';

/** A run is taken over only while this process surely knows what else it has started since. Milliseconds. */
const TAKEN_OVER_MS = 1_800_000;

/**
 * Finds the run of a start whose answer was lost, or starts it again where that is safe.
 *
 * @throws NodeOperationError if a run may have been started that cannot be told from others
 */
export async function recoverStart(
	context: IExecuteFunctions,
	memory: StartMemory,
	settings: StartSettings,
	lost: LostStart,
): Promise<StartedRun> {
	return await new Recovery(context, memory, settings).recover(lost);
}

class Recovery {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly memory: StartMemory,
		private readonly settings: StartSettings,
	) {}

	async recover(lostStart: LostStart): Promise<StartedRun> {
		const { client, request, ifLost, signal } = this.settings;
		const cancel = cancelSignalOf(this.context);
		for (let lost = lostStart; ; ) {
			const { account } = client;
			this.memory.write({ lost });
			client
				.remembered(OwnStarts)
				.begin(this.memory.key, { account, configId: request.config_id, spans: lost.spans });
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
				claimRun(this.memory, this.settings, run, how);
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
