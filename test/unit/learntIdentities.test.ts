import {
	LearntIdentities,
	type IdentityTable,
} from '../../nodes/Amperity/runs/configuration/learntIdentities';
import { ME, RUN, times } from './dailyRun';
import { accountNamed } from './fakeClient';

const OTHER = accountNamed('connection-2-of-a-long-hash');

const emptyTable = (): IdentityTable => ({ configs: {}, principals: {} });

describe('learning', () => {
	test('nothing is known at first', () => {
		expect(new LearntIdentities().of(ME, 'cg-1')).toEqual({ principal: undefined });
	});

	test('the first two answers tell something new, and no further one like them', () => {
		const identities = new LearntIdentities();
		expect(identities.learn(ME, 'cg-1', RUN)).toBe(true);
		expect(identities.of(ME, 'cg-1')).toEqual(times(1));
		expect(identities.learn(ME, 'cg-1', RUN)).toBe(true);
		expect(identities.of(ME, 'cg-1')).toEqual(times(2));
		expect(identities.learn(ME, 'cg-1', RUN)).toBe(false);
		expect(identities.of(ME, 'cg-1')).toEqual(times(2));
	});

	test.each([
		['name', { name: 'Weekly' }, { name: { value: 'Weekly', times: 1 } }],
		['type', { type: 'courier' }, { type: { value: 'courier', times: 1 } }],
		['principal', { principal_id: 'key-2' }, { principal: { value: 'key-2', times: 1 } }],
	])('another %s is new, and counts from the start', (_, changed, expected) => {
		const identities = new LearntIdentities();
		for (let answers = 0; answers < 3; answers++) identities.learn(ME, 'cg-1', RUN);
		expect(identities.learn(ME, 'cg-1', { ...RUN, ...changed })).toBe(true);
		expect(identities.of(ME, 'cg-1')).toEqual({ ...times(2), ...expected });
	});

	test('what an answer leaves out stays known', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		expect(identities.learn(ME, 'cg-1', { id: 'wf-2' })).toBe(false);
		expect(identities.of(ME, 'cg-1')).toEqual(times(1));
	});

	test('names and types belong to the configuration, whoever starts it', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		identities.learn(OTHER, 'cg-1', { ...RUN, principal_id: 'key-2' });
		expect(identities.of(ME, 'cg-1')).toEqual({ ...times(2), principal: times(1).principal });
		expect(identities.of(OTHER, 'cg-1').principal).toEqual({ value: 'key-2', times: 1 });
		expect(identities.of(ME, 'cg-2')).toEqual({ principal: times(1).principal });
	});

	test('the principal belongs to the connection, whatever it starts', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		identities.learn(ME, 'cg-2', { ...RUN, name: 'Weekly' });
		expect(identities.of(ME, 'cg-3').principal).toEqual({ value: 'key-1', times: 2 });
		expect(identities.of(OTHER, 'cg-1').principal).toBeUndefined();
	});
});

describe('so many entries are kept:', () => {
	const START = 1_000;
	const configIds = Array.from({ length: 501 }, (_, index) => `cg-${START + index}`);

	test('500 configurations, of which the oldest goes first', () => {
		const identities = new LearntIdentities();
		for (const configId of configIds.slice(0, 500)) identities.learn(ME, configId, RUN);
		expect(identities.of(ME, configIds[0]!).name).toEqual(times(1).name);
		identities.learn(ME, configIds[500]!, RUN);
		expect(identities.of(ME, configIds[0]!).name).toBeUndefined();
		expect(identities.of(ME, configIds[1]!).name).toEqual(times(1).name);
		expect(identities.of(ME, configIds[500]!).name).toEqual(times(1).name);
	});

	test('500 connections', () => {
		const identities = new LearntIdentities();
		const accounts = configIds.map(accountNamed);
		for (const account of accounts) identities.learn(account, 'cg-1', RUN);
		expect(identities.of(accounts[0]!, 'cg-1').principal).toBeUndefined();
		expect(identities.of(accounts[1]!, 'cg-1').principal).toEqual(times(1).principal);
	});

	test('those of which nothing is learnt need no place', () => {
		const identities = new LearntIdentities();
		const accounts = configIds.map(accountNamed);
		for (const account of accounts.slice(0, 500)) identities.learn(account, 'cg-1', RUN);
		identities.learn(accounts[500]!, 'cg-1', { id: 'wf-2' });
		expect(identities.of(accounts[0]!, 'cg-1').principal).toEqual(times(1).principal);
	});

	test('500 in what n8n keeps', () => {
		const kept = emptyTable();
		for (const configId of configIds) {
			const identities = new LearntIdentities();
			identities.learn(accountNamed(configId), configId, RUN);
			identities.keep(kept, accountNamed(configId), configId);
		}
		expect(Object.keys(kept.configs)).toEqual(configIds.slice(1));
		expect(Object.keys(kept.principals)).toEqual(configIds.slice(1));
	});
});

