import { NodeOperationError, type INodePropertyOptions, type IPollFunctions } from 'n8n-workflow';
import { choiceOf, namesOf } from '../fields/choice';
import { isTimeZone } from '../fields/timeZone';
import { typeTest } from '../runs/run/runType';
import type { RunOutcome } from '../runs/run/workflowRun';
import type { DailyDeadline, TimeOfDay } from './deadline';
import { LOOK_BACK_MS } from './events/eventSource';
import type { RunFilter } from './runFilter';
import { EVENT_OPTIONS, OUTCOME_OPTIONS, WEEKDAY_OPTIONS, type EventName } from './triggerFields';

/** What a person has asked the trigger for. */
export interface TriggerSettings {
	events: EventName[];
	/** How a run must have ended. */
	outcomes: RunOutcome[];
	filter: RunFilter;
	/** Whether an item holds the tasks and the error of its run. */
	includeDetails: boolean;
	/** How long a run may be active, in milliseconds; undefined for as long as is usual. */
	slowAfterMs?: number;
	/** By when a run must have been created; only for that event. */
	deadline?: DailyDeadline;
}

const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)$/;

const MINUTE_MS = 60_000;

/** A run that may be active for longer is not looked at any more. */
const MOST_MINUTES = LOOK_BACK_MS / MINUTE_MS;

/**
 * Reads the fields of the trigger and checks them, whatever an expression gives.
 *
 * @throws NodeOperationError that names the field and the remedy
 */
export function readTriggerSettings(context: IPollFunctions): TriggerSettings {
	return new SettingsReader(context).read();
}

class SettingsReader {
	constructor(private readonly context: IPollFunctions) {}

	read(): TriggerSettings {
		const events = this.choices('events', 'Events', EVENT_OPTIONS) as EventName[];
		const filter = this.filter();
		const has = (...names: EventName[]) => events.some((event) => names.includes(event));
		return {
			events,
			filter,
			outcomes: has('runEnded')
				? (this.choices('outcomes', 'Outcomes', OUTCOME_OPTIONS) as RunOutcome[])
				: [],
			includeDetails: has('runEnded', 'runIsSlow', 'runStarted') && this.includeDetails(),
			slowAfterMs: has('runIsSlow') ? this.slowAfterMs() : undefined,
			deadline: has('runDidNotStart') ? this.deadline(filter) : undefined,
		};
	}

	private filter(): RunFilter {
		const type = this.text('filters.type', 'Type');
		return {
			config: this.text('filters.config', 'Config'),
			nameContains: this.text('filters.nameContains', 'Name Contains'),
			startedBy: this.text('filters.startedBy', 'Started By'),
			type,
			isType: typeTest(type),
		};
	}

	private slowAfterMs(): number | undefined {
		const value = this.value('slowAfterMinutes');
		const isNumeric = value === null || typeof value === 'number' || typeof value === 'string';
		const minutes = isNumeric ? Number(value) : NaN;
		if (minutes >= 0 && minutes <= MOST_MINUTES) return minutes * MINUTE_MS || undefined;
		throw this.invalid(
			`Slow After (Minutes) is not a number of minutes: ${JSON.stringify(value)}`,
			`Enter a number up to ${MOST_MINUTES}, which is a week, like 90, or 0 for as long as is usual.`,
		);
	}

	private deadline({ config, nameContains, type }: RunFilter): DailyDeadline {
		if (config === '' && nameContains === '' && type === '') {
			throw this.invalid(
				'Run Did Not Start needs to know which run',
				'Add at least one of the filters Config, Name Contains and Type.',
			);
		}
		const weekdays = this.choices('weekdays', 'Weekdays', WEEKDAY_OPTIONS);
		return {
			startBy: this.timeOfDay('startBy', 'Start By'),
			notBefore: this.timeOfDay('notBefore', 'Not Before'),
			zone: this.zone(),
			weekdays: WEEKDAY_OPTIONS.flatMap(({ value }, index) =>
				weekdays.includes(String(value)) ? [index + 1] : [],
			),
		};
	}

	private timeOfDay(name: string, label: string): TimeOfDay {
		const text = this.text(name, label);
		const [, hour, minute] = TIME_OF_DAY.exec(text) ?? [];
		if (hour !== undefined) return { hour: Number(hour), minute: Number(minute) };
		throw this.invalid(
			text === '' ? `${label} is empty` : `${label} is not a time of day: "${text}"`,
			'Enter a time from 00:00 to 23:59, like 06:00.',
		);
	}

	private zone(): string {
		const zone = this.text('timeZone', 'Time Zone') || this.context.getTimezone();
		if (isTimeZone(zone)) return zone;
		throw this.invalid(
			`Time Zone is not a known time zone: "${zone}"`,
			'Enter a name like America/New_York or UTC.',
		);
	}

	private includeDetails(): boolean {
		const value = this.value('includeDetails');
		const text = String(value ?? '').toLowerCase();
		if (['true', 'false', ''].includes(text)) return text === 'true';
		throw this.invalid(
			`Include Details is neither true nor false: ${JSON.stringify(value)}`,
			'Switch it on or off, or let the expression give true or false.',
		);
	}

	/** The chosen options: a list, or a text with commas as an expression may give it. */
	private choices(name: string, label: string, options: INodePropertyOptions[]): string[] {
		const value = this.value(name);
		const given = Array.isArray(value) ? (value as unknown[]) : String(value ?? '').split(',');
		const chosen = given
			.filter((each) => String(each ?? '').trim() !== '')
			.map((each) => {
				const choice = choiceOf(options, each);
				if (choice !== undefined) return choice;
				throw this.invalid(
					`${label} has no choice ${JSON.stringify(each)}`,
					`Choose from ${namesOf(options)}.`,
				);
			});
		if (chosen.length > 0) return [...new Set(chosen)];
		throw this.invalid(`${label} is empty`, `Choose at least one of ${namesOf(options)}.`);
	}

	private text(name: string, label: string): string {
		const value = this.value(name);
		if (value === null || typeof value === 'string' || typeof value === 'number') {
			return String(value ?? '').trim();
		}
		throw this.invalid(
			`${label} is not a text: ${JSON.stringify(value)}`,
			'Enter a text, or let the expression give one.',
		);
	}

	/** @returns undefined only where an expression gives nothing */
	private value(name: string): unknown {
		return this.context.getNodeParameter(name, '', { extractValue: true });
	}

	private invalid(message: string, description: string): NodeOperationError {
		return new NodeOperationError(this.context.getNode(), message, { description });
	}
}
