import './environment';
import { LoadOptionsContext, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	Workflow,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeProperties,
	type INodeType,
	type IRun,
	type IRunExecutionData,
} from 'n8n-workflow';
import { parse, stringify } from 'flatted';
import type { AmperitySimulator } from '../simulator';
import {
	additionalDataFor,
	Amperity,
	AmperityTrigger,
	forgetAll,
	inputNode,
	nodeTypesFor,
	storedCredentials,
	storeOf,
	type CredentialStore,
} from './host';

export { forgetAll, storeOf, type CredentialStore } from './host';
export { createTrigger, type EngineMode, type Tick, type TriggerSetup } from './trigger';

afterEach(forgetAll);

export interface NodeRun {
	/** Parameters of the Amperity node, as a user would set them. */
	parameters: IDataObject;
	/** Items of the node before it. Default: one empty item. */
	items?: IDataObject[];
	/** Settings of the node, such as `onError` or `retryOnFail`. */
	settings?: Partial<INode>;
	credentials?: ICredentialDataDecryptedObject;
	/** Credentials by type, shared by executions as n8n's database is. Default: those of `credentials`. */
	store?: CredentialStore;
	executionId?: string;
	/** The time zone of the workflow. Default: that of n8n. */
	timeZone?: string;
	/** What n8n has kept for the node since earlier executions. */
	staticData?: IDataObject;
	/** An execution that failed at the node, which a person retries in one of its own. */
	retryOf?: IRun;
	/** `amperityTool` is the name n8n gives the node as an AI agent's tool. */
	type?: 'amperity' | 'amperityTool';
}

/** What n8n makes of a node that is usable as a tool: a node type of its own, made for agents only. */
function asTool(nodeType: INodeType): INodeType {
	const { description } = nodeType;
	const toolDescription: INodeProperties = {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: description.description,
		displayOptions: { show: { descriptionType: ['manual'] } },
	};
	const descriptionType: INodeProperties = {
		displayName: 'Tool Description',
		name: 'descriptionType',
		type: 'options',
		default: 'auto',
		options: ['auto', 'manual'].map((value) => ({ name: value, value })),
	};
	return Object.create(nodeType, {
		description: {
			value: {
				...description,
				name: `${description.name}Tool`,
				displayName: `${description.displayName} Tool`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
				usableAsTool: undefined,
				properties: [descriptionType, toolDescription, ...description.properties],
			},
		},
	}) as INodeType;
}

export interface NodeResult {
	run: IRun;
	/** Items of the main output. */
	items: INodeExecutionData[];
	/** Items of the error output, where the settings give the node one. */
	errorItems: INodeExecutionData[];
	/** What n8n keeps for the node for later executions. */
	staticData: IDataObject;
	/** The error that ended the node. */
	error?: Error & { description?: string | null; context?: IDataObject };
}

/** The credential fields that reach a simulator. */
export const credentialsFor = (simulator: AmperitySimulator): ICredentialDataDecryptedObject => ({
	tenant: simulator.tenant,
	hosting: 'custom',
	baseUrl: simulator.baseUrl,
	accessToken: simulator.token,
	requestsPerSecond: 9.5,
});

/** The same, with an OAuth client instead of a token. */
export const oAuth2CredentialsFor = (
	simulator: AmperitySimulator,
): ICredentialDataDecryptedObject => ({
	...credentialsFor(simulator),
	clientId: simulator.clientId,
	clientSecret: simulator.clientSecret,
	tokenUrl: '',
	accessToken: '',
	clientMark: '',
});

function workflowFor({
	parameters,
	items = [{}],
	settings,
	staticData,
	timeZone,
	type = 'amperity',
}: NodeRun): Workflow {
	const node = (name: string, type: string, more: Partial<INode>): INode => ({
		id: name,
		name,
		type,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		...more,
	});
	const amperity = node('Amperity', type, {
		parameters: parameters as INode['parameters'],
		credentials: storedCredentials,
		...settings,
	});
	return new Workflow({
		id: 'test',
		nodes: [node('Input', 'input', {}), amperity],
		connections: {
			Input: { main: [[{ node: 'Amperity', type: NodeConnectionTypes.Main, index: 0 }]] },
		},
		active: false,
		staticData: { 'node:Amperity': structuredClone(staticData ?? {}) },
		settings: timeZone === undefined ? {} : { timezone: timeZone },
		nodeTypes: nodeTypesFor({
			input: inputNode(items),
			amperity: new Amperity(),
			amperityTool: asTool(new Amperity()),
		}),
	});
}

function resultOf(run: IRun, workflow: Workflow): NodeResult {
	const tasks = run.data.resultData.runData.Amperity ?? [];
	const [items, errorItems] = tasks.at(-1)?.data?.main ?? [];
	return {
		run,
		items: items ?? [],
		errorItems: errorItems ?? [],
		staticData: JSON.parse(
			JSON.stringify(workflow.getStaticData('node', workflow.getNode('Amperity')!)),
		) as IDataObject,
		error: run.data.resultData.error,
	};
}

