import type { IDataObject } from 'n8n-workflow';
import { BEGIN } from './modelTime';
import {
	DURATIONS_MS,
	LATEST_MS,
	NAMES,
	PRINCIPALS,
	TYPES,
	WARN_AFTER_MS,
	type Churn,
	type ListPlan,
	type Poison,
	type RunPlan,
	type Schedule,
} from './schedule';

/** Runs that have not ended come after all others. */
const LAST = 8.64e15;

/** One end of a run. Times are milliseconds since the epoch. */
export interface End {
	/** When it happened. */
	at: number;
	/** When it happened, as the run states it. */
	endedAt: string;
	statedAt: number;
	state: string;
	/** From when on the list shows it. */
	shownAt: number;
	/** When it is not in the list. */
	hides: Array<{ from: number; to: number }>;
	/** When the run was restarted. */
	until: number;
}

export interface Run {
	id: string;
	name: number;
	principal: number;
	created: number;
	/** As the run states it. */
	createdAt: string;
	statedAt: number;
	createdShownAt: number;
	ends: End[];
	poison?: { kind: Poison; polls: number };
}

/** A list or a run as it is at one time. */
interface Shown {
	run: Run;
	end?: End;
	endedAt?: number;
}

/** All of Amperity that the trigger sees. */
export class AmperityModel {
	readonly runs: Run[];

	constructor(
		private readonly plan: ListPlan,
		{ runs, spanMs }: Schedule,
	) {
		this.runs = runs.map((run, index) => this.runOf(run, index, spanMs));
	}

	/** The end that a run has at a time, whether it is listed or not. */
	endOf = ({ ends }: Run, now: number): End | undefined =>
		ends.find(({ at, until }) => at <= now && now < until);

	/** What the list shows of a run at a time. */
	shown(run: Run, now: number): Shown | undefined {
		if (now < run.createdShownAt) return undefined;
		const end = this.endOf(run, now);
		if (!end || now < end.shownAt) return { run };
		if (end.hides.some(({ from, to }) => from <= now && now < to)) return undefined;
		return { run, end, endedAt: end.statedAt };
	}

	/** One page of the list. */
	page(qs: IDataObject, now: number): IDataObject {
		const isCreated = this.within(qs.created_from, qs.created_to);
		const isEnded = this.within(qs.ended_from, qs.ended_to);
		const fitting = this.runs
			.map((run) => this.shown(run, now))
			.filter((shown) => shown !== undefined)
			.filter(({ run, endedAt }) => isCreated(run.statedAt) && isEnded(endedAt))
			.filter(({ run }) => qs.type === undefined || TYPES[run.name] === qs.type);
		const sorted = this.sorted(fitting);
		const limit = Math.min(Number(qs.limit ?? 100), this.plan.pageCap);
		const begin = this.beginOf(sorted, qs.next_token);
		const page = sorted.slice(begin, begin + limit);
		const isLast = begin + limit >= sorted.length;
		const next_token = isLast ? undefined : this.tokenAfter(page.at(-1)!, begin + limit);
		return { data: page.map((shown) => this.overview(shown)), next_token };
	}

	/** The verbose view of a run. */
	details(id: string, now: number): IDataObject | undefined {
		const run = this.runs.find((one) => one.id === id);
		if (!run || now < run.created) return undefined;
		const end = this.endOf(run, now);
		const shown = end && now >= end.shownAt ? { run, end } : { run };
		return {
			...this.overview(shown),
			...PRINCIPALS[run.principal],
			warn_after_ms: WARN_AFTER_MS[run.name],
			task_instances: [],
			error: end?.state === 'failed' ? { type: 'x', message: 'It broke' } : undefined,
		};
	}

	/** Lets something happen now to one of the runs, if there is one to which it can happen. */
	churn({ what, which }: Churn, now: number): void {
		const ended = this.runs.filter((run) => this.shown(run, now)?.end);
		const candidates = {
			restart: ended.filter((run) => this.endOf(run, now)!.until === Infinity),
			hide: ended.filter((run) => now - this.endOf(run, now)!.at < LATEST_MS - 60_000),
			end: this.runs.filter(({ created, ends }) => created <= now && ends.length === 0),
		}[what];
		const run = candidates[which % candidates.length];
		if (!run) return;
		const end = this.endOf(run, now);
		if (what === 'end') run.ends.push(this.newEnd(now));
		else if (what === 'restart') end!.until = now;
		else end!.hides.push({ from: now, to: Math.min(now + 90_000, end!.at + LATEST_MS) });
	}

