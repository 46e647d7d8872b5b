import type { AmperityClient } from '../../transport/client';
import { collectPages } from '../../transport/pagination';
import type { TimeSpan } from '../../transport/serverClock';
import { listRuns } from '../../transport/workflowRuns';
import type { WorkflowRun } from '../run/workflowRun';

/** Runs that one page is asked for. Amperity may send fewer. */
const PAGE_SIZE = 500;

/** A list of more pages is given up. */
const MOST_PAGES = 20;

/** A reading that is about to begin. */
interface Reading {
	created: TimeSpan;
	runs: Promise<WorkflowRun[]>;
}

async function read(client: AmperityClient, { from, to }: TimeSpan, until: number) {
	const filters = {
		created_from: new Date(from).toISOString(),
		created_to: new Date(to).toISOString(),
		limit: PAGE_SIZE,
	};
	let pages = 0;
	return await collectPages(async (nextToken) => {
		if (pages++ >= MOST_PAGES) throw new Error('The list of runs is too long');
		return await listRuns(client, filters, nextToken, { retry: false, until });
	});
}

/**
 * Reads the list of runs for all starts of a tenant that were lost: those that want to look while a
 * reading is under way share the next one. A part of the tenant's memory.
 */
export class RecentRuns {
	/** By connection. */
	private readonly next = new Map<string, Reading>();

	private readonly current = new Map<string, Promise<unknown>>();

	/**
	 * The runs created in a time, and maybe others, from a reading that begins after this call.
	 *
	 * @param until when it is too late to read, in milliseconds by the monotonic clock
	 * @throws Error if the list cannot be read, or has too many pages
	 */
	async createdIn(
		created: TimeSpan,
		client: AmperityClient,
		until: number,
	): Promise<WorkflowRun[]> {
		const { connection } = client.account;
		const next = this.next.get(connection);
		if (next) {
			next.created.from = Math.min(next.created.from, created.from);
			next.created.to = Math.max(next.created.to, created.to);
			return await next.runs;
		}
		const reading: Reading = { created: { ...created }, runs: Promise.resolve([]) };
		const before = this.current.get(connection) ?? Promise.resolve();
		reading.runs = before
			.catch(() => {})
			.then(async () => {
				this.next.delete(connection);
				return await read(client, reading.created, until);
			});
		this.next.set(connection, reading);
		this.current.set(connection, reading.runs);
		return await reading.runs;
	}
}
