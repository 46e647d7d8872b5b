import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent calls the node. n8n gives the tool a node type of its own. */
export function isCalledByAgent(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}
