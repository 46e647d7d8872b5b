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
import type { RunOutcome } from './runs/run/workflowRun';
import { FinishedRunsPoll } from './trigger/finishedRuns';
import type { RunWishes } from './trigger/runWishes';
import { AmperityClient } from './transport/client';

function readWishes(context: IPollFunctions): RunWishes {
	const filter = (name: string) =>
		String(context.getNodeParameter(`filters.${name}`, '') ?? '').trim();
	return {
		outcomes: context.getNodeParameter('outcomes') as RunOutcome[],
		type: filter('type'),
		nameContains: filter('nameContains'),
		startedBy: filter('startedBy'),
		includeDetails: context.getNodeParameter('includeDetails') as boolean,
	};
}

/** Starts a canvas when workflow runs have ended in Amperity. */
export class AmperityTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amperity Trigger',
		name: 'amperityTrigger',
		icon: { light: 'file:amperity.svg', dark: 'file:amperity.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ "run ended: " + $parameter["outcomes"].join(", ") }}',
		description: 'Starts the workflow when a workflow run has ended in Amperity',
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
		properties: [
			authenticationField,
			{
				displayName: 'Outcomes',
				name: 'outcomes',
				type: 'multiOptions',
				default: ['failed', 'skipped', 'stopped', 'succeeded'],
				required: true,
				description: 'How a run must have ended. An end that n8n does not know fires as well.',
				options: [
					{ name: 'Failed', value: 'failed' },
					{ name: 'Skipped', value: 'skipped' },
					{ name: 'Stopped', value: 'stopped', description: 'Stopped by somebody' },
					{ name: 'Succeeded', value: 'succeeded' },
				],
			},
			{
				displayName: 'Include Details',
				name: 'includeDetails',
				type: 'boolean',
				default: false,
				description:
					'Whether to add the tasks and the error of the run, which takes one more request for each run',
			},
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				default: {},
				placeholder: 'Add filter',
				options: [
					{
						displayName: 'Name Contains',
						name: 'nameContains',
						type: 'string',
						default: '',
						placeholder: 'e.g. daily',
						description: 'Only runs whose name contains this text, in upper or lower case',
					},
					{
						displayName: 'Started By',
						name: 'startedBy',
						type: 'string',
						default: '',
						placeholder: 'e.g. Automated workflow',
						description:
							'Only runs started by somebody whose name, email address or ID contains this text. It takes one more request for each run that has ended.',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'string',
						default: '',
						placeholder: 'e.g. courier.group/run',
						description: 'Only runs of this type, as Amperity writes it in its answers',
					},
				],
			},
		],
	};

	methods = { credentialTest: { amperityCredentialTest } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const poll = new FinishedRunsPoll(this, await AmperityClient.create(this), readWishes(this));
		const isTest = this.getMode() === 'manual';
		const runs = isTest ? await poll.recentEnds() : await poll.newEnds();
		if (runs.length > 0) return [this.helpers.returnJsonArray(runs)];
		if (!isTest) return null;
		throw new NodeOperationError(this.getNode(), 'No run that fits has ended in the last 30 days', {
			description: 'Widen the outcomes and filters, or let a workflow run in Amperity first.',
		});
	}
}
