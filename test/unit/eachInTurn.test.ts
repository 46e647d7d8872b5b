import { sleep, NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';
import { eachInTurn, type Progress } from '../../nodes/Amperity/actions/eachInTurn';
import { AmperityApiError } from '../../nodes/Amperity/transport/apiError';
import { amperity, STOPPED } from './failures';
import { NODE } from './fakeClient';

/** Lets everything happen that waits for nothing. */
const settle = async () => await sleep(0);

const stopped = () => new AmperityApiError(NODE, STOPPED);
const refused = () => new AmperityApiError(NODE, amperity(403));

/** An item that has begun: a test says how far it comes. */
interface Begun extends Progress {
	succeed(value: string): Promise<void>;
	fail(error: unknown): Promise<void>;
}

/** Items that do only what a test says. */
class Items {
	/** In the order in which they began. */
	readonly begun: Array<Begun & { itemIndex: number }> = [];

	readonly outcomes: ReturnType<typeof eachInTurn<{ itemIndex: number }, string>>;

	isDone = false;

	constructor(count: number, goesOn = false) {
		const context = {
			continueOnFail: () => goesOn,
			getNode: () => NODE,
		} as unknown as IExecuteFunctions;
		const asked = Array.from({ length: count }, (_, itemIndex) => ({ itemIndex }));
		this.outcomes = eachInTurn(context, asked, this.begin.bind(this));
		void this.outcomes.then(() => (this.isDone = true));
	}

	private async begin({ itemIndex }: { itemIndex: number }, progress: Progress): Promise<string> {
		return await new Promise((resolve, reject) => {
			const after = (how: () => void) => async () => {
				how();
				await settle();
			};
			this.begun.push({
				...progress,
				itemIndex,
				succeed: async (value) => await after(() => resolve(value))(),
				fail: async (error) => await after(() => reject(error))(),
			});
		});
	}

	get indexes(): number[] {
		return this.begun.map(({ itemIndex }) => itemIndex);
	}

	async sent(...itemIndexes: number[]): Promise<void> {
		for (const itemIndex of itemIndexes) {
			this.begun[itemIndex]!.sent();
			await settle();
		}
	}

	async answered(itemIndex: number): Promise<void> {
		this.begun[itemIndex]!.answered();
		await settle();
	}
}

const upTo = (count: number) => [...Array(count).keys()];

describe('the requests leave in the order of the items:', () => {
	test('the next item begins when the last one’s has left, without waiting for its answer', async () => {
		const items = new Items(3);
		await settle();
		expect(items.indexes).toEqual([0]);
		await items.sent(0);
		expect(items.indexes).toEqual([0, 1]);
		await items.sent(1);
		expect(items.indexes).toEqual([0, 1, 2]);
	});

	test('an answer alone does not let the next item begin', async () => {
		const items = new Items(2);
		await items.answered(0);
		expect(items.indexes).toEqual([0]);
	});

	test('an item that is done lets the next one begin, whether it has sent anything or not', async () => {
		const items = new Items(2);
		await items.begun[0]!.succeed('a');
		expect(items.indexes).toEqual([0, 1]);
		await items.begun[1]!.succeed('b');
		expect(await items.outcomes).toEqual([
			{ itemIndex: 0, value: 'a' },
			{ itemIndex: 1, value: 'b' },
		]);
	});

	test('saying twice that it has left lets one item begin', async () => {
		const items = new Items(3);
		await items.sent(0, 0);
		expect(items.indexes).toEqual([0, 1]);
	});

	test('outcomes are in the order of the items, whichever is done first', async () => {
		const items = new Items(3);
		await items.sent(0, 1, 2);
		for (const index of [2, 0, 1]) await items.begun[index]!.succeed(`value ${index}`);
		expect(await items.outcomes).toEqual(
			upTo(3).map((itemIndex) => ({ itemIndex, value: `value ${itemIndex}` })),
		);
	});

	test('there may be none', async () => {
		expect(await new Items(0).outcomes).toEqual([]);
	});
});

describe('at most 20 are unanswered:', () => {
	const twenty = async () => {
		const items = new Items(30);
		await items.sent(...upTo(20));
		return items;
	};

	test('the next one begins with any answer', async () => {
		const items = await twenty();
		expect(items.indexes).toEqual(upTo(20));
		await items.answered(13);
		expect(items.indexes).toEqual(upTo(21));
		await items.sent(20);
		expect(items.indexes).toEqual(upTo(21));
		await items.answered(0);
		expect(items.indexes).toEqual(upTo(22));
	});

	test('or with any that is done, and several let as many begin', async () => {
		const items = await twenty();
		await items.begun[5]!.succeed('done');
		expect(items.indexes).toEqual(upTo(21));
		for (const index of [3, 4]) await items.answered(index);
		await items.sent(20, 21, 22);
		expect(items.indexes).toEqual(upTo(23));
	});

	test('answered ones that are still at work do not count', async () => {
		const items = new Items(60);
		for (const index of upTo(60)) {
			await items.sent(index);
			await items.answered(index);
		}
		expect(items.indexes).toEqual(upTo(60));
	});
});

describe('after an error', () => {
	test('nothing further begins, and what is under way is waited for', async () => {
		const items = new Items(5);
		await items.sent(0, 1);
		const error = refused();
		await items.begun[1]!.fail(error);
		await items.sent(2);
		expect(items.indexes).toEqual([0, 1, 2]);
		expect(items.begun.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
		expect(items.isDone).toBe(false);
		await items.begun[0]!.succeed('a');
		expect(items.isDone).toBe(false);
		await items.begun[2]!.succeed('c');
		expect(await items.outcomes).toEqual([
			{ itemIndex: 0, value: 'a' },
			{ itemIndex: 1, error },
			{ itemIndex: 2, value: 'c' },
		]);
	});

	test('of the item whose turn it is, nothing further begins either', async () => {
		const items = new Items(3);
		await items.sent(0);
		await items.begun[1]!.fail(refused());
		expect(items.indexes).toEqual([0, 1]);
	});

	test('while 20 are unanswered, the next one does not begin with the answer', async () => {
		const items = new Items(30);
		await items.sent(...upTo(20));
		await items.begun[7]!.fail(refused());
		expect(items.indexes).toEqual(upTo(20));
		await items.answered(0);
		expect(items.indexes).toEqual(upTo(20));
	});

	test('items that were left alone because of it have no outcome', async () => {
		const items = new Items(3);
		await items.sent(0, 1);
		const error = refused();
		await items.begun[0]!.fail(error);
		await items.begun[1]!.fail(stopped());
		await items.begun[2]!.fail(stopped());
		expect(await items.outcomes).toEqual([{ itemIndex: 0, error }]);
	});

	test('the stop of the execution is an error where there is no other', async () => {
		const items = new Items(3);
		await items.sent(0);
		await items.begun[0]!.fail(stopped());
		await items.begun[1]!.fail(stopped());
		const outcomes = await items.outcomes;
		expect(outcomes.map(({ itemIndex, error }) => [itemIndex, error?.message])).toEqual([
			[0, stopped().message],
			[1, stopped().message],
		]);
	});

	test('it tells its item, also where it is not one of n8n’s', async () => {
		const items = new Items(2);
		await items.sent(0);
		await items.begun[1]!.fail(new TypeError('no'));
		await items.begun[0]!.fail(refused());
		const [first, second] = await items.outcomes;
		expect(first!.error).toBeInstanceOf(AmperityApiError);
		expect(first!.error!.context.itemIndex).toBe(0);
		expect(second!.error).toBeInstanceOf(NodeOperationError);
		expect(second!.error!.context.itemIndex).toBe(1);
	});
});

describe('where the settings say to go on', () => {
	test('an error ends only its item', async () => {
		const items = new Items(3, true);
		const error = refused();
		await items.begun[0]!.fail(error);
		await items.begun[1]!.fail(error);
		expect(items.indexes).toEqual([0, 1, 2]);
		await items.begun[2]!.succeed('c');
		expect(items.begun[2]!.signal.aborted).toBe(false);
		expect(await items.outcomes).toEqual([
			{ itemIndex: 0, error },
			{ itemIndex: 1, error },
			{ itemIndex: 2, value: 'c' },
		]);
	});

	test('items of a stopped execution keep their errors', async () => {
		const items = new Items(2, true);
		await items.begun[0]!.fail(refused());
		await items.begun[1]!.fail(stopped());
		expect(await items.outcomes).toHaveLength(2);
	});
});
