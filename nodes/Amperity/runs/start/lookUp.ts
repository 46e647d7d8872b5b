import { monotonicNow } from '../../../../credentials/monotonicClock';
import { orAborted, pause } from '../../engine/pause';
import { findCampaign } from '../../transport/campaigns';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import type { TimeSpan } from '../../transport/serverClock';
import { settled } from '../../transport/settled';
import { getRun, type WorkflowRun } from '../../transport/workflowRuns';
import type { RunIdentity } from '../configuration/identity';
import { LearntIdentities } from '../configuration/learntIdentities';
import { OwnStarts, type OpenStart } from '../configuration/ownStarts';
import {
	createdAround,
	dateRequests,
	failedBy,
	fitsRequests,
	openSpans,
	type Look,
	type LostStart,
} from './lostStart';
import { RecentRuns } from './recentRuns';
import { verdictOn, type Verdict } from './verdict';

/** Pauses before each look: the last of these looks comes after the settle time. Milliseconds. */
const PAUSES_MS = [1_000, 4_000, 6_000, 5_000, 10_000, 19_000, 22_000];

/** The pauses after those. Milliseconds. */
const LATER_PAUSE_MS = 15_000;

const pauseBefore = (look: number) => PAUSES_MS[look] ?? LATER_PAUSE_MS;

/** A lost start is looked for so long at most, requests included. A look that would begin later is left out. Milliseconds. */
const LOOKED_FOR_MS = 180_000;

/** The name of a campaign is worth waiting for so long, for each page of the list. Milliseconds. */
const CAMPAIGNS_TIMEOUT_MS = 10_000;

/** Candidates that one look reads, and how many at once. Whom it does not come to stays a candidate. */
const MOST_READ = 30;
const MOST_IN_FLIGHT = 3;

/** What a look-up is to respect. */
export interface LookUpLimits {
	/** Whether starting the item again is still wanted. */
	mayStartAgain(): boolean;
	/** Whether a run may be taken over: this process knows all that it has started meanwhile. */
	mayTakeOver(): boolean;
	/** Ends the look-up. */
	signal?: AbortSignal;
}

const isUnanswered = ({ unansweredSince }: OpenStart) => unansweredSince !== undefined;

/** Looks for the run of one lost start. */
export class LookUp {
	private readonly client: AmperityClient;

	/** The candidates of the last good look. */
	candidates: WorkflowRun[] = [];

	/** IDs of runs that others have started. */
	private readonly excluded = new Set<string>();

	private campaignName: string | undefined;

	private hasAskedForCampaign = false;

	/** When the start had failed at the latest, by the monotonic clock. */
	private readonly failedBy: number;

	/** @param key names the start among all of this process */
	constructor(
		client: AmperityClient,
		private readonly key: string,
		private readonly lost: LostStart,
	) {
		// Where n8n has stopped sending anything new, the run still has to be found.
		this.client = client.withoutCancel();
		this.failedBy = failedBy(lost, client.clock);
	}

	/** Looks again and again, until there is a verdict. The good looks are added to the lost start. */
	async verdict(limits: LookUpLimits): Promise<Exclude<Verdict, { kind: 'wait' }>> {
		const until = monotonicNow() + LOOKED_FOR_MS;
		for (let looks = 0; ; looks++) {
			await pause(pauseBefore(looks), limits.signal);
			if (!limits.signal?.aborted) await this.lookInTime(limits, until);
			const nextLook = monotonicNow() + pauseBefore(looks + 1);
			const isOver = limits.signal?.aborted === true || nextLook >= until;
			const verdict = verdictOn(this.lost, limits.mayStartAgain(), isOver);
			if (verdict.kind !== 'wait') return verdict;
		}
	}

	private get identity(): RunIdentity {
		const { client, lost, campaignName } = this;
		const learnt = client.remembered(LearntIdentities).of(client.account, lost.configId);
		if (learnt.name || campaignName === undefined) return learnt;
		return { ...learnt, name: { value: campaignName, times: 1 } };
	}

	/** The runs of a campaign have its name, which need not have been learnt from one. */
	private async learnCampaignName(until: number): Promise<void> {
		const { configId } = this.lost;
		if (!configId.startsWith('cc-') || this.identity.name || this.hasAskedForCampaign) return;
		this.hasAskedForCampaign = true;
		const limits = { retry: false, until, timeoutMs: CAMPAIGNS_TIMEOUT_MS };
		const { value } = await settled(findCampaign(this.client, configId, limits));
		this.campaignName = value?.name;
	}

