import type { IExecuteFunctions, INodePropertyOptions } from 'n8n-workflow';
import { FieldReader } from '../../fields/fieldReader';
import type { ItemOutcome } from '../items';
import { readRunningRule } from './runningOptions';
import { runOrders } from './runOrders';
import { readSeries } from './seriesOptions';
import { startFields, waitField } from './startFields';

export const option: INodePropertyOptions = {
	name: 'Start',
	value: 'start',
	action: 'Start workflow run',
	description: 'Start a courier group, an orchestration group or a campaign',
};

export const description = startFields;

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	// These take no expressions, so they are the same for all items.
	const fields = FieldReader.ofItem(context, 0);
	const waits = fields.isOn(waitField) ?? false;
	const series = waits ? readSeries(fields) : undefined;
	return await runOrders(context, { readRule: readRunningRule, waits, series });
}
