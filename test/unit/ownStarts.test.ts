import { OwnStarts, type OpenStart } from '../../nodes/Amperity/runs/configuration/ownStarts';
import { accountNamed } from './fakeClient';

const MINUTE = 60_000;

let now = 0;

beforeEach(() => {
	now = 5_000;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => jest.restoreAllMocks());

const startOf = (configId: string, more: Partial<OpenStart> = {}): OpenStart => ({
	account: accountNamed('connection-1'),
	configId,
	spans: [],
	...more,
});

const others = (own: OwnStarts, key: string) => own.othersThan(key).map((start) => start.configId);

test('every start without a run is another’s, but for one’s own', () => {
	const own = new OwnStarts();
	expect(others(own, 'a')).toEqual([]);
	own.begin('a', startOf('cg-a'));
	own.begin('b', startOf('cg-b'));
	own.begin('c', startOf('cg-c'));
	expect(others(own, 'a')).toEqual(['cg-b', 'cg-c']);
	expect(others(own, 'b')).toEqual(['cg-a', 'cg-c']);
	expect(others(own, 'somebody')).toEqual(['cg-a', 'cg-b', 'cg-c']);
});

test('tells all that is known of it', () => {
	const own = new OwnStarts();
	const start = startOf('cg-a', { spans: [{ from: 1, to: 2 }], unansweredSince: 3 });
	own.begin('a', start);
	expect(own.othersThan('b')).toEqual([expect.objectContaining(start)]);
});

test('what is said of a start last counts', () => {
	const own = new OwnStarts();
	own.begin('a', startOf('cg-a', { unansweredSince: 3 }));
	own.begin('a', startOf('cg-a', { spans: [{ from: 1, to: 2 }] }));
	expect(own.othersThan('b')).toHaveLength(1);
	expect(own.othersThan('b')[0]).toMatchObject({ spans: [{ from: 1, to: 2 }] });
	expect(own.othersThan('b')[0]!.unansweredSince).toBeUndefined();
});

test('a start that was refused, or has its run, is none', () => {
	const own = new OwnStarts();
	own.begin('a', startOf('cg-a'));
	own.begin('b', startOf('cg-b'));
	own.begin('c', startOf('cg-c'));
	own.end('a');
	own.claim({ key: 'b', executionId: '7' }, 'wf-b', { config_id: 'cg-1' });
	expect(others(own, '')).toEqual(['cg-c']);
	expect(own.isClaimed('wf-b')).toBe(true);
	own.end('nobody');
	expect(others(own, '')).toEqual(['cg-c']);
});

test('a run belongs to the item that claims it, and no other run does', () => {
	const own = new OwnStarts();
	expect(own.isClaimed('wf-1')).toBe(false);
	own.claim({ key: 'a', executionId: '7' }, 'wf-1', { config_id: 'cg-1' });
	own.claim({ key: 'a', executionId: '7' }, 'wf-2', { config_id: 'cg-1' });
	expect(own.isClaimed('wf-1')).toBe(true);
	expect(own.isClaimed('wf-2')).toBe(true);
	expect(own.isClaimed('wf-3')).toBe(false);
	own.end('a');
	expect(own.isClaimed('wf-1')).toBe(true);
});

describe('an hour later', () => {
	test('a start is forgotten, and no younger one', () => {
		const own = new OwnStarts();
		own.begin('a', startOf('cg-a'));
		now += 30 * MINUTE;
		own.begin('b', startOf('cg-b'));
		now += 30 * MINUTE - 1;
		own.begin('c', startOf('cg-c'));
		expect(others(own, '')).toEqual(['cg-a', 'cg-b', 'cg-c']);
		now += 1;
		own.begin('d', startOf('cg-d'));
		expect(others(own, '')).toEqual(['cg-b', 'cg-c', 'cg-d']);
	});

	test('a start of which something new was said is still known', () => {
		const own = new OwnStarts();
		own.begin('a', startOf('cg-a'));
		now += 59 * MINUTE;
		own.begin('a', startOf('cg-a'));
		now += 59 * MINUTE;
		own.begin('b', startOf('cg-b'));
		expect(others(own, '')).toContain('cg-a');
	});

	test('a claim is forgotten, and no younger one', () => {
		const own = new OwnStarts();
		own.claim({ key: 'a', executionId: '7' }, 'wf-a', { config_id: 'cg-1' });
		now += MINUTE;
		own.claim({ key: 'b', executionId: '7' }, 'wf-b', { config_id: 'cg-1' });
		now += 59 * MINUTE - 1;
		own.claim({ key: 'c', executionId: '7' }, 'wf-c', { config_id: 'cg-1' });
		expect(own.isClaimed('wf-a')).toBe(true);
		now += 1;
		own.claim({ key: 'd', executionId: '7' }, 'wf-d', { config_id: 'cg-1' });
		expect(['wf-a', 'wf-b', 'wf-c', 'wf-d'].filter((id) => own.isClaimed(id))).toEqual([
			'wf-b',
			'wf-c',
			'wf-d',
		]);
	});
});
