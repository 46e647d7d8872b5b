import { findCampaign } from '../../transport/campaigns';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import { collectPages } from '../../transport/pagination';
import { settled } from '../../transport/settled';
import { getRun, listRuns, type WorkflowRun } from '../../transport/workflowRuns';
import { isFinished, outcomeOf } from '../run/runState';
import { createdAt } from '../run/runTimes';
import { textOf } from '../run/text';
import { fitsConfiguration, sureTrait, type Fit, type RunIdentity } from './identity';
import { LearntIdentities } from './learntIdentities';
import { OwnStarts } from './ownStarts';
import type { Candidate } from './runningRule';

/** Older runs are not looked for: tasks have time-outs of up to 48 hours, but couriers may wait for files. Milliseconds. */
const LOOKED_BACK_MS = 7 * 24 * 3_600_000;

/** Runs that one page is asked for. Amperity may send fewer. */
const PAGE_SIZE = 500;

/** Runs that are read by their ID at once. */
const MOST_IN_FLIGHT = 3;

const plainName = (name: unknown) => textOf(name).trim().replace(/\s+/g, ' ').toLowerCase();

/** Whether two names are the same but for spaces and upper and lower case, as a person types them. */
export const isSameName = (one: unknown, other: unknown): boolean =>
	plainName(one) === plainName(other);

/**
 * What the runs of a configuration are like: as the user says, as answers have told, or as the list of campaigns says.
 *
 * @returns without a name if it is not known
 * @throws AmperityApiError if the list of campaigns cannot be read
 */
export async function identityOf(
	client: AmperityClient,
	configId: string,
	givenName: string | undefined,
): Promise<RunIdentity> {
	const learnt = client.remembered(LearntIdentities).of(client.account, configId);
	if (givenName !== undefined) return { ...learnt, name: sureTrait(givenName) };
	if (learnt.name || !configId.startsWith('cc-')) return learnt;
	const campaign = await findCampaign(client, configId);
	return campaign?.name ? { ...learnt, name: { value: campaign.name, times: 1 } } : learnt;
}

/** The runs of the last days that may be those of a configuration. */
export interface ConfigurationRuns {
	/** Those that have not ended, also those in a state that nobody knows. */
	active: Candidate[];
	/** Those that surely are, and have succeeded, the latest first. */
	succeeded: WorkflowRun[];
	/** Whether there is any run of that name. */
	isNameSeen: boolean;
}

/**
 * Reads the runs of a configuration, whoever has started them. The list shows them late or stale, so what this
 * process has started is read by its ID, and so is what the list shows as active.
 *
 * @param lookBackMs how far to look back for successes, in milliseconds
 * @throws AmperityApiError if the list cannot be read
 */
export async function runsOfConfiguration(
	client: AmperityClient,
	configId: string,
	identity: RunIdentity,
	lookBackMs = 0,
): Promise<ConfigurationRuns> {
	const listed = await listedRuns(client, Math.max(LOOKED_BACK_MS, lookBackMs));
	const own = client.remembered(OwnStarts).runsOf(configId);
	// What this process has started by the ID of the configuration needs no further evidence.
	const fitOf = (run: WorkflowRun): Fit =>
		own.includes(run.id) ? 'yes' : fitsConfiguration(configId, identity, run);
	const unlisted = own.filter((id) => !listed.some((run) => run.id === id));
	const runs = [...unlisted.map((id): WorkflowRun => ({ id })), ...listed]
		.map((run) => named(identity, run))
		.filter((run) => fitOf(run) !== 'no');

	const read = await concurrently(runs, MOST_IN_FLIGHT, async (run) =>
		isFinished(run) ? run : named(identity, await readRun(client, run)),
	);
	const candidates = read.flatMap((run): Candidate[] => {
		const fit = fitOf(run);
		return fit === 'no' ? [] : [{ run, fit }];
	});
	return {
		active: candidates.filter(({ run }) => !isFinished(run)),
		succeeded: candidates
			.filter(({ run, fit }) => outcomeOf(run) === 'succeeded' && fit === 'yes')
			.map(({ run }) => run)
			.sort((one, other) => (createdAt(other) ?? 0) - (createdAt(one) ?? 0)),
		isNameSeen: read.some((run) => run.name === identity.name?.value),
	};
}

async function listedRuns(client: AmperityClient, lookBackMs: number): Promise<WorkflowRun[]> {
	const created_from = new Date(client.clock.now() - lookBackMs).toISOString();
	return await collectPages(
		async (nextToken) => await listRuns(client, { created_from, limit: PAGE_SIZE }, nextToken),
	);
}

/** What cannot be read counts as what was known of it, which is that it has not ended. */
async function readRun(client: AmperityClient, run: WorkflowRun): Promise<WorkflowRun> {
	const { value } = await settled(getRun(client, run.id, 'overview'));
	return value ?? run;
}

/** The run under the name as the configuration has it, so that a difference in spaces and case is none. */
const named = ({ name }: RunIdentity, run: WorkflowRun): WorkflowRun =>
	name && isSameName(run.name, name.value) ? { ...run, name: name.value } : run;
