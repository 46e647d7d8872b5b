import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { auditEvent } from './actions/auditEvent';
import { campaign } from './actions/campaign';
import { ingestJob } from './actions/ingestJob';
import { toOutput } from './actions/items';
import type { Resource } from './actions/resource';
import { segment } from './actions/segment';
import { workflowRun } from './actions/workflowRun';
import { authenticationField } from './authentication';
import { amperityCredentialTest } from './methods/credentialTest';
import { searchCampaigns, searchRecentRuns } from './methods/listSearch';

const resources: Record<string, Resource> = {
	auditEvent,
	campaign,
	ingestJob,
	segment,
	workflowRun,
};

/** Runs workflows in Amperity, follows and stops them, and reads what belongs to them. */
export class Amperity implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amperity',
		name: 'amperity',
		icon: { light: 'file:amperity.svg', dark: 'file:amperity.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Run courier groups, orchestration groups and campaigns in Amperity',
		defaults: { name: 'Amperity' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
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
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'workflowRun',
				options: [
					{ name: 'Audit Event', value: 'auditEvent' },
					{ name: 'Campaign', value: 'campaign' },
					{ name: 'Ingest Job', value: 'ingestJob' },
					{ name: 'Segment', value: 'segment' },
					{ name: 'Workflow Run', value: 'workflowRun' },
				],
			},
			...Object.values(resources).flatMap(({ description }) => description),
		],
	};

	methods = {
		credentialTest: { amperityCredentialTest },
		listSearch: { searchCampaigns, searchRecentRuns },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const outcomes = await resources[resource]!.operations[operation]!.execute(this);
		return [toOutput(this, outcomes)];
	}
}