	/** Adds one look, if it succeeds before it is too late. */
	private async lookInTime(limits: LookUpLimits, until: number): Promise<void> {
		const isDone = new AbortController();
		const tooLate = pause(until - monotonicNow(), isDone.signal).then(() => undefined);
		let look: Look | undefined;
		const looking = Promise.race([this.look(limits, until), tooLate]).then((seen) => {
			look = seen;
		});
		await orAborted(looking, limits.signal);
		isDone.abort();
		if (look) this.lost.looks.push(look);
	}

	/** Reads the list once. What cannot be read is no look. */
	private async look(limits: LookUpLimits, until: number): Promise<Look | undefined> {
		const { client, lost } = this;
		await this.learnCampaignName(until);
		const asked = this.created();
		const recent = client.remembered(RecentRuns).createdIn(asked, client, until);
		const { value: reading } = await settled(recent);
		if (!client.clock.isKnown) return undefined;

		dateRequests(lost, client.clock);
		const right = this.created();
		if (!reading || asked.from > right.from || asked.to < right.to) return undefined;
		this.candidates = await this.read(this.candidatesOf(reading.runs));
		const others = client.remembered(OwnStarts).othersThan(this.key);
		const unanswered = others.filter(isUnanswered);
		// One of these may still be answered with one of them.
		if (this.candidates.some((run) => this.mayBeOf(unanswered, run))) return undefined;

		const [run] = this.candidates;
		const isSingle = this.candidates.length === 1;
		const mayTakeOver = !lost.isTimeDoubtful && limits.mayTakeOver();
		const isOurs = run && isSingle && mayTakeOver && this.isSurelyOurs(run);
		const ours = isOurs && !this.mayBeOf(others, run) ? run.id : undefined;
		const age = reading.sentAt - this.failedBy;
		return { age, candidates: this.candidates.length, ours };
	}

	/** When the run must have been created. */
	private created(): TimeSpan {
		const created = this.lost.spans.map(createdAround);
		return {
			from: Math.min(...created.map(({ from }) => from)),
			to: Math.max(...created.map(({ to }) => to)),
		};
	}

	private candidatesOf(runs: WorkflowRun[]): WorkflowRun[] {
		const { client, excluded, identity } = this;
		const { spans, configId } = this.lost;
		const own = client.remembered(OwnStarts);
		return runs.filter(
			(run) =>
				!excluded.has(run.id) &&
				!own.isClaimed(run.id) &&
				fitsRequests(spans, configId, identity, run) !== 'no',
		);
	}

	/** Reads who started the candidates, which the list does not tell, and drops those of others. */
	private async read(candidates: WorkflowRun[]): Promise<WorkflowRun[]> {
		const { client } = this;
		const recent = client.remembered(RecentRuns);
		const read = candidates.slice(0, MOST_READ);
		await concurrently(read.entries(), MOST_IN_FLIGHT, async ([place, run]) => {
			read[place] = (await recent.withStarter(run, client)) ?? run;
		});
		const ours = this.candidatesOf(read);
		for (const run of read) if (!ours.includes(run)) this.excluded.add(run.id);
		return [...ours, ...candidates.slice(MOST_READ)];
	}

	/** A candidate with all that Amperity says of it, if that can be read. */
	async readRun(runId: string): Promise<WorkflowRun> {
		const { value } = await settled(getRun(this.client, runId, 'verbose', { retry: false }));
		return value ?? this.candidates.find(({ id }) => id === runId) ?? { id: runId };
	}

	/** Whether all is known of the run, and fits. */
	private isSurelyOurs(run: WorkflowRun): boolean {
		const { client, lost } = this;
		const spans = openSpans(lost, client.clock);
		return fitsRequests(spans, lost.configId, this.identity, run) === 'yes';
	}

	/** Whether a run may have been made by one of these starts of this process. */
	private mayBeOf(starts: OpenStart[], run: WorkflowRun): boolean {
		const { client } = this;
		const identities = client.remembered(LearntIdentities);
		return starts.some(({ account, configId, spans, unansweredSince: since }) => {
			const open = since === undefined ? [] : client.clock.spans(since, Infinity);
			const identity = identities.of(account, configId);
			return fitsRequests([...spans, ...open], configId, identity, run) !== 'no';
		});
	}
}
