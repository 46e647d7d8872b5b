import { DateTime } from 'luxon';
import { sleep, type IDataObject, type INodeProperties } from 'n8n-workflow';
import { startAmperity } from '../../engine';
import {
	NAMED_SCENARIOS,
	type AmperitySimulator,
	type RecordedRequest,
	type Scenario,
} from '../../simulator';
import {
	asSaved,
	choice,
	choices,
	count,
	day,
	duration,
	id,
	locatorText,
	onOff,
	text,
	time,
	zone,
	zoneName,
	type Kind,
} from './kinds';
import type { Drive, Seen } from './lab';

/** What a field does, and what is seen of it. */
export interface Row {
	kind: (field: INodeProperties) => Kind;
	/** The value that it has where none is set; `REFUSED` where there must be one. */
	unset: unknown;
	/** Further parameters, for the effect to be seen. */
	given?: IDataObject;
	/** What the run does. Default: it ends after a minute, unless it is to be stopped. */
	scenario?: Scenario;
	/** What else must be so, when there is a run. */
	prepare?: (simulator: AmperitySimulator) => void;
	drive?: Drive;
	/** The effect of the field. */
	seen: (what: Seen) => unknown;
	/** The effect that a value must have. Default: it is seen as it is. */
	shows?: (value: unknown, what: Seen) => unknown;
	/** How an error begins, where that is not the name of the field. */
	says?: RegExp;
}

export const REFUSED = Symbol('refused');

/** The time zone of the workflow. */
export const WORKFLOW_ZONE = 'America/New_York';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

const bodyOf = ({ requests }: Seen) =>
	(requests.find(({ method, path }) => method === 'POST' && path === '/workflow/runs')?.body ??
		{}) as Record<string, string | undefined>;
const queryOf = ({ requests: [first] }: Seen) => first?.query ?? {};
const toSecond = (iso: string | undefined) =>
	iso === undefined ? undefined : `${new Date(iso).toISOString().slice(0, 19)}Z`;
const isStop = ({ method, path }: RecordedRequest) => method === 'POST' && path.endsWith('/stop');
const isStart = ({ method, path }: RecordedRequest) =>
	method === 'POST' && path === '/workflow/runs';
const isLook = ({ method, path }: RecordedRequest) =>
	method === 'GET' && /^\/workflow\/runs\/[^/]+$/.test(path);

/** How many there are of whatever is listed. */
export const LISTED = 60;

/** What runs are called, so that each text that counts is found. */
export const NAMES = [
	'Daily load',
	'0 -1 2.5 1000000000 5 7 0x10 NaN true FALSE',
	'\u0663\u0660 \uFF15 \u{1F389} canceled <b>bold</b>',
	'__proto__ constructor ../../x',
	'x'.repeat(500),
];

const query = (name: string, more: Partial<Row> = {}): Row => ({
	kind: time,
	unset: undefined,
	seen: (what) => toSecond(queryOf(what)[name]),
	...more,
});

/** A filter by what a run is: its state, which is `canceled` for one of them, or its type. */
const found = (key: 'state' | 'type', kinds: number): Row => ({
	kind: locatorText,
	unset: undefined,
	given: { returnAll: true },
	seen: ({ items }) => new Set(items.map((item) => item[key])).size,
	shows: (value) => (value === undefined ? kinds : value === 'canceled' && key === 'state' ? 1 : 0),
});

/** Midnight of a day in a zone, in UTC. */
const midnight = (date: string, name: string) =>
	DateTime.fromISO(date, { zone: name }).toUTC().toISO({ suppressMilliseconds: true });

const NAMED_ZONE = 'Asia/Tokyo';
const ZONES: Record<string, string> = { named: NAMED_ZONE, utc: 'UTC', workflow: WORKFLOW_ZONE };

