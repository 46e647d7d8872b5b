import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { callTool, credentialsFor, runAmperity, type NodeRun } from '../engine';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator, OtherRun, RunEnd } from '../simulator';

/** A minute of waiting takes 0.2 s. */
const SPEED = 300;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let simulator: AmperitySimulator;
shareSimulator(SPEED, (started) => {
	simulator = started;
});

const report = async (parameters: IDataObject = {}, more: Partial<NodeRun> = {}) =>
	await runAmperity(simulator, {
		parameters: { operation: 'report', runId: '={{ $json.id }}', ...parameters },
		...more,
	});
const reportOn = async (ids: string[], parameters: IDataObject = {}, more: Partial<NodeRun> = {}) =>
	await report(parameters, { items: ids.map((id) => ({ id })), ...more });
const withLinks = () => ({
	...credentialsFor(simulator),
	workflowPageUrl: 'https://amperity.example/runs/{id}',
});
const textsOf = (items: INodeExecutionData[]) => items.map(({ json }) => String(json.text));

/** A run that ended so many days ago, after so many minutes. */
function past(minutes: number, daysAgo: number, run: Partial<OtherRun> = {}): string {
	const createdAt = simulator.clock.now() - daysAgo * DAY;
	const scenario = { durationMs: minutes * MINUTE, ...run.scenario };
	const name = 'Daily load';
	return simulator.startRunAs({
		principal: 'person',
		configId: 'cg-1',
		createdAt,
		name,
		...run,
		scenario,
	}).id;
}
const failedRun = (minutes = 42) =>
	past(minutes, 0.1, { scenario: { outcome: 'failed-customer', durationMs: minutes * MINUTE } });
const ended = (end: RunEnd) => {
	const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
	simulator.endRun(id, end);
	return id;
};

/** What is in the file, as a node that attaches it reads it. */
const pictureIn = ({ binary }: INodeExecutionData) => {
	const { data, ...file } = binary!.timeline!;
	return { ...file, svg: Buffer.from(data, 'base64').toString('utf8') };
};

test('a run that failed is told with its cause, how long it usually takes, and its page', async () => {
	for (const minutes of [90, 20, 21, 19, 20]) past(minutes, 1 + minutes / 1_000);
	const id = failedRun();
	const { items, error } = await reportOn([id], { format: 'slack' }, { credentials: withLinks() });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	const [{ json, pairedItem }] = items as [INodeExecutionData];
	expect(pairedItem).toEqual({ item: 0 });
	const { text, ...facts } = json;
	expect(text).toMatch(
		/^\*Daily load failed\*\n\*Cause:\* No file matches the pattern of the courier\n/,
	);
	expect(text).toContain('*Attribution:* Amperity attributes this to the configuration.');
	expect(text).toContain('*Duration:* 42 minutes, usually 20 minutes');
	expect(text).toContain(`<https://amperity.example/runs/${id}|Open in Amperity>`);
	expect(facts).toEqual({
		subject: 'Amperity: Daily load failed after 42 minutes',
		run_ids: [id],
		outcomes: { failed: 1, unknown: 0, stopped: 0, active: 0, skipped: 0, succeeded: 0 },
		runs: [
			{
				id,
				name: 'Daily load',
				state: 'failed',
				outcome: 'failed',
				duration_seconds: 2_520,
				usual_duration_seconds: 1_200,
				url: `https://amperity.example/runs/${id}`,
			},
		],
	});
});

