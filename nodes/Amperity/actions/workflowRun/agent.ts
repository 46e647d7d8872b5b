import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';

/** The switch that lets an AI agent do what cannot be undone. It shows on the tool only. */
export const agentSwitch: INodeProperties = {
	displayName: 'Allow the Agent to Do This',
	name: 'allowAgent',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	description:
		'Whether the AI agent may really start or stop runs. A start can send data and campaigns to customers, and it is billed.',
	displayOptions: { show: { '@tool': [true] } },
};

/**
 * Refuses an agent what the person who built the workflow has not allowed. The switch is read as it
 * was saved: an expression, which a model could fill, does not count.
 *
 * @throws NodeOperationError with a text that tells the model what to do instead
 */
export function checkAgentMay(context: IExecuteFunctions, what: string): void {
	if (!isCalledByAgent(context) || context.getNode().parameters.allowAgent === true) return;
	throw new NodeOperationError(
		context.getNode(),
		`This tool is not allowed to ${what}. Do not try again. Tell the user that the person who built this workflow can allow it with the switch "${agentSwitch.displayName}" of the Amperity tool.`,
	);
}

/** What an agent is told with a run it has started, so that it does not start another one. */
export const adviceToAgent = ({ id }: IDataObject): IDataObject => ({
	advice: `Run ${String(id)} has been started. Do not start it again, also not if it seems slow. Use the operation Get with this run ID to see how it goes.`,
});
