import { timestamp } from './timestamps';

/** A campaign; `destination_data_template_ids` are only filtered by, never shown. */
export interface SimulatedCampaign {
	id: string;
	name: string;
	deliver_at?: string;
	destination_data_template_ids?: string[];
}

/** A segment, as shown. */
export interface SimulatedSegment {
	id: string;
	name: string;
	status: string;
}

/** What was ingested into one table. */
export interface SimulatedIngestTable {
	feed_id: string;
	job_id: string;
	table_name: string;
	state: string;
	read: number;
	errors: number;
	rejected: number;
	inserted: number;
	updated: number;
	started_at: string;
	ended_at: string;
	files: Array<{ file_id: string; name?: string; read: number; errors: number }>;
}

/** An ingest job, as shown. */
export interface SimulatedIngestJob {
	id: string;
	workflow_id: string;
	tables: SimulatedIngestTable[];
}

/** An audit event, as shown. */
export interface SimulatedAuditEvent {
	event_id: string;
	event_type: string;
	tenant: string;
	tenant_family: string;
	happened_at: string;
	principal_id: string;
	principal_name: string;
	principal_email: string;
	object_id: string;
	object_name?: string;
	origin_ip: string;
	user_agent: string;
	session_id: string;
}

/** Enough campaigns for three pages of 20. */
const CAMPAIGNS = 45;
const SEGMENTS = 25;
const AUDIT_EVENTS = 30;

/** The data template of every third seeded campaign. */
const TEMPLATE_ID = 'ptg-Newsletter';

const EVENT_TYPES = ['workflow/cancel', 'workflow/retry', 'api-key/created', 'user/created'];

const HOUR_MS = 3_600_000;

/** The campaigns that a new simulator has. */
export function seedCampaigns(now: number): SimulatedCampaign[] {
	return numbered(CAMPAIGNS, (number) => ({
		id: `cc-Campaign${number}`,
		name: `Campaign ${number}`,
		...(number % 2 === 0 && { deliver_at: timestamp(now + number * HOUR_MS) }),
		...(number % 3 === 0 && { destination_data_template_ids: [TEMPLATE_ID] }),
	}));
}

/** The segments that a new simulator has. */
export function seedSegments(): SimulatedSegment[] {
	return numbered(SEGMENTS, (number) => ({
		id: `seg-Segment${number}`,
		name: `Segment ${number}`,
		status: number % 5 === 0 ? 'draft' : 'active',
	}));
}

/** The audit events that a new simulator has: one each hour, up to now. */
export function seedAuditEvents(tenant: string, now: number): SimulatedAuditEvent[] {
	return numbered(AUDIT_EVENTS, (number) => ({
		event_id: `event-${number}`,
		event_type: EVENT_TYPES[number % EVENT_TYPES.length] ?? '',
		tenant,
		tenant_family: tenant,
		happened_at: timestamp(now - number * HOUR_MS),
		principal_id: 'user-1',
		principal_name: 'Pat Person',
		principal_email: `pat@${tenant}.example`,
		object_id: `object-${number}`,
		...(number % 2 === 0 && { object_name: `Object ${number}` }),
		origin_ip: '192.0.2.1',
		user_agent: 'Mozilla/5.0',
		session_id: `session-${number}`,
	}));
}

function numbered<Item>(count: number, make: (number: number) => Item): Item[] {
	return Array.from({ length: count }, (_, index) => make(index + 1));
}
