import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { PollStateStore, type PollState } from '../../nodes/Amperity/trigger/pollState';
import { RememberedTrigger } from '../../nodes/Amperity/trigger/triggerMemory';

/** How far a trigger has come. */
const progress = (revision: number) => ({
	tenant: 'acme',
	revision,
	events: { runEnded: { complete: revision, told: {} } },
});

const state = (revision: number, { id, name }: NodeName): PollState => ({
	nodeId: id,
	nodeName: name,
	...progress(revision),
});

interface NodeName {
	id: string;
	name: string;
}

/** What n8n keeps of a workflow, by the names of its nodes or by their IDs. */
class Workflow {
	readonly ofWorkflow: IDataObject = {};

	private readonly ofNodes: Record<string, IDataObject> = {};

	constructor(private readonly keptBy: 'name' | 'id' = 'name') {}

	/** What a poll of a trigger is given; `connected` are the names of nodes that lead anywhere. */
	context(node: NodeName, connected = [node.name]): IPollFunctions {
		const ofNode = (this.ofNodes[node[this.keptBy]] ??= {});
		return {
			getNode: () => node,
			getWorkflowStaticData: (type: string) => (type === 'node' ? ofNode : this.ofWorkflow),
			getChildNodes: (name: string) => (connected.includes(name) ? [{ name: 'Next' }] : []),
		} as unknown as IPollFunctions;
	}

	store(node: NodeName, connected?: string[]): PollStateStore {
		return new PollStateStore(this.context(node, connected));
	}

	/** n8n drops what a first poll has changed of the node's own. */
	dropNodes(): void {
		for (const key of Object.keys(this.ofNodes)) delete this.ofNodes[key];
	}
}

const A = { id: '1', name: 'A' };
const B = { id: '1', name: 'B' };

test('a new trigger has nothing', () => {
	const store = new Workflow().store(A);
	expect(store.isEmpty).toBe(true);
	expect(store.read()).toBeUndefined();
});

test('what is kept is what is read', () => {
	const workflow = new Workflow();
	workflow.store(A).write(progress(1));
	expect(workflow.store(A).isEmpty).toBe(false);
	expect(workflow.store(A).read()).toEqual(state(1, A));
});

test('what n8n drops of the node is found with the workflow', () => {
	const workflow = new Workflow('id');
	workflow.store(A).write(progress(0));
	workflow.dropNodes();
	expect(workflow.store(A).isEmpty).toBe(false);
	expect(workflow.store(A).read()).toEqual(state(0, A));
});

describe('what n8n fails to store of the node, along with the copy,', () => {
	test('has not happened, where it has stored something before', () => {
		const workflow = new Workflow('id');
		workflow.store(A).write(progress(0));
		workflow.store(A).write(progress(1));
		workflow.store(A).write(progress(2));
		workflow.context(A).getWorkflowStaticData('node').cursor = state(1, A);
		expect(workflow.store(A).read()).toEqual(state(1, A));
		expect(workflow.store(B).read()).toEqual(state(1, A));
	});

	test('has not happened, where it has dropped what the first poll left', () => {
		const workflow = new Workflow('id');
		workflow.store(A).write(progress(0));
		workflow.dropNodes();
		workflow.store(A).write(progress(1));
		workflow.dropNodes();
		expect(workflow.store(A).read()).toEqual(state(0, A));
		expect(workflow.store(B).read()).toEqual(state(0, A));
	});
});

describe.each(['name', 'id'] as const)('where n8n keeps data by %s', (keptBy) => {
	test('a renamed trigger goes on, and again when it has its old name back', () => {
		const workflow = new Workflow(keptBy);
		workflow.store(A).write(progress(1));
		expect(workflow.store(B).read()).toEqual(state(1, A));
		workflow.store(B).write(progress(2));
		workflow.store(B).write(progress(3));
		expect(workflow.store(A).read()).toEqual(state(3, B));
		workflow.store(A).write(progress(4));
		expect(workflow.store(A).read()).toEqual(state(4, A));
		expect(Object.keys(workflow.ofWorkflow.amperityTriggers as IDataObject)).toEqual(['1']);
	});
});

