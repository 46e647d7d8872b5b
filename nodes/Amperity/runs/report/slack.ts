import type { ReportSection } from './reportSection';
import { wellFormed } from './wellFormed';

/** Slack's own escapes: all others are shown as they are (docs.slack.dev, "Formatting message text"). */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What makes text bold, struck or code cannot be escaped, so something that looks like it stands there. */
const LOOKALIKES: Record<string, string> = { '*': '∗', '~': '∼', '`': 'ˋ', _: 'ˍ' };

/** An underscore within a word means nothing to Slack. */
const MARKS = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text as it stands in Slack's mrkdwn. */
const plain = (text: string): string =>
	wellFormed(text)
		.replace(MARKS, (mark) => LOOKALIKES[mark]!)
		.replace(/[&<>]/g, (character) => ENTITIES[character]!);

/** An address ends at a bar. */
const address = (url: string): string => url.replace(/\|/g, '%7C').replace(/&/g, '&amp;');

const sectionSlack = ({ heading, facts, url }: ReportSection): string =>
	[
		`*${plain(heading)}*`,
		...facts.map(([label, text]) => `*${label}:* ${plain(text)}`),
		...(url === undefined ? [] : [`<${address(url)}|Open in Amperity>`]),
	].join('\n');

/** A report in Slack's mrkdwn. */
export const reportSlack = (sections: ReportSection[], counts: string): string =>
	[...(counts === '' ? [] : [plain(counts)]), ...sections.map(sectionSlack)].join('\n\n');
