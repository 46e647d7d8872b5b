import './environment';
import { ExecutionLifecycleHooks } from 'n8n-core';
import {
	NodeConnectionTypes,
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type INodeType,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
	type Workflow,
} from 'n8n-workflow';
import * as bundle from '../../dist/amperity.js';
import * as amperityPackage from '../../index.js';
import { EngineCredentials } from './credentials';

// The compiled classes, as n8n loads them.
export const { Amperity, AmperityApi, AmperityOAuth2Api, AmperityTrigger } =
	amperityPackage as unknown as {
		Amperity: new () => INodeType;
		AmperityApi: new () => ICredentialType;
		AmperityOAuth2Api: new () => ICredentialType;
		AmperityTrigger: new () => INodeType;
	};

/** Forgets what the nodes have learnt, of tenants, tokens and polls, as a new process of n8n has. */
export function forgetAll(): void {
	const forgetting = Object.entries(bundle as unknown as Record<string, () => void>);
	for (const [name, forget] of forgetting) if (name.startsWith('forget')) forget();
}

/** What n8n has stored of the credentials, by type. Renewed tokens are written back to it. */
export type CredentialStore = Map<string, ICredentialDataDecryptedObject>;

export function nodeTypesFor(types: Record<string, INodeType>): INodeTypes {
	const getByNameAndVersion = (name: string) => NodeHelpers.getVersionedNodeType(types[name]!);
	return {
		getByName: getByNameAndVersion,
		getByNameAndVersion,
		getKnownTypes: () => ({}),
	};
}

/** Stores credentials under both types, as a user has them who switches between the two. */
export const storeOf = (credentials: ICredentialDataDecryptedObject): CredentialStore =>
	new Map(Object.keys(storedCredentials).map((type) => [type, credentials]));

export function additionalDataFor(
	workflow: Workflow,
	stored: CredentialStore,
	/** Undefined where nothing is executed, in a poll or in the editor. */
	executionId?: string,
): IWorkflowExecuteAdditionalData {
	const base = 'http://localhost:5678';
	const credentialTypes = [new AmperityApi(), new AmperityOAuth2Api()];
	const types = new Map(credentialTypes.map((type) => [type.name, type]));
	const workflowData = {
		id: workflow.id!,
		name: 'Test',
		nodes: Object.values(workflow.nodes),
		connections: workflow.connectionsBySourceNode,
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: new Date(),
		updatedAt: new Date(),
	};
	return {
		credentialsHelper: new EngineCredentials(types, stored),
		executionId,
		hooks: new ExecutionLifecycleHooks('manual', executionId ?? '', workflowData),
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: base,
		instanceBaseUrl: base,
		formBaseUrl: base,
		formWaitingBaseUrl: base,
		webhookBaseUrl: base,
		webhookWaitingBaseUrl: base,
		webhookTestBaseUrl: base,
	} as unknown as IWorkflowExecuteAdditionalData;
}

export const storedCredentials = Object.fromEntries(
	['amperityApi', 'amperityOAuth2Api'].map((name) => [name, { id: '1', name: 'Simulator' }]),
);

/** Passes on the items a test gives it, as the node before Amperity would. */
export const inputNode = (items: IDataObject[]): INodeType => ({
	description: {
		displayName: 'Input',
		name: 'input',
		group: ['trigger'],
		version: 1,
		description: '',
		defaults: { name: 'Input' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties: [],
	},
	execute: async () => [items.map((json, item) => ({ json, pairedItem: { item } }))],
});
