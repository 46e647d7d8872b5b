import { reportTimeline } from '../../nodes/Amperity/runs/report/report';
import { fitted } from '../../nodes/Amperity/runs/report/timeline/fitted';
import { ticksOf } from '../../nodes/Amperity/runs/report/timeline/ticks';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { HOSTILE_TEXTS, NO_TEXTS } from './hostileTexts';
import { inState } from './inState';
import { elementsIn, faultsOfXml, textsIn } from './markup';

const BEGAN = Date.parse('2026-10-01T22:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const at = (minutes: number) => new Date(BEGAN + minutes * MINUTE).toISOString();
const task = (label: unknown, state: unknown, from?: number, to?: number) => ({
	label,
	state,
	...(from !== undefined && { created_at: at(from) }),
	...(to !== undefined && { ended_at: at(to) }),
});
const run = (state: unknown, tasks: unknown, more: object = {}): WorkflowRun =>
	inState(state, {
		name: 'Daily load',
		created_at: at(0),
		ended_at: at(60),
		task_instances: tasks,
		...more,
	});
const draw = (runs: WorkflowRun[], zone = 'UTC', now = BEGAN + 2 * HOUR) =>
	reportTimeline(
		runs.map((each) => ({ run: each })),
		{ now, zone },
	);

/** The bars of a picture: where they are, in pixels, and whether they have an end. */
const barsIn = (svg: string) =>
	[
		...svg.matchAll(
			/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="12" rx="2" class="(\w+)"[^/]*?( fill-opacity="0.35")?\/>/g,
		),
	].map(([, x, y, width, tone, open]) => ({
		x: Number(x),
		y: Number(y),
		width: Number(width),
		tone,
		isOpen: open !== undefined,
	}));

test('a run and its tasks are bars on one scale, each with its state as a word', () => {
	const svg = draw([
		run('failed', [task('Stitch', 'failed', 30, 60), task('Load', 'succeeded', 0, 30)]),
	]);
	expect(barsIn(svg)).toMatchObject([
		{ x: 208, width: 270, tone: 'failed' },
		{ x: 208, width: 135, tone: 'succeeded' },
		{ x: 343, width: 135, tone: 'failed' },
	]);
	const texts = textsIn(svg);
	expect(texts).toEqual(
		expect.arrayContaining(['Daily load', 'Load', 'Stitch', 'succeeded', '30 min', '1 h 0 min']),
	);
	expect(texts.filter((text) => text === 'failed')).toHaveLength(2);
	expect(texts.indexOf('Load')).toBeLessThan(texts.indexOf('Stitch'));
});

test('it has no script, no link and nothing from elsewhere', () => {
	const svg = draw([run('failed', [task('Load', 'failed', 0, 60)])]);
	expect([...elementsIn(svg)].sort()).toEqual([
		'g',
		'path',
		'rect',
		'style',
		'svg',
		'text',
		'title',
	]);
	expect(svg.match(/\w+:\/\/\S+/g)).toEqual(['http://www.w3.org/2000/svg"']);
	expect(svg).not.toMatch(/href|url\(|@import|javascript|\son\w+=/);
});

test('every colour of the light picture has one for dark ground', () => {
	const states = ['succeeded', 'failed', 'canceled', 'skipped', 'running', 'expired'];
	const svg = draw([
		run(
			'failed',
			states.map((state) => task(state, state, 0, 10)),
		),
	]);
	const dark = /@media \(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(svg)![1]!;
	for (const [, name] of svg.matchAll(/class="([\w-]+)"/g)) expect(dark).toContain(`.${name}{`);
	for (const tag of svg.match(/<(rect|text|path)[^>]*>/g)!)
		expect(tag).toMatch(/ (fill|stroke)="#/);
});

test('what goes on, or does not say when it ended, has a dashed outline', () => {
	const now = BEGAN + 2 * HOUR;
	const active = run('running', [task('Load', 'succeeded', 0, 30), task('Stitch', 'running', 30)], {
		ended_at: undefined,
	});
	const bars = barsIn(draw([active], 'UTC', now));
	expect(bars).toMatchObject([
		{ width: 270, isOpen: true, tone: 'active' },
		{ width: 67.5, isOpen: false },
		{ x: 275.5, width: 202.5, isOpen: true },
	]);
	const left = barsIn(draw([run('failed', [task('Stitch', 'running', 30)])], 'UTC', now));
	expect(left).toMatchObject([{ width: 270 }, { x: 343, width: 135, isOpen: true }]);
});

test('what took no time can still be seen, also at the very end', () => {
	const bars = barsIn(
		draw([
			run('succeeded', [
				task('A', 'skipped', 0, 0),
				task('B', 'skipped', 60, 60),
				task('C', 'failed', 40, 20),
			]),
		]),
	);
	for (const { x, width } of bars) {
		expect(width).toBeGreaterThanOrEqual(3);
		expect(x + width).toBeLessThanOrEqual(478);
	}
	expect(bars).toHaveLength(4);
});

test('a task without times is named, and says so', () => {
	const texts = textsIn(draw([run('succeeded', [task('Load', 'scheduled')])]));
	expect(texts).toEqual(expect.arrayContaining(['Load', 'scheduled', 'no times']));
});

test.each([[[]], [undefined], [null], ['none'], [[null, 5, 'x']]])(
	'a run with the tasks %p is one bar',
	(tasks) => {
		expect(barsIn(draw([run('succeeded', tasks)]))).toHaveLength(1);
	},
);

test('a run without any times is drawn all the same', () => {
	const svg = draw([inState('succeeded')]);
	expect(faultsOfXml(svg)).toEqual([]);
	expect(textsIn(svg)).toEqual(expect.arrayContaining(['No times are known', 'no times']));
});

test('of two hundred tasks sixty rows are drawn: those that failed, and the longest', () => {
	const tasks = Array.from({ length: 200 }, (_, index) =>
		task(
			`Task ${index}`,
			index === 77 ? 'failed' : 'succeeded',
			index / 4,
			index / 4 + (index === 3 ? 9 : index === 77 ? 0 : 1),
		),
	);
	const svg = draw([run('failed', tasks)]);
	expect(barsIn(svg)).toHaveLength(60);
	const texts = textsIn(svg);
	expect(texts).toEqual(expect.arrayContaining(['Task 77', 'Task 3', 'and 141 more tasks']));
	expect(svg.length).toBeLessThan(60_000);
});

test('of many runs, those that failed are drawn', () => {
	const runs = Array.from({ length: 70 }, (_, index) =>
		run(index === 69 ? 'failed' : 'succeeded', [task('Load', 'succeeded', 0, 1)], {
			name: `Run ${index}`,
			id: `wf-${index}`,
		}),
	);
	const svg = draw(runs);
	expect(barsIn(svg)).toHaveLength(60);
	expect(textsIn(svg)).toEqual(
		expect.arrayContaining(['Run 69', 'and 10 more runs and 60 more tasks']),
	);
});

test.each(
	[...HOSTILE_TEXTS, ...NO_TEXTS].map((said) => [JSON.stringify(said)?.slice(0, 40), said]),
)('where everything says %s, it stays a picture', (_, said) => {
	const tasks = [
		task(said, said, 0, 30),
		{ id: said, label: said, state: said, created_at: said, ended_at: said },
		said,
	];
	const svg = draw([
		run('failed', tasks, { name: said }),
		run(said, said, { id: 'wf-2', name: said, created_at: said }),
	]);
	expect(faultsOfXml(svg)).toEqual([]);
	for (const element of elementsIn(svg)) {
		expect(['g', 'path', 'rect', 'style', 'svg', 'text', 'title']).toContain(element);
	}
	for (const text of textsIn(
		svg.replace(/<title>.*?<\/title>/g, '').replace(/<style>.*?<\/style>/, ''),
	)) {
		expect(text.replace(/&\w+;|&#39;/g, 'x').length).toBeLessThan(330);
	}
});

test.each([
	['1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
	['-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z'],
])('a run from %s to %s has a scale', (created_at, ended_at) => {
	const svg = draw([run('succeeded', [], { created_at, ended_at })]);
	expect(faultsOfXml(svg)).toEqual([]);
	expect(svg).not.toMatch(/NaN|Infinity|Invalid/);
});

describe('ticks', () => {
	const ticks = (from: string, minutes: number, zone = 'UTC') =>
		ticksOf(Date.parse(from), Date.parse(from) + minutes * MINUTE, zone).map(({ label, day }) =>
			day ? `${day} ${label}` : label,
		);

	test('are at whole hours and minutes, and name the day where it begins', () => {
		expect(ticks('2026-10-01T22:40:10Z', 142)).toEqual(['1 Oct 23:00', '2 Oct 00:00', '01:00']);
		expect(ticks('2026-10-01T22:40:10Z', 3)).toEqual(['1 Oct 22:41', '22:42', '22:43']);
		expect(ticks('2026-10-01T22:40:10Z', 1 / 60)).toEqual(['1 Oct 22:40:10', '22:40:11']);
		expect(ticks('2026-10-01T22:40:10Z', 4 * 1_440)).toEqual([
			'2 Oct 00:00',
			'3 Oct 00:00',
			'4 Oct 00:00',
			'5 Oct 00:00',
		]);
	});

	test('are whole hours of the zone, which may be half an hour off', () => {
		expect(ticks('2026-10-01T22:40:00Z', 142, 'Asia/Kolkata')).toEqual(['2 Oct 05:00', '06:00']);
	});

	test.each([1 / 60, 1, 7, 60, 1_000, 10_000, 1e6, 1e9])(
		'of %p minutes are one to five',
		(minutes) => {
			const { length } = ticks('2026-10-01T22:40:10.123Z', minutes);
			expect(length).toBeGreaterThanOrEqual(1);
			expect(length).toBeLessThanOrEqual(5);
		},
	);
});

describe('what does not fit', () => {
	test.each([
		['Load', 10, 'Load'],
		['Load files now', 14, 'Load files now'],
		['Load files now', 10, 'Load file…'],
		['Load files now', 6, 'Load…'],
		['日本語の名前', 12, '日本語の名前'],
		['日本語の名前', 7, '日本語…'],
		['\u{1F389}\u{1F389}\u{1F389}', 4, '\u{1F389}…'],
	])('%p in %i letters is %p', (text, letters, shown) => {
		expect(fitted(text, letters)).toBe(shown);
	});
});
