import type { IDataObject } from 'n8n-workflow';
import type { OtherRun } from '../../simulator';
import { chosen, idsOf, TriggerLab } from './lab';

const lab = new TriggerLab();

type Fitting = Partial<OtherRun>;

/** What fits, what does not. */
type Case = [string, IDataObject, Fitting, Fitting];

const NIGHTLY = { name: 'The nightly one' };

const CASES: Case[] = [
	['a name', { config: chosen('name', NIGHTLY.name) }, NIGHTLY, { name: 'The nightly one 2' }],
	[
		'a name from the list',
		{ config: chosen('list', NIGHTLY.name) },
		NIGHTLY,
		{ name: 'Not the nightly one' },
	],
	['a part of the name', { nameContains: 'NIGHT' }, NIGHTLY, { name: 'The daily one' }],
	['who started it', { startedBy: 'automated w' }, { principal: 'automated' }, {}],
	['the address of who started it', { startedBy: 'pat@' }, {}, { principal: 'automated' }],
	['the type', { type: 'campaign.send' }, { configId: 'cc-1' }, {}],
	[
		'two things',
		{ nameContains: 'night', type: chosen('name', 'Campaign send') },
		{ configId: 'cc-1', ...NIGHTLY },
		NIGHTLY,
	],
];

const TYPES: Array<[string, string]> = [
	['campaign.send', 'campaign.send'],
	['Campaign send', 'campaign.send'],
	['campaign send', 'campaign.send'],
	['courier.group/run', 'courier.group/run'],
	['Courier group', 'courier.group/run'],
	['Orchestration', 'amperity.orchestration.orchestration/run'],
	['amperity.orchestration.orchestration/run', 'amperity.orchestration.orchestration/run'],
	['Data refresh', 'amperity.data-refresh/run'],
];

const EVENTS = ['runEnded', 'runStarted', 'runIsSlow'];

/** What a trigger for one event tells, of a run that fits and of one that does not. */
async function toldOfTwo(event: string, filters: IDataObject, fitting: Fitting, other: Fitting) {
	const { poll } = lab.trigger({ events: [event], filters, slowAfterMinutes: 1 });
	await poll();
	const run = (more: Fitting) => {
		const id = lab.startEndless(more);
		lab.pass(61_000);
		if (event === 'runEnded') lab.simulator.endRun(id, 'failed');
		return id;
	};
	const unfit = run(other);
	const id = run(fitting);
	const told = [...(await poll()), ...(await poll())];
	for (const active of [unfit, id]) lab.simulator.endRun(active, 'succeeded');
	return { told: idsOf(told), expected: [id] };
}

describe.each(EVENTS)('%s is told', (event) => {
	test.each(CASES)('only where %s fits', async (_, filters, fitting, other) => {
		const { told, expected } = await toldOfTwo(event, filters, fitting, other);
		expect(told).toEqual(expected);
	});

	test.each(TYPES)('for the type "%s", which is %s', async (type, wire) => {
		const other = { type: 'campaign.fetch' };
		for (const filter of [type, chosen('name', type), chosen('list', type)]) {
			const { told, expected } = await toldOfTwo(event, { type: filter }, { type: wire }, other);
			expect(told).toEqual(expected);
		}
	});
});

test.each([
	['Courier', 'courier.group/run'],
	['Orchestration group', 'amperity.orchestration.orchestration/run'],
	['send', 'campaign.send'],
])('the type "%s" is not %s', async (type, wire) => {
	const { poll } = lab.trigger({ filters: { type: chosen('name', type) } });
	await poll();
	lab.end('failed', { type: wire });
	const id = lab.end('failed', { type });
	expect(idsOf(await poll())).toEqual([id]);
});

test.each<[string, IDataObject]>([
	['no filters', {}],
	['empty texts', { nameContains: '', startedBy: ' ', type: '' }],
	['empty choices', { config: chosen('name', ''), type: chosen('list', '') }],
])('%s let everything through', async (_, filters) => {
	const { poll } = lab.trigger({ filters });
	await poll();
	const ids = [
		lab.end('failed'),
		lab.end('succeeded', { configId: 'cc-1', principal: 'automated' }),
	];
	expect(idsOf(await poll())).toEqual(ids);
});

test('what a filter lets pass by is not told when the filter is taken away', async () => {
	const trigger = lab.trigger({ filters: { nameContains: 'nightly' } });
	await trigger.poll();
	lab.end();
	const fits = lab.end('succeeded', NIGHTLY);
	expect(idsOf(await trigger.poll())).toEqual([fits]);
	trigger.change({ parameters: {} });
	expect(await trigger.poll()).toEqual([]);
	const id = lab.end();
	expect(idsOf(await trigger.poll())).toEqual([id]);
});
