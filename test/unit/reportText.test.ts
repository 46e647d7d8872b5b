import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { reportItem, type ReportFormat } from '../../nodes/Amperity/runs/report/report';
import type { ReportedRun } from '../../nodes/Amperity/runs/report/reportedRun';
import { HOSTILE_TEXTS, NO_TEXTS } from './hostileTexts';
import { inState } from './inState';
import { elementsIn, faultsOfXml } from './markup';

const FORMATS: ReportFormat[] = ['html', 'markdown', 'slack'];
const MINUTE = 60_000;
const NOW = Date.parse('2026-10-02T04:00:00Z');
const TIMES = { created_at: '2026-10-01T22:00:00Z', ended_at: '2026-10-01T22:42:00Z' };

const failed = inState('failed', {
	...TIMES,
	id: 'wf-1',
	name: 'Daily load',
	error: { message: 'No file matches', attribution: 'customer' },
	task_instances: [
		{ label: 'Load files', state: 'failed', ended_at: TIMES.ended_at },
		{ label: 'Stitch', state: 'failed' },
		null,
	],
});
const url = 'https://amperity.example/runs/wf-1';

const report = (runs: ReportedRun[], format: ReportFormat = 'slack', zone = 'UTC') =>
	reportItem(runs, format, { now: NOW, zone }) as {
		subject: string;
		text: string;
		run_ids: string[];
		outcomes: Record<string, number>;
		runs: object[];
	};
const textOf = (run: WorkflowRun, more: Partial<ReportedRun> = {}, format?: ReportFormat) =>
	report([{ run, ...more }], format).text;

test('Slack: all that is known of a run that failed', () => {
	expect(textOf(failed, { url, usualMs: 20 * MINUTE })).toBe(
		[
			'*Daily load failed*',
			'*Cause:* No file matches',
			'*Attribution:* Amperity attributes this to the configuration.',
			'*Failing task:* Load files (and 1 more)',
			'*Next step:* Deliver the file and restart the workflow in Amperity: it goes on from the failed task. Or ignore the missing file there.',
			'*Duration:* 42 minutes, usually 20 minutes',
			'*Created:* 2026-10-01 22:00 UTC',
			'*Ended:* 2026-10-01 22:42 UTC',
			'*Run ID:* wf-1',
			'<https://amperity.example/runs/wf-1|Open in Amperity>',
		].join('\n'),
	);
});

