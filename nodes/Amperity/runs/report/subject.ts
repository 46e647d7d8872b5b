import { shortened } from '../../transport/plainText';
import { nameOf } from '../run/runName';
import { afterText } from '../run/runSummary';
import { countByStatus, STATUSES, type ReportedRun, type RunStatus } from './reportedRun';
import { statusText } from './reportSection';
import { wellFormed } from './wellFormed';

/** A mail's subject shows so much of a name, in characters. */
const LONGEST_NAME = 100;

const COUNTED: Record<RunStatus, string> = {
	active: 'active',
	failed: 'failed',
	skipped: 'skipped',
	stopped: 'stopped',
	succeeded: 'succeeded',
	unknown: 'ended otherwise',
};

/** How many runs have each status, in words. */
export function countsText(runs: ReportedRun[]): string {
	const counts = countByStatus(runs);
	return STATUSES.filter((status) => counts[status] > 0)
		.map((status) => `${counts[status]} ${COUNTED[status]}`)
		.join(', ');
}

/** A report in one line of plain text, for the subject of a mail or over a picture. */
export function titleOf(runs: ReportedRun[]): string {
	const [first, ...others] = runs;
	if (!first || others.length > 0) return countsText(runs);
	const { run } = first;
	const name = shortened(nameOf(run), LONGEST_NAME);
	return wellFormed(`${name} ${statusText(run, afterText(run))}`);
}
