import { AmperitySimulator } from '../simulator';
import { letPass, PAGE_SIZE, simulatorFor, type Backlog } from './backlogs';
import { EngineProcess } from './engineProcess/EngineProcess';
import type { Busy } from './engineProcess/eventLoop';
import type { Done, PagedList, Task } from './engineProcess/messages';
import { countBy, median } from './statistics';

/** The credential's own pace. */
const REQUESTS_PER_SECOND = 9.5;

/** A trigger that has not told all of it by then does not get through. */
const MOST_POLLS = 100;
const MOST_MS = 60_000;

/** Readings of the list by HTTP Request. */
export const REPETITIONS = 3;

const IDLE_MS = 3_000;

/** What something has taken. */
export interface Effort extends Busy {
	requests: number;
	/** The longest of several. */
	longestMs: number;
}

/** How a trigger has caught up. */
export interface Trigger extends Effort {
	polls: number;
	/** How often which error came. */
	failures: Map<string, number>;
	lost: number;
	twice: number;
	storedBytes: number;
}

/** What catching up takes, beside what else there is. */
export interface Drained {
	trigger: Trigger;
	/** A poll after that, if the trigger got so far. */
	further?: Effort;
	/** HTTP Request, which reads the same list once. */
	http: Effort;
	/** An engine that has nothing to do. */
	idle: Effort;
}

/** Several tasks, and the requests that came of them. */
interface Several {
	all: Done[];
	requests: number;
}

const valuesOf = ({ all }: Several, key: keyof Busy | 'storedBytes') =>
	all.map((done) => done[key]);

/** One of several, as it usually is. */
const usual = (several: Several): Effort => ({
	requests: several.requests / several.all.length,
	milliseconds: median(valuesOf(several, 'milliseconds')),
	longestMs: Math.max(...valuesOf(several, 'milliseconds')),
	blockedMs: median(valuesOf(several, 'blockedMs')),
	computingMs: median(valuesOf(several, 'computingMs')),
});

const toldBy = ({ all }: Several): string[] => all.flatMap(({ runIds }) => runIds);

/** All polls together, and what was told in them and after them. */
function triggerOf(polls: Several, after: Several | undefined, runIds: string[]): Trigger {
	const times = countBy([...toldBy(polls), ...(after ? toldBy(after) : [])]);
	return {
		polls: polls.all.length,
		failures: countBy(polls.all.flatMap(({ failure = [] }) => failure)),
		requests: polls.requests,
		milliseconds: valuesOf(polls, 'milliseconds').reduce((sum, value) => sum + value),
		longestMs: Math.max(...valuesOf(polls, 'milliseconds')),
		blockedMs: Math.max(...valuesOf(polls, 'blockedMs')),
		computingMs: Math.max(...valuesOf(polls, 'computingMs')),
		storedBytes: Math.max(...valuesOf(polls, 'storedBytes')),
		lost: runIds.filter((id) => !times.has(id)).length,
		twice: [...times.values()].filter((count) => count > 1).length,
	};
}

/** An engine, and the simulated Amperity that it asks. */
class EngineLab {
	constructor(
		readonly simulator: AmperitySimulator,
		readonly engine: EngineProcess,
	) {}

	/** Has something done until it is enough. */
	async several(task: Task, isEnough: (all: Done[]) => boolean): Promise<Several> {
		const before = this.simulator.requests.length;
		const all: Done[] = [];
		while (!isEnough(all)) all.push(await this.engine.do(task));
		return { all, requests: this.simulator.requests.length - before };
	}

	/** The same for something that has to succeed each time. */
	async mustRepeat(task: Task, times = 1): Promise<Several> {
		const several = await this.several(task, (all) => all.length === times);
		const failed = several.all.find(({ failure }) => failure !== undefined);
		if (failed) throw new Error(`${task.kind} failed: ${failed.failure}`);
		return several;
	}

	/** The first poll of a trigger, which tells it where to begin. */
	activation(): Task {
		const { tenant, baseUrl, token } = this.simulator;
		const credentials = {
			tenant,
			hosting: 'custom',
			baseUrl,
			accessToken: token,
			requestsPerSecond: REQUESTS_PER_SECOND,
		};
		return { kind: 'activate', credentials, parameters: {} };
	}

	/** What HTTP Request is to read: all that has ended since a time. */
	listSince(time: number): PagedList {
		const { tenant, baseUrl, token } = this.simulator;
		return {
			url: `${baseUrl}/workflow/runs`,
			headers: {
				authorization: `Bearer ${token}`,
				'amperity-tenant': tenant,
				'api-version': '2024-04-01',
			},
			query: { limit: String(PAGE_SIZE), ended_from: new Date(time).toISOString() },
		};
	}
}

async function drain(lab: EngineLab, backlog: Backlog): Promise<Drained> {
	const { simulator } = lab;
	const page: Task = { kind: 'page', list: lab.listSince(simulator.clock.now()) };
	// Both have loaded what they need before they are measured.
	await lab.mustRepeat(lab.activation());
	await lab.mustRepeat(page);
	const idle = await lab.mustRepeat({ kind: 'idle', milliseconds: IDLE_MS });

	await lab.mustRepeat({ kind: 'restart' });
	const runIds = letPass(simulator, backlog);
	const isTold = (all: Done[]) =>
		new Set(all.flatMap((done) => done.runIds)).size === runIds.length;
	const isHopeless = (all: Done[]) =>
		all.length === MOST_POLLS || all.reduce((sum, done) => sum + done.milliseconds, 0) >= MOST_MS;
	const polls = await lab.several({ kind: 'poll' }, (all) => isTold(all) || isHopeless(all));
	const further = isTold(polls.all) ? await lab.mustRepeat({ kind: 'poll' }) : undefined;

	const pages = await lab.mustRepeat(page, REPETITIONS);
	const read = toldBy(pages).length / REPETITIONS;
	if (read !== backlog.ends) throw new Error(`HTTP Request has read ${read} runs`);
	return {
		trigger: triggerOf(polls, further, runIds),
		further: further && usual(further),
		http: usual(pages),
		idle: usual(idle),
	};
}

/** Lets a trigger catch up with a backlog in n8n's own engine, without the rest of n8n. */
export async function drainInEngine(backlog: Backlog): Promise<Drained> {
	const simulator = await AmperitySimulator.start(simulatorFor(backlog));
	try {
		const engine = await EngineProcess.start();
		try {
			return await drain(new EngineLab(simulator, engine), backlog);
		} finally {
			engine.stop();
		}
	} finally {
		await simulator.stop();
	}
}