test('Markdown: the same, as a list', () => {
	const text = textOf(failed, { url }, 'markdown');
	expect(text).toMatch(/^### Daily load failed\n\n- \*\*Cause:\*\* No file matches\n/);
	expect(text).toMatch(/\n- \[Open in Amperity\]\(https:\/\/amperity\.example\/runs\/wf-1\)$/);
});

test('HTML: the same, as a table, with no style sheet and nothing from elsewhere', () => {
	const text = textOf(failed, { url }, 'html');
	expect(faultsOfXml(text)).toEqual([]);
	expect(text).toContain('>No file matches</td>');
	expect(text).toContain('<a href="https://amperity.example/runs/wf-1">Open in Amperity</a>');
	expect([...elementsIn(text)].sort()).toEqual(['a', 'div', 'h3', 'p', 'table', 'td', 'th', 'tr']);
});

test.each(FORMATS)('%s: without an address there is no link', (format) => {
	expect(textOf(failed, {}, format)).not.toMatch(/http|Open in Amperity/);
});

test.each<[string, object, RegExp[], RegExp]>([
	['that succeeded', inState('succeeded', TIMES), [/succeeded/, /42 minutes/], /Cause|Next step/],
	['that was skipped', inState('skipped', TIMES), [/was skipped/], /Attribution/],
	['that was stopped', inState('canceled', TIMES), [/was stopped/, /Next step/], /Attribution/],
	[
		'that ended as nobody knows',
		inState('expired', TIMES),
		[/ended in the state expired, which is not known as a success/, /Look at the run/],
		/Cause/,
	],
	[
		'that is active',
		inState('running_with_failures', { created_at: '2026-10-02T03:00:00Z' }),
		[/is running with failures/, /60 minutes so far|1 hour so far/],
		/Ended|Next step/,
	],
	['that is active, of which nothing is known', inState(undefined), [/is active/], /Duration/],
	[
		'that ended before it was created',
		inState('failed', { created_at: TIMES.ended_at, ended_at: TIMES.created_at }),
		[/failed/],
		/Duration/,
	],
	[
		'of the platform',
		inState('failed', { error: { attribution: 'platform' } }),
		[/to its platform/, /run it again from n8n/],
		/Cause/,
	],
])('a run %s', (_, run, holds, not) => {
	for (const format of FORMATS) {
		const text = textOf(run as WorkflowRun, {}, format);
		for (const part of holds) expect(text).toMatch(part);
		expect(text).not.toMatch(not);
	}
});

test('times are in the zone that is asked for', () => {
	const { text } = report([{ run: failed }], 'slack', 'America/New_York');
	expect(text).toContain('*Created:* 2026-10-01 18:00 EDT\n*Ended:* 2026-10-01 18:42 EDT');
});

describe('several runs', () => {
	const runs = [
		{ run: inState('succeeded', { id: 'wf-2' }) },
		{ run: inState('running', { id: 'wf-3' }) },
		{ run: failed, url },
		{ run: inState('expired', { id: 'wf-4', ...TIMES }) },
		{ run: inState('succeeded', { id: 'wf-5' }) },
	];

	test('those that somebody has to look at come first, and all are counted', () => {
		const { subject, text, ...facts } = report(runs);
		expect(subject).toBe('Amperity: 1 failed, 1 ended otherwise, 1 active, 2 succeeded');
		expect(text).toMatch(/^1 failed, 1 ended otherwise, 1 active, 2 succeeded\n\n\*Daily load/);
		expect(facts).toEqual({
			run_ids: ['wf-1', 'wf-4', 'wf-3', 'wf-2', 'wf-5'],
			outcomes: { failed: 1, unknown: 1, stopped: 0, active: 1, skipped: 0, succeeded: 2 },
			runs: expect.arrayContaining([
				{
					id: 'wf-1',
					name: 'Daily load',
					state: 'failed',
					outcome: 'failed',
					duration_seconds: 2_520,
					url,
				},
				{ id: 'wf-3', state: 'running' },
			]),
		});
	});

	test('of one, the subject says what became of it', () => {
		const { subject, runs: facts } = report([{ run: failed, usualMs: 90_000 }]);
		expect(subject).toBe('Amperity: Daily load failed after 42 minutes');
		expect(facts).toMatchObject([{ usual_duration_seconds: 90 }]);
	});
});

/** A run that says the same thing wherever it can say something. */
const saying = (said: unknown) =>
	({
		...TIMES,
		id: typeof said === 'string' && said !== '' ? said : 'wf-1',
		name: said,
		state: 'failed',
		type: said,
		error: { message: said, attribution: said, type: said },
		task_instances: [
			{ id: said, label: said, state: 'failed', error: { message: said } },
			{ label: said, state: said, created_at: said, ended_at: said },
		],
	}) as WorkflowRun;

/** What Markdown takes for its own, but not where a backslash stands before it. */
const unescaped = (text: string) => text.replace(/\\[\\`*_~[\]<>#|&!]/g, '');

describe.each(
	[...HOSTILE_TEXTS, ...NO_TEXTS].map((said) => [JSON.stringify(said)?.slice(0, 40), said]),
)('where everything says %s', (_, said) => {
	const run = saying(said);

	test('the HTML has our own elements only', () => {
		const text = textOf(run, { url }, 'html');
		expect(faultsOfXml(text)).toEqual([]);
		expect([...elementsIn(text)].sort()).toEqual([
			'a',
			'div',
			'h3',
			'p',
			'table',
			'td',
			'th',
			'tr',
		]);
		expect(text.match(/ href=/g)).toHaveLength(1);
	});

	test('the Markdown has our own links, headings and bold only, a line for each fact', () => {
		const text = unescaped(textOf(run, { url }, 'markdown'));
		expect(text.match(/\]\(/g)).toHaveLength(1);
		expect(text).not.toMatch(/[<>`~|&!]/);
		for (const line of text.split('\n'))
			expect(line).toMatch(/^(### [^#]*|- \*\*[A-Z][a-zID ]+:\*\* [^*]*|- \[Open in .*|)$/u);
	});

	test('the text for Slack has our own link and bold only, a line for each fact', () => {
		const text = textOf(run, { url });
		expect(text.match(/<[^>]*>/g)).toEqual([`<${url}|Open in Amperity>`]);
		expect(text.replace(`<${url}|Open in Amperity>`, '')).not.toMatch(/[<>`~]|&(?!amp;|lt;|gt;)/);
		for (const line of text.split('\n').slice(0, -1)) expect(line.match(/\*/g)).toHaveLength(2);
	});

	test('the subject is one short line of whole characters', () => {
		const { subject } = report([{ run }]);
		expect(subject).toMatch(/^Amperity: .*failed after 42 minutes$/u);
		expect(subject.length).toBeLessThan(200);
		expect(subject).not.toMatch(/[\p{Cc}\p{Cs}\p{Cf}]/u);
	});
});

test('an address can end no link, whatever is in it', () => {
	const odd = 'https://amperity.example/runs/(a)?b=1&c=d|e\\f#"g"';
	expect(textOf(failed, { url: odd })).toContain('?b=1&amp;c=d%7Ce\\f#"g"|Open in Amperity>');
	expect(textOf(failed, { url: odd }, 'markdown')).toContain(
		'](https://amperity.example/runs/%28a%29?b=1&c=d|e%5Cf#"g")',
	);
	expect(faultsOfXml(textOf(failed, { url: odd }, 'html'))).toEqual([]);
});
