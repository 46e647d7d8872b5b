import type { IDataObject } from 'n8n-workflow';
import { createTrigger, credentialsFor, runAmperity, searchList } from '../engine';
import { errorText } from '../engine/errorText';
import { shareSimulator } from '../engine/shareSimulator';
import type { AmperitySimulator } from '../simulator';

let simulator: AmperitySimulator;
shareSimulator(60, (started) => {
	simulator = started;
});

const run = async (parameters: IDataObject) => await runAmperity(simulator, { parameters });

/** Three pages, the first two of which end with these cursors. */
const threePages = (first: unknown, second: unknown) => {
	const pages: Record<string, unknown> = { [String(first)]: second, [String(second)]: undefined };
	simulator.onRequest = ({ query }) => {
		const { next_token: token } = query;
		const isKnown = token === undefined || token in pages;
		return {
			kind: 'body',
			status: isKnown ? 200 : 400,
			body: isKnown
				? {
						data: [{ id: `wf-${token ?? 'first'}`, state: 'running' }],
						next_token: token === undefined ? first : pages[token],
					}
				: { status: 400, message: `No such cursor: ${token}` },
		};
	};
};

test.each([
	[2, 3],
	[1_000_000_000_000, 1_000_000_000_001],
	['a/b+c=', 'd e&f'],
	['2', '3'],
	[0, 1],
])('the cursors %p and %p are followed', async (first, second) => {
	threePages(first, second);
	const result = await run({ operation: 'getMany', returnAll: true });
	expect(errorText(result)).toBe('');
	expect(result.items.map(({ json }) => json.id)).toEqual([
		'wf-first',
		`wf-${first}`,
		`wf-${second}`,
	]);
});

test.each([[null], [''], [undefined]])('the cursor %p is the end', async (last) => {
	threePages(2, last);
	simulator.onRequest = () => ({
		kind: 'body',
		body: { data: [{ id: 'wf-1', state: 'running' }], next_token: last },
	});
	const { items } = await run({ operation: 'getMany', returnAll: true });
	expect(items).toHaveLength(1);
	expect(simulator.requests).toHaveLength(1);
});

test.each<[unknown]>([[true], [{ page: 2 }], [['2']], [false]])(
	'the cursor %j, which nobody can follow, is an error and not the end',
	async (cursor) => {
		simulator.onRequest = () => ({
			kind: 'body',
			body: { data: [{ id: 'wf-1', state: 'running' }], next_token: cursor },
		});
		const result = await run({ operation: 'getMany', returnAll: true });
		expect(errorText(result)).not.toBe('');
		expect(simulator.requests.length).toBeLessThan(20);
	},
);

test.each([['again'], [7]])('the cursor %p that comes twice is an error', async (cursor) => {
	simulator.onRequest = () => ({
		kind: 'body',
		body: { data: [{ id: 'wf-1', state: 'running' }], next_token: cursor },
	});
	const result = await run({ operation: 'getMany', returnAll: true });
	expect(errorText(result)).toContain('The list repeats itself');
	expect(simulator.requests).toHaveLength(2);
});

describe('cursors that are numbers are followed by', () => {
	beforeEach(() => {
		simulator.cursorForm = 'number';
		simulator.pageCap = 10;
	});

	test.each([
		['campaign', 45],
		['segment', undefined],
	])('the list of each %s', async (resource, count) => {
		const { items } = await run({ resource, operation: 'getMany', returnAll: true });
		expect(items).toHaveLength(count ?? simulator.segments.length);
		expect(new Set(items.map(({ json }) => json.id)).size).toBe(items.length);
	});

	test('the choices of a campaign', async () => {
		const found = new Set<unknown>();
		let token: string | undefined;
		do {
			const page = await searchList(credentialsFor(simulator), 'searchCampaigns', undefined, token);
			for (const { value } of page.results) found.add(value);
			token = page.paginationToken as string | undefined;
		} while (token !== undefined && simulator.requests.length < 20);
		expect(found.size).toBe(45);
	});

	test('the trigger', async () => {
		const { poll } = createTrigger({ ...credentialsFor(simulator), requestsPerSecond: 1_000 });
		await poll();
		const ids = Array.from({ length: 35 }, () => {
			const { id } = simulator.startRunAs({ principal: 'person', configId: 'cg-1' });
			return id;
		});
		simulator.clock.advance(1_000);
		for (const id of ids) simulator.endRun(id, 'succeeded');
		simulator.clock.advance(1_000);
		expect((await poll()).map(({ id }) => id).sort()).toEqual([...ids].sort());
	});

	test('a wait for many runs', async () => {
		const items = Array.from({ length: 25 }, () => ({ id: 'cg-1' }));
		const result = await runAmperity(simulator, {
			parameters: {
				configId: '={{ $json.id }}',
				waitForCompletion: true,
				options: { ifStartIsLost: 'report' },
			},
			items,
		});
		expect(result.items.map(({ json }) => json.outcome)).toEqual(Array(25).fill('succeeded'));
	});
});
