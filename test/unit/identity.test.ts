import {
	fit,
	seenAgain,
	type Fit,
	type RunIdentity,
	type Trait,
} from '../../nodes/Amperity/runs/configuration/identity';
import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';

const once = (value: string): Trait => ({ value, times: 1 });
const twice = (value: string): Trait => ({ value, times: 2 });

describe('a trait after one more answer', () => {
	test.each<[string, Trait | undefined, unknown, Trait | undefined]>([
		['the first', undefined, 'Daily', once('Daily')],
		['the same', once('Daily'), 'Daily', twice('Daily')],
		['the same a third time', twice('Daily'), 'Daily', twice('Daily')],
		['another', once('Daily'), 'Weekly', once('Weekly')],
		['another after many alike', twice('Daily'), 'Weekly', once('Weekly')],
		['another case', twice('Daily'), 'daily', once('daily')],
		['none', undefined, undefined, undefined],
		['null', twice('Daily'), null, twice('Daily')],
		['an empty text', twice('Daily'), '', twice('Daily')],
		['an empty text at first', undefined, '', undefined],
		['a number', once('5'), 5, once('5')],
		['an object', once('Daily'), { value: 'Daily' }, once('Daily')],
	])('%s', (_, trait, value, expected) => {
		expect(seenAgain(trait, value)).toEqual(expected);
	});

	test('is the very same where nothing is new, and never changes the one before', () => {
		const [first, second] = [once('Daily'), twice('Daily')];
		expect(seenAgain(second, 'Daily')).toBe(second);
		expect(seenAgain(first, undefined)).toBe(first);
		expect(seenAgain(first, 'Daily')).not.toBe(first);
		expect([first, second]).toEqual([once('Daily'), twice('Daily')]);
	});
});

const KNOWN_ONCE: RunIdentity = {
	name: once('Daily'),
	type: once('courier-group'),
	principal: once('key-1'),
};
const KNOWN: RunIdentity = {
	name: twice('Daily'),
	type: twice('courier-group'),
	principal: twice('key-1'),
};

const RUN: WorkflowRun = {
	id: 'wf-1',
	name: 'Daily',
	type: 'courier-group',
	principal_id: 'key-1',
	principal_name: 'n8n',
};

const withTrait = (trait: keyof RunIdentity, value: Trait | undefined): RunIdentity => ({
	...KNOWN,
	[trait]: value,
});

describe('a run of what was started', () => {
	test.each<[string, RunIdentity, Partial<WorkflowRun>, Fit]>([
		['all known from two answers, all equal', KNOWN, {}, 'yes'],
		['all known from one answer, all equal', KNOWN_ONCE, {}, 'yes'],
		['nothing known', {}, {}, 'maybe'],
		['name unknown', withTrait('name', undefined), {}, 'maybe'],
		['principal unknown', withTrait('principal', undefined), {}, 'maybe'],
		['type unknown, but that of the prefix', withTrait('type', undefined), {}, 'yes'],

		['an overview, which does not tell the principal', KNOWN, { principal_id: undefined }, 'maybe'],
		['a principal that is null', KNOWN, { principal_id: null }, 'maybe'],
		['a name that is missing', KNOWN, { name: undefined }, 'maybe'],
		['a name that is no text', KNOWN, { name: 5 }, 'maybe'],
		['a type that is missing', KNOWN, { type: undefined }, 'maybe'],

		['another name than two answers told', KNOWN, { name: 'Weekly' }, 'no'],
		['another type than two answers told', KNOWN, { type: 'courier' }, 'no'],
		['another principal than two answers told', KNOWN, { principal_id: 'key-2' }, 'no'],
		['another name in another case', KNOWN, { name: 'daily' }, 'no'],
		['another name than one answer told', KNOWN_ONCE, { name: 'Weekly' }, 'maybe'],
		['another type than one answer told', KNOWN_ONCE, { type: 'courier' }, 'maybe'],
		['another principal than one answer told', KNOWN_ONCE, { principal_id: 'key-2' }, 'maybe'],
		['only another name, and all else unknown', { name: twice('Daily') }, { name: 'Weekly' }, 'no'],
		[
			'only another principal, and all else unknown',
			{ principal: twice('key-1') },
			{ principal_id: 'key-2' },
			'no',
		],

		['Amperity’s own schedule', KNOWN, { principal_name: 'Automated workflow' }, 'no'],
		['Amperity’s own schedule, nothing known', {}, { principal_name: 'Automated workflow' }, 'no'],
		['a person of a similar name', KNOWN, { principal_name: 'Automated workflow 2' }, 'yes'],
	])('%s', (_, identity, more, expected) => {
		expect(fit('cg-1', identity, { ...RUN, ...more } as WorkflowRun)).toBe(expected);
	});
});

describe('the type by the prefix of what was started', () => {
	test.each<[string, unknown, Fit]>([
		['cg-1', 'courier-group', 'yes'],
		['cg-1', 'courier', 'yes'],
		['cg-1', 'orchestration-group', 'no'],
		['cg-1', 'campaign', 'no'],
		['cg-1', 'the-courier', 'no'],
		['cg-1', 'spark-job', 'no'],
		['cg-1', undefined, 'maybe'],
		['cg-1', 7, 'maybe'],
		['og-1', 'orchestration', 'yes'],
		['og-1', 'orchestration-group', 'yes'],
		['og-1', 'run-orchestration', 'yes'],
		['og-1', 'courier-group', 'no'],
		['og-1', 'campaign', 'no'],
		['cc-1', 'campaign', 'yes'],
		['cc-1', 'campaign-delivery', 'yes'],
		['cc-1', 'the-campaign', 'no'],
		['cc-1', 'courier-group', 'no'],
		['cc-1', 'orchestration', 'no'],
		// Whatever Amperity may let users start one day.
		['xx-1', 'courier-group', 'maybe'],
		['xx-1', 'campaign', 'maybe'],
		['', 'campaign', 'maybe'],
		['my-cg-1', 'campaign', 'maybe'],
	])('%s and %p: %s', (configId, type, expected) => {
		const run = { ...RUN, type } as WorkflowRun;
		expect(fit(configId, withTrait('type', undefined), run)).toBe(expected);
	});

	test('counts also against what was learnt', () => {
		const identity = withTrait('type', twice('campaign'));
		expect(fit('cg-1', identity, { ...RUN, type: 'campaign' })).toBe('no');
		expect(fit('cg-1', withTrait('type', once('campaign')), { ...RUN, type: 'campaign' })).toBe(
			'no',
		);
	});

	test('is told by answers for other prefixes', () => {
		expect(fit('xx-1', KNOWN, RUN)).toBe('yes');
		expect(fit('xx-1', KNOWN, { ...RUN, type: 'campaign' })).toBe('no');
		expect(fit('xx-1', KNOWN_ONCE, { ...RUN, type: 'campaign' })).toBe('maybe');
	});
});

test.each([
	['name', { id: 'wf-1', name: '' }],
	['type', { id: 'wf-1', type: '' }],
	['principal', { id: 'wf-1', principal_id: '' }],
])('an empty %s rules no run out', (_, run) => {
	const identity = {
		name: twice('Daily'),
		type: twice('courier.group/run'),
		principal: twice('k'),
	};
	expect(fit('cg-1', identity, run)).toBe('maybe');
	expect(fit('cg-1', {}, run)).toBe('maybe');
});
