import type { IDataObject } from 'n8n-workflow';
import { reportHtml } from './html';
import { reportMarkdown } from './markdown';
import { countByStatus, runFacts, sortedByStatus, type ReportedRun } from './reportedRun';
import { sectionOf, type ReportTime } from './reportSection';
import { reportSlack } from './slack';
import { timelineSvg } from './timeline/timeline';
import { countsText, titleOf } from './subject';

/** In which form the text of a report is written. */
export type ReportFormat = 'html' | 'markdown' | 'slack';

const RENDERERS = { html: reportHtml, markdown: reportMarkdown, slack: reportSlack };

/** Draws the tasks of the runs, in the order of their report. */
export function reportTimeline(runs: ReportedRun[], time: ReportTime): string {
	const inOrder = sortedByStatus(runs);
	return timelineSvg(
		inOrder.map(({ run }) => run),
		titleOf(inOrder),
		time,
	);
}

/** The JSON of a report on one run or several: a text, a subject for a mail, and the facts. */
export function reportItem(
	runs: ReportedRun[],
	format: ReportFormat,
	time: ReportTime,
): IDataObject {
	const inOrder = sortedByStatus(runs);
	const sections = inOrder.map((reported) => sectionOf(reported, time));
	return {
		subject: `Amperity: ${titleOf(inOrder)}`,
		text: RENDERERS[format](sections, runs.length > 1 ? countsText(inOrder) : ''),
		run_ids: inOrder.map(({ run }) => run.id),
		outcomes: countByStatus(inOrder),
		runs: inOrder.map(runFacts),
	};
}