/** A zone shows in how midnight of 1 October is sent. */
const zones = (given: IDataObject, sent: (what: Seen) => string | undefined) => {
	const shows = (value: unknown) => midnight('2026-10-01', ZONES[String(value)] ?? String(value));
	const seen = (what: Seen) => toSecond(sent(what));
	return {
		timeZone: {
			kind: zone,
			unset: 'utc',
			given: { ...given, timeZoneName: NAMED_ZONE },
			seen,
			shows,
		},
		timeZoneName: { kind: zoneName, unset: REFUSED, given, seen, shows },
	};
};

/** What the times of a report end with, in a zone. */
const zoneMark = (name: string) => DateTime.now().setZone(name).setLocale('en-US').toFormat('ZZZZ');

/** A zone shows in the times of a report. */
const zonesOfReport = () => {
	const shows = (value: unknown) => zoneMark(ZONES[String(value)] ?? String(value));
	const seen = ({ items: [item] }: Seen) =>
		/\*\*Created:\*\* \S+ \S+ (\S+)/.exec(String(item?.text))?.[1];
	const given = { timeZoneName: NAMED_ZONE };
	return {
		timeZone: { kind: zone, unset: 'utc', given, seen, shows },
		timeZoneName: { kind: zoneName, unset: REFUSED, seen, shows },
	};
};

/** The form of a report, by how its text begins. */
const formOf = (text: unknown) =>
	({ '<': 'html', '#': 'markdown', '*': 'slack' })[String(text).slice(0, 1)];

const ENDLESS: Scenario = { neverEnds: true };

/** It stays so for an hour after it is stopped. */
const SLOW_TO_STOP: Scenario = { neverEnds: true, stoppingMs: 60 * MINUTE };

/** It takes four minutes: longer waits see its end, shorter ones do not. */
const FOUR_MINUTES: Scenario = { durationMs: 4 * MINUTE };

/** As exactly as the clock of the test can tell. */
const waited = (minutes: number) =>
	minutes < 1.8 ? 'short' : minutes < 4 ? 'middle' : 'to the end';

const maximumWait = (more: Partial<Row>): Row => ({
	kind: duration(),
	unset: 60,
	seen: ({ items: [item], tookMs }) =>
		item?.timed_out === true ? waited(tookMs / MINUTE) : 'to the end',
	shows: (value) => waited(Number(value)),
	...more,
});

/** As exactly as the clock of the test can tell. */
const lengthOf = (seconds: number) => (seconds < 16 ? 'short' : seconds < 75 ? 'middle' : 'long');

/** How long it takes from the start, or from the first look, to the next one: here two minutes at most. */
const checkInterval = (more: Partial<Row>): Row => ({
	kind: duration(),
	unset: 5,
	seen: ({ requests }) => {
		const from = Math.max(1 + requests.findIndex(isStop), requests.findIndex(isStart));
		const [before, after] = requests.slice(from);
		return lengthOf(((after?.at ?? NaN) - (before?.at ?? NaN)) / 1_000);
	},
	shows: (value) => lengthOf(Number(value)),
	...more,
});

const requestTimeout: Row = {
	kind: duration(),
	unset: 60,
	// A second passes in no time here: whether it is kept to is seen elsewhere.
	seen: ({ requests }) => requests.length > 0,
	shows: () => true,
};

/** Stops the execution as soon as it looks at the run. */
const stopExecution: Drive = async (simulator, nodeRun) => {
	const looked = new Promise<void>((resolve) => {
		simulator.onRequest = (request) => {
			if (isLook(request)) resolve();
			return undefined;
		};
	});
	const { result, stop } = startAmperity({ credentials: {}, ...nodeRun });
	await Promise.race([looked, result]);
	stop();
	const ended = await result;
	// n8n does not wait for what a node does after that.
	await sleep(10_000);
	return ended;
};

const onCancel: Row = {
	kind: choice,
	unset: 'leave',
	drive: stopExecution,
	seen: ({ requests }) => (requests.some(isStop) ? 'stop' : 'leave'),
};

const onTimeout: Row = {
	kind: choice,
	unset: 'error',
	given: { maximumWait: 1 },
	seen: ({ items: [item], requests }) => {
		if (item?.timed_out === true) return 'continue';
		return requests.some(isStop) ? 'stop' : 'error';
	},
};

