/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { sleep, type IDataObject } from 'n8n-workflow';
import type { AmperitySimulator } from '../../../simulator';
import type { N8nDatabase } from '../n8n/n8nDatabase';
import type {
	ExecutionResult,
	N8nProcess,
	N8nProcesses,
	StartedExecution,
} from '../n8n/n8nProcess';
import type { ExecutionPlan, Schedule } from '../schedule';
import { nodeOf } from './nodeOf';
import type { Lesson, OpenExecution, PlayedExecution, PlayedSchedule } from './played';
import { itemOf, setUpAsPlanned, setUpPlainly, type PlayedItem } from './playedItem';
import { startBefore } from './runsBefore';
import { ProcessSlots } from './processSlots';
import { ScheduledFaults } from './scheduledFaults';

/** What runs a schedule. */
export interface Stage {
	simulator: AmperitySimulator;
	processes: N8nProcesses;
	database: N8nDatabase;
	/** By so many milliseconds the times of n8n and of the simulator differ. Default: 0. */
	slackMs?: number;
}

/** Two credentials of n8n that hold the same API key. Executions use them in turns. */
const CREDENTIALS = ['one', 'two'];

/** Between the starts of which the node learns and those of the schedule. Milliseconds. */
const A_WHILE_MS = 120_000;

/** After how long n8n notices that a process has died, and runs its executions again. Milliseconds. */
const STALLED_MS = 30_000;

/** n8n takes an execution out of its queue when a person stops it, so that it is not run again. */
const NO_RESULT: ExecutionResult = { items: [], errorItems: [], staticData: {}, text: '' };

/** Token and configurations of a schedule are its own, so that each can be told from all others. */
let played = 0;

/** Plays one schedule. */
export async function play(stage: Stage, schedule: Schedule): Promise<PlayedSchedule> {
	return await new Play(stage, schedule, ++played).run();
}

class Play {
	private readonly token: string;

	/** By execution. */
	private readonly items: PlayedItem[][];

	private readonly slots: ProcessSlots;

	/** By request. */
	private readonly senders: Array<N8nProcess | undefined> = [];

	private readonly lessons: Lesson[] = [];

	/** Nothing happens to requests as long as there are none. */
	private faults: ScheduledFaults | undefined;

	/** What n8n has saved for the node. */
	private staticData: IDataObject = {};

	constructor(
		private readonly stage: Stage,
		private readonly schedule: Schedule,
		private readonly number: number,
	) {
		this.token = `token-of-schedule-${number}`;
		this.slots = new ProcessSlots(stage.processes);
		this.items = schedule.executions.map(({ items }, execution) =>
			items.map((plan, place) => itemOf(plan, number, execution, place)),
		);
	}

	async run(): Promise<PlayedSchedule> {
		const { schedule } = this;
		const { simulator, processes, database, slackMs = 0 } = this.stage;
		simulator.setToken(this.token);
		simulator.onRequest = (request, index) => {
			this.senders[index] = processes.senderAt(request.clientPort);
			return this.faults?.hook(request, index);
		};
		simulator.pageCap = schedule.pageCap;
		await this.learn();
		database.isWorking = schedule.hasDatabase;
		const firstRequest = simulator.requests.length;
		const faults = this.setUp();
		const executions = await Promise.all(
			schedule.executions.map((plan, index) => this.execution(plan, index)),
		);
		await sleep(faults.overInMs);
		return {
			schedule,
			simulator,
			executions,
			firstRequest,
			senderOf: ({ index, clientPort }) => this.senders[index] ?? processes.senderAt(clientPort),
			lessons: this.lessons,
			token: this.token,
			slackMs,
			lostRecords: [...database.lost],
		};
	}