test('two triggers with one ID keep to themselves', () => {
	const workflow = new Workflow();
	const both = ['A', 'B'];
	workflow.store(A, both).write(progress(5));
	expect(workflow.store(B, both).read()).toBeUndefined();
	workflow.store(B, both).write(progress(1));
	expect(workflow.store(A, both).read()).toEqual(state(5, A));
	expect(workflow.store(B, both).read()).toEqual(state(1, B));
	workflow.store(A, both).write(progress(6));
	expect(workflow.store(B, both).read()).toEqual(state(1, B));
});

describe('where n8n keeps data by name', () => {
	test('a new node with the name of one that is gone begins anew', () => {
		const workflow = new Workflow();
		workflow.store(A).write(progress(5));
		const other = { id: '2', name: 'A' };
		expect(workflow.store(other).read()).toBeUndefined();
		expect(workflow.store(other).isEmpty).toBe(true);
	});

	test('two nodes that exchange their names go on where they stood', () => {
		const workflow = new Workflow();
		const both = ['A', 'B'];
		const other = { id: '2', name: 'B' };
		workflow.store(A, both).write(progress(5));
		workflow.store(other, both).write(progress(7));
		const first = workflow.store(B, both);
		const second = workflow.store({ ...other, name: 'A' }, both);
		expect(first.read()).toEqual(state(5, A));
		first.write(progress(6));
		expect(second.read()).toEqual(state(7, other));
	});

	test('a renamed node whose former name another one has taken goes on', () => {
		const workflow = new Workflow();
		const both = ['A', 'B'];
		workflow.store(A).write(progress(5));
		workflow.store({ id: '2', name: 'A' }, both).write(progress(1));
		expect(workflow.store(B, both).read()).toEqual(state(5, A));
	});
});

test.each<[string, unknown]>([
	['a text', 'cursor'],
	['no node ID', { ...state(1, A), nodeId: undefined }],
	['no tenant', { ...state(1, A), tenant: undefined }],
	['a revision that is none', { ...state(1, A), revision: 'one' }],
	['no events', { ...state(1, A), events: undefined }],
])('%s cannot be used, but is not nothing', (_, data) => {
	const workflow = new Workflow();
	workflow.context(A).getWorkflowStaticData('node').cursor = data as IDataObject;
	expect(workflow.store(A).isEmpty).toBe(false);
	expect(workflow.store(A).read()).toBeUndefined();
});

test('a state that is older than what was told is waited for, but not for ever', () => {
	const trigger = new RememberedTrigger();
	expect(trigger.isStoring(0, 0)).toBe(false);
	trigger.remember(state(2, A), true, 1_000);
	expect(trigger.isStoring(1, 60_999)).toBe(true);
	expect(trigger.isStoring(2, 1_001)).toBe(false);
	expect(trigger.isStoring(1, 61_000)).toBe(false);
});

test('of two states that have told the same, the one that this process left last is the later one', () => {
	const trigger = new RememberedTrigger();
	const left = { ...state(2, A), events: {} };
	trigger.remember(left, false, 1_000);
	expect(trigger.latest(state(2, A))).toBe(left);
	expect(trigger.latest(state(1, A))).toEqual(state(1, A));
	expect(trigger.latest(undefined)).toBeUndefined();
	expect(trigger.latest({ ...state(2, A), tenant: 'globex' })).not.toBe(left);
});

test('what the activation has left counts before n8n has saved it', () => {
	const trigger = new RememberedTrigger();
	const left = state(0, A);
	expect(trigger.latest(undefined)).toBeUndefined();
	trigger.remember(left, false, 1_000);
	expect(trigger.latest(undefined)).toBe(left);
});
