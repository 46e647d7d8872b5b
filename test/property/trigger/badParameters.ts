import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

/** What people and expressions give where a choice is meant. */
const noChoices = fc.oneof(
	fc.constantFrom<unknown>([], '', null, 7, {}, [null], 'run ended!', ['failed', 'lost'], ['Runs']),
	fc.string({ minLength: 1 }).map((text) => `${text}?`),
);

const noTime = fc.constantFrom<unknown>('', 'noon', '24:00', '6', '06:60', '6:5', -1, {}, [
	'06:00',
]);

/** Values that nothing can be done with, each for a parameter of its own. */
const bad: fc.Arbitrary<IDataObject> = fc.oneof(
	fc.record({ events: noChoices }),
	fc.record({ outcomes: noChoices }),
	fc.record({ weekdays: noChoices }),
	fc.record({ startBy: noTime }),
	fc.record({ notBefore: noTime }),
	fc.record({ timeZone: fc.constantFrom<unknown>('Mars/Olympus', 'New York', {}, 'UTC+99') }),
	fc.record({ slowAfterMinutes: fc.constantFrom<unknown>(-1, 'soon', NaN, Infinity, {}, [5]) }),
	fc.record({ includeDetails: fc.constantFrom<unknown>('maybe', 2, {}, ['x']) }),
	fc.constantFrom<IDataObject>(
		{ filters: {} },
		{ filters: { startedBy: 'ann@' } },
		{ filters: { config: {} } },
		{ filters: { nameContains: ['daily'] } },
	),
) as fc.Arbitrary<IDataObject>;

/** All parameters of a trigger that asks for every event, one of them bad. */
export const badParameters: fc.Arbitrary<IDataObject> = bad.map((parameters) => ({
	authentication: 'amperityApi',
	events: ['runDidNotStart', 'runEnded', 'runIsSlow', 'runStarted'],
	outcomes: ['failed'],
	slowAfterMinutes: 0,
	startBy: '06:00',
	notBefore: '00:00',
	timeZone: '',
	weekdays: ['monday'],
	includeDetails: false,
	filters: { nameContains: 'daily' },
	...parameters,
}));