describe('the usual duration', () => {
	const usual = async (id: string) => {
		const { items } = await reportOn([id]);
		const [facts] = items[0]!.json.runs as IDataObject[];
		return facts!.usual_duration_seconds;
	};

	test('is not told of fewer than three other successes of that name in the last week', async () => {
		past(20, 1);
		past(20, 2);
		past(20, 8);
		past(20, 3, { name: 'Another' });
		past(20, 3, { scenario: { outcome: 'failed-platform' } });
		expect(await usual(past(42, 0.2))).toBeUndefined();
		past(20, 4);
		expect(await usual(past(42, 0.1))).toBe(20 * 60);
	});

	test('is that of the last five', async () => {
		for (const [index, minutes] of [90, 90, 90, 10, 20, 30, 40, 50].entries())
			past(minutes, 6 - index / 2);
		expect(await usual(failedRun())).toBe(30 * 60);
	});

	test('is read once for all items, from all pages', async () => {
		simulator.pageCap = 2;
		for (const day of [1, 2, 3, 4, 5]) past(20, day);
		const { items } = await reportOn([failedRun(), failedRun(), failedRun()]);
		for (const text of textsOf(items)) expect(text).toContain('usually 20 minutes');
		const lists = simulator.requests.filter(({ path }) => path === '/workflow/runs');
		expect(lists).toHaveLength(4);
		expect(lists[0]!.query).toMatchObject({ type: 'courier.group/run', limit: '500' });
	});

	test('is left out where the list cannot be read, and the item says why', async () => {
		const id = failedRun();
		simulator.onRequest = ({ path }) =>
			path === '/workflow/runs' ? { kind: 'status', status: 403 } : undefined;
		const { items, error } = await reportOn([id]);
		expect(error).toBeUndefined();
		expect(items[0]!.json).toMatchObject({
			subject: 'Amperity: Daily load failed after 42 minutes',
			usual_duration_error: expect.stringContaining('API key'),
		});
		expect(textsOf(items)[0]).not.toContain('usually');
	});
});

test('a run that goes on is told as active', async () => {
	const id = simulator.startRunAs({
		principal: 'person',
		configId: 'cg-1',
		name: 'Daily load',
		createdAt: simulator.clock.now() - 30 * MINUTE,
		scenario: { neverEnds: true },
	}).id;
	const { items } = await reportOn([id]);
	expect(items[0]!.json).toMatchObject({
		subject: 'Amperity: Daily load is running',
		outcomes: { active: 1 },
	});
	expect(textsOf(items)[0]).toMatch(/\*\*Duration:\*\* 3\d minutes so far/);
	expect(pictureIn(items[0]!).svg).toContain('stroke-dasharray');
});

describe('the timeline', () => {
	test('is a picture in a binary field, with a bar for the run and each task', async () => {
		const { items } = await reportOn([failedRun()]);
		const { svg, ...file } = pictureIn(items[0]!);
		expect(file).toMatchObject({
			fileName: 'timeline.svg',
			fileExtension: 'svg',
			mimeType: 'image/svg+xml',
			fileType: 'image',
		});
		expect(svg).toMatch(/^<svg .*<\/svg>$/s);
		for (const label of ['Load files', 'Stitch', 'Generate databases', 'Daily load']) {
			expect(svg).toContain(`>${label}</text>`);
		}
		expect(svg).toContain('times in UTC');
	});

	test('has its times in the zone that is chosen', async () => {
		const zone = { timeZone: 'named', timeZoneName: 'Asia/Tokyo' };
		const { items } = await reportOn([failedRun()], zone);
		expect(pictureIn(items[0]!).svg).toContain('times in Asia/Tokyo');
		expect(textsOf(items)[0]).toContain('GMT+9');
	});

	test('is left out where nobody wants it', async () => {
		const { items } = await reportOn([failedRun()], { includeTimeline: false });
		expect(items[0]).not.toHaveProperty('binary');
	});
});

