import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodePropertyOptions,
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
import { FieldReader } from './fields/fieldReader';
import { amperityCredentialTest } from './methods/credentialTest';
import {
	searchCampaigns,
	searchRecentRuns,
	searchRunStates,
	searchRunTypes,
} from './methods/listSearch';

const resources: Record<string, Resource> = {
	workflowRun,
	auditEvent,
	campaign,
	ingestJob,
	segment,
};

/** In the order in which n8n offers their actions: what the node is for comes first. */
const RESOURCES: INodePropertyOptions[] = [
	{ name: 'Workflow Run', value: 'workflowRun' },
	{ name: 'Audit Event', value: 'auditEvent' },
	{ name: 'Campaign', value: 'campaign' },
	{ name: 'Ingest Job', value: 'ingestJob' },
	{ name: 'Segment', value: 'segment' },
];

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	default: 'workflowRun',
	options: RESOURCES,
};

/** Runs workflows in Amperity, follows and stops them, and reads what belongs to them. */
export class Amperity implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Amperity',
		name: 'amperity',
		icon: { light: 'file:amperity.svg', dark: 'file:amperity.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"] + ": " + $parameter["resource"]).replace(/[A-Z]/g, (letter) => " " + letter.toLowerCase()) }}',
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
			resourceField,
			...Object.values(resources).flatMap(({ description }) => description),
		],
	};

	methods = {
		credentialTest: { amperityCredentialTest },
		listSearch: { searchCampaigns, searchRecentRuns, searchRunStates, searchRunTypes },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const fields = FieldReader.ofItem(this, 0);
		const resource = resources[fields.choice(resourceField) ?? 'workflowRun']!;
		const operation = fields.choice(resource.selector) ?? String(resource.selector.default);
		const outcomes = await resource.operations[operation]!.execute(this);
		return [toOutput(this, outcomes)];
	}
}
