import type { INodeProperties, INodePropertyOptions, IPollFunctions } from 'n8n-workflow';
import { FieldReader } from '../fields/fieldReader';
import { nameFilter } from '../fields/runName';
import { runTypeFilter } from '../fields/runType';
import { shown } from '../fields/shown';
import { simplifyField } from '../fields/simplify';
import { readTimeZone } from '../fields/timeZone';
import { typeTest } from '../runs/run/runType';
import type { RunForm } from '../runs/run/runItem';
import type { RunOutcome } from '../runs/run/runState';
import type { DailyDeadline, TimeOfDay } from './deadline';
import type { RunFilter } from './runFilter';
import {
	configFilter,
	eventsField,
	includeDetailsField,
	notBeforeField,
	outcomesField,
	slowAfterField,
	startByField,
	startedByFilter,
	weekdaysField,
	type EventName,
} from './triggerFields';

/** What a person has asked the trigger for. */
export interface TriggerSettings {
	events: EventName[];
	/** How a run must have ended. */
	outcomes: RunOutcome[];
	filter: RunFilter;
	/** How much of a run an item holds. */
	form: RunForm;
	/** Whether an item holds the tasks and the error of its run. */
	includeDetails: boolean;
	/** How long a run may be active, in milliseconds; undefined for as long as is usual. */
	slowAfterMs?: number;
	/** By when a run must have been created; only for that event. */
	deadline?: DailyDeadline;
}

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;

const MINUTE_MS = 60_000;

/**
 * Reads the fields of the trigger and checks them, whatever an expression gives.
 *
 * @throws NodeOperationError that names the field and the remedy
 */
export function readTriggerSettings(context: IPollFunctions): TriggerSettings {
	const fields = FieldReader.ofTrigger(context);
	const events = someOf(fields, eventsField) as EventName[];
	const filter = readFilter(fields.in('filters'));
	const has = (...names: EventName[]) => events.some((event) => names.includes(event));
	return {
		events,
		filter,
		outcomes: has('runEnded') ? (someOf(fields, outcomesField) as RunOutcome[]) : [],
		includeDetails:
			has('runEnded', 'runIsSlow', 'runStarted') && (fields.isOn(includeDetailsField) ?? false),
		form: (fields.isOn(simplifyField) ?? true) ? 'simplified' : 'raw',
		slowAfterMs: has('runIsSlow')
			? fields.durationMs(slowAfterField, MINUTE_MS) || undefined
			: undefined,
		deadline: has('runDidNotStart') ? readDeadline(fields, filter) : undefined,
	};
}

/** The chosen options of a field of which at least one is needed. */
function someOf(fields: FieldReader, field: INodeProperties): string[] {
	const chosen = fields.choices(field);
	if (chosen) return chosen;
	throw fields.invalid(field, 'is empty', 'Choose at least one of them.');
}

function readFilter(filters: FieldReader): RunFilter {
	const type = filters.text(runTypeFilter) ?? '';
	return {
		config: filters.text(configFilter) ?? '',
		nameContains: filters.text(nameFilter) ?? '',
		startedBy: filters.text(startedByFilter) ?? '',
		type,
		isType: typeTest(type),
	};
}

function readDeadline(fields: FieldReader, filter: RunFilter): DailyDeadline {
	const { config, nameContains, type } = filter;
	if (config === '' && nameContains === '' && type === '') {
		throw fields.invalid(
			eventsField,
			'hold Run Did Not Start, which needs to know which run',
			'Add at least one of the filters Config, Name Contains and Type.',
		);
	}
	const weekdays = someOf(fields, weekdaysField);
	return {
		startBy: readTimeOfDay(fields, startByField),
		notBefore: readTimeOfDay(fields, notBeforeField),
		zone: readTimeZone(fields, 'workflow'),
		weekdays: (weekdaysField.options as INodePropertyOptions[]).flatMap(({ value }, index) =>
			weekdays.includes(String(value)) ? [index + 1] : [],
		),
	};
}

function readTimeOfDay(fields: FieldReader, field: INodeProperties): TimeOfDay {
	const text = fields.text(field) ?? '';
	const [, hour, minute] = TIME_OF_DAY.exec(text) ?? [];
	if (hour !== undefined) return { hour: Number(hour), minute: Number(minute) };
	throw fields.invalid(
		field,
		text === '' ? 'is empty' : `is not a time of day: ${shown(text)}`,
		'Enter a time from 00:00 to 23:59, like 06:00.',
	);
}
