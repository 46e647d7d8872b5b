import { NodeError, type IExecuteFunctions, type NodeOperationError } from 'n8n-workflow';
import { monotonicNow } from '../../../credentials/monotonicClock';
import { pause } from '../engine/pause';
import { AmperityApiError } from '../transport/apiError';
import type { AmperityClient, RequestLimits } from '../transport/client';
import { collectPages } from '../transport/pagination';
import { plainText } from '../transport/plainText';
import { settled } from '../transport/settled';
import { getRun, listRuns, startRun, type StartRequest } from '../transport/workflowRuns';
import { openMemory, type StartMemory } from './earlierTry';
import { candidatesOf, isStartedBy, mayHaveStarted, type LostStart } from './lostStart';
import { OwnStarts } from './ownStarts';
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
	client: AmperityClient;
}

/**
 * Runs created this long before the request are looked at as well: where no answer has told Amperity's
 * clock yet, n8n's is taken, and the two differ. Milliseconds.
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

/** What one execution knows of the runs of a tenant. */
interface KnownRuns {
	/** IDs of the runs that were there before a start, and when they were listed, by the monotonic clock. */
	before?: { ids: string[]; at: number };
	/** When our last run was created, by Amperity's clock. */
	notBefore?: number;
}

/** One read of many that make up for each other. */
const ONCE: RequestLimits = { retry: false };

/** Starts the runs of one execution's items: one item, one run, whatever happens on the way. */
export class RunStarter {
	/** By tenant. */
	private readonly known = new Map<string, KnownRuns>();

	constructor(private readonly context: IExecuteFunctions) {}

	/**
	 * Starts an item's run, or finds the one that an earlier try of this item started.
	 *
	 * @throws AmperityApiError if no run was started
	 * @throws NodeOperationError if a run may have been started that cannot be told from others
	 */
	async start(itemIndex: number, settings: StartSettings): Promise<StartedRun> {
		const { client, request } = settings;
		const memory = openMemory(this.context, itemIndex, client.account.credential, request);
		return await client.remembered(OwnStarts).oneAtATime(async () => {
			const earlier = memory.read();
			if (earlier?.lost) return await this.lookUp(memory, earlier.lost, settings);
			if (!earlier?.runId) return await this.send(memory, settings);
			return (
				(await this.resume(memory, earlier.executionId, earlier.runId, client)) ??
				(await this.sendAgain(memory, earlier.runId, settings))
			);
		});
	}

	/** The run of an earlier try, unless it failed in a way that a new start may mend. */
	private async resume(
		memory: StartMemory,
		executionId: string,
		runId: string,
		client: AmperityClient,
	): Promise<StartedRun | undefined> {
		const { value: run, error } = await settled(getRun(client, runId, 'verbose'));
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

		client.remembered(OwnStarts).claim(run.id);
		return { run, confirmedBy: 'earlier_try' };
	}

	/** Starts a run in place of one that failed, which no error may conceal. */
	private async sendAgain(
		memory: StartMemory,
		failedRunId: string,
		settings: StartSettings,
	): Promise<StartedRun> {
		const { value, error } = await settled(this.send(memory, settings));
		if (value) return value;
		if (error instanceof NodeError) {
			error.description = `${error.description ?? ''} An earlier try started run ${failedRunId}, which failed.`;
		}
		throw error;
	}

	private async send(memory: StartMemory, settings: StartSettings): Promise<StartedRun> {
		const { request, confirm, client } = settings;
		const known = confirm ? await this.runsBefore(client) : [];
		const sentAt = client.now();
		const { value: run, error } = await settled(startRun(client, request));
		if (run) {
			this.hold(client, memory, run);
			await this.learnWhoWeAre(run, settings);
			return { run };
		}
		const isLost = error instanceof AmperityApiError && error.mayHaveBeenAccepted;
		if (!isLost) throw error;

		const lost: LostStart = {
			executionId: memory.executionId,
			configId: request.config_id,
			cause: error.message,
			facts: error.facts,
			sentAt,
			known,
			notBefore: this.knownRuns(client).notBefore,
		};
		return await this.lookUp(memory, lost, settings);
	}

	/** Makes a run the one of this item, for this execution and the whole process. */
	private hold(client: AmperityClient, memory: StartMemory, run: WorkflowRun): void {
		const own = client.remembered(OwnStarts);
		own.claim(run.id);
		own.markResolved(memory.key);
		memory.write({ runId: run.id });
		const known = this.knownRuns(client);
		known.notBefore = Math.max(known.notBefore ?? 0, createdAt(run) ?? 0) || undefined;
	}