/** What n8n has stored of an execution, without the failure of the node, which is to be retried. */
function dataToRetry({ data }: IRun): IRunExecutionData {
	const stored = parse(stringify(data)) as IRunExecutionData;
	delete stored.resultData.error;
	stored.resultData.runData.Amperity?.pop();
	return stored;
}

/** Starts the compiled node in n8n's own engine and hands out the execution, which can be stopped. */
export function startAmperity(nodeRun: NodeRun & { credentials: ICredentialDataDecryptedObject }) {
	const workflow = workflowFor(nodeRun);
	const additionalData = additionalDataFor(
		workflow,
		nodeRun.store ?? storeOf(nodeRun.credentials),
		nodeRun.executionId ?? '1',
	);
	const execution = nodeRun.retryOf
		? new WorkflowExecute(
				additionalData,
				'retry',
				dataToRetry(nodeRun.retryOf),
			).processRunExecutionData(workflow)
		: new WorkflowExecute(additionalData, 'manual', createRunExecutionData()).run({
				workflow,
				startNode: workflow.getNode('Input')!,
			});
	return {
		result: execution.then((run) => resultOf(run, workflow)),
		stop: () => execution.cancel(),
	};
}

/** Runs the compiled node in n8n's own engine, against a simulator over HTTP. */
export async function runAmperity(
	simulator: AmperitySimulator,
	nodeRun: NodeRun,
): Promise<NodeResult> {
	return await startAmperity({ credentials: credentialsFor(simulator), ...nodeRun }).result;
}

/** Asks for the choices of a list of either node, as the editor does. */
export async function searchList(
	credentials: ICredentialDataDecryptedObject,
	method: string,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const workflow = workflowFor({ parameters: {} });
	const node = workflow.getNode('Amperity')!;
	const additionalData = additionalDataFor(workflow, storeOf(credentials));
	additionalData.currentNodeParameters = node.parameters;
	const context = new LoadOptionsContext(workflow, node, additionalData, '');
	const listSearch = {
		...new Amperity().methods!.listSearch,
		...new AmperityTrigger().methods!.listSearch,
	};
	return await listSearch[method]!.call(context, filter, paginationToken);
}

interface AgentTool {
	description: string;
	invoke(args: IDataObject): Promise<string>;
}

/** Uses its tool once for each of the calls, one after the other, as an AI agent does. */
const agentNode = (calls: IDataObject[]): INodeType => ({
	description: {
		displayName: 'Agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: { name: 'Agent' },
		inputs: [{ type: NodeConnectionTypes.Main }, { type: NodeConnectionTypes.AiTool }],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	async execute() {
		const tools = await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0);
		const [tool] = tools as AgentTool[];
		const answers: INodeExecutionData[] = [];
		for (const call of calls) {
			const answer = await tool!.invoke(call).then(
				(text) => ({ answer: JSON.parse(text) as IDataObject[] }),
				(error: Error) => ({ error_text: error.message }),
			);
			answers.push({ json: answer });
		}
		return [answers];
	},
});

/** What the model is told: the items of the tool, or the text of its error. */
export interface ToolAnswer {
	answer?: IDataObject[];
	error_text?: string;
}

/** Has an AI agent in n8n's own engine call the node as its tool. */
export async function callTool(
	simulator: AmperitySimulator,
	{ calls = [{}], ...nodeRun }: NodeRun & { calls?: IDataObject[] },
): Promise<ToolAnswer[]> {
	const credentials = nodeRun.credentials ?? credentialsFor(simulator);
	const toolRun = workflowFor({ ...nodeRun, type: 'amperityTool' });
	const input = toolRun.getNode('Input')!;
	const tool = toolRun.getNode('Amperity')!;
	const workflow = new Workflow({
		id: 'test',
		nodes: [
			input,
			{ ...tool, name: 'Tool' },
			{ ...input, id: 'Agent', name: 'Agent', type: 'agent' },
		],
		connections: {
			Input: { main: [[{ node: 'Agent', type: NodeConnectionTypes.Main, index: 0 }]] },
			Tool: { ai_tool: [[{ node: 'Agent', type: NodeConnectionTypes.AiTool, index: 0 }]] },
		},
		active: false,
		nodeTypes: nodeTypesFor({
			input: inputNode([{}]),
			agent: agentNode(calls),
			amperityTool: asTool(new Amperity()),
		}),
	});
	const additionalData = additionalDataFor(
		workflow,
		nodeRun.store ?? storeOf(credentials),
		nodeRun.executionId ?? '1',
	);
	const run = await new WorkflowExecute(additionalData, 'manual', createRunExecutionData()).run({
		workflow,
		startNode: workflow.getNode('Input')!,
	});
	if (run.data.resultData.error) throw run.data.resultData.error;
	const items = run.data.resultData.runData.Agent!.at(-1)!.data!.main![0]!;
	return items.map(({ json }) => json as ToolAnswer);
}
