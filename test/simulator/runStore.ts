import type { Position } from './cursor';
import { scramble } from './runIdentity';
import { endOf, stageAt, type SimulatedRun } from './runs';

/** In which order a list shows runs; the API's own order is not documented. */
export type ListOrder = 'newest-first' | 'oldest-first' | 'shuffled';

/** Filters of the list; times in simulated milliseconds, from inclusive, to exclusive. */
export interface RunFilter {
	createdFrom?: number;
	createdTo?: number;
	endedFrom?: number;
	endedTo?: number;
	state?: string;
	type?: string;
}

/** What a list needs to know to show one page. */
export interface PageRequest {
	filter: RunFilter;
	/** Place of the last run of the page before. */
	after?: Position;
	/** How many of the runs that match come before this page, where that is what its cursor says. */
	skip?: number;
	limit: number;
	now: number;
}

/** One page of runs and, if there are more, where it ends. */
export interface RunPage {
	runs: SimulatedRun[];
	next?: Position;
}

/** All runs, held so that a page of the list costs what it shows, not what there is. */
export class RunStore {
	/** Every run of every tenant, in the order of their start. */
	readonly all: SimulatedRun[] = [];

	private readonly byId = new Map<string, SimulatedRun>();

	private readonly byConfig = new Map<string, SimulatedRun[]>();

	private readonly byTenant = new Map<string, { runs: SimulatedRun[]; sorted: boolean }>();

	constructor(private readonly order: ListOrder) {}

	/** Adds a run. */
	add(run: SimulatedRun): void {
		this.all.push(run);
		this.byId.set(run.id, run);
		if (run.configId !== undefined) append(this.byConfig, run.configId, run);
		const tenant = this.byTenant.get(run.tenant) ?? { runs: [], sorted: true };
		const last = tenant.runs.at(-1);
		if (last && this.compare(run, this.positionOf(last)) < 0) tenant.sorted = false;
		tenant.runs.push(run);
		this.byTenant.set(run.tenant, tenant);
	}

	/** The run with this ID, of any tenant. */
	find(id: string): SimulatedRun | undefined {
		return this.byId.get(id);
	}

	/** The runs of a configuration. */
	ofConfig(configId: string): SimulatedRun[] {
		return this.byConfig.get(configId) ?? [];
	}

	/** One page of a tenant's runs. */
	page(tenant: string, request: PageRequest): RunPage {
		const runs = this.sorted(tenant);
		const [low, high] = this.bounds(runs, request.filter, request.after);
		const backwards = this.order === 'newest-first';
		const found: SimulatedRun[] = [];
		let toSkip = request.skip ?? 0;
		for (let step = 0; step < high - low; step++) {
			const run = runs[backwards ? high - 1 - step : low + step];
			if (!run || !matches(run, request.filter, request.now)) continue;
			if (toSkip-- > 0) continue;
			const last = found.at(-1);
			if (last && found.length === request.limit) {
				return { runs: found, next: this.positionOf(last) };
			}
			found.push(run);
		}
		return { runs: found };
	}

	/** How many runs match; reads them all, as expensive as the documentation says. */
	count(tenant: string, filter: RunFilter, now: number): number {
		const runs = this.sorted(tenant);
		const [low, high] = this.bounds(runs, filter);
		return runs.slice(low, high).filter((run) => matches(run, filter, now)).length;
	}

	/** Removes every run. */
	reset(): void {
		this.all.length = 0;
		this.byId.clear();
		this.byConfig.clear();
		this.byTenant.clear();
	}

	/** Sorting waits until someone lists, so that many old runs can be added cheaply. */
	private sorted(tenant: string): SimulatedRun[] {
		const entry = this.byTenant.get(tenant);
		if (!entry) return [];
		if (!entry.sorted)
			entry.runs.sort((a, b) => this.keyOf(a) - this.keyOf(b) || a.sequence - b.sequence);
		entry.sorted = true;
		return entry.runs;
	}

	/** Indexes between which the page must lie, found by bisection. */
	private bounds(runs: SimulatedRun[], filter: RunFilter, after?: Position): [number, number] {
		const byTime = this.order !== 'shuffled';
		const { createdFrom = -Infinity, createdTo = Infinity } = byTime ? filter : {};
		let low = firstIndex(runs, (run) => run.createdAt >= createdFrom);
		let high = firstIndex(runs, (run) => run.createdAt >= createdTo);
		if (after && this.order === 'newest-first') {
			high = Math.min(
				high,
				firstIndex(runs, (run) => this.compare(run, after) >= 0),
			);
		} else if (after) {
			low = Math.max(
				low,
				firstIndex(runs, (run) => this.compare(run, after) > 0),
			);
		}
		return [low, high];
	}

	private positionOf(run: SimulatedRun): Position {
		return [this.keyOf(run), run.sequence];
	}

	private compare(run: SimulatedRun, [key = 0, sequence = 0]: Position): number {
		return this.keyOf(run) - key || run.sequence - sequence;
	}

	private keyOf(run: SimulatedRun): number {
		return this.order === 'shuffled' ? scramble(run.sequence) : run.createdAt;
	}
}

function matches(run: SimulatedRun, filter: RunFilter, now: number): boolean {
	const { createdFrom = -Infinity, createdTo = Infinity } = filter;
	if (!isListed(run, now)) return false;
	if (run.createdAt < createdFrom || run.createdAt >= createdTo) return false;
	if (filter.type !== undefined && run.type !== filter.type) return false;
	const stage = stageAt(run, listedTime(run, now));
	if (filter.state !== undefined && plain(stage.state) !== plain(filter.state)) return false;
	if (filter.endedFrom === undefined && filter.endedTo === undefined) return true;
	const { endedFrom = -Infinity, endedTo = Infinity } = filter;
	const end = endOf(stage);
	return stage.outcome !== undefined && end >= endedFrom && end < endedTo;
}

/** Whether the list shows a run at a time; it may be late, or lose sight of the run for a while. */
function isListed({ createdAt, scenario }: SimulatedRun, now: number): boolean {
	const { listLagMs = 0, listHiddenMs = [] } = scenario;
	const age = now - createdAt;
	return age >= listLagMs && !listHiddenMs.some(([from, to]) => age >= from && age < to);
}

/** The time at which the list looks at a run: it may lag behind. */
export function listedTime(run: SimulatedRun, now: number): number {
	return now - (run.scenario.listStaleMs ?? 0);
}

/** States are compared without case and separators: "In progress" finds `in-progress`. */
function plain(state: string): string {
	return state.toLowerCase().replace(/[\s_-]/g, '');
}

/** The first index for which a condition holds that, once true, stays true. */
function firstIndex(runs: SimulatedRun[], holds: (run: SimulatedRun) => boolean): number {
	let low = 0;
	let high = runs.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		const run = runs[middle];
		if (run && holds(run)) high = middle;
		else low = middle + 1;
	}
	return low;
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
	const list = lists.get(key);
	if (list) list.push(value);
	else lists.set(key, [value]);
}
