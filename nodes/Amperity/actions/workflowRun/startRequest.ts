import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import { idValidation } from '../../fields/id';
import type { StartRequest } from '../../transport/workflowRuns';
import { readTimeRanges, timeRangeField, timeRangeFields } from './timeRange';

/** What Amperity's prefixes of configuration IDs stand for. Others are passed on: they may be new. */
const WITHOUT_RANGE_AND_MODE: Record<string, string> = {
	og: 'an orchestration group',
	cc: 'a campaign',
};

/** What is to run. */
export const configIdField: INodeProperties = {
	displayName: 'Config ID',
	name: 'configId',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description:
		'What to run: a courier group (cg-…), an orchestration group (og-…) or a campaign (cc-…)',
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. cg-123ABc4DE',
			hint: 'In Amperity, open the Sources, Destinations or Campaigns page, then the menu of the row, and choose Copy ID',
			validation: idValidation('An ID looks like cg-123ABc4DE, og-123ABc4DE or cc-123ABc4DE'),
		},
		{
			displayName: 'Campaign From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a campaign...',
			hint: 'The list holds campaigns. Amperity cannot list courier groups and orchestration groups: choose By ID for them.',
			typeOptions: { searchListMethod: 'searchCampaigns', searchable: true },
		},
	],
};

const runModeField: INodeProperties = {
	displayName: 'Run Mode',
	name: 'runMode',
	type: 'options',
	default: 'configured',
	description: 'How much of the courier group runs. For courier groups only.',
	options: [
		{
			name: 'As Configured in Amperity',
			value: 'configured',
			description: 'Uses the mode that is set for the courier group. May send data downstream.',
		},
		{
			name: 'Full',
			value: 'full',
			description:
				'Pulls data, refreshes domain tables, Stitch and databases, then runs everything downstream. Sends data to other systems.',
		},
		{
			name: 'Refresh',
			value: 'refresh',
			description:
				'Pulls data, refreshes domain tables, Stitch and databases. Sends no data downstream.',
		},
		{
			name: 'Source',
			value: 'source',
			description: 'Pulls data and refreshes domain tables. Sends no data downstream.',
		},
	],
};

/** Hides what is for courier groups only. An expression may give any ID, and hides nothing. */
const hideForOthers: IDisplayOptions['hide'] = {
	configId: Object.keys(WITHOUT_RANGE_AND_MODE).map((prefix) => ({
		_cnd: { startsWith: `${prefix}-` },
	})),
};

const runModeFields = [{ ...runModeField, displayOptions: { hide: hideForOthers } }];

/** The fields that say how to run what Config ID names. */
export const startRequestFields: INodeProperties[] = [
	...runModeFields,
	...timeRangeFields(hideForOthers),
];

/** The same for what makes one run only. */
export const oneRunFields: INodeProperties[] = [
	...runModeFields,
	...timeRangeFields(hideForOthers, []),
];

/**
 * Reads one item's fields of a start and checks them, so that nothing wrong is ever sent.
 *
 * @returns a request for each run that the item asks for
 * @throws NodeOperationError that names the field, the item and the remedy
 */
export function readStartRequests(fields: FieldReader): StartRequest[] {
	const config_id = fields.id(
		configIdField,
		'Copy the ID in Amperity: on the Sources, Destinations or Campaigns page, open the menu of the row and choose Copy ID. An ID looks like "cg-123ABc4DE".',
	);
	const runMode = fields.choice(runModeField) ?? runModeField.default;
	const run_mode = runMode === runModeField.default ? {} : { run_mode: String(runMode) };
	const requests = readTimeRanges(fields).map((range) => ({ config_id, ...range, ...run_mode }));
	const [, prefix = ''] = /^([a-z]+)-/.exec(config_id) ?? [];
	const kind = WITHOUT_RANGE_AND_MODE[prefix];
	if (kind) refuseCourierFields(fields, requests[0]!, kind);
	return requests;
}

function refuseCourierFields(fields: FieldReader, request: StartRequest, kind: string): void {
	const problem = `is for courier groups only, but Config ID ${request.config_id} is ${kind}`;
	if (request.run_mode) {
		throw fields.invalid(runModeField, problem, 'Set Run Mode to As Configured in Amperity.');
	}
	if (request.range_from) {
		throw fields.invalid(timeRangeField, problem, 'Set Time Range to None.');
	}
}
