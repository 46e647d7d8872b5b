import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeProperties,
} from 'n8n-workflow';
import { isCalledByAgent } from '../../engine/calledByAgent';
import { itemClient } from '../itemClient';

/** The switch that lets an AI agent do what cannot be undone. It shows on the tool only. */
export const agentSwitch: INodeProperties = {
	displayName: 'Allow the Agent to Do This',
	name: 'allowAgent',
	type: 'options',
	default: 'never',
	noDataExpression: true,
	description:
		'Where the AI agent may really start or stop runs. A start can send data and campaigns to customers, and it is billed.',
	options: [
		{ name: 'Never', value: 'never', description: 'The agent can only read' },
		{
			name: 'Sandbox Tenants Only',
			value: 'sandbox',
			description: 'Where the Tenant ID of the credential is like acme-sb-12345',
		},
		{ name: 'Everywhere', value: 'everywhere', description: 'Also in production' },
	],
	hint: 'With Never, the agent is told that it may not, and why',
	displayOptions: { show: { '@tool': [true] } },
};

/** Amperity names sandboxes so (docs.amperity.com, "Sandboxes"). */
const SANDBOX = /-sb-\d+$/;

/** What only the person who builds the workflow can change. */
function refusal(context: IExecuteFunctions, what: string, where: string): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		`This tool is not allowed to ${what}${where}. Do not try again. Tell the user that the person who built this workflow can allow it with the setting "${agentSwitch.displayName}" of the Amperity tool.`,
	);
}

/**
 * Refuses an agent what the person who built the workflow has not allowed. The switch is read as it
 * was saved: an expression, which a model could fill, does not count.
 *
 * @param what follows "is not allowed to"
 * @throws NodeOperationError with a text that tells the model what to do instead
 */
export async function checkAgentMay(
	context: IExecuteFunctions,
	itemIndex: number,
	what: string,
): Promise<void> {
	if (!isCalledByAgent(context)) return;
	const { allowAgent } = context.getNode().parameters;
	if (allowAgent === 'everywhere') return;
	if (allowAgent !== 'sandbox') throw refusal(context, what, '');
	const { account } = await itemClient(context, itemIndex);
	if (!SANDBOX.test(account.tenant)) throw refusal(context, what, ' outside of sandbox tenants');
}

/** What an agent is told with a run it has started, so that it does not start another one. */
export const adviceToAgent = ({ id }: IDataObject): IDataObject => ({
	advice: `Run ${String(id)} has been started. Do not start it again, also not if it seems slow. Use the operation Get with this run ID to see how it goes.`,
});
