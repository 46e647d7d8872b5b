import { shortened } from '../../transport/plainText';
import { nameOf } from '../run/runName';
import { afterText } from '../run/runSummary';
import { countStandings, STANDINGS, type ReportedRun, type RunStanding } from './reportedRun';
import { standingText } from './reportSection';
import { wellFormed } from './wellFormed';

/** A mail's subject shows so much of a name, in characters. */
const LONGEST_NAME = 100;

const COUNTED: Record<RunStanding, string> = {
	active: 'active',
	failed: 'failed',
	skipped: 'skipped',
	stopped: 'stopped',
	succeeded: 'succeeded',
	unknown: 'ended otherwise',
};

/** How many runs stand how, in words. */
export function countsText(runs: ReportedRun[]): string {
	const counts = countStandings(runs);
	return STANDINGS.filter((standing) => counts[standing] > 0)
		.map((standing) => `${counts[standing]} ${COUNTED[standing]}`)
		.join(', ');
}

/** A report in one line of plain text, for the subject of a mail or over a picture. */
export function titleOf(runs: ReportedRun[]): string {
	const [first, ...others] = runs;
	if (!first || others.length > 0) return countsText(runs);
	const { run } = first;
	const name = shortened(nameOf(run), LONGEST_NAME);
	return wellFormed(`${name} ${standingText(run, afterText(run))}`);
}
