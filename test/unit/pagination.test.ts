import { hasId, type Identified } from '../../nodes/Amperity/transport/list';
import { collectPages, pageOf, type Page } from '../../nodes/Amperity/transport/pagination';

const A = { id: 'wf-a' };
const B = { id: 'wf-b', state: 'running' };

describe('pageOf', () => {
	test.each<[string, unknown, Page<Identified>]>([
		['a list', { data: [A, B], next_token: 'n' }, { items: [A, B], nextToken: 'n' }],
		['a last page', { data: [A] }, { items: [A] }],
		['an empty list', { data: [] }, { items: [] }],
		[
			'an empty list with more behind it',
			{ data: [], next_token: 'n' },
			{ items: [], nextToken: 'n' },
		],
		['an item by itself', B, { items: [B] }],
		[
			'an item that has data and a token of its own',
			{ ...A, data: [B], next_token: 'n' },
			{ items: [{ ...A, data: [B], next_token: 'n' }] },
		],
		['a token that is null', { data: [A], next_token: null }, { items: [A] }],
		['a token that is empty', { data: [A], next_token: '' }, { items: [A] }],
		['a token that is a number', { data: [A], next_token: 2 }, { items: [A], nextToken: '2' }],
		['a token that is zero', { data: [A], next_token: 0 }, { items: [A], nextToken: '0' }],
		[
			'entries that are no items',
			{ data: [A, null, 'wf-c', {}, { id: '' }, { id: 5 }, [A]] },
			{ items: [A] },
		],
	])('%s', (_, json, page) => {
		expect(pageOf(json, hasId)).toEqual({ nextToken: undefined, ...page });
	});

	test.each<[string, unknown]>([
		['an empty object', {}],
		['a list of another name', { items: [A] }],
		['data that is no list', { data: A }],
		['data that is null', { data: null }],
		['a bare list', [A]],
		['an error', { status: 403, message: 'no' }],
		['an item without an ID', { id: '', state: 'running' }],
		['a token that is true', { data: [A], next_token: true }],
		['a token that is false', { data: [A], next_token: false }],
		['a token that is an object', { data: [A], next_token: { after: 'n' } }],
		['a token that is a list', { data: [A], next_token: ['n'] }],
	])('%s is no page', (_, json) => {
		expect(pageOf(json, hasId)).toBeUndefined();
	});
});

describe('collectPages', () => {
	/** Gives these pages one after the other, and notes what it was asked for. */
	function pages(...given: Array<Page<number>>) {
		const asked: Array<string | undefined> = [];
		const fetchPage = async (nextToken: string | undefined) => {
			asked.push(nextToken);
			return given[asked.length - 1]!;
		};
		return { asked, fetchPage };
	}

	const THREE: Array<Page<number>> = [
		{ items: [1, 2], nextToken: 'a' },
		{ items: [], nextToken: 'b' },
		{ items: [3, 4, 5] },
	];

	test('follows the tokens to the last page', async () => {
		const { asked, fetchPage } = pages(...THREE);
		expect(await collectPages(fetchPage)).toEqual([1, 2, 3, 4, 5]);
		expect(asked).toEqual([undefined, 'a', 'b']);
	});

	test.each([
		[1, [1], 1],
		[2, [1, 2], 1],
		[3, [1, 2, 3], 3],
		[5, [1, 2, 3, 4, 5], 3],
		[6, [1, 2, 3, 4, 5], 3],
	])('with a limit of %i asks for no page it does not need', async (limit, expected, requests) => {
		const { asked, fetchPage } = pages(...THREE);
		expect(await collectPages(fetchPage, limit)).toEqual(expected);
		expect(asked).toHaveLength(requests);
	});

	test.each([
		['at once', ['a', 'a']],
		['later', ['a', 'b', 'c', 'b']],
	])('a list that goes in circles is an error (%s)', async (_, tokens) => {
		const { asked, fetchPage } = pages(...tokens.map((nextToken) => ({ items: [1], nextToken })));
		await expect(collectPages(fetchPage)).rejects.toThrow('The list repeats itself');
		expect(asked).toHaveLength(tokens.length);
	});

	test('a list that goes in circles is none where the limit is reached before', async () => {
		const { fetchPage } = pages({ items: [1], nextToken: 'a' }, { items: [2], nextToken: 'a' });
		expect(await collectPages(fetchPage, 2)).toEqual([1, 2]);
	});

	test('an error of a page ends the list', async () => {
		const fetchPage = async (nextToken: string | undefined): Promise<Page<number>> => {
			if (nextToken) throw new Error('no');
			return { items: [1], nextToken: 'a' };
		};
		await expect(collectPages(fetchPage)).rejects.toThrow('no');
	});
});
