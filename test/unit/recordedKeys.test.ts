import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import type * as recordedKeys from '../../nodes/Amperity/engine/recordedKeys';

type WasRecorded = typeof recordedKeys.wasRecorded;

/** Lets everything happen that waits for nothing. */
const settle = async () => await sleep(0);

/** Items of the executions of these tests. */
const ITEMS = 3;

/** n8n's database, which takes its time and rewrites all keys of a node at once, the latest of them. */
class Database {
	readonly calls: Array<[place: string, keys: string[], ...rest: unknown[]]> = [];

	readonly keys = new Map<string, string[]>();

	underWay = 0;

	mostUnderWay = 0;

	/** Fails the next calls with these. */
	readonly errors: unknown[] = [];

	contextOf(workflow: string, node: string, items = ITEMS): IExecuteFunctions {
		const place = `${workflow} ${node}`;
		const checkProcessedAndRecord = async (
			keys: string[],
			scope: string,
			options: { maxEntries: number },
		) => {
			this.calls.push([place, keys, scope, options]);
			const before = this.keys.get(place) ?? [];
			this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
			await settle();
			this.underWay--;
			if (this.errors.length > 0) throw this.errors.shift();
			const isOld = (key: string) => before.includes(key);
			const answer = { new: keys.filter((key) => !isOld(key)), processed: keys.filter(isOld) };
			this.keys.set(place, [...before, ...answer.new].slice(-options.maxEntries));
			return answer;
		};
		return {
			getWorkflow: () => ({ id: workflow }),
			getNode: () => ({ id: node }),
			getInputData: () => Array.from({ length: items }, () => ({ json: {} })),
			helpers: { checkProcessedAndRecord },
		} as unknown as IExecuteFunctions;
	}
}

/** What a process of n8n has that has just begun. */
function newProcess(): WasRecorded {
	let loaded: typeof recordedKeys | undefined;
	jest.isolateModules(() => {
		loaded = jest.requireActual<typeof recordedKeys>('../../nodes/Amperity/engine/recordedKeys');
	});
	return loaded!.wasRecorded;
}

const keysOf = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => `${name} ${index}`);

let database: Database;

/** A process without a past. */
let wasRecorded: WasRecorded;

beforeEach(() => {
	database = new Database();
	wasRecorded = newProcess();
});

test('a key has been recorded before from its second time on', async () => {
	const context = database.contextOf('w', 'n');
	expect(await wasRecorded(context, 'a')).toBe(false);
	expect(await wasRecorded(context, 'a')).toBe(true);
	expect(await wasRecorded(context, 'b')).toBe(false);
	expect(await wasRecorded(context, 'a')).toBe(true);
});

test('is asked of n8n by node', async () => {
	await wasRecorded(database.contextOf('w', 'n'), 'a');
	expect(database.calls).toEqual([['w n', ['a'], 'node', { mode: 'entries', maxEntries: 5_000 }]]);
});

test.each([
	['without items, as tools may be called', 0, 5_000],
	['of few items', 3, 5_000],
	['of so many items that 5,000 are not enough for two of its kind', 2_501, 5_002],
	['of many items', 12_000, 24_000],
])(
	'an execution %s has n8n keep so many that none of its own is dropped',
	async (_, items, most) => {
		await wasRecorded(database.contextOf('w', 'n', items), 'a');
		expect(database.calls[0]![3]).toEqual({ mode: 'entries', maxEntries: most });
	},
);

test('keys of one node are recorded one after the other, so that none is lost', async () => {
	const keys = keysOf('key', 10);
	// Each item and each execution has a context of its own.
	const recording = keys.map(async (key) => await wasRecorded(database.contextOf('w', 'n'), key));
	expect(await Promise.all(recording)).toEqual(keys.map(() => false));
	expect(database.mostUnderWay).toBe(1);
	expect(database.keys.get('w n')).toEqual(keys);
	const again = keys.map(async (key) => await wasRecorded(database.contextOf('w', 'n'), key));
	expect(await Promise.all(again)).toEqual(keys.map(() => true));
});

test('the same key twice at once is recorded once, and known the second time', async () => {
	const context = database.contextOf('w', 'n');
	const twice = [wasRecorded(context, 'a'), wasRecorded(context, 'a')];
	expect(await Promise.all(twice)).toEqual([false, true]);
});

