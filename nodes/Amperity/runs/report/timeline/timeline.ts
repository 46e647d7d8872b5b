import { DateTime } from 'luxon';
import type { WorkflowRun } from '../../../transport/workflowRuns';
import { counted } from '../../run/text';
import type { ReportTime } from '../reportSection';
import { escaped } from '../wellFormed';
import { barsOf, type Bar, type Bars } from './bars';
import { fitted } from './fitted';
import { DARK_STYLE, filled, outlined } from './theme';
import { ticksOf } from './ticks';

/** The picture has so many rows at most. */
const MOST_ROWS = 60;

/** Pixels. A mail shows the picture in 600 to 800 of them. */
const WIDTH = 720;
const ROW = 24;
const BAR = 12;
const TOP = 100;
const BOTTOM = 20;
const LABELS = { x: 16, width: 184 };
const PLOT = { x: 208, width: 270 };
const STATES = { x: 490, width: 144 };
const DURATIONS_END = 704;
const INDENT = 12;
const THINNEST = 3;

/** A Latin letter is about so wide in the size of the rows, in pixels. */
const LETTER = 6.8;
const TITLE_LETTERS = 72;

/** A scale needs some length. Milliseconds. */
const SHORTEST_SPAN_MS = 1_000;

/** How long something took, in a few letters. */
function shortDuration(ms: number): string {
	const seconds = Math.round(ms / 1_000);
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	return hours < 48
		? `${hours} h ${minutes % 60} min`
		: `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const textAt = (x: number, y: number, attributes: string, text: string): string =>
	`<text x="${x}" y="${y}" ${attributes}>${escaped(text)}</text>`;

/** Where a time is on the picture, in pixels. */
type Scale = (at: number) => number;

interface Span {
	from: number;
	to: number;
}

/** From the first beginning to the last end, or undefined if there are no times at all. */
function wholeSpan(bars: Bar[]): Span | undefined {
	const spans = bars.flatMap(({ span }) => span ?? []);
	if (spans.length === 0) return undefined;
	const from = Math.min(...spans.map((span) => span.from));
	return { from, to: Math.max(from + SHORTEST_SPAN_MS, ...spans.map(({ to }) => to)) };
}

const scaleOf =
	({ from, to }: Span): Scale =>
	(at) =>
		Math.round((PLOT.x + ((at - from) / (to - from)) * PLOT.width) * 10) / 10;

/** One whose end nobody knows has a dashed outline: it goes on, or was not heard of again. */
function barShape({ span, hasEnd, status }: Bar, y: number, scale: Scale): string {
	if (!span) return textAt(PLOT.x, y + 4, `font-style="italic" ${filled('faint')}`, 'no times');
	const left = Math.min(scale(span.from), PLOT.x + PLOT.width - THINNEST);
	const width = Math.max(THINNEST, Math.round((scale(span.to) - left) * 10) / 10);
	const place = `x="${left}" y="${y - BAR / 2}" width="${width}" height="${BAR}" rx="2"`;
	const solid = `<rect ${place} ${filled(status)}`;
	if (hasEnd) return `${solid}/>`;
	const dashes = `fill="none" stroke-width="1.5" stroke-dasharray="4 3" ${outlined(status)}`;
	return `${solid} fill-opacity="0.35"/><rect ${place} ${dashes}/>`;
}

/** The label is drawn apart, where it is clipped to its column. */
function rowShape(bar: Bar, y: number, scale: Scale): string {
	const weight = bar.status === 'failed' ? 'font-weight="bold" ' : '';
	const duration = bar.span ? shortDuration(bar.span.to - bar.span.from) : '';
	return [
		barShape(bar, y, scale),
		textAt(
			STATES.x,
			y + 4,
			weight + filled('text'),
			fitted(bar.state, Math.floor(STATES.width / LETTER)),
		),
		textAt(DURATIONS_END, y + 4, `text-anchor="end" ${filled('faint')}`, duration),
	].join('');
}

function labelShape({ kind, label }: Bar, y: number): string {
	const indent = kind === 'task' ? INDENT : 0;
	const weight = kind === 'run' ? 'font-weight="bold" ' : '';
	const letters = Math.floor((LABELS.width - indent) / (kind === 'run' ? LETTER + 0.6 : LETTER));
	const shown = fitted(label, letters);
	const whole = shown === label ? '' : `<title>${escaped(label)}</title>`;
	return `<g>${whole}${textAt(indent, y + 4, weight + filled('text'), shown)}</g>`;
}

function axisShape(span: Span, scale: Scale, bottom: number, zone: string): string {
	const small = 'font-size="12" text-anchor="middle"';
	return ticksOf(span.from, span.to, zone)
		.map(({ at, label, day }) => {
			const x = scale(at);
			return [
				`<path d="M${x} ${TOP - 14}V${bottom}" stroke-width="1" ${outlined('line')}/>`,
				textAt(x, TOP - 19, `${small} ${filled('faint')}`, label),
				day === undefined ? '' : textAt(x, TOP - 33, `${small} ${filled('faint')}`, day),
			].join('');
		})
		.join('');
}

function leftOutText({ moreRuns, moreTasks }: Bars): string {
	const more = [
		moreRuns > 0 && counted(moreRuns, 'more run'),
		moreTasks > 0 && counted(moreTasks, 'more task'),
	].filter(Boolean);
	return more.length === 0 ? '' : `and ${more.join(' and ')}`;
}

/** Which day it is about, and in which zone its times are. */
function caption(span: Span | undefined, zone: string): string {
	if (!span) return 'No times are known';
	const day = DateTime.fromMillis(span.from, { zone }).toFormat('yyyy-MM-dd');
	return `From ${day}, times in ${zone}`;
}

/**
 * Draws runs and their tasks as bars on an axis of time: a picture in SVG, without script and without anything from
 * elsewhere, for light and dark ground.
 *
 * @param title stands over the picture
 */
export function timelineSvg(runs: WorkflowRun[], title: string, { now, zone }: ReportTime): string {
	const shown = barsOf(runs, now, MOST_ROWS);
	const span = wholeSpan(shown.bars);
	const scale = scaleOf(span ?? { from: 0, to: SHORTEST_SPAN_MS });
	const yOf = (index: number) => TOP + index * ROW + ROW / 2;
	const bottom = TOP + shown.bars.length * ROW;
	const leftOut = leftOutText(shown);
	const height = bottom + BOTTOM + (leftOut ? ROW : 0);
	const labels = shown.bars.map((bar, index) => labelShape(bar, yOf(index))).join('');
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif" font-size="13">`,
		`<title>${escaped(title)}</title>`,
		DARK_STYLE,
		`<rect width="${WIDTH}" height="${height}" rx="6" ${filled('ground')}/>`,
		textAt(
			16,
			28,
			`font-size="16" font-weight="bold" ${filled('text')}`,
			fitted(title, TITLE_LETTERS),
		),
		textAt(16, 46, filled('faint'), caption(span, zone)),
		span ? axisShape(span, scale, bottom, zone) : '',
		`<svg x="${LABELS.x}" width="${LABELS.width}" height="${height}">${labels}</svg>`,
		...shown.bars.map((bar, index) => rowShape(bar, yOf(index), scale)),
		leftOut && textAt(LABELS.x, bottom + ROW / 2 + 4, filled('faint'), leftOut),
		'</svg>',
	].join('');
}
