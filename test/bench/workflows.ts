import {
	NodeConnectionTypes,
	type IConnections,
	type IDataObject,
	type INode,
	type INodeParameters,
	type IWorkflowSettings,
} from 'n8n-workflow';
import { amperity, chain } from '../e2e/workflows';
import type { SavedCredential, WorkflowDefinition } from '../n8n-host/N8nClient';

/** The name of the node that is measured, whichever it is. */
export const MEASURED = 'Measured';

/** The one who starts the workflow over a web hook of the same name. */
const ENTRY = 'Webhook';

/** Nothing of a good execution is stored: n8n's database is not what is measured. */
export const UNSTORED: IWorkflowSettings = {
	saveDataSuccessExecution: 'none',
	saveExecutionProgress: false,
};

function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): INode {
	return {
		id: name,
		name,
		type: `n8n-nodes-base.${type}`,
		typeVersion,
		position: [0, 0],
		parameters,
		...settings,
	};
}

/** Answers with what the last node of the workflow puts out. */
function webhook(path: string, answer: 'firstEntryJson' | 'allEntries'): INode {
	const parameters = {
		httpMethod: 'POST',
		path,
		responseMode: 'lastNode',
		responseData: answer,
		options: {},
	};
	return node(ENTRY, 'webhook', 2, parameters, { webhookId: path });
}

/** Turns the list `items` of the web hook's request into items. */
const splitInput = (): INode =>
	node('Items', 'splitOut', 1, { fieldToSplitOut: 'body.items', options: {} });

/** Turns lists in a field into items. */
export const splitOut = (field: string): INode =>
	node('Split Out', 'splitOut', 1, { fieldToSplitOut: field, options: {} });

/** Keeps the last item only, so that nothing else has to be handed on. */
export const lastItem = (): INode => node('Last', 'limit', 1, { maxItems: 1, keep: 'lastItems' });

/** This package's node. */
export const ourNode = (
	credential: SavedCredential,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): INode => ({ ...amperity(credential, parameters, settings), id: MEASURED, name: MEASURED });

/** What a user of HTTP Request fills in for Amperity. */
export interface HttpRequest {
	method: 'GET' | 'POST';
	/** May be an expression. */
	url: string;
	/** Default: that of the lab's simulator. May be an expression. */
	tenant?: string;
	/** The JSON to send: an expression. */
	body?: string;
	query?: Record<string, string>;
	options?: INodeParameters;
}

/** The options of HTTP Request that a user chooses who knows of Amperity's limit. */
export const BATCHING = { batching: { batch: { batchSize: 10, batchInterval: 1_000 } } };

/** n8n's own HTTP Request node; the credential is a Header Auth with the access token. */
export function httpRequest(
	{ id, name, type }: SavedCredential,
	{ method, url, tenant = 'acme', body, query, options = {} }: HttpRequest,
	settings: Partial<INode> = {},
): INode {
	const parameters: INodeParameters = {
		method,
		url,
		authentication: 'genericCredentialType',
		genericAuthType: type,
		sendHeaders: true,
		headerParameters: pairs({ 'amperity-tenant': tenant, 'api-version': '2024-04-01' }),
		...(query && { sendQuery: true, queryParameters: pairs(query) }),
		...(body && { sendBody: true, contentType: 'json', specifyBody: 'json', jsonBody: body }),
		options,
	};
	return node(MEASURED, 'httpRequest', 4.5, parameters, {
		credentials: { [type]: { id, name } },
		...settings,
	});
}

/** The option of HTTP Request that follows `next_token`, as a user fills it in. */
export const PAGINATION: INodeParameters = {
	pagination: {
		pagination: {
			paginationMode: 'updateAParameterInEachRequest',
			parameters: {
				parameters: [{ type: 'qs', name: 'next_token', value: '={{ $response.body.next_token }}' }],
			},
			paginationCompleteWhen: 'other',
			completeExpression: '={{ !$response.body.next_token }}',
			limitPagesFetched: false,
			requestInterval: 0,
		},
	},
};

const pairs = (values: Record<string, string>): INodeParameters => ({
	parameters: Object.entries(values).map(([name, value]) => ({ name, value })),
});

/** A workflow that takes items over a web hook, hands them from node to node and answers with the last one's. */
export function webhookWorkflow(
	path: string,
	answer: 'firstEntryJson' | 'allEntries',
	settings: IWorkflowSettings,
	...nodes: INode[]
): WorkflowDefinition {
	return { ...chain(path, webhook(path, answer), splitInput(), ...nodes), settings };
}

/** The same with a Loop Over Items, which hands one item at a time to the measured node. */
export function loopWorkflow(
	path: string,
	settings: IWorkflowSettings,
	measured: INode,
): WorkflowDefinition {
	const loop = node('Loop', 'splitInBatches', 3, { batchSize: 1, options: {} });
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	const last = lastItem();
	const { connections, ...rest } = webhookWorkflow(path, 'firstEntryJson', settings, loop);
	const loops: IConnections = {
		...connections,
		[loop.name]: { main: [to(last.name), to(measured.name)] },
		[measured.name]: { main: [to(loop.name)] },
	};
	return { ...rest, nodes: [...rest.nodes, measured, last], connections: loops };
}

/** A resource locator with an ID, or with an expression that gives one. */
export const byId = (value: string): INodeParameters => ({ __rl: true, mode: 'id', value });

/** The path of the web hook that runs a workflow, from what is measured with it. */
export const pathOf = (name: string): string => name.replace(/\W+/g, '-').toLowerCase();

/** The items that a web hook takes. */
export type Items = IDataObject[];
