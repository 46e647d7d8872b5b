import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import type { StartRequest } from '../../transport/workflowRuns';

const rerunOption: INodeProperties = {
	displayName: 'Rerun If the Platform Failed',
	name: 'rerunIfPlatformFailed',
	type: 'number',
	default: 0,
	typeOptions: { minValue: 0, maxValue: 3 },
	description:
		'How often to start a new run, after 1, 5 and 15 minutes, if one has failed and Amperity attributes that to its platform. It begins anew, unlike a restart in Amperity. Each run is billed, and Maximum Wait counts for each.',
};

const sentTwiceOption: INodeProperties = {
	displayName: 'Rerun What Sends Data',
	name: 'rerunEvenIfSentTwice',
	type: 'boolean',
	default: false,
	description:
		'Whether to rerun also what sends data: courier groups in the mode Full or As Configured in Amperity, orchestration groups and campaigns. What the failed run had sent to other systems or customers is then sent again.',
	displayOptions: { show: { rerunIfPlatformFailed: [1, 2, 3] } },
};

/** The options of a start that waits and may start again. */
export const rerunOptions = [rerunOption, sentTwiceOption];

/** Whether a run sends nothing to other systems, by Amperity's description of its run modes. */
const sendsNothing = ({ config_id, run_mode = '' }: StartRequest): boolean =>
	config_id.startsWith('cg-') && ['refresh', 'source'].includes(run_mode);

/**
 * Reads how often a start is run again.
 *
 * @throws NodeOperationError if that might send data twice and nobody has allowed it
 */
export function readReruns(fields: FieldReader, request: StartRequest): number {
	const options = fields.in('options');
	const reruns = options.count(rerunOption) ?? 0;
	const isAllowed = options.isOn(sentTwiceOption) ?? false;
	if (reruns === 0 || isAllowed || sendsNothing(request)) return reruns;
	throw fields.invalid(
		rerunOption,
		`is ${reruns}, but a second run of ${request.config_id} may send data a second time`,
		`Set it to 0, choose the Run Mode Refresh or Source for a courier group, or switch on ${sentTwiceOption.displayName} if sending twice does no harm.`,
	);
}
