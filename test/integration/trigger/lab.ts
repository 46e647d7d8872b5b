import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor, type EngineMode, type TriggerSetup } from '../../engine';
import { TimeTravel } from '../../engine/timeTravel';
import { warpTime } from '../../engine/warpTime';
import {
	AmperitySimulator,
	type OtherRun,
	type RunEnd,
	type SimulatorOptions,
} from '../../simulator';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const idsOf = (items: IDataObject[]) => items.map(({ id }) => id);

/** What a trigger has told: the event and the run of each item. */
export const toldOf = (items: IDataObject[]) => items.map(({ event, id }) => [event, id]);

export const ENGINES: EngineMode[] = ['classic', 'durable'];

/** What a resource locator holds. */
export const chosen = (mode: 'list' | 'name', value: string) => ({ __rl: true, mode, value });

export type Trigger = ReturnType<typeof createTrigger>;

interface LabOptions extends SimulatorOptions {
	/** When each test begins. Default: now. */
	date?: string;
	/** Milliseconds that pass for each real one, for what sleeps. Default 1. */
	speed?: number;
}

/** A simulator for each test, on a clock of which hours can pass at once. */
export class TriggerLab {
	simulator!: AmperitySimulator;

	time!: TimeTravel;

	private readonly options: SimulatorOptions;

	constructor({ date, speed, ...options }: LabOptions = {}) {
		this.options = { rateLimit: false, ...options };
		let unwarp = () => {};
		beforeEach(async () => {
			if (speed !== undefined) unwarp = warpTime(speed);
			this.time = new TimeTravel();
			if (date !== undefined) this.time.begin(date);
			this.simulator = await AmperitySimulator.start(this.options);
		});
		afterEach(async () => {
			// First, so that what it still holds back is ended by the clock that it waits by.
			await this.simulator.stop();
			this.time.end();
			unwarp();
			expect(this.simulator.validationErrors).toEqual([]);
		});
	}

	/** Another simulator for the test that runs. */
	async restart(options: SimulatorOptions): Promise<void> {
		await this.simulator.stop();
		this.simulator = await AmperitySimulator.start({ ...this.options, ...options });
	}

	/** Amperity's clock, in milliseconds since 1970. */
	get now(): number {
		return this.simulator.clock.now();
	}

	get credentials(): ICredentialDataDecryptedObject {
		return { ...credentialsFor(this.simulator), requestsPerSecond: 10_000 };
	}

	trigger(parameters: IDataObject = {}, setup: TriggerSetup = {}): Trigger {
		return createTrigger(this.credentials, parameters, setup);
	}

	pass(ms: number): void {
		this.time.pass(ms);
	}

	/** A run that a person starts now. */
	start(run: Partial<OtherRun> = {}): string {
		return this.simulator.startRunAs({ principal: 'person', configId: 'cg-1', ...run }).id;
	}

	/** A run that stays active until it is ended. */
	startEndless(run: Partial<OtherRun> = {}): string {
		return this.start({ ...run, scenario: { neverEnds: true, ...run.scenario } });
	}

	/** A run that starts and ends now, in a second or two. */
	end(outcome: RunEnd = 'succeeded', run: Partial<OtherRun> = {}): string {
		const id = this.start(run);
		this.pass(SECOND);
		this.simulator.endRun(id, outcome);
		this.pass(SECOND);
		return id;
	}

	/** A run of the past that ended at a time. */
	ended(endedAt: number, run: Partial<OtherRun> = {}): string {
		const durationMs = run.scenario?.durationMs ?? MINUTE;
		const createdAt = endedAt - durationMs;
		return this.start({ createdAt, ...run, scenario: { durationMs, ...run.scenario } });
	}

	/** Requests for the list of runs. */
	get listRequests() {
		return this.simulator.requests.filter(({ path }) => path === '/workflow/runs');
	}
}
