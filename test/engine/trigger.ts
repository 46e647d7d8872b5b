/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { isDeepStrictEqual } from 'node:util';
import { PollContext } from 'n8n-core';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	Workflow,
} from 'n8n-workflow';

import { additionalDataFor, storedCredentials, storeOf, type CredentialStore } from './host';
import { copyOf, TriggerWorkflow, type WorkflowSetup } from './TriggerWorkflow';

export type { EngineMode } from './TriggerWorkflow';

export interface TriggerSetup extends WorkflowSetup {
	store?: CredentialStore;
	/** What n8n has saved of an earlier life of the trigger. */
	staticData?: IDataObject;
	/** What the engine says a poll may take. Default: what it says where it is durable, else nothing, as older ones do. */
	budgetMs?: number;
	nodeName?: string;
	nodeId?: string;
	/** The workflow of another trigger, to which this one is added. Default: one of its own. */
	workflow?: TriggerWorkflow;
}

/** A poll that is due: it sees what was stored when it was made, and stores what it has changed on `commit`. */
export interface Tick {
	/** The JSON of the items. */
	poll(): Promise<IDataObject[]>;
	commit(): void;
}

/** What a poll of the durable mode may take in n8n. */
const DURABLE_BUDGET_MS = 36_000;

/** A trigger of an active workflow, whose first poll is that of the activation. */
export function createTrigger(
	credentials: ICredentialDataDecryptedObject,
	parameters: IDataObject = {},
	setup: TriggerSetup = {},
) {
	const { store = storeOf(credentials), staticData = {}, nodeId = 'trigger' } = setup;
	const node: INode = {
		id: nodeId,
		name: setup.nodeName ?? 'Amperity Trigger',
		type: 'amperityTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INode['parameters'],
		credentials: storedCredentials,
	};
	const owner = setup.workflow ?? new TriggerWorkflow(setup);
	owner.add(node, staticData);
	const isDurable = owner.engine === 'durable';
	const budgetMs = setup.budgetMs ?? (isDurable ? DURABLE_BUDGET_MS : undefined);
	const warnings: string[] = [];

	/** `row` is the copy that a poll of the durable mode works on. */
	const run = async (workflow: Workflow, mode: 'trigger' | 'manual', row?: IDataObject) => {
		const ofWorkflow = workflow.getNode(node.name)!;
		const ofEngine = new PollContext(
			workflow,
			ofWorkflow,
			additionalDataFor(workflow, store),
			mode,
			owner.activationMode(node),
			undefined,
			undefined,
			undefined,
			undefined,
			() => row ?? workflow.getStaticData('node', ofWorkflow),
		);
		const warn = (message: string) => warnings.push(message);
		const context = Object.create(ofEngine, {
			logger: { value: { ...ofEngine.logger, warn } },
			getPollBudgetMs: { value: budgetMs === undefined ? undefined : () => budgetMs },
		}) as PollContext;
		return await workflow.nodeTypes.getByNameAndVersion(node.type).poll!.call(context);
	};
	const jsonOf = (output: INodeExecutionData[][] | null) =>
		(output?.[0] ?? []).map(({ json }) => json);

	const classicTick = (): Tick => ({
		poll: async () => {
			const isActivating = owner.isActivating(node);
			const workflow = owner.activated;
			const output = await run(workflow, 'trigger');
			owner.markPolled(node);
			if (isActivating || output) owner.save(workflow);
			return jsonOf(output);
		},
		commit: () => {},
	});

	const durableTick = (): Tick => {
		const isActivating = owner.isActivating(node);
		const workflow = isActivating ? owner.activated : owner.build();
		const row = owner.readRow(node, workflow);
		const before = copyOf(row);
		let commits = false;
		return {
			poll: async () => {
				const output = await run(workflow, 'trigger', row);
				owner.markPolled(node);
				if (isActivating || output) owner.save(workflow);
				// What the activation poll has changed is dropped if it finds nothing.
				commits = (!isActivating || output !== null) && !isDeepStrictEqual(row, before);
				return jsonOf(output);
			},
			commit: () => {
				if (commits) owner.writeRow(node, row);
			},
		};
	};
	const tick = isDurable ? durableTick : classicTick;

	const change = ({ name = node.name, parameters: changed }: Change) => {
		node.name = name;
		if (changed) node.parameters = changed as INode['parameters'];
		owner.activate('update');
	};

	return {
		/** What n8n holds for the node. */
		get staticData(): IDataObject {
			return owner.staticDataOf(node);
		},
		/** What n8n holds for the workflow. */
		get globalData(): IDataObject {
			return owner.globalData;
		},
		/** To be given to further triggers of it. */
		workflow: owner,
		/** What was written to n8n's log. */
		warnings,
		/** Polls once and returns the JSON of the items. */
		poll: async (mode: 'trigger' | 'manual' = 'trigger'): Promise<IDataObject[]> => {
			if (mode === 'manual') return jsonOf(await run(owner.activated, mode));
			const due = tick();
			const items = await due.poll();
			due.commit();
			return items;
		},
		/** A poll that is due now and takes place when it is asked to. */
		tick,
		/** A new process of n8n, which activates the workflow. */
		restart: () => owner.restart(),
		/** A person changes the node and saves the workflow, which activates it anew. */
		change,
		rename: (name: string) => change({ name }),
	};
}

interface Change {
	name?: string;
	parameters?: IDataObject;
}
