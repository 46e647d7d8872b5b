import type { Outcome, Scenario } from './scenarios';

/** Who started a run. */
export interface Principal {
	id: string;
	name: string;
	email?: string;
}

/** A state and the simulated time from which it holds; `outcome` marks an end. */
export interface Stage {
	state: string;
	from: number;
	outcome?: Outcome;
	/** The time of the end that answers tell, where that is not `from`. */
	endedAt?: number;
}

/** A run, as the simulator knows it: more than an answer ever says. */
export interface SimulatedRun {
	readonly id: string;
	/** Grows with each run of this simulator; tells apart runs with equal times. */
	readonly sequence: number;
	readonly tenant: string;
	/** Never part of an answer. */
	readonly configId: string | undefined;
	readonly type: string;
	readonly name: string;
	readonly principal: Principal;
	/** Simulated milliseconds since 1970. */
	readonly createdAt: number;
	readonly scenario: Scenario;
	/** Index into the log of requests; undefined for a run that was not started over the API. */
	readonly requestIndex: number | undefined;
	/** Past and planned, in order; the state at a time is the last stage that has begun. */
	stages: Stage[];
}

/** How long a stop stays `stopping` by default, in simulated milliseconds. */
const STOPPING_MS = 2_000;

/** The longest default stay in `scheduled`, in simulated milliseconds. */
const MAX_SCHEDULED_MS = 5_000;

/** Wire state of an end. */
const END_STATES: Record<Outcome, string> = {
	succeeded: 'succeeded',
	'failed-customer': 'failed',
	'failed-platform': 'failed',
	stopped: 'canceled',
};

/** The life that a scenario gives a run, laid out on the clock when it is created. */
export function planStages(scenario: Scenario, createdAt: number, defaultMs: number): Stage[] {
	const durationMs = scenario.durationMs ?? defaultMs;
	const outcome = scenario.outcome ?? 'succeeded';
	const endless = scenario.waitsForFiles === true || scenario.neverEnds === true;
	if (scenario.states) return spread(scenario.states, createdAt, durationMs, endless, outcome);
	const scheduledMs = scenario.scheduledMs ?? Math.min(MAX_SCHEDULED_MS, durationMs / 10);
	const active = [
		{ state: 'scheduled', from: createdAt },
		{ state: 'running', from: createdAt + scheduledMs },
	];
	return endless ? active : [...active, ending(outcome, createdAt + durationMs)];
}

function spread(
	states: string[],
	createdAt: number,
	durationMs: number,
	endless: boolean,
	outcome: Outcome,
): Stage[] {
	const step = durationMs / Math.max(1, states.length - 1);
	return states.map((state, index) => ({
		state,
		from: Math.round(createdAt + index * step),
		...(!endless && index === states.length - 1 ? { outcome } : {}),
	}));
}

function ending(outcome: Outcome, from: number): Stage {
	return { state: END_STATES[outcome], from, outcome };
}

/** The stage that a run is in at a time. */
export function stageAt(run: SimulatedRun, time: number): Stage {
	const { stages } = run;
	for (let index = stages.length - 1; index > 0; index--) {
		const stage = stages[index];
		if (stage && stage.from <= time) return stage;
	}
	const first = stages[0];
	if (!first) throw new Error(`Run ${run.id} has no stages`);
	return first;
}

/** Has the run ended by then? (It may be restarted later.) */
export function hasEnded(run: SimulatedRun, time: number): boolean {
	return stageAt(run, time).outcome !== undefined;
}

/** Begins to stop an active run: `stopping` for a while, then canceled. A second stop changes nothing. */
export function stopRun(run: SimulatedRun, time: number): void {
	if (stageAt(run, time).state === 'stopping') return;
	const stoppingMs = run.scenario.stoppingMs ?? STOPPING_MS;
	const stopping = { state: 'stopping', from: time };
	run.stages = [...pastStages(run, time), stopping, ending('stopped', time + stoppingMs)];
}

/** Ends a run now, whatever was planned; answers say that it ended `at` a time before now or after it. */
export function endRun(run: SimulatedRun, now: number, outcome: Outcome, at = now): void {
	if (at < run.createdAt) throw new Error(`Run ${run.id} can't end before it was created`);
	const from = Math.min(at, now);
	run.stages = [...pastStages(run, from), { ...ending(outcome, from), endedAt: at }];
}

/** The time of the end that answers tell. */
export function endOf({ from, endedAt = from }: Stage): number {
	return endedAt;
}

/** Makes an ended run go on, as a person does in Amperity, to end again after `durationMs`. */
export function restartRun(
	run: SimulatedRun,
	time: number,
	outcome: Outcome,
	durationMs: number,
): void {
	if (!hasEnded(run, time)) throw new Error(`Run ${run.id} has not ended`);
	const running = { state: 'running', from: time };
	run.stages = [...pastStages(run, time), running, ending(outcome, time + durationMs)];
}

function pastStages(run: SimulatedRun, time: number): Stage[] {
	return run.stages.filter((stage) => stage.from <= time);
}
