import type { IExecuteFunctions } from 'n8n-workflow';

/** Whether an AI agent calls the node. n8n gives the tool a node type of its own (seen in 1.117 to 2.41). */
export function isCalledByAgent(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}
