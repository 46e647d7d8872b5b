import type { RunStatus } from './reportedRun';
import type { ReportSection } from './reportSection';
import { escaped } from './wellFormed';

/** Mail programs drop style sheets, so every element has its own style; these show on light and dark. */
const COLORS: Record<RunStatus, string> = {
	active: '#2f81f7',
	failed: '#d9363e',
	skipped: '#7d8590',
	stopped: '#b7791f',
	succeeded: '#2da44e',
	unknown: '#8957e5',
};

const FONT = 'font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5';
const LABEL = 'padding:2px 12px 2px 0;text-align:left;vertical-align:top;white-space:nowrap';
const VALUE = 'padding:2px 0;vertical-align:top';

const rowOf = ([label, text]: [string, string]) =>
	`<tr><th style="${LABEL}">${escaped(label)}</th><td style="${VALUE}" dir="auto">${escaped(text)}</td></tr>`;

function sectionHtml({ status, heading, facts, url }: ReportSection): string {
	const border = `border-left:4px solid ${COLORS[status]};padding-left:12px;margin:0 0 20px`;
	const link =
		url === undefined
			? ''
			: `<p style="margin:8px 0 0"><a href="${escaped(url)}">Open in Amperity</a></p>`;
	return [
		`<div style="${border}">`,
		`<h3 style="font-size:16px;margin:0 0 6px" dir="auto">${escaped(heading)}</h3>`,
		`<table style="border-collapse:collapse;font-size:14px">${facts.map(rowOf).join('')}</table>`,
		`${link}</div>`,
	].join('');
}

/** A report for a mail. It leaves colours of text and background to the reader's program. */
export function reportHtml(sections: ReportSection[], counts: string): string {
	const summary = counts === '' ? '' : `<p style="margin:0 0 16px">${escaped(counts)}</p>`;
	return `<div style="${FONT}">${summary}${sections.map(sectionHtml).join('')}</div>`;
}
