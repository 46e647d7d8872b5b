import { sleep } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import { mostAtOnce } from '../../engine/traffic';
import { isStart, jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
const use = (made: Lab) => {
	lab = made;
};

const SECOND = 1_000;

const numbered = (count: number, prefix = 'cg-item') =>
	Array.from({ length: count }, (_, item) => `${prefix}${item}`);
const firstAt = (prefix: string) =>
	lab.posts().find((_, post) => lab.posted()[post]!.startsWith(prefix))!.at;
const lastAt = () => Math.max(...lab.posts().map(({ at }) => at));
const ids = () => lab.simulator.runs.map(({ id }) => id);

describe('the starts of one execution', () => {
	/** They leave ten milliseconds apart. */
	shareLab(use, 10);

	test('leave in the order of the items, and come in it', async () => {
		lab.simulator.latencyMs = ({ index }) => (index % 3) * 2 * SECOND;
		const configIds = numbered(40);
		const items = jsonOf(await lab.run(configIds));
		expect(lab.posted()).toEqual(configIds);
		expect(items.map(({ id }) => id)).toEqual(configIds.map((id) => lab.idsOf(id)[0]));
	});

	test('do not wait for each other: a hundred with answers of two seconds keep the pace', async () => {
		lab.simulator.latencyMs = 2 * SECOND;
		const { items } = await lab.run(numbered(100));
		expect(items).toHaveLength(100);
		// At 9.5 a second these are 10.5 s; one after the other, or few at once, they would be minutes.
		expect(lastAt() - lab.posts()[0]!.at).toBeLessThan(35 * SECOND);
		// Nor are they all sent at once. The pace itself has tests of its own.
		expect(lastAt() - lab.posts()[0]!.at).toBeGreaterThan(8 * SECOND);
	});

	test('are never more than twenty without an answer', async () => {
		const LATENCY = 10 * SECOND;
		lab.simulator.latencyMs = LATENCY;
		const { items } = await lab.run(numbered(50));
		expect(items).toHaveLength(50);
		expect(mostAtOnce(lab.posts(), LATENCY)).toBeLessThanOrEqual(20);
		expect(mostAtOnce(lab.posts(), LATENCY)).toBeGreaterThanOrEqual(15);
	});
});

describe('several executions of a tenant', () => {
	shareLab(use, 20);

	test('overlap', async () => {
		const LATENCY = 20 * SECOND;
		lab.simulator.latencyMs = LATENCY;
		const executions = ['cg-a', 'cg-b', 'cg-c', 'cg-d'];
		const results = await Promise.all(
			executions.map(async (prefix) => await lab.run(numbered(10, prefix))),
		);
		expect(results.map(({ items }) => items.length)).toEqual([10, 10, 10, 10]);
		const firstAnswerAt = lab.posts()[0]!.at + LATENCY;
		for (const prefix of executions) expect(firstAt(prefix)).toBeLessThan(firstAnswerAt);
		expect(lastAt()).toBeLessThan(firstAnswerAt + LATENCY);
	});
});

describe('a start', () => {
	shareLab(use, 30);

	test('that hangs does not hold up the others of its execution', async () => {
		lab.failStarts('cg-hangs', { kind: 'late', delayMs: 60 * SECOND });
		const configIds = ['cg-hangs', ...numbered(30)];
		const items = jsonOf(await lab.run(configIds));
		expect(items.map(({ id }) => id)).toEqual(configIds.map((id) => lab.idsOf(id)[0]));
		expect(lastAt() - lab.posts()[0]!.at).toBeLessThan(45 * SECOND);
	});

	test('that hangs does not hold up nine other executions', async () => {
		lab.failStarts('cg-hangs', { kind: 'late', delayMs: 60 * SECOND });
		const hanging = lab.begin(['cg-hangs']);
		while (lab.posts().length === 0) await sleep(SECOND);
		const others = numbered(9, 'cg-other');
		const results = await Promise.all(
			others.map(async (prefix) => await lab.run(numbered(3, `${prefix}-`))),
		);
		for (const { items } of results) expect(items).toHaveLength(3);
		// All of them were answered before the one that hung.
		expect(lab.posts()[0]!.status).toBeUndefined();
		expect(jsonOf(await hanging.result)).toMatchObject([{ id: lab.idsOf('cg-hangs')[0] }]);
	});

	test('that is looked for does not hold up another execution', async () => {
		lab.failStarts('cg-lost', { kind: 'drop-before' });
		const lost = lab.begin(['cg-lost'], { options: { ifStartIsLost: 'findElseReport' } });
		while (lab.lists().length === 0) await sleep(SECOND);
		let isOver = false;
		void lost.result.then(() => {
			isOver = true;
		});
		const { items } = await lab.run(numbered(10));
		expect(items).toHaveLength(10);
		expect(isOver).toBe(false);
		expect(errorText(await lost.result)).toContain('A run of cg-lost may have started');
	});

	test('that is lost together with nine others is looked for together with them', async () => {
		const configIds = numbered(10);
		for (const configId of configIds) lab.failStarts(configId, { kind: 'status', status: 503 });
		// All are answered at the same moment.
		const answersAt = Date.now() + 10 * SECOND;
		lab.simulator.latencyMs = (request) =>
			isStart(request) ? Math.max(0, answersAt - Date.now()) : 0;
		const { items } = await lab.run(configIds, {
			options: { ifStartIsLost: 'findElseReport' },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ json }) => json.error)).toEqual(
			configIds.map((id) => expect.stringContaining(`A run of ${id} may have started`)),
		);
		// Each by itself would make it seventy, and nobody waits until the three minutes are over.
		expect(lab.lists().length).toBeLessThan(60);
		expect(lab.lists().at(-1)!.at - answersAt).toBeLessThan(170 * SECOND);
	});
});

