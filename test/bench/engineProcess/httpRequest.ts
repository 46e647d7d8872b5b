/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { dirname, join } from 'node:path';
import { ExecuteContext } from 'n8n-core';
import {
	createRunExecutionData,
	Workflow,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeTypes,
	type IVersionedNodeType,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { installHost } from '../../n8n-host/installHost';
import { PAGINATION } from '../workflows';
import type { PagedList } from './messages';

const NODE_PATH = 'n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js';

const VERSION = 4.5;

/** n8n's own HTTP Request, as it comes with the n8n of the other benchmarks. */
async function httpRequestType(): Promise<IVersionedNodeType> {
	const { n8n } = await installHost();
	const modules = join(dirname(n8n), '..', '..');
	const { HttpRequest } = (await import(join(modules, NODE_PATH))) as {
		HttpRequest: new () => IVersionedNodeType;
	};
	return new HttpRequest();
}

/** What the engine reads of it for expressions. Nobody listens there. */
const additionalData = {
	variables: {},
	formWaitingBaseUrl: 'http://localhost:5678',
	webhookWaitingBaseUrl: 'http://localhost:5678',
} as IWorkflowExecuteAdditionalData;

const pairs = (values: Record<string, string>) => ({
	parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
});

/** What a user fills in to read a list whole. */
const parametersOf = ({ url, headers, query }: PagedList): INode['parameters'] => ({
	method: 'GET',
	url,
	authentication: 'none',
	sendHeaders: true,
	headerParameters: pairs(headers),
	sendQuery: true,
	queryParameters: pairs(query),
	options: PAGINATION,
});

/** Reads a list with HTTP Request in n8n's own engine: one item for each page. */
export async function pageThrough(list: PagedList): Promise<INodeExecutionData[]> {
	const nodeType = (await httpRequestType()).getNodeType(VERSION);
	const getNodeType = () => nodeType;
	const nodeTypes: INodeTypes = {
		getByName: getNodeType,
		getByNameAndVersion: getNodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		id: 'test',
		nodes: [
			{
				id: 'request',
				name: 'HTTP Request',
				type: 'httpRequest',
				typeVersion: VERSION,
				position: [0, 0],
				parameters: parametersOf(list),
			},
		],
		connections: {},
		active: false,
		nodeTypes,
	});
	const node = workflow.getNode('HTTP Request')!;
	const items: INodeExecutionData[] = [{ json: {} }];
	const input = { main: [items] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'trigger',
		createRunExecutionData(),
		0,
		items,
		input,
		{ node, data: input, source: null },
		[],
	) as IExecuteFunctions;
	const output = await nodeType.execute!.call(context);
	return (output as INodeExecutionData[][])[0] ?? [];
}
