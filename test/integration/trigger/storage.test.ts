import type { IDataObject } from 'n8n-workflow';
import { createTrigger, oAuth2CredentialsFor } from '../../engine';
import { chosen, ENGINES, HOUR, idsOf, MINUTE, TriggerLab } from './lab';

const lab = new TriggerLab();

const copyOf = (data: IDataObject) => JSON.parse(JSON.stringify(data)) as IDataObject;

/** The fields of the other tenant. */
const ofOtherTenant = () => ({
	...lab.credentials,
	tenant: lab.simulator.otherTenant,
	accessToken: lab.simulator.otherToken,
});

const endOfOther = () => lab.end('succeeded', { tenant: lab.simulator.otherTenant });

test.each<[string, unknown]>([
	['a text', 'soon'],
	['a number', 5],
	['a list', []],
	['nothing', null],
	['an empty object', {}],
	['an object of something else', { position: 'soon', seen: 'none' }],
])('%s is no cursor: the trigger begins anew', async (_, cursor) => {
	const trigger = lab.trigger({}, { staticData: { cursor } as IDataObject });
	lab.end();
	expect(await trigger.poll()).toEqual([]);
	const id = lab.end();
	expect(idsOf(await trigger.poll())).toEqual([id]);
	expect(trigger.staticData.cursor).toEqual(expect.any(Object));
});

test('a cursor that was damaged tells no end of before, and those to come', async () => {
	const trigger = lab.trigger();
	await trigger.poll();
	lab.end();
	await trigger.poll();
	const stored = trigger.staticData.cursor as IDataObject;
	const damaged = Object.fromEntries(Object.keys(stored).map((key) => [key, 'damaged']));
	const second = lab.trigger({}, { staticData: { cursor: damaged } });
	expect(await second.poll()).toEqual([]);
	const id = lab.end();
	expect(idsOf(await second.poll())).toEqual([id]);
});

test('after the cursor of 0.1 the trigger tells what ends from now on', async () => {
	lab.end();
	const cursor = { tenant: lab.simulator.tenant, position: lab.now, seen: {} };
	lab.pass(2 * HOUR);
	const trigger = lab.trigger({}, { staticData: { cursor } });
	await trigger.poll();
	const ids = [lab.end(), lab.end()];
	expect(idsOf(await trigger.poll())).toEqual(ids);
	expect(await trigger.poll()).toEqual([]);
});

describe.each(ENGINES)('in the %s mode', (engine) => {
	test('another tenant begins anew, with a warning', async () => {
		const store = new Map([['amperityApi', lab.credentials]]);
		const trigger = createTrigger(lab.credentials, {}, { store, engine });
		await trigger.poll();
		await trigger.poll();
		const id = lab.end();
		expect(idsOf(await trigger.poll())).toEqual([id]);
		expect(trigger.warnings).toEqual([]);

		store.set('amperityApi', ofOtherTenant());
		endOfOther();
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.warnings).toEqual([expect.stringMatching(/tenant/i)]);
		const ofOther = endOfOther();
		expect(idsOf(await trigger.poll())).toEqual([ofOther]);
		trigger.restart();
		const last = endOfOther();
		expect(idsOf([...(await trigger.poll()), ...(await trigger.poll())])).toEqual([last]);
		expect(trigger.warnings).toHaveLength(1);
	});

	test('the way back to the first tenant begins anew as well', async () => {
		const store = new Map([['amperityApi', lab.credentials]]);
		const trigger = createTrigger(lab.credentials, {}, { store, engine });
		await trigger.poll();
		await trigger.poll();
		for (const fields of [ofOtherTenant(), lab.credentials]) {
			lab.end();
			endOfOther();
			lab.pass(MINUTE);
			store.set('amperityApi', fields);
			expect(await trigger.poll()).toEqual([]);
		}
		expect(trigger.warnings).toHaveLength(2);
		const id = lab.end();
		expect(idsOf([...(await trigger.poll()), ...(await trigger.poll())])).toEqual([id]);
	});

	test.each<[string, (fields: IDataObject) => IDataObject]>([
		['a new token', (fields) => fields],
		[
			'a base URL with a slash behind it',
			(fields) => ({ baseUrl: `${fields.baseUrl as string}/` }),
		],
		['blanks around the tenant', (fields) => ({ tenant: ` ${fields.tenant as string} ` })],
	])('the credential may get %s', async (_, change) => {
		const store = new Map([['amperityApi', lab.credentials]]);
		const trigger = createTrigger(lab.credentials, {}, { store, engine });
		await trigger.poll();
		await trigger.poll();
		const ids = [lab.end()];
		lab.simulator.setToken('another-token');
		const fields = { ...lab.credentials, ...change(lab.credentials as IDataObject) };
		store.set('amperityApi', fields as typeof lab.credentials);
		ids.push(lab.end());
		expect(idsOf(await trigger.poll())).toEqual(ids);
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.warnings).toEqual([]);
	});

	test('the other type of credential goes on where the first one was', async () => {
		const store = new Map([
			['amperityApi', lab.credentials],
			['amperityOAuth2Api', oAuth2CredentialsFor(lab.simulator)],
		]);
		const trigger = createTrigger(lab.credentials, {}, { store, engine });
		await trigger.poll();
		await trigger.poll();
		const ids = [lab.end()];
		const told = idsOf(await trigger.poll());
		ids.push(lab.end());
		const [authentication] = ['amperityOAuth2Api'];
		trigger.change({ parameters: { authentication } });
		told.push(...idsOf(await trigger.poll()), ...idsOf(await trigger.poll()));
		expect(told).toEqual(ids);
		expect(trigger.warnings).toEqual([]);
	});

	test.each<[string, IDataObject]>([
		['outcomes', { outcomes: ['failed'] }],
		['filters', { filters: { nameContains: 'nightly' } }],
		['details', { includeDetails: true }],
		['events', { events: ['runEnded', 'runStarted'] }],
		['a configuration', { filters: { config: chosen('name', 'The nightly one') } }],
	])('other %s go on where the trigger was', async (_, parameters) => {
		const trigger = lab.trigger({}, { engine });
		await trigger.poll();
		await trigger.poll();
		const first = lab.end();
		expect(idsOf(await trigger.poll())).toEqual([first]);
		lab.pass(HOUR / 2);
		const last = lab.end('failed', { name: 'The nightly one' });
		trigger.change({ parameters });
		const told = [...(await trigger.poll()), ...(await trigger.poll())];
		const ends = told.filter(({ event }) => event !== 'runStarted');
		expect(idsOf(ends)).toEqual([last]);
	});
});

test('what is stored can be stored as JSON', async () => {
	const { poll, staticData } = lab.trigger();
	await poll();
	lab.end();
	await poll();
	expect(copyOf(staticData)).toEqual(staticData);
});