	/** Without knowing who we are, a lost start could not be told from somebody else's. */
	private async learnWhoWeAre(run: WorkflowRun, { confirm, client }: StartSettings): Promise<void> {
		const own = client.remembered(OwnStarts);
		const { connection } = client.account;
		if ('principal_id' in run) return own.learnPrincipal(connection, run);
		if (!confirm || own.hasLearnedPrincipal(connection)) return;
		const { value: verbose } = await settled(getRun(client, run.id, 'verbose', ONCE));
		if (verbose) own.learnPrincipal(connection, verbose);
	}

	/** Looks for the run of a start whose answer was lost. Nothing is ever sent again from here. */
	private async lookUp(
		memory: StartMemory,
		lost: LostStart,
		{ confirm, client }: StartSettings,
	): Promise<StartedRun> {
		memory.write({ lost });
		const own = client.remembered(OwnStarts);
		let candidates: WorkflowRun[] = [];
		let looks = 0;
		const isAdoptable =
			lost.executionId === memory.executionId && client.now() - lost.sentAt < ADOPTABLE_MS;
		const pauses = isAdoptable ? LOOK_UP_PAUSES_MS : [0];
		for (const milliseconds of confirm ? pauses : []) {
			await pause(milliseconds);
			const found = await this.candidates(client, lost);
			if (!found) continue;
			candidates = found;
			const [run] = candidates;
			const isKnown = own.principalOf(client.account.connection) !== undefined;
			const isOurs = isAdoptable && isKnown && candidates.length === 1;
			if (run && isOurs && !own.mayBelongToAnother(memory.key)) {
				this.hold(client, memory, run);
				return { run, confirmedBy: 'list' };
			}
			if (++looks === ENOUGH_LOOKS) break;
		}
		own.markUnresolved(memory.key);
		throw this.lostError(lost, candidates, confirm ? looks > 0 : undefined);
	}

	/**
	 * The new runs that may be ours, in their verbose view where it is known who we are.
	 *
	 * @returns undefined if Amperity could not be read
	 */
	private async candidates(
		client: AmperityClient,
		lost: LostStart,
	): Promise<WorkflowRun[] | undefined> {
		// The execution may have been stopped meanwhile, but the run still has to be found.
		const reader = client.withoutCancel();
		const own = client.remembered(OwnStarts);
		const end = lost.sentAt + ADOPTABLE_MS + CLOCK_SKEW_MS;
		const since = await settled(this.runsAround(reader, lost.sentAt, ONCE, end));
		const candidates =
			since.value && candidatesOf(lost, since.value).filter(({ id }) => !own.isClaimed(id));
		const principal = own.principalOf(client.account.connection);
		if (!candidates || principal === undefined) return candidates;

		const reading = candidates.map(({ id }) => settled(getRun(reader, id, 'verbose', ONCE)));
		const readings = await Promise.all(reading);
		const runs = readings.flatMap(({ value }) => value ?? []);
		if (runs.length < candidates.length) return undefined;
		return runs.filter((run) => isStartedBy(principal, run));
	}

	private knownRuns(client: AmperityClient): KnownRuns {
		const { tenant } = client.account;
		const known = this.known.get(tenant) ?? {};
		this.known.set(tenant, known);
		return known;
	}

	/** One listing serves the starts of some minutes, so that it does not cost a request for each. */
	private async runsBefore(client: AmperityClient): Promise<string[]> {
		const known = this.knownRuns(client);
		const now = monotonicNow();
		if (!known.before || now - known.before.at > LISTING_LIFETIME_MS) {
			const runs = await this.runsAround(client, client.now());
			known.before = { ids: runs.map(({ id }) => id), at: now };
		}
		return known.before.ids;
	}

	/** The runs created since a time by Amperity's clock, up to an end if there is one. */
	private async runsAround(
		client: AmperityClient,
		time: number,
		limits?: RequestLimits,
		end?: number,
	): Promise<WorkflowRun[]> {
		const filters = {
			created_from: new Date(time - CLOCK_SKEW_MS).toISOString(),
			created_to: end === undefined ? undefined : new Date(end).toISOString(),
		};
		return await collectPages((nextToken) => listRuns(client, filters, nextToken, limits));
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
