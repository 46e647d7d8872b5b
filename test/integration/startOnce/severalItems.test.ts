import { sleep, type IDataObject } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import type { Fault } from '../../simulator';
import { jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const SECOND = 1_000;

const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

const CONTINUE = { settings: { onError: 'continueRegularOutput' as const } };

const mayHaveStarted = (configId: string) =>
	expect.stringContaining(`A run of ${configId} may have started`);

/** That the item reports the run with this place of its configuration's, or that one may have started. */
const expectHonest = (item: IDataObject, configId: string, place: number) => {
	if (item.error) expect(item.error).toEqual(mayHaveStarted(configId));
	else expect(item.id).toBe(lab.idsOf(configId)[place]);
};

describe('two items that are lost at once', () => {
	const start = async (times: number, first: Fault, second: Fault) => {
		await lab.learn(['cg-1', 'cg-2'], times);
		lab.failStarts('cg-1', first);
		lab.failStarts('cg-2', second);
		return jsonOf(await lab.run(['cg-1', 'cg-2'], CONTINUE));
	};

	test('are each found where their names are sure', async () => {
		const items = await start(2, CUT_AFTER, { kind: 'status', status: 503, accepted: true });
		expect(items).toMatchObject([
			{ id: lab.idsOf('cg-1')[2], start_confirmed_by: 'list' },
			{ id: lab.idsOf('cg-2')[2], start_confirmed_by: 'list' },
		]);
		expect(lab.posts()).toHaveLength(6);
	});

	test('are told apart where only one has a run', async () => {
		const items = await start(2, CUT, CUT_AFTER);
		expect(items).toMatchObject([
			{ id: lab.idsOf('cg-1')[2], start_confirmed_by: 'started_again' },
			{ id: lab.idsOf('cg-2')[2], start_confirmed_by: 'list' },
		]);
		expect([...lab.idsOf('cg-1'), ...lab.idsOf('cg-2')]).toHaveLength(6);
	});

	test.each([
		['both', CUT_AFTER, CUT_AFTER],
		['the first', CUT_AFTER, CUT],
		['the second', CUT, CUT_AFTER],
	] as Array<[string, Fault, Fault]>)(
		'are not taken for each other where their names were seen once: %s accepted',
		async (_, first, second) => {
			const items = await start(1, first, second);
			['cg-1', 'cg-2'].forEach((configId, item) => {
				expectHonest(items[item]!, configId, 1);
				expect(lab.idsOf(configId).length).toBeLessThanOrEqual(2);
			});
		},
	);
});

describe('two items of one configuration that are lost at once', () => {
	test.each([
		['both', CUT_AFTER, CUT_AFTER],
		['one', CUT_AFTER, CUT],
	] as Array<[string, Fault, Fault]>)(
		'are errors that name the runs, %s accepted',
		async (_, first, second) => {
			await lab.learn(['cg-1'], 2);
			lab.failStarts('cg-1', first, second);
			const result = await lab.run(['cg-1', 'cg-1'], CONTINUE);
			const [, , ...runs] = lab.idsOf('cg-1');
			expect(runs).toHaveLength([first, second].filter((fault) => fault === CUT_AFTER).length);
			expect(jsonOf(result).map(({ error }) => error)).toEqual(
				Array(2).fill(mayHaveStarted('cg-1')),
			);
			const text = JSON.stringify(jsonOf(result));
			for (const id of runs) expect(text).toContain(id);
			expect(lab.posts()).toHaveLength(4);
		},
	);
});

describe('an item that is lost', () => {
	test('does not get the run of one whose answer is yet to come', async () => {
		await lab.learn(['cg-1'], 2);
		lab.failStarts('cg-1', { kind: 'late', delayMs: 20 * SECOND }, CUT);
		const [waited, lost] = jsonOf(await lab.run(['cg-1', 'cg-1'], CONTINUE));
		expect(waited!.id).toBe(lab.idsOf('cg-1')[2]);
		expect(waited).not.toHaveProperty('start_confirmed_by');
		expectHonest(lost!, 'cg-1', 3);
	});

	test('does not hold up those after it', async () => {
		const others = Array.from({ length: 9 }, (_, item) => `cg-${item}`);
		lab.failStarts('cg-lost', CUT);
		const items = jsonOf(await lab.run(['cg-lost', ...others], CONTINUE));
		expect(lab.posted()).toEqual(['cg-lost', ...others, 'cg-lost']);
		expect(items.map(({ id }) => id)).toEqual(
			['cg-lost', ...others].map((configId) => lab.idsOf(configId)[0]),
		);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'is one of many whose results all come in order, with %s',
		async (onError) => {
			await lab.learn(['cg-found', 'cg-again'], 2);
			lab.failStarts('cg-found', CUT_AFTER);
			lab.failStarts('cg-again', CUT);
			lab.failStarts('cg-refused', amperitySays(400));
			lab.failStarts('cc-lost', CUT);
			const configIds = ['cc-lost', 'cg-1', 'cg-again', 'cg-refused', 'cg-found', 'og-1'];
			const { items, errorItems, error } = await lab.run(configIds, { settings: { onError } });
			expect(errorText({ error })).toBe('');
			const told = [...items, ...errorItems].map(({ json, pairedItem }) => {
				const { item } = pairedItem as { item: number };
				return [item, json.error ? 'error' : (json.start_confirmed_by ?? 'plain')];
			});
			const right = ['error', 'plain', 'started_again', 'error', 'list', 'plain'];
			if (onError === 'continueRegularOutput') expect(told).toEqual([...right.entries()]);
			else expect(told.sort()).toEqual([...right.entries()]);
			for (const configId of ['cg-1', 'og-1']) expect(lab.idsOf(configId)).toHaveLength(1);
		},
	);
});

describe('with On Error = Stop, an item that is refused', () => {
	const refuseLate = async (lost: Fault) => {
		lab.failStarts('cg-lost', lost);
		lab.failStarts('cg-refused', amperitySays(400));
		lab.simulator.latencyMs = ({ body }) =>
			JSON.stringify(body)?.includes('cg-refused') ? 10 * SECOND : 0;
		const result = await lab.run(['cg-refused', 'cg-lost']);
		await sleep(150 * SECOND);
		return result;
	};

	test('lets none be started again that was lost before', async () => {
		const result = await refuseLate(CUT);
		expect(errorText(result)).toContain('The words of Amperity');
		expect(lab.posted()).toEqual(['cg-refused', 'cg-lost']);
	});

	test('does not hide that such a one may have a run', async () => {
		const text = errorText(await refuseLate(CUT_AFTER));
		expect(text).toContain('The words of Amperity');
		expect(text).toMatch(
			new RegExp(`${lab.idsOf('cg-lost')[0]}|A run of cg-lost may have started`),
		);
	});
});

test('executions at the same time start one run for each item', async () => {
	const names = (execution: number) => [1, 2, 3].map((item) => `cg-${execution}${item}`);
	await lab.learn([1, 2, 3].flatMap(names), 2);
	const { onRequest } = lab.simulator;
	let posts = 0;
	lab.simulator.onRequest = (request, index) => {
		if (request.method !== 'POST') return onRequest!(request, index);
		const faults = [undefined, CUT_AFTER, CUT];
		return faults[posts++ % faults.length];
	};
	const results = await Promise.all(
		[1, 2, 3].map(async (execution) => await lab.run(names(execution), CONTINUE)),
	);
	results.forEach((result, execution) => {
		const items = jsonOf(result);
		expect(items).toHaveLength(3);
		names(execution + 1).forEach((configId, item) => {
			expectHonest(items[item]!, configId, 2);
			expect(lab.idsOf(configId).length).toBeLessThanOrEqual(3);
		});
	});
});
