import type { IExecuteFunctions } from 'n8n-workflow';
import { keptData } from '../../engine/keptData';
import type { AmperityClient } from '../../transport/client';
import type { Account } from '../../transport/credential';
import { settled } from '../../transport/settled';
import { getRun, type WorkflowRun } from '../../transport/workflowRuns';
import { seenAgain, type RunIdentity, type Trait } from './identity';

/** Identities of one tenant, as JSON. */
export interface IdentityTable {
	/** By configuration. */
	configs: Record<string, Pick<RunIdentity, 'name' | 'type'>>;
	/** By connection, since a new token may be that of another API key. */
	principals: Record<string, Trait>;
}

/** One read without which it goes as well. */
const ONCE = { retry: false };

/** So many entries of each kind are kept; who starts more in turns loses the oldest. */
const MOST_ENTRIES = 500;

const emptyTable = (): IdentityTable => ({ configs: {}, principals: {} });

/** A name for a connection that tells nothing of the credential it is made of. */
const markOf = ({ connection }: Account): string => connection.slice(0, 16);

/** What n8n keeps are proxies, which must not be kept elsewhere. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

function put<T>(entries: Record<string, T>, key: string, value: T): void {
	entries[key] = value;
	for (const oldest of Object.keys(entries).slice(0, -MOST_ENTRIES)) delete entries[oldest];
}

/** What this process has learnt of a tenant from the answers to its own starts. A part of the tenant's memory. */
export class LearntIdentities {
	private readonly table = emptyTable();

	/** Accounts whose principal has been looked up. */
	private readonly asked = new Set<string>();

	/** Whether it is the first time that somebody asks for the principal of an account. */
	asksFirst(account: Account): boolean {
		const isFirst = !this.asked.has(account.connection);
		this.asked.add(account.connection);
		return isFirst;
	}

	/** The names that the runs of configurations had, by the ID of the configuration. */
	get names(): Map<string, string> {
		const named = Object.entries(this.table.configs).flatMap(([configId, { name }]) =>
			name ? [[configId, name.value] as const] : [],
		);
		return new Map(named);
	}

	/** What is known of the runs of a configuration that an account starts. */
	of(account: Account, configId: string): RunIdentity {
		return { ...this.table.configs[configId], principal: this.table.principals[markOf(account)] };
	}

	/**
	 * Learns from a run that was surely made by starting a configuration.
	 *
	 * @returns whether that was anything new
	 */
	learn(account: Account, configId: string, run: WorkflowRun): boolean {
		const known = this.of(account, configId);
		const name = seenAgain(known.name, run.name);
		const type = seenAgain(known.type, run.type);
		const principal = seenAgain(known.principal, run.principal_id);
		put(this.table.configs, configId, { name, type });
		if (principal) put(this.table.principals, markOf(account), principal);
		return name !== known.name || type !== known.type || principal !== known.principal;
	}

	/** Takes over what n8n has kept of earlier processes, where this one knows nothing itself. */
	recall(kept: Partial<IdentityTable>, account: Account, configId: string): void {
		const mark = markOf(account);
		const [config, principal] = [kept.configs?.[configId], kept.principals?.[mark]];
		if (config && !this.table.configs[configId]) put(this.table.configs, configId, copy(config));
		if (principal && !this.table.principals[mark]) {
			put(this.table.principals, mark, copy(principal));
		}
	}

	/** Hands over what is known of a configuration, for later processes. */
	keep(kept: IdentityTable, account: Account, configId: string): void {
		const mark = markOf(account);
		const [config, principal] = [this.table.configs[configId], this.table.principals[mark]];
		if (config) put(kept.configs, configId, copy(config));
		if (principal) put(kept.principals, mark, copy(principal));
	}
}

/** The place of a tenant in what n8n keeps for the node. */
const tablesIn = (context: IExecuteFunctions) =>
	keptData(context) as { runIdentities?: Record<string, IdentityTable> };

/** Recalls what an earlier process has learnt of the runs of a configuration. */
export function recallIdentity(
	context: IExecuteFunctions,
	client: AmperityClient,
	configId: string,
): void {
	const { account } = client;
	const kept = tablesIn(context).runIdentities?.[account.tenant] ?? {};
	client.remembered(LearntIdentities).recall(kept, account, configId);
}

/**
 * Learns from the answer to a start what the runs of the configuration are like, and who we are, for this
 * process and later ones. If the answer does not say who we are, the run is read for that, once.
 *
 * @param mayRead whether it matters enough for that
 */
export async function learnIdentity(
	context: IExecuteFunctions,
	client: AmperityClient,
	configId: string,
	run: WorkflowRun,
	mayRead: boolean,
): Promise<void> {
	const { account } = client;
	const identities = client.remembered(LearntIdentities);
	const { principal } = identities.of(account, configId);
	const mustRead =
		mayRead && !principal && !('principal_id' in run) && identities.asksFirst(account);
	const verbose = mustRead ? await settled(getRun(client, run.id, 'verbose', ONCE)) : undefined;
	if (!identities.learn(account, configId, verbose?.value ?? run)) return;
	const tables = (tablesIn(context).runIdentities ??= {});
	identities.keep((tables[account.tenant] ??= emptyTable()), account, configId);
}
