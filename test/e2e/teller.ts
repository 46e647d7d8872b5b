import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import type { SavedWorkflow } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import type { RunEnd, SimulatedRun } from '../simulator';
import { endRun, executionsOf, itemsOf, reports, untilReported, type News } from './finishedRuns';
import type { OtherTenant } from './otherTenant';
import { amperityTrigger, chain, useRunId } from './workflows';

/** A workflow whose trigger is to tell of the runs of one name, and what it has to tell. */
export class Teller {
	/** In the order in which it happens. */
	readonly expected: News[] = [];

	/** The runs, the newest first. */
	readonly runIds: string[] = [];

	private constructor(
		private readonly lab: Lab,
		readonly tenant: OtherTenant,
		private readonly name: string,
		private saved: SavedWorkflow,
	) {}

	static async create(
		lab: Lab,
		name: string,
		parameters: INodeParameters = {},
		tenant: OtherTenant = lab,
	): Promise<Teller> {
		const filters = { nameContains: name };
		const trigger = amperityTrigger(tenant.credential, { filters, ...parameters });
		const workflow = await lab.client.createWorkflow(chain(name, trigger, useRunId()));
		return new Teller(lab, tenant, name, workflow);
	}

	static async activated(...of: Parameters<typeof Teller.create>): Promise<Teller> {
		const teller = await Teller.create(...of);
		await teller.activate();
		return teller;
	}

	get workflow(): SavedWorkflow {
		return this.saved;
	}

	async activate(): Promise<void> {
		await this.lab.client.activate(this.saved);
	}

	async deactivate(): Promise<void> {
		await this.lab.client.deactivate(this.saved);
	}

	/** Changes the trigger in the editor, and activates what was saved. */
	async change(name: string, parameters: INodeParameters = {}): Promise<void> {
		const { nodes, connections, ...workflow } = this.saved;
		const [trigger, ...others] = nodes;
		const changed = { ...trigger!.parameters, ...parameters };
		this.saved = await this.lab.client.saveWorkflow(this.saved, {
			...workflow,
			nodes: [{ ...trigger!, name, parameters: changed }, ...others],
			connections: { [name]: connections[trigger!.name]! },
		});
		await this.activate();
	}

	/** What a test of the trigger shows. */
	async testEvent(): Promise<IDataObject[]> {
		const execution = await this.lab.client.runStep(this.saved, 'Amperity Trigger');
		return itemsOf(execution);
	}

	run(ageMs = 0): SimulatedRun {
		const { simulator } = this.tenant;
		const run = simulator.startRunAs({
			principal: 'person',
			name: `${this.name} load`,
			createdAt: simulator.clock.now() - ageMs,
			scenario: { neverEnds: true },
		});
		this.runIds.unshift(run.id);
		return run;
	}

	/** A run ends, which nobody has to be told. */
	endUntold(end: RunEnd = 'succeeded', run = this.run()): News {
		return endRun(this.tenant.simulator, end, run);
	}

	end(end?: RunEnd, run?: SimulatedRun): void {
		this.expected.push(this.endUntold(end, run));
	}

	start(): void {
		this.expected.push(`runStarted ${this.run().id}`);
	}

	/** There is a run of that age, which is slow, or is just becoming so. */
	slow(ageMs: number): void {
		this.expected.push(`runIsSlow ${this.run(ageMs).id}`);
	}

	/** Waits until all is told that has happened so far. */
	async told(): Promise<void> {
		await untilReported(this.lab, this.saved, this.expected.length);
	}

	/** What it has told. */
	async reports(): Promise<News[]> {
		return (await reports(this.lab, this.saved)).flat();
	}

	/** The executions that it has begun, the oldest first. */
	async executions(): Promise<N8nExecution[]> {
		return await executionsOf(this.lab, this.saved);
	}

	async items(): Promise<IDataObject[]> {
		return (await this.executions()).flatMap(itemsOf);
	}
}
