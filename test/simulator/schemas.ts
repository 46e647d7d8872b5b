import Ajv, { type ErrorObject, type SchemaObject } from 'ajv';
import addFormats from 'ajv-formats';

const text = { type: 'string' };
const dateTime = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, text]));
const counts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, count]));

/** An object; those that are not `open` allow no further properties. */
function object(required: string[], properties: Record<string, unknown>, open = false) {
	return { type: 'object', required, properties, additionalProperties: open };
}

const listOf = (items: SchemaObject) =>
	object(['data'], { data: { type: 'array', items }, next_token: text, total: count });

const failure = object(['type', 'message'], {
	...texts('type', 'message', 'attribution'),
	data: {},
});

const task = object(
	['id', 'state', 'tenant'],
	{
		...texts('id', 'state', 'tenant', 'execution_type', 'label', 'run_id', 'workflow_id'),
		...texts('task_definition_id', 'task_definition_type'),
		created_at: dateTime,
		ended_at: dateTime,
		state_changed_at: dateTime,
		timeout_ms: count,
		error: failure,
	},
	true,
);

const run = object(
	['id', 'state', 'type', 'name', 'tenant', 'created_at'],
	{
		...texts('id', 'state', 'type', 'name', 'tenant', 'launched_version', 'current_version'),
		...texts('principal_id', 'principal_name', 'principal_email'),
		created_at: dateTime,
		ended_at: dateTime,
		warn_after_ms: count,
		task_instances: { type: 'array', items: task },
		error: failure,
	},
	true,
);

const campaign = object(['id', 'name'], { ...texts('id', 'name'), deliver_at: dateTime });

const segmentTexts = texts('id', 'name', 'status');
const segment = object(Object.keys(segmentTexts), segmentTexts);

const file = object(['file_id', 'read', 'errors'], {
	...texts('file_id', 'name'),
	...counts('read', 'errors'),
});

const tableProperties = {
	...texts('feed_id', 'job_id', 'table_name', 'state'),
	...counts('read', 'errors', 'rejected', 'inserted', 'updated'),
	started_at: dateTime,
	ended_at: dateTime,
	files: { type: 'array', items: file },
};

const ingestJob = object(['id', 'workflow_id', 'tables'], {
	...texts('id', 'workflow_id'),
	tables: { type: 'array', items: object(Object.keys(tableProperties), tableProperties) },
});

const eventProperties = {
	...texts('event_id', 'event_type', 'tenant', 'tenant_family', 'object_id', 'origin_ip'),
	...texts('principal_id', 'principal_name', 'principal_email', 'user_agent', 'session_id'),
	happened_at: dateTime,
};

const auditEvent = object(Object.keys(eventProperties), { ...eventProperties, object_name: text });

const startRequest = object(['config_id'], {
	config_id: { type: 'string', pattern: '^[A-Za-z]+-[A-Za-z0-9][A-Za-z0-9-]*$' },
	range_from: dateTime,
	range_to: dateTime,
	run_mode: { enum: ['full', 'refresh', 'source'] },
});

// Documented answers carry the last two, although the published schema forbids them.
const error = object(['status', 'message'], {
	status: { type: 'integer' },
	...texts('message', 'request_id', 'trace_id'),
});

const token = object(['access_token', 'expires_in', 'token_type'], {
	access_token: text,
	expires_in: { type: 'integer', minimum: 1 },
	token_type: { const: 'Bearer' },
});

const tokenError = object(['error'], {
	...error.properties,
	...texts('error', 'error_description'),
});

const SCHEMAS = {
	run,
	runList: listOf(run),
	startRequest,
	error,
	campaignList: listOf(campaign),
	segmentList: listOf(segment),
	ingestJob,
	ingestJobList: listOf(ingestJob),
	auditEventList: listOf(auditEvent),
	token,
	tokenError,
};

/** A request or answer body that a schema is held for. */
export type SchemaName = keyof typeof SCHEMAS;

const ajv = addFormats(new Ajv());
for (const [name, schema] of Object.entries(SCHEMAS)) ajv.addSchema(schema, name);

/** What is wrong with a body, in words that name the property; undefined if nothing is. */
export function violation(name: SchemaName, body: unknown): string | undefined {
	const validate = ajv.getSchema(name);
	if (!validate || validate(body)) return undefined;
	return validate.errors?.map(describe).join('; ') ?? 'invalid';
}

function describe({ instancePath, message, params }: ErrorObject): string {
	const where = instancePath.slice(1).replaceAll('/', '.') || 'the body';
	const details = Object.values(params).flat().join(', ');
	return `${where} ${message ?? 'is not valid'} (${details})`;
}
