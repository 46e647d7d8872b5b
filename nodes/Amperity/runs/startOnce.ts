import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';
import { plainText } from '../transport/apiError';
import { collectPages } from '../transport/pagination';
import { pause } from '../transport/pause';
import { accountOf, withoutCancel, type Account, type RequestLimits } from '../transport/request';
import { settled } from '../transport/settled';
import { getRun, listRuns, startRun, type StartRequest } from '../transport/workflowRuns';
import { openMemory, type StartMemory } from './earlierTry';
import { candidatesOf, isStartedBy, mayHaveStarted, type LostStart } from './lostStart';
import {
	claim,
	hasLearnedPrincipal,
	isClaimed,
	learnPrincipal,
	markResolved,
	markUnresolved,
	mayBelongToAnother,
	oneAtATime,
	principalOf,
} from './ownStarts';
import { runError } from './runError';
import { createdAt, isPlatformFailure, outcomeOf, type WorkflowRun } from './workflowRun';

/** How a start is known to have happened, where it was not the plain answer to the request. */
export type Confirmation = 'list' | 'earlier_try';

/** A run that one item started. */
export interface StartedRun {
	run: WorkflowRun;
	confirmedBy?: Confirmation;
}

/** How one item wants its run started. */
export interface StartSettings {
	request: StartRequest;
	/** Whether to look for the run when the answer was lost. */
	confirm: boolean;
	limits: RequestLimits;
}

/**
 * Runs created this long before the request are looked at as well, since the clocks of n8n and of
 * Amperity differ. Milliseconds.
 */
const CLOCK_SKEW_MS = 600_000;

/**
 * A listing of the runs before a start is used this long. It must be shorter than the time for which
 * an unresolved start keeps others from taking its run, so that such a run is listed by then.
 */
const LISTING_LIFETIME_MS = 300_000;

/**
 * A run is taken over only so soon after its start was sent, and by the execution that sent it.
 * Later, or in another process, what is remembered of other starts does not tell whose it is.
 * Milliseconds.
 */
const ADOPTABLE_MS = 900_000;

/** Pauses before each look at the list for a lost start. Milliseconds. */
const LOOK_UP_PAUSES_MS = [1_000, 2_000, 4_000, 5_000, 8_000, 15_000, 30_000, 60_000];

/** So many looks at the list, over 20 s, settle that a run is not there. Further ones make up for failed ones. */
const ENOUGH_LOOKS = 5;

function whatWasFound(names: string[], wasRead: boolean | undefined): string {
	if (names.length > 0) return `It may be one of these runs: ${names.join('; ')}.`;
	if (wasRead === undefined) return 'It was not looked for, as Confirm Lost Starts is off.';
	return wasRead
		? 'No new run was found that could be it, but it may still appear.'
		: 'It could not be looked for, since Amperity did not answer.';
}

/** Starts the runs of one execution's items: one item, one run, whatever happens on the way. */
export class RunStarter {
	/** IDs of the runs that were there before a start, and when they were listed. */
	private before: { ids: string[]; at: number } | undefined;

	/** When our last run was created, by the clock of Amperity. */
	private notBefore: number | undefined;

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * Starts an item's run, or finds the one that an earlier try of this item started.
	 *
	 * @throws AmperityApiError if no run was started
	 * @throws NodeOperationError if a run may have been started that cannot be told from others
	 */
	async start(itemIndex: number, settings: StartSettings): Promise<StartedRun> {
		const account = await accountOf(this.context);
		const memory = openMemory(this.context, itemIndex, account.credential, settings.request);
		return await oneAtATime(account.tenant, async () => {
			const earlier = memory.read();
			if (earlier?.lost) return await this.lookUp(account, memory, earlier.lost, settings);
			if (!earlier?.runId) return await this.send(account, memory, settings);
			return (
				(await this.resume(account, memory, earlier.executionId, earlier.runId, settings.limits)) ??
				(await this.sendAgain(account, memory, earlier.runId, settings))
			);
		});
	}

	/** The run of an earlier try, unless it failed in a way that a new start may mend. */
	private async resume(
		account: Account,
		memory: StartMemory,
		executionId: string,
		runId: string,
		limits: RequestLimits,
	): Promise<StartedRun | undefined> {
		const { value: run, error } = await settled(getRun(this.context, runId, 'verbose', limits));
		if (error) {
			throw this.error(
				`Workflow run ${runId} was started by an earlier try, but it cannot be read now: ${error.message}`,
				'It was not started again. Use the operation Get with this run ID to see what became of it.',
				[runId],
			);
		}
		const outcome = outcomeOf(run);
		const failed = outcome !== undefined && outcome !== 'succeeded';
		if (failed && (isPlatformFailure(run) || executionId !== memory.executionId)) return undefined;

		claim(account.tenant, run.id, Date.now());
		return { run, confirmedBy: 'earlier_try' };
	}

	/** Starts a run in place of one that failed, which no error may conceal. */
	private async sendAgain(
		account: Account,
		memory: StartMemory,
		failedRunId: string,
		settings: StartSettings,
	): Promise<StartedRun> {
		const { value, error } = await settled(this.send(account, memory, settings));
		if (value) return value;
		error.description = `${error.description ?? ''} An earlier try started run ${failedRunId}, which failed.`;
		throw error;
	}

