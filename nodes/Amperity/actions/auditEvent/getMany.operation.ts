import type { IExecuteFunctions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { toEndTimestamp, toTimestamp } from '../../fields/dateTime';
import { filtersField } from '../../fields/collection';
import { FieldReader } from '../../fields/fieldReader';
import { readTimeZone, timeZoneFields } from '../../fields/timeZone';
import { collectPages } from '../../transport/pagination';
import { listAuditEvents } from '../../transport/auditEvents';
import { eachItemAtOnce, type ItemOutcome } from '../items';
import { limitFields, readLimit } from '../limit';
import { requestOptions } from '../requestTimeout';

export const option: INodePropertyOptions = {
	name: 'Get Many',
	value: 'getMany',
	action: 'Get many audit events',
	description: 'List who did what in the tenant, and when',
};

const fromFilter: INodeProperties = {
	displayName: 'Happened From',
	name: 'happenedFrom',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-01 00:00:00',
	description: 'Only events at this time or later',
};

const toFilter: INodeProperties = {
	displayName: 'Happened To',
	name: 'happenedTo',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-10-02 00:00:00',
	description: 'Only events before this time',
};

export const description: INodeProperties[] = [
	...limitFields,
	filtersField([fromFilter, toFilter]),
	...timeZoneFields(),
	requestOptions,
];

export async function execute(context: IExecuteFunctions): Promise<ItemOutcome[]> {
	return await eachItemAtOnce(context, async (client, itemIndex) => {
		const fields = FieldReader.ofItem(context, itemIndex);
		const { items, pageSize } = readLimit(fields);
		const zone = readTimeZone(fields);
		const from = fields.in('filters').time(fromFilter, zone);
		const to = fields.in('filters').time(toFilter, zone);
		const wanted = {
			happened_from: from && toTimestamp(from),
			happened_to: to && toEndTimestamp(to),
			limit: pageSize,
		};
		return await collectPages(
			async (nextToken) => await listAuditEvents(client, wanted, nextToken),
			items,
		);
	});
}
