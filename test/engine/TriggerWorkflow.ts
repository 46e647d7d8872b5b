import {
	NodeConnectionTypes,
	Workflow,
	type IDataObject,
	type INode,
	type IWorkflowSettings,
	type WorkflowActivateMode,
} from 'n8n-workflow';
import { AmperityTrigger, forgetAll, inputNode, nodeTypesFor } from './host';

/**
 * How n8n keeps what a trigger stores. `classic`: in one object for each activation, by the name of the node, saved
 * with items and after the activation. `durable`: in a row of the database, by the ID of the node, of which each poll
 * gets a copy; what is of the whole workflow stays with the workflow.
 */
export type EngineMode = 'classic' | 'durable';

export interface WorkflowSetup {
	engine?: EngineMode;
	/** Default: one that no other workflow of this process has. */
	workflowId?: string;
	/** Default: that of n8n. */
	timeZone?: string;
	/** What n8n has saved of an earlier life of the workflow, for all its nodes. */
	globalData?: IDataObject;
}

export const copyOf = <Data>(data: Data): Data => JSON.parse(JSON.stringify(data)) as Data;

/** What each trigger is connected to. */
const NEXT: INode = {
	id: 'next',
	name: 'Next',
	type: 'next',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

let workflows = 0;

/** An active workflow of triggers, and what n8n's database holds of it. */
export class TriggerWorkflow {
	readonly engine: EngineMode;

	readonly nodes: INode[] = [];

	/** Rows of the database by node ID, in the durable mode. */
	private readonly rows = new Map<string, IDataObject>();

	/** The static data of the workflow, as saved. */
	private saved: IDataObject;

	private live: Workflow | undefined;

	/** Nodes that have polled since the activation. */
	private readonly polled = new Set<INode>();

	private activation: WorkflowActivateMode = 'activate';

	private readonly id: string;

	private readonly settings: IWorkflowSettings;

	constructor({ engine = 'classic', workflowId, timeZone, globalData }: WorkflowSetup) {
		this.engine = engine;
		this.id = workflowId ?? `workflow-${++workflows}`;
		this.settings = timeZone === undefined ? {} : { timezone: timeZone };
		this.saved = globalData ? { global: copyOf(globalData) } : {};
	}

	/** Adds a trigger, which activates the workflow anew. */
	add(node: INode, staticData: IDataObject): void {
		this.nodes.push(node);
		this.saved[`node:${node.name}`] = copyOf(staticData);
		this.activate(this.nodes.length > 1 ? 'update' : 'activate');
	}

	/** Everything that was not saved is forgotten. */
	activate(activation: WorkflowActivateMode): void {
		this.activation = activation;
		this.live = undefined;
		this.polled.clear();
	}

	/** A new process of n8n. */
	restart(): void {
		forgetAll();
		this.activate('init');
	}

	/** The workflow of this activation. */
	get activated(): Workflow {
		return (this.live ??= this.build());
	}

	/** Whether the node has not polled since the activation. */
	isActivating(node: INode): boolean {
		return !this.polled.has(node);
	}

	markPolled(node: INode): void {
		this.polled.add(node);
	}

	/** The mode of activation that n8n tells a poll of the node. */
	activationMode(node: INode): WorkflowActivateMode {
		const isTick = this.engine === 'durable' && !this.isActivating(node);
		return isTick ? 'update' : this.activation;
	}

	/** The workflow as a tick of the durable mode builds it: from what is saved. */
	build(): Workflow {
		const { nodes } = this;
		const toNext = { main: [[{ node: NEXT.name, type: NodeConnectionTypes.Main, index: 0 }]] };
		return new Workflow({
			id: this.id,
			name: 'Test',
			nodes: [...nodes, NEXT],
			connections: Object.fromEntries(nodes.map(({ name }) => [name, toNext])),
			active: true,
			nodeTypes: nodeTypesFor({ amperityTrigger: new AmperityTrigger(), next: inputNode([]) }),
			staticData: copyOf(this.saved),
			settings: this.settings,
		});
	}

	/** Saves the static data of a workflow if they have changed. */
	save({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.saved = copyOf(staticData);
		staticData.__dataChanged = false;
	}

	/** A copy of the node's row, which is made from the static data if there is none. */
	readRow(node: INode, workflow: Workflow): IDataObject {
		const row = this.rows.get(node.id) ?? copyOf(workflow.getStaticData('node', node));
		this.rows.set(node.id, row);
		return copyOf(row);
	}

	writeRow(node: INode, row: IDataObject): void {
		this.rows.set(node.id, copyOf(row));
	}

	/** What n8n holds for the node now. */
	staticDataOf(node: INode): IDataObject {
		const row = this.engine === 'durable' ? this.rows.get(node.id) : undefined;
		return row ?? this.activated.getStaticData('node', node);
	}

	/** What n8n holds for all nodes of the workflow now. */
	get globalData(): IDataObject {
		const { global } = this.saved;
		const ofDurable = global as IDataObject | undefined;
		return this.engine === 'durable' ? (ofDurable ?? {}) : this.activated.getStaticData('global');
	}
}
