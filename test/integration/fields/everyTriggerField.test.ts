/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { isDeepStrictEqual } from 'node:util';
import { DateTime } from 'luxon';
import type { IDataObject, INodeProperties, NodeOperationError } from 'n8n-workflow';
import { createTrigger, credentialsFor, forgetAll } from '../../engine';
import { TimeTravel } from '../../engine/timeTravel';
import { AmperitySimulator, type RecordedRequest } from '../../simulator';
import { NAMES, REFUSED, WORKFLOW_ZONE } from './fieldTable';
import {
	choices,
	duration,
	locatorText,
	onOff,
	text,
	timeOfDay,
	zone,
	zoneName,
	type Kind,
	type Outcome,
} from './kinds';
import { byExpression, ODD_NAMES } from './oddValues';
import { faultsOf } from './refusal';
import { fieldsOfTrigger } from './walk';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let simulator: AmperitySimulator;
let time: TimeTravel;

beforeAll(async () => {
	time = new TimeTravel();
	simulator = await AmperitySimulator.start({ rateLimit: false });
});

afterAll(async () => {
	await simulator.stop();
	time.end();
});

/** What a trigger has told in a week and a day. */
interface Told {
	items: IDataObject[];
	requests: RecordedRequest[];
	error?: NodeOperationError;
}

/** A Thursday. */
const BEGIN = '2026-10-01T00:00:00Z';

/** Runs by each name, which their starters bear too: all succeed, but for one that fails and one that does not end. */
function startRuns(): void {
	const scenario = { neverEnds: true };
	const run = (name: string) =>
		simulator.startRunAs({
			principal: { id: 'p', name, email: 'e@e' },
			configId: 'cg-1',
			name,
			scenario,
		}).id;
	for (const name of NAMES) simulator.endRun(run(name), 'succeeded');
	simulator.endRun(run('Daily load'), 'failed');
	run('Daily load');
}

async function watch(parameters: IDataObject): Promise<Told> {
	time.begin(BEGIN);
	expect(simulator.validationErrors).toEqual([]);
	simulator.reset();
	forgetAll();
	const credentials = { ...credentialsFor(simulator), requestsPerSecond: 10_000 };
	const trigger = createTrigger(credentials, parameters, { timeZone: WORKFLOW_ZONE });
	const items: IDataObject[] = [];
	try {
		items.push(...(await trigger.poll()));
		time.pass(1_000);
		startRuns();
		for (const ms of [MINUTE, 25 * MINUTE, 2 * DAY, 6 * DAY, MINUTE]) {
			time.pass(ms);
			items.push(...(await trigger.poll()));
		}
	} catch (error) {
		return { items, requests: simulator.requests, error: error as NodeOperationError };
	}
	return { items, requests: simulator.requests };
}

interface Row {
	kind: (field: INodeProperties) => Kind;
	unset: unknown;
	given?: IDataObject;
	seen: (told: Told) => unknown;
	/** Default: it is seen as it is. */
	shows?: (value: unknown) => unknown;
}

const distinct = (values: unknown[]) => [...new Set(values)].sort();
const namesOf = ({ items }: Told) => distinct(items.map(({ name }) => name));

const EXPECTED = { startBy: '06:00', filters: { nameContains: 'nightly' } };
const missing = ({ items }: Told) => items.filter(({ event }) => event === 'runDidNotStart');

/** The first moment of that name in the items, as it is in a zone. */
const timeIn = (key: string, name: string) => (told: Told) =>
	DateTime.fromISO(String(missing(told)[0]?.[key]), { zone: name }).toFormat('HH:mm');

const byText = (text: unknown) =>
	NAMES.filter((name) => name.toLowerCase().includes(String(text).toLowerCase())).sort();

const NAMED_ZONE = 'Asia/Tokyo';
const ZONES: Record<string, string> = { named: NAMED_ZONE, utc: 'UTC', workflow: WORKFLOW_ZONE };

/** A zone shows in when six o'clock is. */
const sixOClock = {
	seen: timeIn('since', 'UTC'),
	shows: (value: unknown) => {
		const zone = ZONES[String(value)] ?? String(value);
		// The first six o'clock after the trigger was switched on.
		const begin = DateTime.fromISO(BEGIN, { zone });
		const today = begin.set({ hour: 6, minute: 0 });
		const first = today > begin ? today : today.plus({ days: 1 });
		return first.toUTC().toFormat('HH:mm');
	},
};

