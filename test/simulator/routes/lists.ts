import { PAGING, Query, pageOf } from '../query';
import type { Answer, Call, World } from '../world';

/** GET /campaigns */
export function listCampaigns(world: World, call: Call): Answer {
	const query = new Query(call, ['destination_data_template_id', ...PAGING]);
	const template = query.text('destination_data_template_id');
	const campaigns = ownItems(world, call, world.campaigns)
		.filter(
			({ destination_data_template_ids: ids = [] }) =>
				template === undefined || ids.includes(template),
		)
		.map(({ id, name, deliver_at }) => ({ id, name, ...(deliver_at && { deliver_at }) }));
	return { status: 200, body: pageOf(world, query, campaigns), schema: 'campaignList' };
}

/** GET /segments */
export function listSegments(world: World, call: Call): Answer {
	const query = new Query(call, PAGING);
	const segments = ownItems(world, call, world.segments);
	return { status: 200, body: pageOf(world, query, segments), schema: 'segmentList' };
}

/** GET /audit-events */
export function listAuditEvents(world: World, call: Call): Answer {
	const query = new Query(call, ['happened_from', 'happened_to', ...PAGING]);
	const from = query.time('happened_from') ?? -Infinity;
	const to = query.time('happened_to') ?? Infinity;
	const events = ownItems(world, call, world.auditEvents).filter(({ happened_at }) => {
		const time = Date.parse(happened_at);
		return time >= from && time < to;
	});
	return { status: 200, body: pageOf(world, query, events), schema: 'auditEventList' };
}

/** The other tenant has runs only. */
function ownItems<Item>(world: World, call: Call, items: Item[]): Item[] {
	return call.tenant === world.tenant ? items : [];
}
