import type { INodeProperties } from 'n8n-workflow';
import type { FieldReader } from '../../fields/fieldReader';
import type { IfLost } from '../../runs/start/sendStart';

/** The field by which the user decides about starts whose answers are lost. */
export const ifLostOption: INodeProperties = {
	displayName: 'If a Start Is Lost',
	name: 'ifStartIsLost',
	type: 'options',
	default: 'findElseReport',
	description:
		'What to do when the answer to a start is lost, so that a run may have started or not. Without this option, courier groups and orchestration groups are found, else started again; campaigns and all others are found, else reported.',
	options: [
		{
			name: 'Find It, Else Report',
			value: 'findElseReport',
			description: 'The item fails if no run is found in Amperity',
		},
		{
			name: 'Find It, Else Start Again',
			value: 'findElseStartAgain',
			description:
				'Starts it again, at most twice, if Amperity was in trouble and no run appears in 65 seconds',
		},
		{
			name: 'Report',
			value: 'report',
			description: 'The item fails, and says that a run may have started',
		},
	],
};

/** What is done without the option. A campaign that runs twice reaches customers twice. */
const defaultFor = (configId: string): IfLost =>
	/^(cg|og)-/.test(configId) ? 'findElseStartAgain' : 'findElseReport';

/**
 * Reads what an item wants done if its start is lost.
 *
 * @throws NodeOperationError if that is none of the choices
 */
export const readIfLost = (fields: FieldReader, configId: string): IfLost =>
	(fields.in('options').choice(ifLostOption) as IfLost | undefined) ?? defaultFor(configId);