test('also those that come while the last of others is under way wait their turn', async () => {
	const context = database.contextOf('w', 'n');
	const first = wasRecorded(context, 'a');
	await settle();
	const second = wasRecorded(context, 'b');
	await first;
	const third = wasRecorded(context, 'c');
	await Promise.all([second, third]);
	expect(database.mostUnderWay).toBe(1);
	expect(database.keys.get('w n')).toEqual(['a', 'b', 'c']);
});

test('nodes and workflows do not wait for each other, and have keys of their own', async () => {
	const places = [
		['w', 'n'],
		['w', 'm'],
		['v', 'n'],
	] as const;
	const recording = places.map(
		async ([workflow, node]) => await wasRecorded(database.contextOf(workflow, node), 'a'),
	);
	expect(await Promise.all(recording)).toEqual([false, false, false]);
	expect(database.mostUnderWay).toBe(3);
	expect(await wasRecorded(database.contextOf('w', 'm'), 'a')).toBe(true);
});

test('only the answer about the key counts, not that about others', async () => {
	const context = database.contextOf('w', 'n');
	await wasRecorded(context, 'a');
	expect(await wasRecorded(context, 'b')).toBe(false);
	expect(database.calls[1]![1]).toEqual(['a', 'b']);
});

describe('several processes that record for one node', () => {
	test('make good with their next record what another one has undone', async () => {
		const processes = { one: wasRecorded, two: newProcess() };
		const names = Object.keys(processes) as Array<keyof typeof processes>;
		const recordAll = async (name: keyof typeof processes) => {
			for (const key of keysOf(name, 20)) {
				expect(await processes[name](database.contextOf('w', 'n'), key)).toBe(false);
			}
		};
		await Promise.all(names.map(recordAll));
		// Each of them has been in step with one of the other, which was written last.
		expect(database.keys.get('w n')).toEqual(keysOf('two', 20));
		await processes.one(database.contextOf('w', 'n'), 'next');
		const all = [...keysOf('one', 20), ...keysOf('two', 20), 'next'];
		expect(database.keys.get('w n')!.sort()).toEqual(all.sort());
	});

	test('record the latest 50 keys of the node again, and not those of others', async () => {
		await wasRecorded(database.contextOf('w', 'm'), 'of another node');
		const keys = keysOf('key', 60);
		for (const key of keys) await wasRecorded(database.contextOf('w', 'n'), key);
		expect(database.calls.at(-1)![1]).toEqual(keys.slice(-51));
	});

	test('remember few keys in all', async () => {
		await wasRecorded(database.contextOf('w', 'n'), 'a');
		for (const key of keysOf('key', 1_000)) await wasRecorded(database.contextOf('v', 'm'), key);
		await wasRecorded(database.contextOf('w', 'n'), 'b');
		expect(database.calls.at(-1)![1]).toEqual(['b']);
	});

	test('try once more where both have inserted the first record of the node', async () => {
		database.errors.push(new Error('UNIQUE constraint failed'));
		expect(await wasRecorded(database.contextOf('w', 'n'), 'a')).toBe(false);
		expect(database.keys.get('w n')).toEqual(['a']);
	});

	test('know what another has recorded meanwhile when they try once more', async () => {
		await newProcess()(database.contextOf('w', 'n'), 'a');
		database.errors.push(new Error('UNIQUE constraint failed'));
		expect(await wasRecorded(database.contextOf('w', 'n'), 'a')).toBe(true);
	});
});

describe('where n8n cannot record', () => {
	test.each([[new Error('no such table')], [undefined], ['no']])(
		'(%p) nothing is known after a second try, and the key is recorded with the next one',
		async (error) => {
			const context = database.contextOf('w', 'n');
			database.errors.push(error, error);
			const both = [wasRecorded(context, 'a'), wasRecorded(context, 'b')];
			expect(await Promise.all(both)).toEqual([false, false]);
			expect(database.calls).toHaveLength(3);
			expect(database.keys.get('w n')).toEqual(['a', 'b']);
		},
	);

	test.each([
		['has no such helper', {}],
		['answers nothing', { checkProcessedAndRecord: async () => undefined }],
		[
			'throws at once',
			{
				checkProcessedAndRecord: () => {
					throw new Error('no');
				},
			},
		],
	])('as it %s, nothing is known', async (_, helpers) => {
		const context = Object.create(database.contextOf('w', 'n'), { helpers: { value: helpers } });
		expect(await wasRecorded(context as IExecuteFunctions, 'a')).toBe(false);
	});
});
