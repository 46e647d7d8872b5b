/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-hardcoded-secrets -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { credentialsFor, runAmperity, type NodeResult } from '../engine';
import { warpTime } from '../engine/warpTime';
import { withoutStackTraces } from '../engine/withoutStackTraces';
import { AmperitySimulator, type Fault } from '../simulator';

/** A minute of waiting takes 60 ms. */
const SPEED = 1_000;

/** Seconds: three of real time, which a busy machine does not use up. */
const REQUEST_TIMEOUT = 3_000;

const ANSWERS = Number(process.env.HOSTILE_ANSWERS ?? 1_000);

/** A failure prints its seed. */
const SEED = Number(process.env.HOSTILE_SEED ?? Date.now() % 2 ** 31);

/** Operations that are under way at once, each with a simulator of its own. */
const LANES = 6;

/** With marks that JSON may escape. */
const TOKEN = 'eyJhbGciOi.token+of/the=test.c2lnbmF0dXJl';

const OPERATIONS: Record<string, IDataObject> = {
	start: { configId: 'cg-1' },
	'start and wait': { configId: 'cg-1', waitForCompletion: true },
	get: { runId: 'wf-1', view: 'verbose' },
	getMany: { limit: 3 },
	'getMany, all': { returnAll: true },
	stop: { runId: 'wf-1' },
	'stop and wait': { runId: 'wf-1', waitUntilStopped: true },
	wait: { runId: 'wf-1' },
};

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);

const quoted = (text: string) => JSON.stringify(text);