	private async send(
		account: Account,
		memory: StartMemory,
		settings: StartSettings,
	): Promise<StartedRun> {
		const { request, confirm, limits } = settings;
		const known = confirm ? await this.runsBefore(limits) : [];
		const sentAt = Date.now();
		const { value: run, error } = await settled(startRun(this.context, request, limits));
		if (run) {
			this.hold(account, memory, run);
			await this.learnWhoWeAre(account, run, settings);
			return { run };
		}
		if (!error.mayHaveBeenAccepted) throw error;

		const lost: LostStart = {
			executionId: memory.executionId,
			configId: request.config_id,
			cause: error.message,
			facts: error.facts ?? '',
			sentAt,
			known,
			notBefore: this.notBefore,
		};
		return await this.lookUp(account, memory, lost, settings);
	}

	/** Makes a run the one of this item, for this execution and the whole process. */
	private hold(account: Account, memory: StartMemory, run: WorkflowRun): void {
		claim(account.tenant, run.id, Date.now());
		markResolved(memory.key);
		memory.write({ runId: run.id });
		this.notBefore = Math.max(this.notBefore ?? 0, createdAt(run) ?? 0) || undefined;
	}

	/** Without knowing who we are, a lost start could not be told from somebody else's. */
	private async learnWhoWeAre(
		account: Account,
		run: WorkflowRun,
		{ confirm, limits }: StartSettings,
	): Promise<void> {
		if ('principal_id' in run) return learnPrincipal(account.credential, run);
		if (!confirm || hasLearnedPrincipal(account.credential)) return;
		const reading = getRun(this.context, run.id, 'verbose', { ...limits, retry: false });
		const { value: verbose } = await settled(reading);
		if (verbose) learnPrincipal(account.credential, verbose);
	}

	/** Looks for the run of a start whose answer was lost. Nothing is ever sent again from here. */
	private async lookUp(
		account: Account,
		memory: StartMemory,
		lost: LostStart,
		{ confirm, limits }: StartSettings,
	): Promise<StartedRun> {
		memory.write({ lost });
		const once = { ...limits, retry: false };
		let candidates: WorkflowRun[] = [];
		let looks = 0;
		const isAdoptable =
			lost.executionId === memory.executionId && Date.now() - lost.sentAt < ADOPTABLE_MS;
		const pauses = isAdoptable ? LOOK_UP_PAUSES_MS : [0];
		for (const milliseconds of confirm ? pauses : []) {
			await pause(milliseconds);
			const found = await this.candidates(account, lost, once);
			if (!found) continue;
			candidates = found;
			const [run] = candidates;
			const isOurs =
				isAdoptable && principalOf(account.credential) !== undefined && candidates.length === 1;
			if (run && isOurs && !mayBelongToAnother(memory.key, account.tenant, Date.now())) {
				this.hold(account, memory, run);
				return { run, confirmedBy: 'list' };
			}
			if (++looks === ENOUGH_LOOKS) break;
		}
		markUnresolved(memory.key, account.tenant, Date.now());
		throw this.lostError(lost, candidates, confirm ? looks > 0 : undefined);
	}

	/**
	 * The new runs that may be ours, in their verbose view where it is known who we are.
	 *
	 * @returns undefined if Amperity could not be read
	 */
	private async candidates(
		account: Account,
		lost: LostStart,
		limits: RequestLimits,
	): Promise<WorkflowRun[] | undefined> {
		// The execution may have been stopped meanwhile, but the run still has to be found.
		const context = withoutCancel(this.context);
		const end = lost.sentAt + ADOPTABLE_MS + CLOCK_SKEW_MS;
		const since = await settled(this.runsAround(context, lost.sentAt, limits, end));
		const candidates =
			since.value &&
			candidatesOf(lost, since.value).filter(({ id }) => !isClaimed(account.tenant, id));
		const principal = principalOf(account.credential);
		if (!candidates || principal === undefined) return candidates;

		const reading = candidates.map(({ id }) => settled(getRun(context, id, 'verbose', limits)));
		const readings = await Promise.all(reading);
		const runs = readings.flatMap(({ value }) => value ?? []);
		if (runs.length < candidates.length) return undefined;
		return runs.filter((run) => isStartedBy(principal, run));
	}

	/** One listing serves the starts of some minutes, so that it does not cost a request for each. */
	private async runsBefore(limits: RequestLimits): Promise<string[]> {
		const now = Date.now();
		if (!this.before || now - this.before.at > LISTING_LIFETIME_MS) {
			const runs = await this.runsAround(this.context, now, limits);
			this.before = { ids: runs.map(({ id }) => id), at: now };
		}
		return this.before.ids;
	}

	/** The runs created since a time by the clock of n8n, up to an end if there is one. */
	private async runsAround(
		context: IExecuteFunctions,
		time: number,
		limits: RequestLimits,
		end?: number,
	): Promise<WorkflowRun[]> {
		const filters = {
			created_from: new Date(time - CLOCK_SKEW_MS).toISOString(),
			created_to: end === undefined ? undefined : new Date(end).toISOString(),
		};
		return await collectPages((nextToken) => listRuns(context, filters, nextToken, limits));
	}

	/** @param wasRead whether the list could be read; undefined if nobody was to look */
	private lostError(
		{ configId, cause, facts }: LostStart,
		candidates: WorkflowRun[],
		wasRead: boolean | undefined,
	): NodeOperationError {
		const names = candidates.map(({ id, name, state }) =>
			plainText([id, name, state].filter((part) => typeof part === 'string').join(', ')),
		);
		return this.error(
			`${cause.replace(/\.$/, '')}. ${mayHaveStarted(configId)}`,
			`${whatWasFound(names, wasRead)} Look at the Workflows page in Amperity. To start it again, run the workflow anew: another try of this execution only looks for the run again.${facts}`,
			candidates.map(({ id }) => id),
		);
	}

	private error(message: string, description: string, runIds: string[]): NodeOperationError {
		const details = { may_have_started: true, run_ids: runIds };
		return runError(this.context.getNode(), message, description, details);
	}
}
