/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import axios, { AxiosError, type AxiosInstance } from 'axios';
import { setTimeout as delay } from 'node:timers/promises';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeCredentialsDetails,
	INodeListSearchResult,
	INodeTypeDescription,
	IWorkflowBase,
} from 'n8n-workflow';
import type { Dialect } from './dialect';
import { N8nExecution, type ExecutionResponse } from './N8nExecution';

const POLL_INTERVAL = 100;
/** Milliseconds for one answer of n8n, and for what is waited for unless the caller says otherwise. */
const REQUEST_TIMEOUT = 30_000;
const WAIT_TIMEOUT = 20_000;

/** Someone who may log in. */
export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

/** A workflow as a person exports it from the editor. */
export type WorkflowDefinition = Pick<IWorkflowBase, 'name' | 'nodes' | 'connections' | 'settings'>;

/** A workflow as n8n stored it. */
export interface SavedWorkflow extends WorkflowDefinition {
	id: string;
	versionId: string;
}

/** A credential as nodes refer to it, with its type. */
export interface SavedCredential extends INodeCredentialsDetails {
	id: string;
	type: string;
}

/** What the editor says after a credential was tested. */
export interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/** What the editor asks for when a person opens or searches a list of choices. */
export interface ListSearch {
	node: INode;
	/** The parameter that is a resource locator. */
	parameter: string;
	methodName: string;
	filter?: string;
	paginationToken?: string;
}

/** Talks to n8n's REST API as the editor does. */
export class N8nClient {
	private readonly http: AxiosInstance;

	constructor(
		private readonly url: () => string,
		private readonly dialect: Dialect,
	) {
		this.http = axios.create({
			timeout: REQUEST_TIMEOUT,
			headers: { 'browser-id': 'n8n-nodes-amperity' },
		});
	}

	/** Makes the first user of an empty n8n and stays logged in as that user. */
	async setUpOwner(owner: Owner): Promise<void> {
		await this.enter('/rest/owner/setup', { ...owner });
	}

	/** Logs in, which is needed after a change of the instance only. */
	async logIn({ email, password }: Owner): Promise<void> {
		await this.enter('/rest/login', { emailOrLdapLoginId: email, password });
	}

	async createCredential(
		type: string,
		data: ICredentialDataDecryptedObject,
		name = type,
	): Promise<SavedCredential> {
		const { id } = await this.post<{ id: string }>('/rest/credentials', { name, type, data });
		return { id, name, type };
	}

	/** Presses the button that tests a credential, with the values in its form. */
	async testCredential(
		credential: SavedCredential,
		data: ICredentialDataDecryptedObject,
	): Promise<CredentialTestResult> {
		return await this.post('/rest/credentials/test', { credentials: { ...credential, data } });
	}

	/** Opens the form of a credential: what is secret is blanked. */
	async openCredential({ id }: SavedCredential): Promise<ICredentialDataDecryptedObject> {
		const { data } = await this.get<{ data: ICredentialDataDecryptedObject }>(
			`/rest/credentials/${id}`,
			{ includeData: true },
		);
		return data;
	}

	/** Changes some values in the form of a credential and saves all of it, blanked values included. */
	async changeCredential(
		credential: SavedCredential,
		changes: ICredentialDataDecryptedObject,
	): Promise<void> {
		const data = { ...(await this.openCredential(credential)), ...changes };
		await this.patch(`/rest/credentials/${credential.id}`, { ...credential, data });
	}

	async createWorkflow(definition: WorkflowDefinition): Promise<SavedWorkflow> {
		const nodes = definition.nodes.map((node) => this.withKnownVersion(node));
		return await this.post('/rest/workflows', {
			...definition,
			nodes,
			...this.dialect.newWorkflow,
		});
	}

	/** Saves a workflow after changes in the editor. If it is active, it goes on as it was until it is activated anew. */
	async saveWorkflow(
		{ id }: SavedWorkflow,
		{ name, nodes, connections, settings }: WorkflowDefinition,
	): Promise<SavedWorkflow> {
		return await this.patch(`/rest/workflows/${id}`, { name, nodes, connections, settings });
	}

	/** Presses "Execute workflow" and returns the execution's ID at once. */
	async startWorkflow(workflow: SavedWorkflow, trigger = triggerOf(workflow)): Promise<string> {
		return await this.run(workflow, { triggerToStartFrom: { name: trigger } });
	}

	/** Presses "Execute workflow" and waits for the end. */
	async runWorkflow(workflow: SavedWorkflow, timeoutMs = WAIT_TIMEOUT): Promise<N8nExecution> {
		return await this.waitForExecution(await this.startWorkflow(workflow), timeoutMs);
	}

	/**
	 * Presses "Execute step" of a node, which is "Fetch Test Event" on a trigger, and waits for the end.
	 * A tool asks for its arguments first.
	 */
	async runStep(
		workflow: SavedWorkflow,
		node: string,
		toolArguments?: IDataObject,
	): Promise<N8nExecution> {
		const query = this.dialect.argumentsNameTool ? { [node]: toolArguments } : toolArguments;
		const executionId = await this.run(workflow, {
			triggerToStartFrom: { name: triggerOf(workflow) },
			destinationNode: { nodeName: node, mode: 'inclusive' },
			...(toolArguments && { agentRequest: { query, tool: { name: node } } }),
		});
		return await this.waitForExecution(executionId);
	}

	async waitForExecution(id: string, timeoutMs = WAIT_TIMEOUT): Promise<N8nExecution> {
		return await until(`execution ${id} to end`, timeoutMs, async () => {
			const execution = await this.getExecution(id);
			return execution.isFinished ? execution : undefined;
		});
	}

