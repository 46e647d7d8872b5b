import type { IDataObject } from 'n8n-workflow';
import { monotonicNow } from '../../../../credentials/monotonicClock';
import { pause } from '../../engine/pause';
import type { AmperityClient } from '../../transport/client';
import { LARGE_PAGE_SIZE, collectPages, withinPages } from '../../transport/pagination';
import type { TimeSpan } from '../../transport/serverClock';
import { settled } from '../../transport/settled';
import { getRun, listRuns, type WorkflowRun } from '../../transport/workflowRuns';

/** A list of more pages is given up. */
const MOST_PAGES = 20;

/** A run that a reading has shown is remembered for longer than a lost start is looked for. Milliseconds. */
const SHOWN_MS = 300_000;

/** So many runs are remembered by who started them. */
const MOST_STARTERS = 1_000;

/** A reading that is about to begin. */
interface Reading {
	created: TimeSpan;
	/** When it is too late for all that share it, by the monotonic clock. Milliseconds. */
	until: number;
	done: Promise<ReadRuns>;
}

/** A run, and when a reading has shown it last, by the monotonic clock. Milliseconds. */
interface ShownRun {
	connection: string;
	run: WorkflowRun;
	at: number;
}

/** What a reading has shown. */
export interface ReadRuns {
	runs: WorkflowRun[];
	/** When its first request was sent, by the monotonic clock. Milliseconds. */
	sentAt: number;
}

async function read(client: AmperityClient, { created, until }: Reading): Promise<ReadRuns> {
	const { from, to } = created;
	const filters = {
		created_from: new Date(from).toISOString(),
		created_to: new Date(to).toISOString(),
		limit: LARGE_PAGE_SIZE,
	};
	let sentAt = monotonicNow();
	const fetchPage = async (nextToken: string | undefined) => {
		const onSent = (at: number) => {
			if (nextToken === undefined) sentAt = at;
		};
		return await listRuns(client, filters, nextToken, { retry: false, until, onSent });
	};
	const runs = await collectPages(withinPages(MOST_PAGES, fetchPage));
	return { runs, sentAt };
}

/**
 * Reads the list of runs for all starts of a tenant that were lost: those that want to look while a
 * reading is under way share the next one. A part of the tenant's memory.
 */
export class RecentRuns {
	/** By connection. */
	private readonly next = new Map<string, Reading>();

	private readonly current = new Map<string, Promise<unknown>>();

	private turns = Promise.resolve();

	/** Runs that readings have shown of late, by connection and ID together. The list may hide them again. */
	private readonly shown = new Map<string, ShownRun>();

	/** By run: who started it, or is being asked about; nothing if that could not be read. */
	private readonly starters = new Map<string, Promise<IDataObject | undefined>>();

	/**
	 * The runs created in a time, and maybe others, from a reading that begins after this call, and from those before.
	 *
	 * @param until when it is too late to read for the caller, in milliseconds by the monotonic clock
	 * @throws Error if the list cannot be read, or has too many pages
	 */
	async createdIn(created: TimeSpan, client: AmperityClient, until: number): Promise<ReadRuns> {
		const { connection } = client.account;
		const next = this.next.get(connection);
		if (next) {
			next.created.from = Math.min(next.created.from, created.from);
			next.created.to = Math.max(next.created.to, created.to);
			next.until = Math.max(next.until, until);
			return await this.inTurn(next.done);
		}
		const before = this.current.get(connection) ?? Promise.resolve();
		const done = before.then(async () => {
			this.next.delete(connection);
			const { runs, sentAt } = await read(client, reading);
			return { runs: this.withShown(connection, runs), sentAt };
		});
		const reading: Reading = { created: { ...created }, until, done };
		this.next.set(connection, reading);
		this.current.set(connection, settled(done));
		return await this.inTurn(done);
	}

	/** These runs, and those that were shown to the connection before. */
	private withShown(connection: string, runs: WorkflowRun[]): WorkflowRun[] {
		const { shown } = this;
		const at = monotonicNow();
		for (const run of runs) shown.set(`${connection} ${run.id}`, { connection, run, at });
		for (const [key, { at: shownAt }] of shown) if (at - shownAt > SHOWN_MS) shown.delete(key);
		return [...shown.values()].filter((one) => one.connection === connection).map(({ run }) => run);
	}

	/** Hundreds may look at once, as after a crash. Between what each makes of it, n8n gets to its other work. */
	private async inTurn(done: Promise<ReadRuns>): Promise<ReadRuns> {
		const read = await done;
		const before = this.turns;
		this.turns = before.then(async () => await pause(1));
		await before;
		return read;
	}

	/**
	 * Adds who started a run, which the list does not say and which never changes.
	 *
	 * @returns undefined if that cannot be read
	 */
	async withStarter(run: WorkflowRun, client: AmperityClient): Promise<WorkflowRun | undefined> {
		const starter = await (this.starters.get(run.id) ?? this.readStarter(run.id, client));
		return starter && { ...run, ...starter };
	}

	/** Many may look at one run at once, as after a crash: it is read for all of them. */
	private async readStarter(
		runId: string,
		client: AmperityClient,
	): Promise<IDataObject | undefined> {
		const reading = settled(getRun(client, runId, 'verbose', { retry: false }));
		const starter = reading.then(({ value }) => {
			if (value) return { principal_id: value.principal_id, principal_name: value.principal_name };
			this.starters.delete(runId);
			return undefined;
		});
		this.starters.set(runId, starter);
		for (const oldest of [...this.starters.keys()].slice(0, -MOST_STARTERS)) {
			this.starters.delete(oldest);
		}
		return await starter;
	}
}
