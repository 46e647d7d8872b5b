import {
	NodeConnectionTypes,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeParameters,
} from 'n8n-workflow';
import type { SavedCredential, WorkflowDefinition } from '../n8n-host/N8nClient';

/** The pixels between two nodes on the canvas. */
const GRID = 200;

/** Seconds between two polls of a trigger. A poll takes much less. */
const POLL_INTERVAL = 2;

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): INode {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters, ...settings };
}

export const manualTrigger = (): INode =>
	node('Manual Trigger', 'n8n-nodes-base.manualTrigger', 1, {});

/** Fires each second. */
export const scheduleTrigger = (): INode =>
	node('Schedule Trigger', 'n8n-nodes-base.scheduleTrigger', 1.2, {
		rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] },
	});

/** Fires when this path is called, and answers at once. */
export const webhook = (path: string): INode =>
	node(
		'Webhook',
		'n8n-nodes-base.webhook',
		2,
		{ httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		{ webhookId: path },
	);

/** Puts out these items. */
export const items = (list: IDataObject[]): INode[] => [
	node('List', 'n8n-nodes-base.set', 3.4, {
		mode: 'raw',
		jsonOutput: JSON.stringify({ list }),
		options: {},
	}),
	node('Items', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'list', options: {} }),
];

const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

/** The parameters of a node that starts a run; all others keep their defaults. */
export const startParameters = (
	configId: string,
	further: INodeParameters = {},
): INodeParameters => ({ configId: byId(configId), ...further });

/** The parameters of a node that starts a run and waits for its end. */
export const startAndWaitParameters = (
	configId: string,
	options: INodeParameters = {},
): INodeParameters => startParameters(configId, { waitForCompletion: true, options });

/** The parameters of an operation on one run. */
export const runParameters = (
	operation: 'get' | 'stop' | 'wait',
	runId: string,
	further: INodeParameters = {},
): INodeParameters => ({ operation, runId: byId(runId), ...further });

/** Settings of a node that n8n tries up to three times, without a pause in between. */
export const threeTries: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

const withCredential = (
	{ id, name, type }: SavedCredential,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): [INodeParameters, Partial<INode>] => [
	{ authentication: type, ...parameters },
	{ credentials: { [type]: { id, name } }, ...settings },
];

export const amperity = (
	credential: SavedCredential,
	parameters: INodeParameters,
	settings?: Partial<INode>,
): INode =>
	node(
		'Amperity',
		'n8n-nodes-amperity.amperity',
		1,
		...withCredential(credential, parameters, settings),
	);

/** The node as a tool, which `agentWith` gives to an AI agent. */
export const amperityTool = (credential: SavedCredential, parameters: INodeParameters): INode =>
	node(
		'Amperity',
		'n8n-nodes-amperity.amperityTool',
		1,
		...withCredential(credential, { descriptionType: 'auto', ...parameters }),
	);

/** The seconds of a minute in which a trigger polls that is not told otherwise. */
export const POLL_SECONDS = Array.from(
	{ length: 60 / POLL_INTERVAL },
	(_, index) => index * POLL_INTERVAL,
);

/** Polls in these seconds of each minute. n8n refuses short intervals, but not one entry for each of many seconds. */
export const pollTimes = (seconds: number[]): INodeParameters => ({
	pollTimes: {
		item: seconds.map((second) => ({ mode: 'custom', cronExpression: `${second} * * * * *` })),
	},
});

/** Polls every two seconds, unless the parameters say otherwise. */
export const amperityTrigger = (
	credential: SavedCredential,
	parameters: INodeParameters = {},
): INode =>
	node(
		'Amperity Trigger',
		'n8n-nodes-amperity.amperityTrigger',
		1,
		...withCredential(credential, { ...pollTimes(POLL_SECONDS), ...parameters }),
	);

/** Sets the field `startedRun` from the run's ID. */
export const useRunId = (): INode =>
	node('Use Run ID', 'n8n-nodes-base.set', 3.4, {
		assignments: {
			assignments: [{ id: 'a', name: 'startedRun', type: 'string', value: '={{ $json.id }}' }],
		},
		options: {},
	});

export const noOperation = (name: string): INode => node(name, 'n8n-nodes-base.noOp', 1, {});

/** A workflow in which each node hands its items to the next. */
export function chain(name: string, ...nodes: INode[]): WorkflowDefinition {
	const connections: IConnections = {};
	nodes.slice(1).forEach((next, index) => {
		connections[nodes[index]!.name] = {
			main: [[{ node: next.name, type: NodeConnectionTypes.Main, index: 0 }]],
		};
	});
	const placed = nodes.map((each, index) => ({
		...each,
		position: [index * GRID, 0] as [number, number],
	}));
	return { name, nodes: placed, connections, settings: {} };
}

/** A workflow in which an AI agent has a tool. Without a model it cannot run, but n8n can run the tool for it. */
export function agentWith(name: string, tool: INode): WorkflowDefinition {
	const agent = node('AI Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, { options: {} });
	const { nodes, connections, ...workflow } = chain(name, manualTrigger(), agent);
	const { AiTool } = NodeConnectionTypes;
	return {
		...workflow,
		nodes: [...nodes, { ...tool, position: [GRID, GRID] }],
		connections: {
			...connections,
			[tool.name]: { [AiTool]: [[{ node: agent.name, type: AiTool, index: 0 }]] },
		},
	};
}
