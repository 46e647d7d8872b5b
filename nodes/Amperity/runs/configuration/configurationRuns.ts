import { findCampaign } from '../../transport/campaigns';
import type { AmperityClient } from '../../transport/client';
import { concurrently } from '../../transport/concurrently';
import { LARGE_PAGE_SIZE, collectPages, withinPages } from '../../transport/pagination';
import { settled } from '../../transport/settled';
import { getRun, listRuns, type WorkflowRun } from '../../transport/workflowRuns';
import { isFinished, outcomeOf } from '../run/runState';
import { createdAt } from '../run/runTimes';
import { textOf } from '../run/text';
import { fitsConfiguration, isSure, sureTrait, type Fit, type RunIdentity } from './identity';
import { LearntIdentities } from './learntIdentities';
import { OwnStarts } from './ownStarts';

/** Older runs are not looked for: tasks have time-outs of up to 48 hours, but couriers may wait for files. Milliseconds. */
const LOOKED_BACK_MS = 7 * 24 * 3_600_000;

/** A list of more pages is given up. */
const MOST_PAGES = 40;

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

/** A run that may be one of the configuration. */
export interface Candidate {
	run: WorkflowRun;
	fit: Exclude<Fit, 'no'>;
}

/** The runs of the last days that may be those of a configuration. */
export interface ConfigurationRuns {
	/** Those that have not ended, also those in a state that nobody knows. */
	active: Candidate[];
	/** The latest of those that surely are, and have succeeded. */
	latestSuccess?: WorkflowRun;
	/** Whether there is any run of that name. */
	isNameSeen: boolean;
}

/** Tells how well runs fit a configuration. What this process has started by its ID needs no further evidence. */
function fitter(client: AmperityClient, configId: string, identity: RunIdentity) {
	const own = client.remembered(OwnStarts).runsOf(configId);
	const fitOf = (run: WorkflowRun): Fit =>
		own.includes(run.id) ? 'yes' : fitsConfiguration(configId, identity, run);
	return { own, fitOf };
}

/**
 * Reads the runs of a configuration, whoever has started them. The list shows them late or stale, so what this
 * process has started is read by its ID, and so is what the list shows as active.
 *
 * @throws AmperityApiError if the list cannot be read
 */
export async function runsOfConfiguration(
	client: AmperityClient,
	configId: string,
	identity: RunIdentity,
): Promise<ConfigurationRuns> {
	const { own, fitOf } = fitter(client, configId, identity);
	const listed = await listedRuns(client, identity, client.clock.now() - LOOKED_BACK_MS);
	const unlisted = own.filter((id) => !listed.some((run) => run.id === id));
	const runs = [...unlisted.map((id): WorkflowRun => ({ id })), ...listed].filter(
		(run) => fitOf(run) !== 'no',
	);
	const read = await concurrently(runs, MOST_IN_FLIGHT, async (run) =>
		isFinished(run) ? run : named(identity, await readRun(client, run)),
	);
	const candidates = read.flatMap((run): Candidate[] => {
		const fit = fitOf(run);
		return fit === 'no' ? [] : [{ run, fit }];
	});
	return {
		active: candidates.filter(({ run }) => !isFinished(run)),
		latestSuccess: latestOf(read, fitOf),
		isNameSeen: read.some((run) => run.name === identity.name?.value),
	};
}

/**
 * The latest success of a configuration among older runs, week by week.
 *
 * @param since milliseconds since the epoch
 * @throws AmperityApiError if the list cannot be read
 */
export async function olderSuccess(
	client: AmperityClient,
	configId: string,
	identity: RunIdentity,
	since: number,
): Promise<WorkflowRun | undefined> {
	const { fitOf } = fitter(client, configId, identity);
	for (let to = client.clock.now() - LOOKED_BACK_MS; to > since; to -= LOOKED_BACK_MS) {
		const from = Math.max(since, to - LOOKED_BACK_MS);
		const success = latestOf(await listedRuns(client, identity, from, to), fitOf);
		if (success) return success;
	}
	return undefined;
}

function latestOf(runs: WorkflowRun[], fitOf: (run: WorkflowRun) => Fit): WorkflowRun | undefined {
	const [latest] = runs
		.filter((run) => outcomeOf(run) === 'succeeded' && fitOf(run) === 'yes')
		.sort((one, other) => (createdAt(other) ?? 0) - (createdAt(one) ?? 0));
	return latest;
}

/** @param from milliseconds since the epoch, like `to` */
async function listedRuns(
	client: AmperityClient,
	identity: RunIdentity,
	from: number,
	to?: number,
): Promise<WorkflowRun[]> {
	const { type } = identity;
	const filters = {
		created_from: new Date(from).toISOString(),
		...(to !== undefined && { created_to: new Date(to).toISOString() }),
		...(type && isSure(type) && { type: type.value }),
		limit: LARGE_PAGE_SIZE,
	};
	const fetchPage = async (nextToken: string | undefined) =>
		await listRuns(client, filters, nextToken);
	const runs = await collectPages(withinPages(MOST_PAGES, fetchPage));
	return runs.map((run) => named(identity, run));
}

/** What cannot be read counts as what was known of it, which is that it has not ended. */
async function readRun(client: AmperityClient, run: WorkflowRun): Promise<WorkflowRun> {
	const { value } = await settled(getRun(client, run.id, 'overview'));
	return value ?? run;
}

/** The run under the name as the configuration has it, so that a difference in spaces and case is none. */
const named = ({ name }: RunIdentity, run: WorkflowRun): WorkflowRun =>
	name && isSameName(run.name, name.value) ? { ...run, name: name.value } : run;
