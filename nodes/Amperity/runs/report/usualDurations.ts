import type { AmperityClient } from '../../transport/client';
import { LARGE_PAGE_SIZE, eachPage, withinPages } from '../../transport/pagination';
import { settled } from '../../transport/settled';
import { listRuns, type RunFilters, type WorkflowRun } from '../../transport/workflowRuns';
import { endedAt } from '../run/runTimes';
import { textOf } from '../run/text';
import { successDurationMs, usualDurationMs } from '../run/usualDuration';

/** Runs that ended longer ago do not count. Milliseconds. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;

/** A list of more pages is given up. */
const MOST_PAGES = 20;

/** A successful run of one of the names that are asked for. */
interface Success {
	id: string;
	name: string;
	endedAt: number;
	durationMs: number;
}

/** How long runs of some names usually take. */
export class UsualDurations {
	/** @param successes of all names, the latest last */
	private constructor(
		private readonly successes: Success[],
		/** Why the list could not be read. */
		readonly error?: Error,
	) {}

	/**
	 * Reads what is needed for some runs from the list of the last week. Never throws: a report can do without.
	 *
	 * @param runs of the tenant and credential of the client
	 */
	static async of(client: AmperityClient, runs: WorkflowRun[]): Promise<UsualDurations> {
		const names = new Set(runs.map(({ name }) => textOf(name)).filter(Boolean));
		if (names.size === 0) return new UsualDurations([]);
		const types = new Set(runs.map(({ type }) => textOf(type)));
		// Amperity knows a type by what an answer of its own calls it.
		const filters = types.has('') ? [{}] : [...types].map((type) => ({ type }));
		const { value, error } = await settled(successesOf(client, filters, names));
		return new UsualDurations(value ?? [], error);
	}

	/** How long runs of the name of this one usually take, without itself. Milliseconds; undefined if nobody knows. */
	for({ id, name }: WorkflowRun): number | undefined {
		const others = this.successes.filter((success) => success.name === name && success.id !== id);
		return usualDurationMs(others.map(({ durationMs }) => durationMs));
	}
}

async function successesOf(
	client: AmperityClient,
	filters: RunFilters[],
	names: Set<string>,
): Promise<Success[]> {
	const from = new Date(client.clock.now() - LOOK_BACK_MS).toISOString();
	const successes = new Map<string, Success>();
	for (const filter of filters) {
		const query = { ...filter, ended_from: from, limit: LARGE_PAGE_SIZE };
		const fetchPage = async (nextToken: string | undefined) =>
			await listRuns(client, query, nextToken);
		const pagesOfList = eachPage(withinPages(MOST_PAGES, fetchPage));
		for await (const runs of pagesOfList) {
			for (const run of runs.filter(({ name }) => names.has(textOf(name)))) {
				const durationMs = successDurationMs(run);
				if (durationMs === undefined) continue;
				const { id } = run;
				successes.set(id, { id, name: textOf(run.name), endedAt: endedAt(run)!, durationMs });
			}
		}
	}
	return [...successes.values()].sort((one, other) => one.endedAt - other.endedAt);
}
