import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { AmperityTrigger } from '../../../nodes/Amperity/AmperityTrigger.node';
import { forgetTenants } from '../../../nodes/Amperity/tenantMemory';
import type { AmperityModel } from './amperityModel';
import { CALM, ModelApi, type Conditions } from './modelApi';
import { time } from './modelTime';
import { contextOf, copyOf, parametersOf } from './pollContext';
import type { FilterPlan, PollPlan, Schedule, Settings } from './schedule';

/** n8n gives up a poll after so long, where its cursors are durable. Milliseconds. */
const ABANDONED_AFTER_MS = 45_000;

/** n8n tries again to activate a workflow, which nothing keeps from going well here. */
const MOST_TRIES = 3;

/** Enough for all that is left. */
const AMPLE_BUDGET_MS = 40_000;

/** Static data of a workflow as n8n stores it: `global`, and `node:NAME` for each node. */
type StaticData = Record<string, IDataObject>;

/** Whether a poll has all it needs to tell everything. */
const isPlain = (budgetMs: number, conditions: Conditions): boolean =>
	budgetMs === AMPLE_BUDGET_MS &&
	conditions.latencyMs <= 100 &&
	conditions.listFault === undefined &&
	conditions.churn === undefined;

/** What the test may break, to see whether it notices. */
export interface Host {
	poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null>;
	/** What n8n reads from its database. */
	read(stored: IDataObject): IDataObject;
	/** Happens before each poll. */
	beforePoll(): void;
}

/** Static data without what n8n makes when it is first asked for. */
const filled = (data: StaticData): string =>
	JSON.stringify(Object.entries(data).filter(([, value]) => Object.keys(value).length > 0));

const trigger = new AmperityTrigger();

export const REAL_HOST: Host = {
	poll: async (context) => await trigger.poll.call(context),
	read: copyOf,
	beforePoll: () => {},
};

/** A poll from when it began until its end. */
export interface PollRecord {
	trigger: number;
	isActivation: boolean;
	/** Nothing is in its way. */
	isPlain: boolean;
	from: number;
	to: number;
	/** It was told without an error, and n8n took over what it said. */
	isTaken: boolean;
	items: IDataObject[];
	error?: Error;
	budgetMs: number;
}

interface TriggerNode {
	name: string;
	settings: Settings;
}

/** One n8n with one workflow, in one of the two ways to keep what a trigger stores. */
export class N8nModel {
	readonly polls: PollRecord[] = [];

	/** Items whose execution has begun. */
	readonly executed: Array<{ trigger: number; item: IDataObject; poll: PollRecord }> = [];

	readonly warnings: string[] = [];

	readonly triggers: TriggerNode[];

	/** The filters there have been. */
	readonly filters: FilterPlan[];

	/** What the triggers have been called. */
	readonly names = new Set<string>();

	/** What is in the database. */
	private stored: StaticData = {};

	/** Durable: the row of the trigger, by its ID. */
	private row: IDataObject | undefined;

	/** Classic: what the active workflow has in memory. */
	private live: StaticData = {};

	private process = { isAlive: true };

	private isDurable: boolean;

	constructor(
		private readonly schedule: Schedule,
		private readonly amperity: AmperityModel,
		private readonly host: Host,
	) {
		const { settings, twin, engine } = schedule;
		this.isDurable = engine === 'durable';
		this.filters = [settings.filters];
		this.triggers = [{ name: 'Amperity Trigger', settings }];
		if (twin) this.triggers.push({ name: 'Twin', settings: { ...settings, events: twin } });
		forgetTenants();
	}

	/** Activates the workflow, as n8n does when it starts or a person has edited it. It does not give up. */
	async activate(): Promise<void> {
		this.live = this.host.read(this.stored) as StaticData;
		for (const { name } of this.triggers) this.names.add(name);
		for (const index of this.triggers.keys()) {
			for (let tries = 1; !(await this.activatePoll(index)); tries++) {
				if (tries === MOST_TRIES) throw this.polls.at(-1)!.error;
				await time.sleep(60_000);
			}
		}
	}

	/** n8n is killed, and starts anew. */
	async restart(downMs: number, { toDurable }: { toDurable: boolean }): Promise<void> {
		this.process.isAlive = false;
		await time.sleep(downMs);
		this.process = { isAlive: true };
		forgetTenants();
		this.isDurable ||= toDurable && this.triggers.length === 1;
		await this.activate();
	}

	/** A person saves the workflow. */
	async edit({ name, filters }: { name?: string; filters?: FilterPlan }): Promise<void> {
		this.triggers.forEach((node, index) => {
			if (name && index === 0) node.name = name;
			if (filters) node.settings = { ...node.settings, filters };
		});
		if (filters) this.filters.push(filters);
		await this.activate();
	}

	/** All that happens to n8n around one poll time. */
	async tick(plan: PollPlan): Promise<void> {
		const { process } = this;
		const early = this.row;
		const polls = this.triggers.map(async (_, index) => await this.poll(index, plan));
		const further = plan.further.map(async ({ afterMs, readsRowAtOnce }) => {
			await time.sleep(afterMs);
			const row = readsRowAtOnce && this.isDurable ? early : this.row;
			// What changes in Amperity, changes once.
			if (process.isAlive) await this.poll(0, { ...plan, churn: undefined }, row);
		});
		const all = Promise.all([...polls, ...further]);
		if (plan.killedAfterMs === undefined) {
			await all;
			return;
		}
		await time.sleep(plan.killedAfterMs);
		await this.restart(5_000, { toDurable: false });
	}