const onUnsuccessful: Row = {
	kind: choice,
	unset: 'error',
	seen: ({ error, items }) => (error === undefined && items.length === 1 ? 'emit' : 'error'),
};

const includeIngestCounts: Row = {
	kind: onOff,
	unset: false,
	seen: ({ requests }) => requests.some(({ path }) => path.startsWith('/ingest')),
};

const runId: Row = {
	kind: id,
	unset: REFUSED,
	given: { maximumWait: 1 },
	seen: ({ requests: [first] }) => /^\/workflow\/runs\/([^/]+)/.exec(first?.path ?? '')?.[1],
};

const ended = (simulator: AmperitySimulator) => {
	for (const { id } of simulator.runs) simulator.endRun(id, 'succeeded');
};

const isSimplified: Row = {
	kind: onOff,
	unset: true,
	seen: ({ items: [item] }) => 'summary' in (item ?? {}),
};

/** The form of a run that the tool is told, by what is in it. */
const output: Row = {
	kind: choice,
	unset: 'simplified',
	given: { allowAgent: 'everywhere' },
	seen: ({ items: [item = {}] }) => {
		if (!('summary' in item)) return 'raw';
		return 'created_at' in item ? 'simplified' : 'selected';
	},
};

/** What an operation adds, whatever is selected. */
const ADDED =
	/^(request|n8n_execution_id|advice|already_ended|timed_out|start_confirmed_by|times_.*)$/;

const fields: Row = {
	kind: choices,
	unset: REFUSED,
	given: { allowAgent: 'everywhere' },
	// What not every answer has.
	scenario: { durationMs: 5 * MINUTE, extra: { current_version: '1.0.0' } },
	seen: ({ items: [item = {}] }) =>
		Object.keys(item)
			.filter((key) => !ADDED.test(key))
			.sort(),
};

const allowAgent: Row = {
	kind: asSaved,
	unset: REFUSED,
	seen: () => undefined,
	says: /^This tool is not allowed to (start|stop) workflow runs/,
};

/** What is one for all items, so that no expression decides it. */
const ofAllItems: Row = { kind: asSaved, unset: REFUSED, seen: () => undefined };

const RANGE = {
	day: '2026-10-05',
	days: 3,
	rangeFrom: '2026-10-01',
	rangeTo: '2026-10-03',
};

/** What a Time Range sends on a day, in UTC. */
function sentFor(timeRange: unknown, { requests }: Seen): Array<string | undefined> {
	const today = Math.floor((requests[0]?.at ?? NaN) / DAY) * DAY;
	const daysAgo = (days: number) => toSecond(new Date(today - days * DAY).toISOString());
	switch (timeRange) {
		case 'day':
			return ['2026-10-05T00:00:00Z', undefined];
		case 'lastDays':
			return [daysAgo(3), daysAgo(0)];
		case 'range':
			return ['2026-10-01T00:00:00Z', '2026-10-03T00:00:00Z'];
		case 'yesterday':
			return [daysAgo(1), undefined];
		default:
			return [undefined, undefined];
	}
}

const rangeOf = (what: Seen) => [bodyOf(what).range_from, bodyOf(what).range_to];

const startsSent = ({ requests }: Seen) =>
	requests.filter(({ method }) => method === 'POST').length;

/** Somebody's run is under way, which takes four minutes more, also if it is stopped. */
const runNightly = (simulator: AmperitySimulator) => {
	const scenario = { ...FOUR_MINUTES, stoppingMs: 4 * MINUTE, name: 'Nightly' };
	simulator.setScenario('cg-1', scenario);
	simulator.startRunAs({ principal: 'person', configId: 'cg-1', scenario });
};

const drop = (simulator: AmperitySimulator) => {
	simulator.onRequest = ({ method }) => (method === 'POST' ? { kind: 'drop-before' } : undefined);
};

const withoutTags = (value: unknown) => String(value).replace(/<[^>]*>/g, '');

