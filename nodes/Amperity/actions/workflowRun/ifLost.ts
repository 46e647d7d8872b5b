import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { IfLost } from '../../runs/start/sendStart';
import { fieldError } from '../fieldError';

const CHOICES: Array<{ name: string; value: IfLost; description: string }> = [
	{
		name: 'Find It, Else Report',
		value: 'findElseReport',
		description: 'Looks for the run in Amperity. If it is not found, the item fails.',
	},
	{
		name: 'Find It, Else Start Again',
		value: 'findElseStartAgain',
		description:
			'Looks for the run in Amperity. If Amperity was in trouble and no run has appeared after 65 seconds, starts it again, at most twice.',
	},
	{
		name: 'Report',
		value: 'report',
		description: 'The item fails, and the error says that a run may have started',
	},
];

/** The field by which the user decides about starts whose answers are lost. */
export const ifLostOption: INodeProperties = {
	displayName: 'If a Start Is Lost',
	name: 'ifStartIsLost',
	type: 'options',
	default: 'findElseReport',
	options: CHOICES,
	description:
		'What to do when the answer to a start is lost, so that a run may have started or not. Without this option, courier groups and orchestration groups are found, else started again; campaigns and all others are found, else reported.',
};

/** What is done without the option. A campaign that runs twice reaches customers twice. */
const defaultFor = (configId: string): IfLost =>
	/^(cg|og)-/.test(configId) ? 'findElseStartAgain' : 'findElseReport';

/**
 * Reads what an item wants done if its start is lost.
 *
 * @throws NodeOperationError if that is none of the choices
 */
export function readIfLost(
	context: IExecuteFunctions,
	itemIndex: number,
	configId: string,
): IfLost {
	const value = context.getNodeParameter('options.ifStartIsLost', itemIndex, '');
	if (value === '') return defaultFor(configId);
	const choice = CHOICES.find((each) => each.value === value);
	if (choice) return choice.value;
	throw fieldError(
		context,
		itemIndex,
		`If a Start Is Lost has no choice ${JSON.stringify(value)}`,
		`Use ${CHOICES.map((each) => each.value).join(', ')}.`,
	);
}
