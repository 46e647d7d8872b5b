import type { IExecuteFunctions } from 'n8n-workflow';
import { wasRecorded } from '../../nodes/Amperity/engine/recordedKeys';

/** Lets everything happen that waits for nothing. */
const settle = async () => await new Promise((resolve) => setImmediate(resolve));

/** n8n's database of one instance, which takes its time and rewrites all keys of a node at once. */
class Database {
	readonly calls: unknown[][] = [];

	readonly keys = new Map<string, string[]>();

	underWay = 0;

	mostUnderWay = 0;

	/** Fails the next calls with these. */
	readonly errors: unknown[] = [];

	contextOf(workflow: string, node: string): IExecuteFunctions {
		const place = `${workflow} ${node}`;
		const checkProcessedAndRecord = async ([key]: string[], ...rest: unknown[]) => {
			this.calls.push([place, key, ...rest]);
			const before = this.keys.get(place) ?? [];
			this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
			await settle();
			this.underWay--;
			if (this.errors.length > 0) throw this.errors.shift();
			this.keys.set(place, [...before, key!]);
			return before.includes(key!) ? { new: [], processed: [key] } : { new: [key], processed: [] };
		};
		return {
			getWorkflow: () => ({ id: workflow }),
			getNode: () => ({ id: node }),
			helpers: { checkProcessedAndRecord },
		} as unknown as IExecuteFunctions;
	}
}

let database: Database;

beforeEach(() => {
	database = new Database();
});

test('a key has been recorded before from its second time on', async () => {
	const context = database.contextOf('w', 'n');
	expect(await wasRecorded(context, 'a')).toBe(false);
	expect(await wasRecorded(context, 'a')).toBe(true);
	expect(await wasRecorded(context, 'b')).toBe(false);
	expect(await wasRecorded(context, 'a')).toBe(true);
});

test('is asked of n8n by node, for a list of entries that is long and ends', async () => {
	await wasRecorded(database.contextOf('w', 'n'), 'a');
	expect(database.calls).toEqual([['w n', 'a', 'node', { mode: 'entries', maxEntries: 5_000 }]]);
});

test('keys of one node are recorded one after the other, so that none is lost', async () => {
	const keys = Array.from({ length: 10 }, (_, index) => `key ${index}`);
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

describe('where n8n cannot record', () => {
	test.each([[new Error('no such table')], [undefined], ['no']])(
		'(%p) nothing is known, and the next key is recorded all the same',
		async (error) => {
			const context = database.contextOf('w', 'n');
			database.errors.push(error);
			const both = [wasRecorded(context, 'a'), wasRecorded(context, 'b')];
			expect(await Promise.all(both)).toEqual([false, false]);
			expect(await wasRecorded(context, 'a')).toBe(false);
			expect(await wasRecorded(context, 'b')).toBe(true);
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
