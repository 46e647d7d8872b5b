import { FieldLab } from './lab';

/** In real time: a socket keeps its own. */
const lab = new FieldLab({ speed: 1 });

const start = async (requestTimeout: unknown) =>
	await lab.run({
		parameters: {
			configId: 'cg-1',
			options: {
				requestTimeout: `={{ ${JSON.stringify(requestTimeout)} }}`,
				ifStartIsLost: 'report',
			},
		},
	});

test.each<[unknown, string | undefined]>([
	[3_600_000, '600'],
	[0, '1'],
	[-1, '1'],
	[1.2345, undefined],
	['1.5', undefined],
	[600, undefined],
])('%p lets the request go through, clamped with words to %p', async (value, clampedTo) => {
	const { error, items, hints } = await start(value);
	expect(error).toBeUndefined();
	expect(items).toHaveLength(1);
	const words = clampedTo === undefined ? [] : [expect.stringContaining(clampedTo)];
	expect(hints).toEqual(words);
});

test.each([1, '1', 0])(
	'%p waits for an answer after 0.2 seconds, and not for one after 5',
	async (value) => {
		lab.simulator.failNext({ kind: 'late', delayMs: 200 }, { method: 'POST' });
		expect((await start(value)).error).toBeUndefined();
		lab.simulator.failNext({ kind: 'late', delayMs: 5_000 }, { method: 'POST' });
		expect((await start(value)).error!.message).toContain('No answer came from Amperity');
	},
);
