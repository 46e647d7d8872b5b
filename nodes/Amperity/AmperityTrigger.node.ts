import {
	NodeConnectionTypes,
	NodeOperationError,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { authenticationField } from './authentication';
import { amperityCredentialTest } from './methods/credentialTest';
import { searchRunNames, searchRunTypes } from './methods/listSearch';
import { AmperityClient } from './transport/client';
import { triggerFields } from './trigger/triggerFields';
import { TriggerPoll } from './trigger/triggerPoll';
import { readTriggerSettings } from './trigger/triggerSettings';

/** Starts a workflow of n8n when a workflow run in Amperity starts, ends, is slow or does not start. */
export class AmperityTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amperity Trigger',
		name: 'amperityTrigger',
		icon: { light: 'file:amperity.svg', dark: 'file:amperity.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].length === 1 ? $parameter["events"][0].replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) : $parameter["events"].length + " events" }}',
		description:
			'Starts the workflow when a workflow run in Amperity (of a courier group, an orchestration group or a campaign) starts, ends, is slow or does not start',
		defaults: { name: 'Amperity Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		// Written out in both nodes: n8n's lint looks here, and only here, for who tests a credential.
		credentials: [
			{
				name: 'amperityApi',
				required: true,
				testedBy: 'amperityCredentialTest',
				displayOptions: { show: { authentication: ['amperityApi'] } },
			},
			{
				name: 'amperityOAuth2Api',
				required: true,
				testedBy: 'amperityCredentialTest',
				displayOptions: { show: { authentication: ['amperityOAuth2Api'] } },
			},
		],
		properties: [authenticationField, ...triggerFields],
	};

	methods = {
		credentialTest: { amperityCredentialTest },
		listSearch: { searchRunNames, searchRunTypes },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const settings = readTriggerSettings(this);
		const poll = new TriggerPoll(this, await AmperityClient.create(this), settings);
		const isTest = this.getMode() === 'manual';
		const items = isTest ? await poll.examples() : await poll.newItems();
		if (items.length > 0) return [this.helpers.returnJsonArray(items)];
		if (!isTest) return null;
		throw new NodeOperationError(
			this.getNode(),
			'Nothing that fits has happened in Amperity lately',
			{
				description:
					'Widen the events, outcomes and filters, or let a workflow run in Amperity first.',
			},
		);
	}
}
