import type { WorkflowRun } from '../../transport/workflowRuns';
import { causeTexts, failureOf } from './runFailure';
import { outcomeOf } from './runState';

const GOES_ON = 'it goes on from the failed task';

/**
 * What a person can do about a failure of the configuration, by words of its errors. They are narrow: nothing is
 * better than to be sent to the wrong place. The steps are Amperity's own resolutions (docs.amperity.com,
 * "Workflow resolutions").
 */
const BY_CAUSE: Array<[causes: RegExp[], step: string]> = [
	[
		[
			/\bno such file/i,
			/\bmissing files?\b(?! (header|column|field|format|encoding|extension))/i,
			/\bno (new |matching )?files? (\w+ )?(match(es|ed|ing)?|found|available|exists?|arrived|delivered)\b/i,
			/\bfiles? (\S+ )?((is|are|was|were) )?(not found|do(es)? not exist|did not arrive)\b/i,
			/\bfiles? (\S+ )?(is|are|was|were) missing(?=[.,;:)]|$| (from|in) )/im,
		],
		`Deliver the file and restart the workflow in Amperity: ${GOES_ON}. Or ignore the missing file there.`,
	],
	[
		[
			/\b(invalid|expired|wrong|incorrect|bad|rejected) (\S+ )?(credentials?|password)\b/i,
			/\b(credentials?|password) (\S+ )?(invalid|expired|wrong|incorrect|rejected|refused|not accepted)\b/i,
			/\b(authentication|authorization|login) (has )?fail(ed|ure)\b/i,
			/\b(unauthorized|access denied|permission denied)\b/i,
		],
		`Update the credentials in Amperity, then restart the workflow there: ${GOES_ON}.`,
	],
	[
		[
			/\b(error|reject\w*|failure) thresholds?\b/i,
			/\bthresholds? (\S+ )?(\S+ )?(exceeded|reached)\b/i,
			/\bexceed(s|ed)? (\S+ ){0,3}thresholds?\b/i,
		],
		`Correct the data or update the error threshold in Amperity, then restart the workflow there: ${GOES_ON}.`,
	],
];

/** What to do where nothing better is known. */
export const LOOK = 'Look at the run on the Workflows page in Amperity.';

function stepOfFailure(run: WorkflowRun): string {
	switch (failureOf(run).attribution?.toLowerCase()) {
		case 'platform':
			return 'Restart the workflow in Amperity, which goes on from the failed task, or run it again from n8n, which starts from the beginning.';
		case 'customer':
			return (
				stepOfCause(run) ??
				`Correct the configuration in Amperity, then restart the workflow there: ${GOES_ON}, with the configuration of today.`
			);
		default:
			return stepOfCause(run) ?? LOOK;
	}
}

function stepOfCause(run: WorkflowRun): string | undefined {
	const texts = causeTexts(run);
	const isTold = (cause: RegExp) => texts.some((text) => cause.test(text));
	const [, step] = BY_CAUSE.find(([causes]) => causes.some(isTold)) ?? [];
	return step;
}

/** What to do about a run that has ended, or undefined if there is nothing to do. */
export function nextStep(run: WorkflowRun): string | undefined {
	switch (outcomeOf(run)) {
		case 'failed':
			return stepOfFailure(run);
		case 'stopped':
			return 'Run it again if it is still needed. If you do not know who stopped it, ask first.';
		case 'unknown':
			return LOOK;
		default:
			return undefined;
	}
}
