import type { INodeProperties } from 'n8n-workflow';
import { toEndTimestamp, toTimestamp } from '../../fields/dateTime';
import type { FieldReader } from '../../fields/fieldReader';
import { OUTCOMES } from '../../fields/outcome';
import { nameFilter } from '../../fields/runName';
import { runTypeFilter } from '../../fields/runType';
import { readTimeZone } from '../../fields/timeZone';
import { isFinished, isSameState, outcomeOf } from '../../runs/run/runState';
import { typeTest } from '../../runs/run/runType';
import { textOf } from '../../runs/run/text';
import type { RunFilters, WorkflowRun } from '../../transport/workflowRuns';

const timeFilter = (name: string, displayName: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'dateTime',
	default: '',
	placeholder: `e.g. 2026-10-0${name.endsWith('_to') ? 2 : 1} 00:00:00`,
	description,
});

/** Starts are inclusive, ends exclusive. */
const timeFilters = {
	created_from: timeFilter(
		'created_from',
		'Created From',
		'Only runs created at this time or later',
	),
	created_to: timeFilter('created_to', 'Created To', 'Only runs created before this time'),
	ended_from: timeFilter('ended_from', 'Ended From', 'Only runs that ended at this time or later'),
	ended_to: timeFilter('ended_to', 'Ended To', 'Only runs that ended before this time'),
};

const activityFilter: INodeProperties = {
	displayName: 'Active or Ended',
	name: 'activity',
	type: 'options',
	default: 'active',
	description: 'Only runs that are under way, or only those that are over',
	options: [
		{ name: 'Active', value: 'active', description: 'Scheduled, running, paused or being stopped' },
		{ name: 'Ended', value: 'ended', description: 'Succeeded, failed, stopped or skipped' },
	],
};

const outcomesFilter: INodeProperties = {
	displayName: 'Outcome',
	name: 'outcomes',
	type: 'multiOptions',
	default: [],
	description: 'Only runs that have ended in one of these ways',
	options: [
		...OUTCOMES,
		{ name: 'Unknown', value: 'unknown', description: 'Ended in a state that n8n does not know' },
	],
};

const stateFilter: INodeProperties = {
	displayName: 'State',
	name: 'state',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description:
		'Only runs in this state. Amperity calls a run that was stopped Stopped or canceled: the filter Outcome finds both.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a state...',
			typeOptions: { searchListMethod: 'searchRunStates', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. running with failures',
			hint: "As Amperity's answers write it, or as its Workflows page does",
		},
	],
};

/** What a list of runs can be narrowed to. */
export const runFilters: INodeProperties[] = [
	activityFilter,
	...Object.values(timeFilters),
	nameFilter,
	outcomesFilter,
	stateFilter,
	runTypeFilter,
];

/** A type as the API writes it, like `courier.group/run`, and not as a page names it. */
const API_TYPE = /^[\w-]+(?:[./][\w-]+)+$/;

/** Which runs are wanted. */
export interface RunSelection {
	/** What Amperity looks for. */
	filters: RunFilters;
	/** Whether a run is wanted that Amperity has found; undefined if each of them is. */
	isWanted?: (run: WorkflowRun) => boolean;
}

/**
 * Reads the filters of one item. Amperity takes part of them only: it documents few of the states that it
 * understands, and no words for types, names, ends and outcomes.
 *
 * @throws NodeOperationError that names the field and the remedy
 */
export function readRunFilters(fields: FieldReader): RunSelection {
	const filters = fields.in('filters');
	const type = filters.text(runTypeFilter);
	const isApiType = type !== undefined && API_TYPE.test(type);
	const tests = [...readTests(filters), ...(type && !isApiType ? [typeFits(type)] : [])];
	return {
		filters: { ...readTimes(filters, readTimeZone(fields)), type: isApiType ? type : undefined },
		isWanted: tests.length > 0 ? (run) => tests.every((fits) => fits(run)) : undefined,
	};
}

function readTimes(filters: FieldReader, zone: string): RunFilters {
	const { created_from, created_to, ended_from, ended_to } = timeFilters;
	const from = (field: INodeProperties) => {
		const time = filters.time(field, zone);
		return time && toTimestamp(time);
	};
	const to = (field: INodeProperties) => {
		const time = filters.time(field, zone);
		return time && toEndTimestamp(time);
	};
	return {
		created_from: from(created_from),
		created_to: to(created_to),
		ended_from: from(ended_from),
		ended_to: to(ended_to),
	};
}

type RunTest = (run: WorkflowRun) => boolean;

function readTests(filters: FieldReader): RunTest[] {
	const name = filters.text(nameFilter)?.toLowerCase();
	const state = filters.text(stateFilter);
	const activity = filters.choice(activityFilter);
	const outcomes = filters.choices(outcomesFilter);
	const tests: Array<RunTest | undefined> = [
		name === undefined ? undefined : (run) => textOf(run.name).toLowerCase().includes(name),
		state === undefined ? undefined : (run) => isSameState(run.state, state),
		activity === undefined ? undefined : (run) => isFinished(run) === (activity === 'ended'),
		outcomes === undefined ? undefined : (run) => outcomes.includes(outcomeOf(run) ?? ''),
	];
	return tests.filter((test) => test !== undefined);
}

function typeFits(wanted: string): RunTest {
	const isType = typeTest(wanted);
	return (run) => isType(textOf(run.type));
}