describe('after an item that fails', () => {
	shareLab(use, 10);

	const LATENCY = 3 * SECOND;
	const ITEMS = 60;
	const FAILING = 5;

	const start = async (
		onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput',
	) => {
		lab.simulator.latencyMs = LATENCY;
		lab.failStarts(`cg-item${FAILING}`, amperitySays(400));
		return await lab.run(numbered(ITEMS), { settings: { onError } });
	};

	test('with On Error = Stop nothing further is sent, and all that was started is named', async () => {
		const { error } = await start('stopWorkflow');
		expect(error!.message).toContain('The words of Amperity');
		expect(error!.context!.itemIndex).toBe(FAILING);
		// What was under way has been waited for.
		expect(lab.posts().filter(({ status }) => status === undefined)).toEqual([]);
		const sent = lab.posts().length;
		expect(sent).toBeLessThan(ITEMS - 10);
		expect(sent).toBeGreaterThan(FAILING + 1);
		await sleep(10 * SECOND);
		expect(lab.posts()).toHaveLength(sent);
		expect(ids()).toHaveLength(sent - 1);
		for (const id of ids()) expect(error!.description).toContain(id);
		expect([...(error!.context!.started_run_ids as string[])].sort()).toEqual(ids().sort());
	});

	test('with Continue every other item has its run', async () => {
		const { items } = await start('continueRegularOutput');
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
			numbered(ITEMS).map((_, item) => ({ item })),
		);
		items.forEach(({ json }, item) => {
			if (item === FAILING) expect(json.error).toContain('The words of Amperity');
			else expect(json.id).toBe(lab.idsOf(`cg-item${item}`)[0]);
		});
	});

	test('with an error output it alone leaves by that', async () => {
		const { items, errorItems } = await start('continueErrorOutput');
		expect(items).toHaveLength(ITEMS - 1);
		expect(errorItems.map(({ json }) => json)).toEqual([
			{
				config: `cg-item${FAILING}`,
				error: expect.stringContaining('The words of Amperity'),
				message: expect.any(String),
			},
		]);
	});
});