const ROWS: Record<string, Row> = {
	events: {
		kind: choices,
		unset: REFUSED,
		given: { ...EXPECTED, filters: { nameContains: 'Daily load' } },
		seen: ({ items }) => distinct(items.map(({ event }) => event)),
	},
	outcomes: {
		kind: choices,
		unset: REFUSED,
		seen: ({ items }) => distinct(items.map(({ outcome }) => outcome)),
		// Nothing is skipped here.
		shows: (value) => (value as string[]).filter((outcome) => outcome !== 'skipped'),
	},
	slowAfterMinutes: {
		kind: duration('refused'),
		unset: 0,
		seen: ({ items: [item] }) => item?.slow_after_minutes,
		// Amperity itself warns after a day.
		shows: (value) => (value === 0 ? 1_440 : value),
	},
	startBy: {
		kind: timeOfDay,
		unset: REFUSED,
		given: { filters: EXPECTED.filters },
		seen: timeIn('since', WORKFLOW_ZONE),
	},
	notBefore: {
		kind: timeOfDay,
		unset: REFUSED,
		given: { ...EXPECTED, startBy: '23:00' },
		seen: timeIn('not_before', WORKFLOW_ZONE),
	},
	timeZone: {
		kind: zone,
		unset: 'workflow',
		given: { ...EXPECTED, timeZoneName: NAMED_ZONE },
		...sixOClock,
	},
	timeZoneName: { kind: zoneName, unset: REFUSED, given: EXPECTED, ...sixOClock },
	weekdays: {
		kind: choices,
		unset: REFUSED,
		given: EXPECTED,
		seen: (told) =>
			distinct(
				missing(told).map(({ since }) =>
					DateTime.fromISO(String(since), { zone: WORKFLOW_ZONE })
						.toFormat('EEEE', { locale: 'en' })
						.toLowerCase(),
				),
			),
	},
	includeDetails: {
		kind: onOff,
		unset: false,
		seen: ({ items }) => items.some(({ tasks }) => tasks !== undefined),
	},
	simplify: {
		kind: onOff,
		unset: true,
		seen: ({ items: [item] }) => 'summary' in (item ?? {}),
	},
	'filters.config': {
		kind: locatorText,
		unset: undefined,
		seen: namesOf,
		shows: (value) => NAMES.filter((name) => value === undefined || name === value).sort(),
	},
	'filters.nameContains': { kind: text, unset: '', seen: namesOf, shows: byText },
	'filters.startedBy': { kind: text, unset: '', seen: namesOf, shows: byText },
	'filters.type': {
		kind: locatorText,
		unset: undefined,
		seen: ({ items }) => items.length > 0,
		// No run is of such a type.
		shows: (value) => value === undefined,
	},
};

function rowOf(name: string): Row {
	const row = ROWS[name.split(' ')[1]!];
	if (!row) throw new Error(`Nobody has said what the field ${name} does: add it to the table`);
	return row;
}

function faults(property: INodeProperties, row: Row, outcome: Outcome, told: Told): string[] {
	const isUnset = outcome === 'not set';
	const value = isUnset ? row.unset : outcome === 'refused' ? REFUSED : outcome.value;
	if (value !== REFUSED) {
		const effect = row.seen(told);
		const expected = row.shows ? row.shows(value) : value;
		if (!told.error && isDeepStrictEqual(effect, expected)) return [];
		const message = told.error?.message ?? '';
		return [`it does ${JSON.stringify(effect)} instead of ${JSON.stringify(expected)} ${message}`];
	}
	const { error, requests } = told;
	const refusal = error && { message: error.message, description: error.description ?? '' };
	const sent = requests.length > 0 ? ['something was sent'] : [];
	return [...faultsOf(refusal, property), ...sent];
}

const FIELDS = fieldsOfTrigger().map((field) => [field.name, field] as const);

test.each(FIELDS)('%s does what a value says, or refuses it', async (name, field) => {
	const row = rowOf(name);
	const { odd, own } = row.kind(field.property);
	const given: Array<[string, string, Outcome]> = [
		...ODD_NAMES.map((value): [string, string, Outcome] => [
			value,
			byExpression(value),
			odd[value],
		]),
		...own.map(([source, outcome]): [string, string, Outcome] => [
			source.slice(0, 60),
			`={{ ${source} }}`,
			outcome,
		]),
	];
	const wrong: string[] = [];
	for (const [value, expression, outcome] of given) {
		const held = field.holding(expression);
		const filters = { ...(row.given?.filters as IDataObject), ...(held.filters as IDataObject) };
		const told = await watch({ ...row.given, ...held, filters });
		for (const fault of faults(field.property, row, outcome, told)) {
			wrong.push(`${value}: ${fault}`.slice(0, 240));
		}
	}
	expect(wrong).toEqual([]);
});
