import { DataDeduplicationService } from 'n8n-core';
import type { DeduplicationItemTypes, IDataDeduplicator } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import { expectReported, jsonOf, RETRY, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

/** The keys that n8n's database holds, and how it was asked to hold them. */
const kept = new Set<DeduplicationItemTypes>();
const asked: unknown[] = [];
let isAway = false;

const database: IDataDeduplicator = {
	checkProcessedAndRecord: async (items, context, _, options) => {
		if (isAway) throw new Error('No database');
		asked.push([context, options]);
		const isOld = (item: DeduplicationItemTypes) => kept.has(item);
		const answer = { new: items.filter((item) => !isOld(item)), processed: items.filter(isOld) };
		for (const item of items) kept.add(item);
		return answer;
	},
	removeProcessed: async (items) => {
		for (const item of items) kept.delete(item);
	},
	clearAllProcessedItems: async () => kept.clear(),
	getProcessedDataCount: async () => kept.size,
};

beforeAll(async () => await DataDeduplicationService.init(database));

beforeEach(() => {
	kept.clear();
	asked.length = 0;
	isAway = false;
});

/** The same execution, as queue mode runs it once more in another process when the first one has died. */
let execution = { executionId: '' };
let executions = 0;

beforeEach(() => {
	execution = { executionId: `stalled-${++executions}` };
});

describe('an execution that n8n runs once more because its process has died', () => {
	test('sends nothing again, and names what may be its run', async () => {
		const { staticData } = await lab.learn(['cg-1']);
		await lab.run(['cg-1'], { ...execution, staticData });
		forgetAll();
		const result = await lab.run(['cg-1'], { ...execution, staticData });
		expect(errorText(result)).toMatch(/\bn8n\b/);
		expect(errorText(result)).toContain('may have started');
		expect(errorText(result)).toContain(lab.idsOf('cg-1')[1]);
		expect(result.items).toEqual([]);
		expect(lab.posts()).toHaveLength(2);
	});

	test('looks for it no longer than it takes to name it', async () => {
		await lab.run(['cg-1'], execution);
		forgetAll();
		await lab.run(['cg-1'], execution);
		// Looks come at 1, 5, 11 and 16 seconds.
		const looks = lab.lists().length;
		expect(looks).toBeGreaterThanOrEqual(2);
		expect(looks).toBeLessThanOrEqual(4);
	});

	test('tells that more may have been started than the item that ends the node', async () => {
		await lab.run(['cg-1', 'cg-2'], execution);
		forgetAll();
		const options = { ifStartIsLost: 'report' };
		const result = await lab.run(['cg-1', 'cg-2'], { ...execution, options });
		expect(errorText(result)).toContain('A run of cg-1 may have started');
		expect(errorText(result)).toContain('Other items may have been started before n8n stopped');
		expect(lab.posts()).toHaveLength(2);
	});

	test('sends nothing again with Retry On Fail', async () => {
		await lab.run(['cg-1'], execution);
		forgetAll();
		const result = await lab.run(['cg-1'], { ...execution, settings: RETRY });
		expect(errorText(result)).toContain('may have started');
		expect(lab.posts()).toHaveLength(1);
	});

	test('starts the items that the first process had not come to', async () => {
		await lab.run(['cg-1'], execution);
		forgetAll();
		const settings = { onError: 'continueRegularOutput' as const };
		const items = jsonOf(await lab.run(['cg-1', 'cg-2'], { ...execution, settings }));
		expect(items[0]!.error).toContain('may have started');
		expect(items[1]!.id).toBe(lab.idsOf('cg-2')[0]);
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	});
});

describe('what n8n’s database remembers', () => {
	test('does not keep other executions from starting the same', async () => {
		for (let execution = 1; execution <= 3; execution++) await lab.run(['cg-1', 'cg-1']);
		expect(lab.idsOf('cg-1')).toHaveLength(6);
	});

	test('is limited in number, and belongs to the node', async () => {
		await lab.run(['cg-1']);
		expect(asked[0]).toEqual([
			'node',
			expect.objectContaining({ mode: 'entries', maxEntries: expect.any(Number) }),
		]);
	});

	test('does not keep Retry On Fail from sending what was refused', async () => {
		lab.failStarts('cg-1', amperitySays(400));
		const items = jsonOf(await lab.run(['cg-1'], { settings: RETRY }));
		expect(items.map(({ id }) => id)).toEqual(lab.idsOf('cg-1'));
		expect(lab.posts()).toHaveLength(2);
	});

	test('does not keep a lost start from being started again', async () => {
		lab.failStarts('cg-1', { kind: 'drop-before' });
		const [item] = jsonOf(await lab.run(['cg-1']));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], times_started_again: 1 });
	});

	test('is not needed for a start', async () => {
		isAway = true;
		const { items } = await lab.run(['cg-1', 'cg-2']);
		expect(items).toHaveLength(2);
		expect(lab.simulator.requests).toHaveLength(2);
	});
});

test('without a run that could be its own the error of such an item names none', async () => {
	lab.failStarts('cg-1', { kind: 'drop-before' });
	const options = { ifStartIsLost: 'report' };
	expectReported(await lab.run(['cg-1'], { ...execution, options }), 'cg-1', []);
	forgetAll();
	const result = await lab.run(['cg-1'], { ...execution, options });
	expect(errorText(result)).toContain('may have started');
	expect(lab.posts()).toHaveLength(1);
});