/** A name shows in what is said where no run has it. */
const calledByName: Row = {
	kind: text,
	unset: REFUSED,
	// What is refused without a name is what to start.
	says: /^cg-1 was not started: n8n does not know yet|^Name in Amperity /,
	seen: ({ hints: [hint] }) => hint,
	shows: (value) =>
		`No run of the last days is called ${withoutTags(value)}. Check Name in Amperity.`,
};

/** Somebody's run of so many hours ago has succeeded. */
function runHoursAgo(simulator: AmperitySimulator, hours: number): void {
	const createdAt = simulator.clock.now() - hours * 60 * MINUTE;
	const run = { principal: 'person', configId: 'cg-1', name: 'Nightly', createdAt } as const;
	simulator.startRunAs(run);
}

/** The fields of what waits until runs have ended. */
const ROWS_OF_WAITING: Record<string, Row> = {
	maximumWait: maximumWait({
		given: { options: { onTimeout: 'continue', checkInterval: 5 } },
		scenario: FOUR_MINUTES,
	}),
	'options.checkInterval': checkInterval({
		given: { maximumWait: 2, options: { onTimeout: 'continue' } },
		scenario: ENDLESS,
	}),
	'options.onCancel': { ...onCancel, scenario: ENDLESS },
	'options.onTimeout': { ...onTimeout, scenario: ENDLESS },
};

/** The fields of what starts runs. */
const ROWS_OF_RUNNING: Record<string, Row> = {
	allowAgent,
	configId: { kind: id, unset: REFUSED, seen: (what) => bodyOf(what).config_id },
	runMode: {
		kind: choice,
		unset: 'configured',
		seen: (what) => bodyOf(what).run_mode ?? 'configured',
	},
	timeRange: { kind: choice, unset: 'none', given: RANGE, seen: rangeOf, shows: sentFor },
	day: {
		kind: day,
		unset: REFUSED,
		seen: rangeOf,
		shows: (value) => [`${String(value)}T00:00:00Z`, undefined],
	},
	days: {
		kind: count(),
		unset: REFUSED,
		seen: (what) => {
			const [from, to] = rangeOf(what);
			return to === undefined ? 1 : (Date.parse(to) - Date.parse(from!)) / DAY;
		},
	},
	rangeFrom: {
		kind: time,
		unset: REFUSED,
		given: { rangeTo: '2026-12-31' },
		seen: (what) => bodyOf(what).range_from,
	},
	rangeTo: {
		kind: time,
		unset: undefined,
		given: { rangeFrom: '2026-01-01' },
		seen: (what) => bodyOf(what).range_to,
	},
	...zones({ timeRange: 'day', day: '2026-10-01' }, (what) => bodyOf(what).range_from),
	'options.rerunIfPlatformFailed': {
		kind: count(),
		unset: 0,
		given: { configId: 'cg-fails-platform', runMode: 'source' },
		prepare: (simulator) => {
			const { scenario } = NAMED_SCENARIOS['fails-platform']!;
			simulator.setScenario('cg-fails-platform', { ...scenario, name: 'Nightly' });
		},
		seen: ({ requests }) => requests.filter(({ method }) => method === 'POST').length - 1,
	},
	'options.rerunEvenIfSentTwice': {
		kind: onOff,
		unset: REFUSED,
		says: /^Rerun /,
		given: { configId: 'cg-fails-platform' },
		seen: ({ error, requests }) => requests.length > 0 && error !== undefined,
	},
	...ROWS_OF_WAITING,
	'options.onUnsuccessful': { ...onUnsuccessful, given: { configId: 'cg-fails-customer' } },
	'options.ifStartIsLost': {
		kind: choice,
		unset: 'findElseStartAgain',
		prepare: drop,
		seen: ({ requests }) => {
			const [, ...later] = requests.slice(requests.findIndex(isStart));
			if (later.some(isStart)) return 'findElseStartAgain';
			return later.length > 0 ? 'findElseReport' : 'report';
		},
	},
	'options.includeIngestCounts': includeIngestCounts,
};

