import type { IDataObject } from 'n8n-workflow';
import { chosen, DAY, idsOf, TriggerLab } from './lab';

const lab = new TriggerLab();

const NOT_STARTED = {
	events: ['runDidNotStart'],
	startBy: '06:00',
	filters: { nameContains: 'nightly' },
};

/** All that a person reads of an error. */
const textOf = (error: unknown) => {
	const { message, description } = error as Error & { description?: string };
	return `${message}\n${description ?? ''}`;
};

const expression = (value: unknown) => `={{ ${JSON.stringify(value)} }}`;

const BAD: Array<[string, IDataObject, RegExp]> = [
	['an unknown event', { events: ['runExploded'] }, /Run Ended[^]*Run Is Slow[^]*Run Started/],
	['an event by expression', { events: expression(['ended', 'runEnded']) }, /Run Is Slow/],
	['no event', { events: [] }, /Run Ended|event/i],
	['events that are nothing', { events: '={{ null }}' }, /event/i],
	['events that are an object', { events: expression({ runEnded: true }) }, /event/i],
	['an unknown outcome', { outcomes: ['lost'] }, /Failed[^]*Skipped[^]*Stopped[^]*Succeeded/],
	['no outcome', { outcomes: [] }, /outcome/i],
	['a number of minutes below 0', { events: ['runIsSlow'], slowAfterMinutes: -1 }, /minutes|slow/i],
	[
		'minutes that are no number',
		{ events: ['runIsSlow'], slowAfterMinutes: expression('soon') },
		/minutes|slow/i,
	],
	[
		'minutes that are nothing at all',
		{ events: ['runIsSlow'], slowAfterMinutes: '={{ Number("x") }}' },
		/minutes|slow/i,
	],
	['no time to start by', { ...NOT_STARTED, startBy: '' }, /start/i],
	['a time to start by that is none', { ...NOT_STARTED, startBy: 'six' }, /start/i],
	['a time of 25 hours', { ...NOT_STARTED, startBy: '25:00' }, /start/i],
	['a time of 60 minutes', { ...NOT_STARTED, startBy: '06:60' }, /start/i],
	['a time that is a list', { ...NOT_STARTED, startBy: expression(['06:00']) }, /start/i],
	['a beginning that is none', { ...NOT_STARTED, notBefore: 'midnight' }, /before/i],
	['an unknown time zone', { ...NOT_STARTED, timeZone: 'Mars/Olympus' }, /Mars\/Olympus/],
	['an unknown weekday', { ...NOT_STARTED, weekdays: ['someday'] }, /Monday[^]*Sunday/],
	['no weekday', { ...NOT_STARTED, weekdays: [] }, /day/i],
	[
		'nothing that says which run',
		{ ...NOT_STARTED, filters: {} },
		/config[^]*name[^]*type|type[^]*name|name[^]*type/i,
	],
	[
		'only who starts the run that is expected',
		{ ...NOT_STARTED, filters: { startedBy: 'Pat' } },
		/name|type/i,
	],
	['details that are maybe', { includeDetails: expression('maybe') }, /details/i],
	['a name that is an object', { filters: { nameContains: expression({ a: 1 }) } }, /name/i],
	[
		'a configuration that is an object',
		{ filters: { config: chosen('name', expression({ a: 1 })) } },
		/config|name/i,
	],
	['a type that is a list', { filters: { type: expression(['campaign.send']) } }, /type/i],
];

describe.each(['trigger', 'manual'] as const)('in the mode %s', (mode) => {
	test.each(BAD)('%s is an error, and nothing is sent', async (_, parameters, says) => {
		const error: unknown = await lab
			.trigger(parameters)
			.poll(mode)
			.then(
				() => new Error('There was none'),
				(thrown: unknown) => thrown,
			);
		expect(textOf(error)).toMatch(says);
		expect(lab.simulator.requests).toEqual([]);
	});
});

test.each<[string, IDataObject]>([
	['names of events', { events: expression(['Run Ended']) }],
	['names of events in small letters', { events: expression(['run ended']) }],
	['names of outcomes', { outcomes: expression(['FAILED']) }],
	['a switch that is a text', { includeDetails: expression('false') }],
	['a number that is a text', { slowAfterMinutes: expression('5') }],
	['nothing for a filter', { filters: { nameContains: '={{ null }}', type: '={{ null }}' } }],
	['a type by expression', { filters: { type: expression('Courier group') } }],
	[
		'a configuration by expression',
		{ filters: { config: chosen('name', '={{ "The " + "nightly one" }}') } },
	],
])('an expression may give %s', async (_, parameters) => {
	const { poll } = lab.trigger(parameters);
	await poll();
	const id = lab.end('failed', { name: 'The nightly one' });
	expect(idsOf(await poll())).toEqual([id]);
});

test.each<[string, IDataObject]>([
	['days by their names', { weekdays: expression(['Monday', 'TUESDAY', 'wednesday']) }],
	['a time by expression', { startBy: '={{ "06" + ":00" }}' }],
	['an hour of one digit', { startBy: '6:00' }],
	['a zone by expression', { timeZone: expression('Europe/Berlin') }],
	['no zone at all', { timeZone: '={{ null }}' }],
])('what did not start may be told by %s', async (_, parameters) => {
	const { poll } = lab.trigger({ ...NOT_STARTED, ...parameters });
	expect(await poll()).toEqual([]);
	lab.pass(7 * DAY);
	const told = await poll();
	expect(told.length).toBeGreaterThanOrEqual(3);
	expect(new Set(told.map(({ event }) => event))).toEqual(new Set(['runDidNotStart']));
});

test('what belongs to other events is not looked at', async () => {
	const parameters = { events: ['runEnded'], startBy: 'six', slowAfterMinutes: -1, weekdays: [] };
	const { poll } = lab.trigger(parameters);
	await poll();
	const id = lab.end();
	expect(idsOf(await poll())).toEqual([id]);
});