/** Every character as JSON may write it. */
const escaped = (text: string) =>
	`"${[...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;

const NESTING = 10_000;
const GIANT = 'x'.repeat(300_000);
const ESCAPE = '\u001b';

/** Texts of JSON values that nobody expects. */
const VALUES: string[] = [
	...['null', 'true', '0', '-0', '1e400', '-1e308', '12345678901234567890', '""', '[]', '{}'],
	'['.repeat(NESTING) + ']'.repeat(NESTING),
	'{"a":'.repeat(NESTING) + '1' + '}'.repeat(NESTING),
	quoted(GIANT),
	`[${Array(5_000).fill('{"state":"failed"}').join()}]`,
	`[${Array(5_000).fill('{"id":"wft-1","label":"A task that failed","state":"failed"}').join()}]`,
	...[
		`${ESCAPE}[31mred${ESCAPE}[0m${ESCAPE}]0;title\u0007`,
		'\u0000\u0008\r\nX-Evil: 1\u202e\u200b\u009b31m',
		'<script>alert(1)</script><b>bold</b>',
		'<img src=x onerror=alert(1) ',
		'a'.repeat(495) + '<img src=x onerror=alert(1)>',
		'<<b>script>alert(1)</script>',
		'Workflow was canceled. CANCELED',
		`can${ESCAPE}[0mceled`,
		`Bearer ${TOKEN}`,
		`${TOKEN.slice(0, 8)}${ESCAPE}[0m${TOKEN.slice(8)}`,
		'../../runs',
		'constructor',
		'__proto__',
		'toString',
		'failed',
		'succeeded',
		'running',
		'canceled',
		'platform',
		'wf-1',
		'2026-10-01T00:00:00Z',
		'+275760-09-13T00:00:00.000Z',
		'-271821-04-20T00:00:00.000Z',
		'not a date',
	].map(quoted),
	quoted(TOKEN).replaceAll('/', '\\/'),
	quoted(TOKEN).replaceAll('=', '\\u003d').replaceAll('+', '\\u002B'),
	escaped(TOKEN),
	'{"toString":1,"valueOf":null}',
	'{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
	'[null,1,"a",[],{}]',
];

const KEYS = [
	...['id', 'id', 'state', 'type', 'name', 'created_at', 'ended_at', 'principal_id', 'tenant'],
	...[
		'error',
		'task_instances',
		'message',
		'request_id',
		'trace_id',
		'status',
		'data',
		'next_token',
	],
	...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'json', 'pairedItem'],
];

const hostileValue = oneOf(...VALUES);
const runId = oneOf('"wf-1"', '"wf-1"', '"wf-1"', ...VALUES);

/** An object as text, so that a key may come twice. */
const objectText = (
	value: fc.Arbitrary<string>,
	beginning: fc.Arbitrary<Array<[string, string]>> = fc.constant([]),
) =>
	fc
		.tuple(beginning, fc.array(fc.tuple(oneOf(...KEYS), value), { maxLength: 7 }))
		.map(([first, entries]) =>
			[...first, ...entries].map(([key, text]) => `${quoted(key)}:${text}`).join(),
		)
		.map((inside) => `{${inside}}`);

const failure = objectText(
	hostileValue,
	hostileValue.map((text) => [
		['message', text],
		['attribution', text],
	]),
);
const task = objectText(
	hostileValue,
	fc.tuple(hostileValue, failure).map(([text, error]) => [
		['label', text],
		['state', '"failed"'],
		['error', error],
	]),
);
const ended = fc.tuple(runId, failure, task).map(
	([id, error, tasks]): Array<[string, string]> => [
		['id', id],
		['state', '"failed"'],
		['error', error],
		['task_instances', `[${tasks}]`],
	],
);
const run = fc.oneof(
	objectText(
		hostileValue,
		runId.map((id) => [['id', id]]),
	),
	objectText(hostileValue, ended),
);
const list = fc
	.tuple(fc.array(fc.oneof(run, hostileValue), { maxLength: 4 }), hostileValue)
	.map(([items, token]) => `{"data":[${items.join()}],"next_token":${token}}`);

const body = fc.oneof(
	{ weight: 6, arbitrary: run },
	{ weight: 3, arbitrary: list },
	{ weight: 2, arbitrary: objectText(hostileValue) },
	{ weight: 1, arbitrary: hostileValue },
	{ weight: 1, arbitrary: run.map((text) => text.slice(0, text.length / 2)) },
	{
		weight: 1,
		arbitrary: oneOf('', ' ', '\ufeff{"id":"wf-1"}', 'NaN', `<html>${TOKEN}</html>`, `"${TOKEN}"`),
	},
);

const header = oneOf<Record<string, string>>(
	{},
	{},
	{ 'content-type': 'text/html' },
	{ 'content-type': 'application/json; charset=utf-16' },
	{ 'content-type': 'multipart/form-data' },
	{ 'content-encoding': 'identity' },
	{ 'retry-after': '0' },
	{ 'retry-after': '-1' },
	{ 'retry-after': '1e9' },
	{ 'retry-after': '99999999999999999999' },
	{ 'retry-after': `Bearer ${TOKEN}` },
	{ 'x-echo': `Bearer ${TOKEN}`, 'set-cookie': TOKEN, location: `https://evil.example/${TOKEN}` },
);

const STATUSES = [
	...[200, 200, 200, 200, 201, 201, 202, 203, 204, 206, 226, 299, 300, 301, 302, 304, 307, 308],
	...[400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 418, 422, 425, 429, 431, 451, 499],
	...[500, 501, 502, 503, 504, 505, 507, 511, 520, 599, 600, 999],
];

const answer: fc.Arbitrary<Fault> = fc.record({
	kind: fc.constant('body' as const),
	status: oneOf(...STATUSES),
	headers: header,
	body,
});

const hostility = fc.record({
	operation: oneOf(...Object.keys(OPERATIONS)),
	/** The last one is given from then on. */
	answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
	onError: oneOf('stopWorkflow' as const, 'continueRegularOutput' as const),
});

/** All texts of a value, names of properties included, however deep they lie. */
function* textsOf(root: unknown): Generator<string> {
	const seen = new Set<unknown>();
	const left: unknown[] = [root];
	while (left.length > 0) {
		const value = left.pop();
		if (typeof value === 'string') yield value;
		if (typeof value !== 'object' || value === null || seen.has(value)) continue;
		seen.add(value);
		for (const key of Object.getOwnPropertyNames(value)) {
			yield key;
			left.push((value as IDataObject)[key]);
		}
	}
}

const CONTROL_CHARACTERS = /\p{Cc}/u;
const MARKUP = /<[a-z/!?]/i;

/** Shows a text of any length and content. */
const shown = (text: string) => `${text.length} characters: ${JSON.stringify(text.slice(0, 300))}`;

/** What is wrong with a text that a person reads. */
function flawsOf(name: string, text: string, mostCharacters: number): string[] {
	const flaws = {
		'has control characters': CONTROL_CHARACTERS.test(text),
		'has markup': MARKUP.test(text),
		'is too long': text.length > mostCharacters,
		'shows how the node is written': /undefined|\[object|native code|Cannot (read|convert)/.test(
			text,
		),
	};
	return Object.entries(flaws).flatMap(([flaw, isThere]) =>
		isThere ? [`${name} ${flaw}: ${shown(text)}`] : [],
	);
}

function problemsOf({ run: result, items, error }: NodeResult): string[] {
	const problems: string[] = [];
	if (result.status === 'canceled') problems.push('The execution is recorded as canceled');
	if (error) {
		const { name, message, description } = error;
		if (!/^Node(Api|Operation)Error$/.test(name)) problems.push(`${name}: ${shown(message)}`);
		problems.push(...flawsOf('the message', message, 3_000));
		problems.push(...flawsOf('the description', description ?? '', 10_000));
	}
	for (const { json } of items) {
		if (json.error === undefined) continue;
		if (typeof json.error !== 'string') problems.push('A run passes for an error');
		problems.push(...flawsOf('the error of the item', String(json.error), 3_000));
		problems.push(...flawsOf('its description', String(json.message ?? ''), 10_000));
	}
	for (const text of textsOf(result)) {
		if (text.includes(TOKEN)) problems.push(`The token is seen: ${shown(text)}`);
	}
	if ('polluted' in {}) problems.push('Object.prototype was changed');
	return problems;
}

async function meet(
	simulator: AmperitySimulator,
	{ operation, answers, onError }: typeof hostility extends fc.Arbitrary<infer T> ? T : never,
): Promise<NodeResult> {
	const left = [...answers];
	simulator.onRequest = () => (left.length > 1 ? left.shift() : left[0]);
	const options = { requestTimeout: REQUEST_TIMEOUT };
	return await runAmperity(simulator, {
		parameters: {
			operation: operation.split(/\W/)[0],
			...OPERATIONS[operation],
			maximumWait: 15,
			options,
		},
		settings: { onError },
		credentials: { ...credentialsFor(simulator), requestsPerSecond: 1_000 },
	});
}

withoutStackTraces();

let unwarp: () => void;

beforeAll(() => {
	unwarp = warpTime(SPEED);
});

afterAll(() => unwarp());

const counts = { items: 0, errors: 0, requests: 0 };

async function meetMany(lane: number): Promise<void> {
	const simulator = await AmperitySimulator.start({
		token: TOKEN,
		rateLimit: false,
		validate: false,
	});
	const staysClean = fc.asyncProperty(hostility, async (hostile) => {
		simulator.reset();
		const result = await meet(simulator, hostile);
		counts[result.error ? 'errors' : 'items']++;
		counts.requests += simulator.requests.length;
		const problems = problemsOf(result);
		if (problems.length > 0) throw new Error(problems.slice(0, 5).join('\n'));
	});
	try {
		await fc.assert(staysClean, {
			numRuns: Math.ceil(ANSWERS / LANES),
			seed: SEED + lane,
			includeErrorInReport: true,
		});
	} finally {
		await simulator.stop();
	}
}

test(`${ANSWERS} hostile answers give items or clean errors`, async () => {
	const outcomes = await Promise.allSettled([...Array(LANES).keys()].map(meetMany));
	const failures = outcomes.flatMap((outcome) =>
		outcome.status === 'rejected' ? (outcome.reason as Error).message.slice(0, 5_000) : [],
	);
	expect(failures).toEqual([]);
	expect(counts.items).toBeGreaterThan(ANSWERS / 10);
	expect(counts.errors).toBeGreaterThan(ANSWERS / 10);
}, 600_000);
