import type { IDataObject } from 'n8n-workflow';
import type { AmperityModel, End, Run } from '../amperityModel';
import type { PollRecord } from '../n8nModel';
import type { Played } from '../play';
import {
	NAMES,
	PRINCIPALS,
	TYPES,
	type FilterPlan,
	type Schedule,
	type Settings,
} from '../schedule';
import { agreed, type Verdict } from './verdict';

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** Amperity tells its time in whole seconds, and an answer takes its time. Milliseconds. */
export const CLOCK_MS = 2_500;

/** From when to when a poll looked. */
export type Look = Pick<PollRecord, 'from' | 'to'>;

/** An item whose execution has begun. */
export interface Told {
	key: string;
	item: IDataObject;
	poll: PollRecord;
}

/** What one trigger of a schedule was asked for, and when it looked. */
export interface Asked {
	settings: Settings;
	/** The filters there have been, one after the other. */
	filters: FilterPlan[];
	/** When the first poll looked. */
	baseline: Look;
	/** When polls looked that nothing kept from telling what they saw. */
	looks: Look[];
	/** When the last poll but some looked. */
	lastLook: number;
	amperity: AmperityModel;
	zone: string;
	told: Told[];
}

/** Nothing in a schedule keeps a poll from looking or from telling, unless the poll itself says so. */
const isOrderly = ({ runs, steps }: Schedule): boolean =>
	runs.every(({ poison }) => !poison) &&
	steps.every(
		({ step }) =>
			step.kind !== 'poll' ||
			(step.further.length === 0 && !step.commitFails && step.killedAfterMs === undefined),
	);

export function askedOf({ n8n, schedule, amperity, lastLook }: Played, index: number): Asked {
	const polls = n8n.polls.filter(({ trigger, isTaken }) => trigger === index && isTaken);
	const { settings } = n8n.triggers[index]!;
	return {
		settings,
		filters: n8n.filters,
		baseline: polls.find(({ isActivation }) => isActivation)!,
		looks: isOrderly(schedule) ? polls.filter(({ isPlain }) => isPlain) : [],
		lastLook,
		amperity,
		zone: settings.timeZone || schedule.workflowZone,
		told: n8n.executed
			.filter(({ trigger }) => trigger === index)
			.map(({ item, poll }) => ({ key: keyOf(item), item, poll })),
	};
}

/** What an item tells: a run is slow once, and it starts and ends at a time. */
export const keyOf = ({ event, id, since }: IDataObject): string =>
	(event === 'runIsSlow'
		? [event, id]
		: event === 'runDidNotStart'
			? [event, since]
			: [event, id, since]
	)
		.map(String)
		.join(' ');

/** When something happened, as its item tells it. */
export const isoOf = ({ statedAt }: Run | End): string => new Date(statedAt).toISOString();

/** Whether an end is out of the list at a time at which a poll looked. */
export const isHidden = ({ hides }: End, look: Look): boolean =>
	hides.some(({ from, to }) => from <= look.to && to > look.from);

/**
 * Whether a run fits all filters that there have been. Whose run it is cannot be told where its details cannot be
 * read: it is told with an error, or not.
 */
export function fits(run: Run, filters: FilterPlan[]): Verdict {
	return agreed(
		filters.map((filter) => {
			if (!fitsByList(run, filter)) return 'mustNot';
			if (fitsByPrincipal(run, filter)) return 'must';
			return run.poison ? 'may' : 'mustNot';
		}),
	);
}

const includes = (text: unknown, part: string) =>
	String(text ?? '')
		.toLowerCase()
		.includes(part.toLowerCase());

function fitsByList({ name }: Run, { config, nameContains, type }: FilterPlan): boolean {
	const hasName = config === '' || NAMES[name] === config;
	const hasType = type === '' || TYPES[name] === type;
	return hasName && hasType && includes(NAMES[name], nameContains);
}

const fitsByPrincipal = ({ principal }: Run, { startedBy }: FilterPlan): boolean =>
	startedBy === '' ||
	Object.values(PRINCIPALS[principal]!).some((text) => includes(text, startedBy));
