import type { IDataObject } from 'n8n-workflow';

/** Where versions of n8n want to be spoken to differently. In all else that is said here they are alike. */
export interface Dialect {
	environment: Record<string, string>;
	/** What n8n, but no worker, prints in the end if its readiness check is content before it takes requests. */
	startedText: string;
	/** What a new workflow says beside its definition. */
	newWorkflow: IDataObject;
	/** Whether a manual run brings its workflow along. */
	runsBringWorkflow: boolean;
	/** Whether the arguments for a tool go under the name of its node. */
	argumentsNameTool: boolean;
	/** Whether an activation goes on after it was answered. */
	activatesLater: boolean;
	/** The newest version of a node type where workflows use a newer one. */
	newestNodes: Record<string, number>;
}

const NEWEST: Dialect = {
	environment: {
		N8N_DISABLED_MODULES:
			'mcp-registry,mcp,instance-ai,agents,chat-hub,quick-connect,workflow-builder',
	},
	startedText: '',
	newWorkflow: {},
	runsBringWorkflow: false,
	argumentsNameTool: true,
	activatesLater: true,
	newestNodes: {},
};

const VERSION_2_0: Dialect = {
	// n8n does not start if it does not know a module.
	environment: { N8N_DISABLED_MODULES: 'mcp,chat-hub' },
	startedText: 'Editor is now accessible',
	newWorkflow: { active: false },
	runsBringWorkflow: true,
	argumentsNameTool: false,
	activatesLater: false,
	newestNodes: { '@n8n/n8n-nodes-langchain.agent': 3 },
};

const OLDER: Record<string, Dialect> = {
	'1.123.81': {
		...VERSION_2_0,
		// Newer ones have a pool of connections without being asked.
		environment: { ...VERSION_2_0.environment, DB_SQLITE_POOL_SIZE: '4' },
	},
	'2.0.3': VERSION_2_0,
};

/** How a version of n8n is spoken to. */
export function dialectOf(version: string): Dialect {
	return OLDER[version] ?? NEWEST;
}