describe('several items', () => {
	test('each have a report of their own, in their order', async () => {
		const ids = [ended('succeeded'), ended('failed'), ended('stopped')];
		const { items } = await reportOn(ids);
		expect(items.map(({ json }) => json.run_ids)).toEqual(ids.map((id) => [id]));
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
		expect(items.filter(({ binary }) => binary?.timeline)).toHaveLength(3);
	});

	test('have one together, which is linked to all of them', async () => {
		const ids = [ended('succeeded'), ended('failed'), ended('succeeded')];
		const { items } = await reportOn([...ids, ids[0]!], { reportOn: 'allRuns' });
		expect(items).toHaveLength(1);
		const [{ json, pairedItem }] = items as [INodeExecutionData];
		expect(json).toMatchObject({
			subject: 'Amperity: 1 failed, 2 succeeded',
			run_ids: [ids[1], ids[0], ids[2]],
			outcomes: { failed: 1, succeeded: 2 },
		});
		expect(pairedItem).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		const { svg } = pictureIn(items[0]!);
		expect(svg).toContain('>1 failed, 2 succeeded</text>');
	});

	test('a report on all has the form that the first asks for', async () => {
		const items = [
			{ id: ended('succeeded'), format: 'html' },
			{ id: ended('failed'), format: 'slack' },
		];
		const result = await report({ reportOn: 'allRuns', format: '={{ $json.format }}' }, { items });
		expect(textsOf(result.items)).toEqual([expect.stringMatching(/^<div /)]);
	});

	test('each are read with their own credential', async () => {
		const of = (tenant: string, token: string, page: string) => ({
			id: simulator.startRunAs({ principal: 'person', configId: 'cg-1', tenant }).id,
			tenant,
			token,
			page,
		});
		const items = [
			of('acme', simulator.token, 'https://acme.example/{id}'),
			of('globex', simulator.otherToken, ''),
		];
		const credentials = {
			...credentialsFor(simulator),
			tenant: '={{ $json.tenant }}',
			accessToken: '={{ $json.token }}',
			workflowPageUrl: '={{ $json.page }}',
		};
		const result = await report({ reportOn: 'allRuns' }, { items, credentials });
		expect(result.error).toBeUndefined();
		expect(result.items[0]!.json.runs).toMatchObject([
			{ id: items[0]!.id, url: `https://acme.example/${items[0]!.id}` },
			{ id: items[1]!.id },
		]);
	});
});

describe('what cannot be reported', () => {
	test.each(['', 'wf 1', 'wf-1/stop'])('%p is refused, and nothing is sent', async (bad) => {
		const { error } = await reportOn([ended('failed'), bad]);
		expect(error!.message).toMatch(/^Run ID .*\[item 1\]$/);
		expect(simulator.requests).toEqual([]);
	});

	test('a run that Amperity does not know is the error of its item', async () => {
		const { error, items } = await reportOn(['wf-unknown']);
		expect(error!.context!.details).toMatchObject({ run_id: 'wf-unknown' });
		expect(items).toEqual([]);
	});

	test.each(['eachRun', 'allRuns'])('with Continue the others are reported (%s)', async (mode) => {
		const ids = [ended('failed'), 'wf-unknown', ended('succeeded'), 'wf 1'];
		const settings = { onError: 'continueRegularOutput' } as const;
		const { items } = await reportOn(ids, { reportOn: mode }, { settings });
		const errors = items.filter(({ json }) => json.error);
		expect(errors.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }, { item: 3 }]);
		const reports = items.filter(({ json }) => json.text);
		expect(reports.flatMap(({ json }) => json.run_ids)).toEqual([ids[0], ids[2]]);
		expect(reports.flatMap(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	});

	test('leaves by the error output where there is one', async () => {
		const settings = { onError: 'continueErrorOutput' } as const;
		const parameters = { reportOn: 'allRuns' };
		const { items, errorItems } = await reportOn([ended('failed'), 'wf-unknown'], parameters, {
			settings,
		});
		expect(items).toHaveLength(1);
		expect(errorItems).toMatchObject([
			{ json: { id: 'wf-unknown', error: expect.any(String), message: expect.any(String) } },
		]);
		const none = await reportOn(['wf-unknown'], parameters, { settings });
		expect(none.items).toEqual([]);
		expect(none.errorItems).toHaveLength(1);
	});
});

test('hostile names stay texts in every form', async () => {
	const name = '</text><script>alert(1)</script> [x](https://evil.example) *b* <!channel> \u202E';
	const id = past(5, 0.1, { name, scenario: { outcome: 'failed-platform' } });
	for (const format of ['html', 'markdown', 'slack']) {
		const { items } = await reportOn([id], { format });
		expect(textsOf(items)[0]).not.toMatch(/<script|<!channel|\u202E/);
		expect(pictureIn(items[0]!).svg).not.toContain('<script');
	}
});

test('an agent is told the text, without a picture', async () => {
	const id = ended('failed');
	const parameters = {
		operation: 'report',
		runId: { __rl: true, mode: 'id', value: "={{ $fromAI('id', '', 'string') }}" },
		includeTimeline: true,
		reportOn: 'allRuns',
	};
	const [told] = await callTool(simulator, { parameters, calls: [{ id }] });
	expect(told!.answer).toEqual([
		expect.objectContaining({ run_ids: [id], text: expect.stringContaining('**Cause:**') }),
	]);
	expect(JSON.stringify(told)).not.toContain('timeline');
});