	/** When the schedule's last change is over. */
	get settledAt(): number {
		const times = this.runs.flatMap(({ createdShownAt, ends }) => [
			createdShownAt,
			...ends.flatMap(({ at, shownAt, until, hides }) => [
				shownAt,
				at + LATEST_MS,
				...(until === Infinity ? [] : [until]),
				...hides.map(({ to }) => to),
			]),
		]);
		return Math.max(BEGIN, ...times);
	}

	private runOf(plan: RunPlan, index: number, spanMs: number): Run {
		// No two at one time, so that a run is before or after any boundary.
		const created = BEGIN + Math.floor(plan.created * spanMs) + 1 + index;
		const ends: End[] = [];
		let since = created;
		for (const end of plan.ends) {
			const succeeds = end.state === 'succeeded' && since === created;
			const at = since + (succeeds ? DURATIONS_MS[plan.name]! : end.afterMs);
			const until = at + end.restartedAfterMs;
			const endedAt = this.textOf(at + end.aheadMs);
			const hides = end.hides.map(({ fromMs, lengthMs }) => ({
				from: at + fromMs,
				to: at + Math.min(fromMs + lengthMs, LATEST_MS),
			}));
			// Successes of restarted runs would change the median of their name.
			const state = end.state === 'succeeded' && !succeeds ? 'failed' : end.state;
			const statedAt = this.timeOf(endedAt);
			ends.push({ at, endedAt, statedAt, state, shownAt: at + end.lateMs, hides, until });
			if (until === Infinity) break;
			since = until;
		}
		const createdAt = this.textOf(created);
		return {
			id: `wf-${index}`,
			name: plan.name,
			principal: plan.principal,
			created,
			createdAt,
			statedAt: this.timeOf(createdAt),
			createdShownAt: created + plan.createdLateMs,
			ends,
			poison: plan.poison && { ...plan.poison },
		};
	}

	private newEnd(now: number): End {
		const end = { at: now, shownAt: now, state: 'failed', hides: [], until: Infinity };
		const endedAt = this.textOf(now);
		return { ...end, endedAt, statedAt: this.timeOf(endedAt) };
	}

	private textOf(time: number): string {
		const text = new Date(time).toISOString();
		if (this.plan.times === 'milliseconds') return text;
		return this.plan.times === 'seconds' ? `${text.slice(0, 19)}Z` : text.slice(0, 23);
	}

	private readonly timeOf = (text: string): number =>
		Date.parse(text.endsWith('Z') ? text : `${text}Z`);

	/** A filter of the list: `from` is inclusive, `to` exclusive. */
	private within(from: unknown, to: unknown): (time: number | undefined) => boolean {
		if (from === undefined && to === undefined) return () => true;
		const begin = from === undefined ? -Infinity : this.rounded(from);
		const end = to === undefined ? Infinity : this.rounded(to);
		return (time = NaN) => time >= begin && time < end;
	}

	private rounded(filter: unknown): number {
		const { coarseMs, rounds } = this.plan;
		return (
			Math[rounds === 'up' ? 'ceil' : 'floor'](Date.parse(String(filter)) / coarseMs) * coarseMs
		);
	}

	private keyOf({ run, endedAt }: Shown): number {
		const { order, newestFirst } = this.plan;
		const mixed = (run.created * 7_919) % 10_007;
		const key = { created: run.created, ended: endedAt ?? LAST, none: mixed }[order];
		return newestFirst ? -key : key;
	}

	private sorted(list: Shown[]): Shown[] {
		const keyed = list.map((shown) => ({ shown, key: this.keyOf(shown) }));
		keyed.sort((a, b) => a.key - b.key);
		return keyed.map(({ shown }) => shown);
	}

	private tokenAfter(last: Shown, offset: number): string {
		return this.plan.cursor === 'offset' ? `${offset}` : `${this.keyOf(last)}|${last.run.id}`;
	}

	private beginOf(sorted: Shown[], token: unknown): number {
		if (token === undefined) return 0;
		if (this.plan.cursor === 'offset') return Number(token);
		const [key, id] = String(token).split('|');
		const last = this.runs.findIndex((run) => run.id === id);
		const after = sorted.findIndex((shown) => {
			const difference = this.keyOf(shown) - Number(key);
			return difference > 0 || (difference === 0 && this.runs.indexOf(shown.run) > last);
		});
		return after < 0 ? sorted.length : after;
	}

	private overview({ run, end }: Pick<Shown, 'run' | 'end'>): IDataObject {
		const overview = {
			id: run.id,
			name: NAMES[run.name],
			type: TYPES[run.name],
			tenant: 'acme',
			created_at: run.createdAt,
			state: end?.state ?? 'running',
		};
		return end ? { ...overview, ended_at: end.endedAt } : overview;
	}
}
