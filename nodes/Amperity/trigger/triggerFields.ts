import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { filtersField } from '../fields/collection';
import { OUTCOMES } from '../fields/outcome';
import { nameFilter } from '../fields/runName';
import { runTypeFilter } from '../fields/runType';
import { simplifyField } from '../fields/simplify';
import { timeZoneFields } from '../fields/timeZone';
import { LOOK_BACK_MS } from './eventSource';

/** What the trigger can fire for. */
export type EventName = 'runDidNotStart' | 'runEnded' | 'runIsSlow' | 'runStarted';

const show = (...events: EventName[]) => ({ displayOptions: { show: { events } } });

export const startByField: INodeProperties = {
	displayName: 'Start By',
	name: 'startBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. 06:00',
	description:
		'The time of day by which a run that fits the filters must have been created. It is checked a minute later.',
	hint: 'Choose at least one of the filters Config, Name Contains and Type',
	...show('runDidNotStart'),
};

export const notBeforeField: INodeProperties = {
	displayName: 'Not Before',
	name: 'notBefore',
	type: 'string',
	default: '00:00',
	placeholder: 'e.g. 18:00',
	description:
		'The time of day from which a run counts. A time later than Start By is on the day before.',
	...show('runDidNotStart'),
};

/** In the order of a week, as people look for them. */
const WEEKDAYS: INodePropertyOptions[] = [
	{ name: 'Monday', value: 'monday' },
	{ name: 'Tuesday', value: 'tuesday' },
	{ name: 'Wednesday', value: 'wednesday' },
	{ name: 'Thursday', value: 'thursday' },
	{ name: 'Friday', value: 'friday' },
	{ name: 'Saturday', value: 'saturday' },
	{ name: 'Sunday', value: 'sunday' },
];

export const weekdaysField: INodeProperties = {
	displayName: 'Weekdays',
	name: 'weekdays',
	type: 'multiOptions',
	default: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
	description: 'The days on which a run must have been created by then',
	options: WEEKDAYS,
	...show('runDidNotStart'),
};

export const configFilter: INodeProperties = {
	displayName: 'Config',
	name: 'config',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description:
		'Only runs of one courier group, orchestration group or campaign, told by the name that its runs have',
	modes: [
		{
			displayName: 'From Recent Runs',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a name...',
			typeOptions: { searchListMethod: 'searchRunNames', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. Daily customer load',
		},
	],
};

export const startedByFilter: INodeProperties = {
	displayName: 'Started By',
	name: 'startedBy',
	type: 'string',
	default: '',
	placeholder: 'e.g. Automated workflow',
	description:
		'Only runs started by somebody whose name, email address or ID contains this text. It takes one more request for each run.',
};

export const eventsField: INodeProperties = {
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	default: ['runEnded'],
	required: true,
	description: 'What starts the workflow. Each event is told once.',
	options: [
		{
			name: 'Run Did Not Start',
			value: 'runDidNotStart',
			description: 'No run that fits the filters has been created by a time of day',
		},
		{ name: 'Run Ended', value: 'runEnded', description: 'A run has succeeded, failed or stopped' },
		{
			name: 'Run Is Slow',
			value: 'runIsSlow',
			description: 'A run is still active after longer than expected',
		},
		{ name: 'Run Started', value: 'runStarted', description: 'A run has been created' },
	],
};

export const outcomesField: INodeProperties = {
	displayName: 'Outcomes',
	name: 'outcomes',
	type: 'multiOptions',
	default: ['failed', 'skipped', 'stopped', 'succeeded'],
	description: 'How a run must have ended. An end that n8n does not know fires as well.',
	options: OUTCOMES,
	...show('runEnded'),
};

export const slowAfterField: INodeProperties = {
	displayName: 'Slow After (Minutes)',
	name: 'slowAfterMinutes',
	type: 'number',
	default: 0,
	// A run that may be active for longer than a week is not looked at any more.
	typeOptions: { minValue: 0, maxValue: LOOK_BACK_MS / 60_000 },
	description:
		'How long a run may be active, a week at most. With 0 it is slow after the time for which Amperity itself warns of it, or else after twice the median of its last successful runs.',
	hint: '0 stands for as long as is usual',
	...show('runIsSlow'),
};

export const includeDetailsField: INodeProperties = {
	displayName: 'Include Details',
	name: 'includeDetails',
	type: 'boolean',
	default: false,
	description:
		'Whether to add the tasks and the error of the run, which takes one more request for each run',
	...show('runEnded', 'runIsSlow', 'runStarted'),
};

/** The fields of the trigger, as the editor shows them. */
export const triggerFields: INodeProperties[] = [
	eventsField,
	outcomesField,
	slowAfterField,
	startByField,
	notBeforeField,
	...timeZoneFields(
		{ events: ['runDidNotStart'] },
		{ default: 'workflow', description: 'The time zone of Start By and Not Before' },
	),
	weekdaysField,
	includeDetailsField,
	simplifyField,
	filtersField([configFilter, nameFilter, startedByFilter, runTypeFilter]),
];