	/** Starts configurations of which the node is to learn; nothing happens to these starts. */
	private async learn(): Promise<void> {
		const { schedule } = this;
		setUpPlainly(this.stage.simulator, this.items.flat(), schedule);
		for (const times of [1, 2]) {
			for (const index of schedule.executions.keys()) {
				const items = this.items[index]!.filter(({ plan }) => plan.learnt >= times);
				if (items.length > 0) await this.learnOf(items, index, times);
			}
		}
		await sleep(A_WHILE_MS);
		if (schedule.restartsAfterLearning) await this.slots.restartAll();
	}

	private async learnOf(items: PlayedItem[], index: number, times: number): Promise<void> {
		const plan = { ...this.schedule.executions[index]!, night: undefined };
		const { process, outcome } = await this.slots.run(plan.process, (one) => {
			const executionId = `${this.number}-${index}-before-${times}`;
			return this.start(one, index, { plan, items, executionId }).result;
		});
		if (outcome === 'died') throw new Error('Nothing was to happen yet');
		const { error, staticData } = outcome;
		if (error) throw new Error(`A plain start failed: ${error.message} ${error.description}`);
		this.keep(staticData);
		this.lessons.push({ process, configIds: items.map(({ configId }) => configId) });
	}

	/** From now on everything goes as the schedule says. */
	private setUp(): ScheduledFaults {
		const { simulator } = this.stage;
		const items = this.items.flat();
		setUpAsPlanned(simulator, items, this.schedule);
		for (const plan of this.schedule.before ?? []) startBefore(simulator, items, plan);
		simulator.transitMs = byTurns(this.schedule.transitMs);
		simulator.latencyMs = byTurns(this.schedule.latencyMs);
		this.faults = new ScheduledFaults(simulator, this.schedule, items);
		return this.faults;
	}

	private async execution(plan: ExecutionPlan, index: number): Promise<PlayedExecution> {
		await sleep(plan.delayMs);
		if (plan.isAfterRestart) await this.slots.restart(plan.process);
		const items = this.items[index]!;
		const execution: OpenExecution = { plan, items, executionId: `${this.number}-${index}` };
		for (;;) {
			const { process, outcome } = await this.slots.run(plan.process, async (one, crash) => {
				const started = this.start(one, index, execution);
				if (execution.crashedAt === undefined) this.disturb(execution, started, crash);
				return await started.result;
			});
			if (outcome !== 'died') {
				this.keep(outcome.staticData);
				return { ...execution, process, result: outcome };
			}
			execution.crashedAt = Date.now();
			if (execution.stoppedAt !== undefined) return { ...execution, process, result: NO_RESULT };
			await sleep(STALLED_MS);
		}
	}

	private start(process: N8nProcess, index: number, execution: OpenExecution): StartedExecution {
		const { simulator } = this.stage;
		const { token, staticData } = this;
		const credential = CREDENTIALS[index % CREDENTIALS.length]!;
		return process.start(nodeOf({ simulator, token, credential, staticData, ...execution }));
	}

	/** Stops an execution, or lets its process die, if it still runs by then. */
	private disturb(execution: OpenExecution, started: StartedExecution, crash: () => void): void {
		const { stopAfterMs, crashAfterMs } = execution.plan;
		const ifStillRunning = (afterMs: number | null, then: () => void) => {
			if (afterMs === null) return;
			// A dead process has no end; what is run again after it is not disturbed.
			const timer = setTimeout(() => execution.crashedAt === undefined && then(), afterMs);
			void started.result.then(() => clearTimeout(timer));
		};
		ifStillRunning(stopAfterMs, () => {
			execution.stoppedAt = Date.now();
			started.stop();
		});
		// Without its database n8n does not know what it was doing.
		if (this.schedule.hasDatabase) ifStillRunning(crashAfterMs, crash);
	}

	private keep(staticData: IDataObject): void {
		if (this.schedule.keepsStaticData) this.staticData = staticData;
	}
}

const byTurns = (milliseconds: number[]) => {
	let turn = 0;
	return () => milliseconds[turn++ % milliseconds.length]!;
};
