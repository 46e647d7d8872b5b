import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';

const orderOption: INodeProperties = {
	displayName: 'Order of Items',
	name: 'order',
	type: 'options',
	default: 'allAtOnce',
	noDataExpression: true,
	description: 'When each run is started',
	options: [
		{
			name: 'All at Once',
			value: 'allAtOnce',
			description: 'All runs are started, then waited for together',
		},
		{
			name: 'One After Another',
			value: 'oneAfterAnother',
			description:
				'Each is started when the one before has succeeded; after a failure the rest is not',
		},
	],
};

const skipSucceededOption: INodeProperties = {
	displayName: 'Skip What Has Succeeded',
	name: 'skipSucceeded',
	type: 'boolean',
	default: true,
	noDataExpression: true,
	description:
		'Whether to leave out what this node has run successfully before: the same Config ID, range and run mode in the last 30 days, or in the last 12 hours where there is no range. To run a series on from where it failed. For executions by hand this is remembered until n8n is restarted.',
	displayOptions: { show: { order: ['oneAfterAnother'] } },
};

/** The options that make the runs of a start a series. */
export const seriesOptions = [orderOption, skipSucceededOption];

/** How the runs of all items follow each other. */
export interface Series {
	/** Whether the runs that have succeeded in an earlier execution are left out. */
	skipsSucceeded: boolean;
}

/** Reads these options, which are the same for all items. Undefined: all runs are started at once. */
export function readSeries(fields: FieldReader): Series | undefined {
	const options = fields.in('options');
	if (options.choice(orderOption) !== 'oneAfterAnother') return undefined;
	return { skipsSucceeded: options.isOn(skipSucceededOption) ?? false };
}