	async getExecution(id: string): Promise<N8nExecution> {
		return new N8nExecution(await this.get<ExecutionResponse>(`/rest/executions/${id}`));
	}

	/** The executions of a workflow, newest first, without their data. */
	async listExecutions(
		workflow: SavedWorkflow,
	): Promise<Array<Pick<ExecutionResponse, 'id' | 'status' | 'mode'>>> {
		const filter = JSON.stringify({ workflowId: workflow.id });
		const { results } = await this.get<{ results: ExecutionResponse[] }>('/rest/executions', {
			filter,
		});
		return results;
	}

	/** Presses "Stop". */
	async stopExecution(id: string): Promise<void> {
		await this.post(`/rest/executions/${id}/stop`);
	}

	/** Activates a workflow and waits until its triggers listen; throws what n8n says when one fails to. */
	async activate({ id, versionId }: SavedWorkflow): Promise<void> {
		await this.post(`/rest/workflows/${id}/activate`, { versionId });
		if (!this.dialect.activatesLater) return;
		const { status, triggers } = await this.waitForPublication(id);
		if (status === 'published') return;
		throw new Error(triggers.map(({ errorMessage }) => errorMessage ?? status).join('; '));
	}

	async deactivate({ id }: SavedWorkflow): Promise<void> {
		await this.post(`/rest/workflows/${id}/deactivate`);
		if (this.dialect.activatesLater) await this.waitForPublication(id);
	}

	/** Opens, or searches, the list of choices of a resource locator. */
	async searchList(search: ListSearch): Promise<INodeListSearchResult> {
		const { node, parameter, methodName, filter, paginationToken } = search;
		return await this.post('/rest/dynamic-node-parameters/resource-locator-results', {
			path: `parameters.${parameter}`,
			methodName,
			nodeTypeAndVersion: { name: node.type, version: node.typeVersion },
			currentNodeParameters: node.parameters,
			credentials: node.credentials,
			filter,
			paginationToken,
		});
	}

	/** The nodes that the editor offers. */
	async nodeTypes(): Promise<INodeTypeDescription[]> {
		const { data } = await this.http.get<INodeTypeDescription[]>(`${this.url()}/types/nodes.json`);
		return data;
	}

	/** The types of credential that the editor offers. */
	async credentialTypes(): Promise<ICredentialType[]> {
		const { data } = await this.http.get<ICredentialType[]>(`${this.url()}/types/credentials.json`);
		return data;
	}

	/** Calls a webhook of an active workflow and returns the answer's body. */
	async callWebhook(path: string, body: IDataObject = {}): Promise<unknown> {
		const { data } = await this.http.post<unknown>(`${this.url()}/webhook/${path}`, body);
		return data;
	}

	/** The node in the newest version that this n8n has of it. */
	private withKnownVersion(node: INode): INode {
		const newest = this.dialect.newestNodes[node.type] ?? Infinity;
		return { ...node, typeVersion: Math.min(node.typeVersion, newest) };
	}

	private async run(workflow: SavedWorkflow, request: IDataObject): Promise<string> {
		const { executionId } = await this.post<{ executionId: string }>(
			`/rest/workflows/${workflow.id}/run`,
			{ ...request, ...(this.dialect.runsBringWorkflow && { workflowData: workflow }) },
		);
		return executionId;
	}

	private async enter(path: string, body: IDataObject): Promise<void> {
		const { headers } = await this.http.post(`${this.url()}${path}`, body);
		const cookies = headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies
			.map((cookie) => cookie.split(';', 1)[0])
			.join('; ');
	}

	private async waitForPublication(workflowId: string): Promise<PublicationStatus> {
		return await until('n8n to publish the workflow', WAIT_TIMEOUT, async () => {
			const path = `/rest/workflows/${workflowId}/publication-status`;
			const publication = await this.get<PublicationStatus>(path);
			return publication.status === 'in_progress' ? undefined : publication;
		});
	}

	private async get<T>(path: string, params?: IDataObject): Promise<T> {
		return await this.dataOf<T>(this.http.get(`${this.url()}${path}`, { params }));
	}

	private async post<T>(path: string, body: object = {}): Promise<T> {
		return await this.dataOf<T>(this.http.post(`${this.url()}${path}`, body));
	}

	private async patch<T>(path: string, body: object): Promise<T> {
		return await this.dataOf<T>(this.http.patch(`${this.url()}${path}`, body));
	}

	private async dataOf<T>(request: Promise<{ data: { data: T } }>): Promise<T> {
		try {
			return (await request).data.data;
		} catch (error) {
			throw error instanceof AxiosError ? new Error(explain(error)) : error;
		}
	}
}

interface PublicationStatus {
	status: 'published' | 'not_published' | 'in_progress' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/** Polls until the probe returns something. */
export async function until<T>(
	what: string,
	timeoutMs: number,
	probe: () => Promise<T | undefined>,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const result = await probe();
		if (result !== undefined) return result;
		if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
		await delay(POLL_INTERVAL);
	}
}

function explain({ config, message, response }: AxiosError): string {
	return `${config?.method?.toUpperCase()} ${config?.url}: ${message} ${JSON.stringify(response?.data ?? '')}`;
}

function triggerOf({ nodes, connections }: SavedWorkflow): string {
	const trigger = nodes.find(({ name, type }) => name in connections && /trigger$/i.test(type));
	if (!trigger) throw new Error('The workflow has no trigger that is connected to anything');
	return trigger.name;
}