describe('across processes', () => {
	test('what was learnt is kept, and recalled', () => {
		const before = new LearntIdentities();
		before.learn(ME, 'cg-1', RUN);
		before.learn(ME, 'cg-1', RUN);
		const kept = emptyTable();
		before.keep(kept, ME, 'cg-1');

		const after = new LearntIdentities();
		after.recall(JSON.parse(JSON.stringify(kept)) as IdentityTable, ME, 'cg-1');
		expect(after.of(ME, 'cg-1')).toEqual(times(2));
		expect(after.of(ME, 'cg-2')).toEqual({ principal: times(2).principal });
		expect(after.of(OTHER, 'cg-1').principal).toBeUndefined();
		expect(after.learn(ME, 'cg-1', RUN)).toBe(false);
	});

	test('only what belongs to a configuration and its connection is kept', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		identities.learn(OTHER, 'cg-2', { ...RUN, principal_id: 'key-2' });
		const kept = emptyTable();
		identities.keep(kept, ME, 'cg-1');
		expect(Object.keys(kept.configs)).toEqual(['cg-1']);
		expect(Object.values(kept.principals)).toEqual([times(1).principal]);
	});

	test('no more of a connection is kept than a part of its hash', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		const kept = emptyTable();
		identities.keep(kept, ME, 'cg-1');
		expect(Object.keys(kept.principals)).toEqual([ME.connection.slice(0, 16)]);
	});

	test('what is kept does not follow what is learnt later', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		const kept = emptyTable();
		identities.keep(kept, ME, 'cg-1');
		const copy = structuredClone(kept);
		identities.learn(ME, 'cg-1', RUN);
		expect(kept).toEqual(copy);
	});

	test('what is known does not follow what becomes of what was kept', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', RUN);
		const kept = emptyTable();
		identities.keep(kept, ME, 'cg-1');
		Object.values(kept.principals)[0]!.value = 'changed';
		kept.configs['cg-1']!.name!.value = 'changed';
		expect(identities.of(ME, 'cg-1')).toEqual(times(1));
	});

	test('this process knows better than those before', () => {
		const identities = new LearntIdentities();
		identities.learn(ME, 'cg-1', { ...RUN, name: 'Weekly', principal_id: 'key-2' });
		const mark = ME.connection.slice(0, 16);
		const { name, type, principal } = times(2);
		identities.recall(
			{ configs: { 'cg-1': { name, type } }, principals: { [mark]: principal } },
			ME,
			'cg-1',
		);
		expect(identities.of(ME, 'cg-1')).toEqual(times(1, 'Weekly', 'courier-group', 'key-2'));
	});

	test.each([{}, { configs: {} }, { principals: {} }, emptyTable()])(
		'%j holds nothing to recall',
		(kept) => {
			const identities = new LearntIdentities();
			identities.recall(kept, ME, 'cg-1');
			expect(identities.of(ME, 'cg-1')).toEqual({ principal: undefined });
			const table = emptyTable();
			identities.keep(table, ME, 'cg-1');
			expect(table).toEqual(emptyTable());
		},
	);
});

test('each connection asks for its principal first once', () => {
	const identities = new LearntIdentities();
	expect(identities.asksFirst(ME)).toBe(true);
	expect(identities.asksFirst(ME)).toBe(false);
	expect(identities.asksFirst(OTHER)).toBe(true);
	expect(identities.asksFirst(ME)).toBe(false);
});