	/** A poll in which nothing goes wrong. */
	async calmTick(): Promise<void> {
		const rest = { further: [], commitMs: 0, commitFails: false };
		await this.tick({ kind: 'poll', ...CALM, budgetMs: AMPLE_BUDGET_MS, ...rest });
	}

	/** A person tests the trigger in the editor. */
	async test(): Promise<INodeExecutionData[][] | null> {
		const data = this.host.read(this.stored) as StaticData;
		const before = filled(data);
		const nodeData = this.nodeData(data, 0);
		const context = this.context(0, data, nodeData, AMPLE_BUDGET_MS, this.api(CALM), 'manual');
		const result = await this.host.poll(context).catch(() => null);
		if (filled(data) !== before) throw new Error('A test has stored something');
		return result;
	}

	/** Everything that is kept for all triggers. */
	get bytes(): number {
		const kept = this.isDurable ? { ...this.stored, row: this.row } : this.live;
		return JSON.stringify(kept).length;
	}

	private nodeData(data: StaticData, index: number): IDataObject {
		return (data[`node:${this.triggers[index]!.name}`] ??= {});
	}

	private api(conditions: Conditions): ModelApi {
		const { process } = this;
		return new ModelApi(this.amperity, this.schedule.list, conditions, () => process.isAlive);
	}

	/** @returns whether n8n could activate the trigger */
	private async activatePoll(index: number): Promise<boolean> {
		const data = this.isDurable ? (this.host.read(this.stored) as StaticData) : this.live;
		if (this.isDurable) this.row ??= copyOf(this.nodeData(data, index));
		const node = this.isDurable ? this.host.read(this.row!) : this.nodeData(data, index);
		const { record, result } = await this.run(index, data, node, AMPLE_BUDGET_MS, CALM, true);
		if (!result) return false;
		this.save(data);
		if (record.items.length > 0) {
			if (this.isDurable) this.row = node;
			this.execute(index, record);
		}
		record.isTaken = true;
		return true;
	}

	private async poll(
		index: number,
		plan: Omit<PollPlan, 'kind' | 'further'>,
		row = this.row,
	): Promise<void> {
		const { process } = this;
		if (!this.isDurable) {
			const { live } = this;
			const node = this.nodeData(live, index);
			const { record, result } = await this.run(index, live, node, plan.budgetMs, plan, false);
			if (!result || !process.isAlive) return;
			record.isTaken = true;
			if (record.items.length === 0) return;
			this.save(live);
			this.execute(index, record);
			return;
		}
		const data = this.host.read(this.stored) as StaticData;
		const node = this.host.read(row ?? this.nodeData(data, index));
		const before = JSON.stringify(node);
		const { record, result } = await this.run(index, data, node, plan.budgetMs, plan, false);
		const isLate = record.to - record.from > ABANDONED_AFTER_MS;
		if (!result || isLate || !process.isAlive) return;
		const cursor = copyOf(node);
		const isChanged = JSON.stringify(cursor) !== before;
		// n8n does not wait for it, and does it whether the execution begins or not.
		if (record.items.length > 0) this.save(data);
		if (isChanged) await time.sleep(plan.commitMs);
		if (!process.isAlive || (isChanged && plan.commitFails)) return;
		record.isTaken = true;
		if (isChanged) this.row = cursor;
		if (record.items.length > 0) this.execute(index, record);
	}

	private save(data: StaticData): void {
		this.stored = copyOf(data);
	}

	private execute(trigger: number, poll: PollRecord): void {
		for (const item of poll.items) this.executed.push({ trigger, item, poll });
	}

	private async run(
		index: number,
		data: StaticData,
		node: IDataObject,
		budgetMs: number,
		conditions: Conditions,
		isActivation: boolean,
	): Promise<{ record: PollRecord; result: boolean }> {
		this.host.beforePoll();
		const api = this.api(conditions);
		const from = time.now();
		const record: PollRecord = {
			trigger: index,
			isActivation,
			isPlain: isPlain(budgetMs, conditions),
			from,
			to: from,
			isTaken: false,
			items: [],
			budgetMs,
		};
		this.polls.push(record);
		const context = this.context(index, data, node, budgetMs, api, 'trigger');
		try {
			const result = await this.host.poll(context);
			record.items = (result?.[0] ?? []).map(({ json }) => json);
		} catch (error) {
			record.error = error as Error;
		}
		record.to = time.now();
		return { record, result: !record.error };
	}

	private context(
		index: number,
		data: StaticData,
		nodeData: IDataObject,
		budgetMs: number,
		api: ModelApi,
		mode: 'trigger' | 'manual',
	): IPollFunctions {
		const { name, settings } = this.triggers[index]!;
		const parameters = parametersOf(settings);
		const { workflowZone } = this.schedule;
		return contextOf({
			name,
			parameters,
			nodeData,
			globalData: (data.global ??= {}),
			budgetMs,
			api,
			mode,
			workflowZone,
			tenant: this.polls.length % 2 ? 'acme' : 'ACME ',
			connected: this.triggers.map((one) => one.name),
			warn: (text) => this.warnings.push(text),
		});
	}
}
