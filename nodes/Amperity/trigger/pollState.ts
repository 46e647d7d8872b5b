import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { isObject } from '../transport/list';
import type { EventName } from './triggerFields';

/** How far a trigger has come, as n8n keeps it: plain JSON. */
export interface PollState extends IDataObject {
	/** The ID and the name of the trigger's node. */
	nodeId: string;
	nodeName: string;
	tenant: string;
	/** Grows with each poll that tells something. */
	revision: number;
	/** What each kind of event keeps. */
	events: Partial<Record<EventName, IDataObject>>;
}

/**
 * A copy of a state. n8n saves it along with the items of a poll even where it fails to store the node's own data,
 * and to start the execution. So it holds the one before as well until own data are seen to be kept.
 */
interface Copy extends PollState {
	before?: PollState;
}

/** Copies by the names that the nodes of one ID have, or had. */
type Copies = Record<string, Copy>;

function isPollState(data: unknown): data is PollState {
	if (!isObject(data)) return false;
	const { nodeId, nodeName, tenant, revision, events } = data;
	const isNamed = [nodeId, nodeName, tenant].every((name) => typeof name === 'string');
	return isNamed && Number.isFinite(revision) && isObject(events);
}

/**
 * Where n8n keeps how far a trigger has come. It loses the data of a node in two cases, so there is a copy in
 * the data of the workflow: they are kept by the node's *name*, which a person may change or give to another
 * node; and with durable poll cursors those of a first poll that finds nothing are dropped (n8n 2.36 to 2.41).
 */
export class PollStateStore {
	private readonly nodeId: string;

	private readonly nodeName: string;

	constructor(private readonly context: IPollFunctions) {
		const { id, name } = context.getNode();
		this.nodeId = id;
		this.nodeName = name;
	}

	/** Whether nothing has been kept of this node, not even what cannot be used. */
	get isEmpty(): boolean {
		const { cursor } = this.ofNode;
		const isOfAnother = isPollState(cursor) && cursor.nodeId !== this.nodeId;
		return (cursor === undefined || isOfAnother) && Object.keys(this.copies).length === 0;
	}

	/** What was kept last, if it can be used. */
	read(): PollState | undefined {
		const { own } = this;
		const copy = this.copies[this.nodeName];
		if (isPollState(copy)) return own ?? copy.before ?? copy;
		// Data under another name have been kept by the ID, so that they are right.
		if (own && own.nodeName !== this.nodeName) return own;
		const former = this.formerState();
		return former && former.revision > (own?.revision ?? -1) ? former : own;
	}

	/** Keeps a state, which n8n saves with the items of the poll. */
	write(progress: Pick<PollState, 'tenant' | 'revision' | 'events'>): PollState {
		const state = { nodeId: this.nodeId, nodeName: this.nodeName, ...progress };
		const copy = this.own ? state : { ...state, before: this.read() };
		const others = Object.entries(this.copies).filter(([name]) => !this.isFormerName(name));
		const copies = { ...Object.fromEntries(others), [this.nodeName]: copy };
		const { ofWorkflow } = this;
		ofWorkflow.amperityTriggers = { ...this.allCopies, [this.nodeId]: copies };
		this.ofNode.cursor = state;
		return state;
	}

	/** The node's own data, unless they are those of another one that had its name. */
	private get own(): PollState | undefined {
		const { cursor } = this.ofNode;
		return isPollState(cursor) && cursor.nodeId === this.nodeId ? cursor : undefined;
	}

	private get ofNode(): IDataObject {
		return this.context.getWorkflowStaticData('node');
	}

	private get ofWorkflow(): IDataObject {
		return this.context.getWorkflowStaticData('global');
	}

	private get allCopies(): IDataObject {
		const { amperityTriggers } = this.ofWorkflow;
		return isObject(amperityTriggers) ? amperityTriggers : {};
	}

	private get copies(): Partial<Copies> {
		const copies = this.allCopies[this.nodeId];
		return isObject(copies) ? (copies as Partial<Copies>) : {};
	}

	/** The state that this trigger had under another name. */
	private formerState(): PollState | undefined {
		const names = Object.keys(this.copies).filter((name) => this.isFormerName(name));
		const copy = names
			.map((name) => this.copies[name])
			.find((each): each is Copy => isPollState(each));
		// The state before counts only if it was kept under that name, too.
		return copy?.before?.nodeName === copy?.nodeName ? copy?.before : copy;
	}

	/** Another trigger may have the same ID, after a copy and paste, and then keeps its name. */
	private isFormerName(name: string): boolean {
		if (name === this.nodeName) return false;
		const { cursor } = this.ofNode;
		const hasOthersName = isPollState(cursor) && cursor.nodeId !== this.nodeId;
		return hasOthersName || this.isOfAnother(name) || this.leadsNowhere(name);
	}

	/** Whether a node with another ID has a name now. */
	private isOfAnother(name: string): boolean {
		const others = Object.entries(this.allCopies).filter(([id]) => id !== this.nodeId);
		return others.some(([, copies]) => isObject(copies) && name in copies);
	}

	private leadsNowhere(name: string): boolean {
		return this.context.getChildNodes(name).length === 0;
	}
}