/** By the name of the field, after the operation where it does something of its own there. */
export const ROWS: Record<string, Row> = {
	returnAll: {
		kind: onOff,
		unset: false,
		given: { limit: 1 },
		seen: ({ items }) => items.length > 1,
	},
	limit: {
		kind: count(),
		unset: 50,
		seen: ({ items }) => items.length,
		shows: (value) => Math.min(Number(value), LISTED),
	},
	'options.requestTimeout': requestTimeout,

	'auditEvent getMany filters.happenedFrom': query('happened_from'),
	'auditEvent getMany filters.happenedTo': query('happened_to'),
	...under('auditEvent getMany', {
		...zones({ filters: { happenedFrom: '2026-10-01' } }, (what) => queryOf(what).happened_from),
	}),

	'campaign getMany filters.dataTemplateId': query('destination_data_template_id', {
		kind: text,
		seen: (what) => queryOf(what).destination_data_template_id,
	}),

	'ingestJob get jobId': {
		kind: id,
		unset: REFUSED,
		seen: ({ requests: [first] }) => /^\/ingest\/jobs\/([^/]+)$/.exec(first?.path ?? '')?.[1],
	},
	'ingestJob get simplify': {
		kind: onOff,
		unset: true,
		seen: ({ items: [item] }) => !JSON.stringify(item).includes('file-1'),
	},
	...under('ingestJob getMany', {
		jobsOf: {
			kind: choice,
			unset: 'timeRange',
			given: { runId: 'wf-20261001-00001-aaaaaa' },
			seen: ({ requests: [first] }) =>
				first?.path.startsWith('/workflow/runs/') ? 'workflowRun' : 'timeRange',
		},
		runId: { ...runId, given: {} },
		createdFrom: query('created_from', { unset: REFUSED, given: { createdTo: '2026-10-03' } }),
		createdTo: query('created_to', { unset: REFUSED, given: { createdFrom: '2026-09-30' } }),
		...zones(
			{ createdFrom: '2026-10-01', createdTo: '2026-10-02' },
			(what) => queryOf(what).created_from,
		),
		simplify: {
			kind: onOff,
			unset: true,
			seen: ({ items: [item] }) => !JSON.stringify(item).includes('file-1'),
		},
	}),

	'workflowRun get runId': runId,
	'workflowRun get view': {
		kind: choice,
		unset: 'overview',
		seen: (what) => queryOf(what).view ?? 'overview',
	},
	'workflowRun get options.includeIngestCounts': { ...includeIngestCounts, prepare: ended },

	...under('workflowRun getMany', {
		'filters.created_from': query('created_from'),
		'filters.created_to': query('created_to'),
		'filters.ended_from': query('ended_from'),
		'filters.ended_to': query('ended_to'),
		'filters.nameContains': {
			kind: text,
			unset: '',
			given: { returnAll: true },
			seen: ({ items }) => [...new Set(items.map(({ name }) => name))].sort(),
			shows: (value) =>
				NAMES.filter((name) => name.toLowerCase().includes(String(value).toLowerCase())).sort(),
		},
		'filters.state': found('state', 4),
		'filters.type': found('type', 1),
		'filters.activity': {
			kind: choice,
			unset: 'both',
			given: { returnAll: true },
			seen: ({ items }) => {
				const kinds = new Set(items.map(({ ended_at: end }) => (end ? 'ended' : 'active')));
				return kinds.size === 1 ? [...kinds][0] : 'both';
			},
		},
		'filters.outcomes': {
			kind: choices,
			unset: ['failed', 'stopped', 'succeeded', undefined],
			given: { returnAll: true },
			seen: ({ items }) => [...new Set(items.map(({ outcome }) => outcome))].sort(),
			shows: (value) => (value as string[]).filter((outcome) => outcome !== 'skipped').sort(),
		},
		...zones({ filters: { created_from: '2026-10-01' } }, (what) => queryOf(what).created_from),
	}),

	...under('workflowRun report', {
		runId: { ...runId, given: {} },
		reportOn: ofAllItems,
		format: {
			kind: choice,
			unset: 'markdown',
			seen: ({ items: [item] }) => formOf(item?.text),
		},
		includeTimeline: {
			kind: onOff,
			unset: true,
			seen: ({ files }) => files.includes('timeline'),
		},
		...zonesOfReport(),
	}),

	...under('workflowRun start', {
		...ROWS_OF_RUNNING,
		splitRange: {
			kind: choice,
			unset: 'none',
			given: { days: 2 },
			seen: startsSent,
			shows: (value) => ({ days: 2, hours: 2 * 24, nDays: 1, none: 1 })[String(value)],
		},
		daysPerWindow: {
			kind: count(),
			unset: 7,
			given: { days: 9 },
			seen: startsSent,
			shows: (value) => Math.ceil(9 / Number(value)),
		},
		waitForCompletion: ofAllItems,
		'options.ifAlreadyRunning': {
			kind: choice,
			unset: 'startAnyway',
			scenario: FOUR_MINUTES,
			given: { allowAgent: 'everywhere', options: { nameInAmperity: 'Nightly' } },
			prepare: runNightly,
			seen: (what) => {
				const [item = {}] = what.items;
				if (item.reused === true) return 'useRunning';
				if (item.skipped === true) return 'skip';
				if (item.stopped_run_id !== undefined) return 'stopThenStart';
				return item.waited_for_run_id === undefined ? 'startAnyway' : 'waitThenStart';
			},
		},
		'options.nameInAmperity': {
			...calledByName,
			given: { options: { ifAlreadyRunning: 'skip' } },
		},
		'options.runningMaximumWait': {
			kind: duration(),
			unset: 60,
			scenario: FOUR_MINUTES,
			given: { options: { ifAlreadyRunning: 'waitThenStart', nameInAmperity: 'Nightly' } },
			prepare: runNightly,
			seen: ({ error, tookMs }) => (error ? waited(tookMs / MINUTE) : 'to the end'),
			shows: (value) => waited(Number(value)),
		},
		'options.order': ofAllItems,
		'options.skipSucceeded': ofAllItems,
	}),

	...under('workflowRun ensureFresh', {
		...ROWS_OF_RUNNING,
		nameInAmperity: calledByName,
		maximumAge: {
			kind: duration(),
			unset: 24,
			prepare: (simulator) => runHoursAgo(simulator, 12),
			seen: ({ items: [item = {}] }) => (item.fresh === true ? 'is used' : 'is too old'),
			shows: (value) => (Number(value) >= 12 ? 'is used' : 'is too old'),
		},
	}),

	...under('workflowRun stop', {
		allowAgent,
		runId,
		waitUntilStopped: ofAllItems,
		maximumWait: maximumWait({
			given: { options: { onTimeout: 'continue', checkInterval: 5 } },
			scenario: { neverEnds: true, stoppingMs: 4 * MINUTE },
		}),
		'options.checkInterval': checkInterval({
			given: { maximumWait: 2, options: { onTimeout: 'continue' } },
			scenario: SLOW_TO_STOP,
		}),
		'options.onTimeout': {
			...onTimeout,
			seen: ({ items: [item] }) => (item?.timed_out === true ? 'continue' : 'error'),
			scenario: SLOW_TO_STOP,
		},
	}),

	...under('workflowRun wait', {
		runId,
		...ROWS_OF_WAITING,
		'options.onUnsuccessful': {
			...onUnsuccessful,
			prepare: (simulator) => simulator.endRun(simulator.runs[0]!.id, 'failed'),
		},
		'options.includeIngestCounts': { ...includeIngestCounts, prepare: ended },
	}),

	simplify: isSimplified,
	output,
	fields,
};

function under(operation: string, rows: Record<string, Row>): Record<string, Row> {
	return Object.fromEntries(
		Object.entries(rows).map(([name, row]) => [`${operation} ${name}`, row]),
	);
}

/** The row of a field, by its full name; a new field has none until somebody says what it does. */
export function rowOf(name: string): Row {
	const plain = name.replace(/ \(.*\)$/, '');
	const row = ROWS[plain] ?? ROWS[plain.split(' ').at(-1)!];
	if (!row) throw new Error(`Nobody has said what the field ${plain} does: add it to the table`);
	return row;
}
