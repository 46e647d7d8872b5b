import type { ReportSection } from './reportSection';
import { wellFormed } from './wellFormed';

/** What means something to Markdown within a line. */
const MARKS = /[\\`*_~[\]<>#|&!]/g;

/** A text as it stands in Markdown, within a line. */
const plain = (text: string): string => wellFormed(text).replace(MARKS, '\\$&');

/** An address as it stands in the brackets of a link. */
const address = (url: string): string =>
	url.replace(/[()\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const sectionMarkdown = ({ heading, facts, url }: ReportSection): string =>
	[
		`### ${plain(heading)}\n`,
		...facts.map(([label, text]) => `- **${label}:** ${plain(text)}`),
		...(url === undefined ? [] : [`- [Open in Amperity](${address(url)})`]),
	].join('\n');

/** A report in CommonMark. */
export const reportMarkdown = (sections: ReportSection[], counts: string): string =>
	[...(counts === '' ? [] : [plain(counts)]), ...sections.map(sectionMarkdown)].join('\n\n');
