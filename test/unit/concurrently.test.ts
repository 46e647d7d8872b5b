import { sleep } from 'n8n-workflow';
import { concurrently } from '../../nodes/Amperity/transport/concurrently';

beforeEach(() => {
	jest.useFakeTimers();
});

afterEach(() => {
	jest.useRealTimers();
});

/** Runs to its end, whatever time it takes. */
async function finished<T>(promise: Promise<T>): Promise<T> {
	const result = promise.then(
		(value) => () => value,
		(error: unknown) => () => {
			throw error;
		},
	);
	await jest.runAllTimersAsync();
	return (await result)();
}

test('results are in the order of the things, whichever is done first', async () => {
	const done: number[] = [];
	const results = await finished(
		concurrently([30, 10, 20, 5], 3, async (time) => {
			await sleep(time);
			done.push(time);
			return `${time} ms`;
		}),
	);
	expect(results).toEqual(['30 ms', '10 ms', '20 ms', '5 ms']);
	expect(done).toEqual([10, 5, 20, 30]);
});

test.each([1, 3, 10])('things begin in their order, %i at a time', async (most) => {
	const begun: number[] = [];
	let underWay = 0;
	let mostUnderWay = 0;
	const things = Array.from({ length: 25 }, (_, index) => index);
	await finished(
		concurrently(things, most, async (thing) => {
			begun.push(thing);
			mostUnderWay = Math.max(mostUnderWay, ++underWay);
			await sleep(10 + ((thing * 7) % 5));
			underWay--;
		}),
	);
	expect(begun).toEqual(things);
	expect(mostUnderWay).toBe(most);
});

test('as many as possible are always under way', async () => {
	const began = performance.now();
	await finished(concurrently([40, 10, 10, 10, 10], 2, async (time) => await sleep(time)));
	expect(performance.now() - began).toBe(40);
});

test('takes whatever can be walked through, and may have nothing to do', async () => {
	const double = async (number: number) => number * 2;
	expect(await finished(concurrently(new Set([1, 2]), 5, double))).toEqual([2, 4]);
	expect(await finished(concurrently([7, 7].keys(), 5, double))).toEqual([0, 2]);
	expect(await finished(concurrently([], 5, double))).toEqual([]);
});

test('an error is the result of the whole', async () => {
	const failing = concurrently([1, 2, 3], 2, async (thing) => {
		await sleep(thing);
		if (thing === 2) throw new Error('no');
	});
	await expect(finished(failing)).rejects.toThrow('no');
});
