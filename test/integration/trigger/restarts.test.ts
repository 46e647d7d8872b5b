import type { IDataObject } from 'n8n-workflow';
import { ENGINES, HOUR, idsOf, MINUTE, SECOND, TriggerLab, type Trigger } from './lab';

const lab = new TriggerLab();

describe.each(ENGINES)('in the %s mode', (engine) => {
	test('a restart loses nothing and repeats nothing, also of what empty polls have passed', async () => {
		const trigger = lab.trigger({ outcomes: ['failed'] }, { engine });
		await trigger.poll();
		const told: unknown[] = [];
		const expected: string[] = [];
		for (let round = 0; round < 8; round++) {
			lab.end();
			if (round % 2) expected.push(lab.end('failed'));
			told.push(...idsOf(await trigger.poll()));
			trigger.restart();
			if (round % 3 === 0) expected.push(lab.end('failed'));
			told.push(...idsOf(await trigger.poll()));
			lab.pass(round * 5 * MINUTE);
		}
		told.push(...idsOf(await trigger.poll()));
		expect(told).toEqual(expected);
	});

	test('an end between the activation and the first tick is told', async () => {
		const { poll } = lab.trigger({}, { engine });
		await poll();
		const id = lab.end();
		lab.pass(MINUTE);
		expect(idsOf(await poll())).toEqual([id]);
		expect(await poll()).toEqual([]);
	});

	test('an end between the activation and a restart is told', async () => {
		const trigger = lab.trigger({}, { engine });
		await trigger.poll();
		const id = lab.end();
		trigger.restart();
		expect(idsOf([...(await trigger.poll()), ...(await trigger.poll())])).toEqual([id]);
		expect(await trigger.poll()).toEqual([]);
	});

	test('an activation that fails is made up for by the next one', async () => {
		const trigger = lab.trigger({}, { engine });
		lab.end();
		lab.simulator.failNext({ kind: 'status', status: 403 });
		await expect(trigger.poll()).rejects.toThrow('The API key is not allowed to do this');
		expect(await trigger.poll()).toEqual([]);
		const id = lab.end();
		expect(idsOf(await trigger.poll())).toEqual([id]);
	});

	test('a rename loses nothing and repeats nothing', async () => {
		const trigger = lab.trigger({}, { engine });
		await trigger.poll();
		const ids = [lab.end()];
		const told = idsOf(await trigger.poll());
		told.push(...idsOf(await trigger.poll()));
		for (const name of ['Ends', 'Ends of runs', 'Amperity Trigger']) {
			ids.push(lab.end());
			trigger.rename(name);
			ids.push(lab.end());
			told.push(...idsOf(await trigger.poll()));
			ids.push(lab.end());
			told.push(...idsOf(await trigger.poll()), ...idsOf(await trigger.poll()));
			lab.pass(10 * MINUTE);
		}
		expect(told).toEqual(ids);
	});

	test('a rename before the first item loses nothing', async () => {
		const trigger = lab.trigger({}, { engine });
		lab.end();
		await trigger.poll();
		await trigger.poll();
		const id = lab.end();
		trigger.rename('Another');
		expect(idsOf([...(await trigger.poll()), ...(await trigger.poll())])).toEqual([id]);
	});

	test.each<[string, string[]]>([
		['two nodes', ['first', 'second']],
		...(engine === 'classic'
			? [['two nodes with one ID', ['same', 'same']] as [string, string[]]]
			: []),
	])('%s in a workflow tell each end once each', async (_, [firstId, secondId]) => {
		const first = lab.trigger({}, { engine, nodeId: firstId, nodeName: 'First' });
		const { workflow } = first;
		const second = lab.trigger({}, { workflow, nodeId: secondId, nodeName: 'Second' });
		await first.poll();
		await second.poll();
		const ids: string[] = [];
		const told: Record<string, unknown[]> = { first: [], second: [] };
		for (let round = 0; round < 6; round++) {
			ids.push(lab.end());
			told.first!.push(...idsOf(await first.poll()));
			ids.push(lab.end());
			if (round % 2) told.second!.push(...idsOf(await second.poll()));
			if (round % 3 === 2) first.restart();
			lab.pass(5 * MINUTE);
		}
		for (const trigger of [first, second]) {
			const name = trigger === first ? 'first' : 'second';
			told[name]!.push(...idsOf(await trigger.poll()), ...idsOf(await trigger.poll()));
		}
		expect(told).toEqual({ first: ids, second: ids });
	});

	test('two workflows with the same node tell each end once each', async () => {
		const first = lab.trigger({}, { engine, workflowId: 'original' });
		const second = lab.trigger({}, { engine, workflowId: 'copy' });
		await first.poll();
		await second.poll();
		const ids: string[] = [];
		const told: unknown[][] = [[], []];
		for (let round = 0; round < 4; round++) {
			ids.push(lab.end());
			told[0]!.push(...idsOf(await first.poll()));
			told[1]!.push(...idsOf(await second.poll()));
			if (round === 1) second.restart();
		}
		told[0]!.push(...idsOf(await first.poll()));
		told[1]!.push(...idsOf(await second.poll()));
		expect(told).toEqual([ids, ids]);
	});

	test('a trigger that is added later does not tell what was before', async () => {
		const first = lab.trigger({}, { engine, nodeId: 'first', nodeName: 'First' });
		await first.poll();
		const before = lab.end();
		expect(idsOf(await first.poll())).toEqual([before]);
		const { workflow } = first;
		const second = lab.trigger({}, { workflow, nodeId: 'second', nodeName: 'Second' });
		expect(await second.poll()).toEqual([]);
		const id = lab.end();
		expect(idsOf([...(await second.poll()), ...(await second.poll())])).toEqual([id]);
		expect(idsOf([...(await first.poll()), ...(await first.poll())])).toEqual([id]);
	});
});

describe('ticks of the durable mode that are overdue', () => {
	const active = async () => {
		const trigger = lab.trigger({}, { engine: 'durable' });
		await trigger.poll();
		await trigger.poll();
		const first = lab.end();
		expect(idsOf(await trigger.poll())).toEqual([first]);
		lab.pass(MINUTE);
		return trigger;
	};
	const ticksOf = (trigger: Trigger) => [trigger.tick(), trigger.tick(), trigger.tick()] as const;

	test('tell each end once, one after the other', async () => {
		const trigger = await active();
		const id = lab.end();
		const ticks = ticksOf(trigger);
		const told: unknown[] = [];
		for (const tick of ticks) told.push(...idsOf(await tick.poll()));
		for (const tick of ticks) tick.commit();
		told.push(...idsOf(await trigger.poll()));
		expect(told).toEqual([id]);
	});

	test('tell each end once, all at the same time', async () => {
		const trigger = await active();
		const ids = [lab.end(), lab.end()];
		const ticks = ticksOf(trigger);
		const told = (await Promise.all(ticks.map(async (tick) => await tick.poll()))).flat();
		for (const tick of ticks) tick.commit();
		told.push(...(await trigger.poll()));
		expect(idsOf(told)).toEqual(ids);
	});

	test('lose no end that comes between them, in whatever order they are committed', async () => {
		const trigger = await active();
		const ids = [lab.end()];
		const [first, second, third] = ticksOf(trigger);
		const told = idsOf(await first.poll());
		ids.push(lab.end());
		told.push(...idsOf(await second.poll()));
		ids.push(lab.end());
		told.push(...idsOf(await third.poll()));
		for (const tick of [third, first, second]) tick.commit();
		told.push(...idsOf(await trigger.poll()), ...idsOf(await trigger.poll()));
		expect(told).toEqual(ids);
	});

	test('return nothing while the commit of an earlier one is under way', async () => {
		const trigger = await active();
		const id = lab.end();
		const [first, second] = ticksOf(trigger);
		expect(idsOf(await first.poll())).toEqual([id]);
		lab.pass(50 * SECOND);
		expect(await second.poll()).toEqual([]);
		first.commit();
		second.commit();
		const next = lab.end();
		expect(idsOf(await trigger.poll())).toEqual([next]);
	});

	test('tell again what could not be committed, once a minute is over', async () => {
		const trigger = await active();
		const id = lab.end();
		expect(idsOf(await trigger.tick().poll())).toEqual([id]);
		lab.pass(30 * SECOND);
		expect(await trigger.poll()).toEqual([]);
		lab.pass(35 * SECOND);
		const told = [...(await trigger.poll()), ...(await trigger.poll())];
		expect(idsOf(told)).toEqual([id]);
	});

	test('tell again after a restart what could not be committed', async () => {
		const trigger = await active();
		const id = lab.end();
		expect(idsOf(await trigger.tick().poll())).toEqual([id]);
		trigger.restart();
		const told = [...(await trigger.poll()), ...(await trigger.poll())];
		expect(idsOf(told)).toEqual([id]);
	});

	test('wait with what others have found of runs that have started or are slow', async () => {
		const parameters = { events: ['runStarted', 'runIsSlow'], slowAfterMinutes: 5 };
		const trigger = lab.trigger(parameters, { engine: 'durable' });
		await trigger.poll();
		await trigger.poll();
		const id = lab.startEndless();
		lab.pass(6 * MINUTE);
		const ticks = ticksOf(trigger);
		const told: IDataObject[] = [];
		for (const tick of ticks) told.push(...(await tick.poll()));
		for (const tick of ticks) tick.commit();
		told.push(...(await trigger.poll()));
		expect(told.map(({ event, id: run }) => `${String(event)} ${String(run)}`).sort()).toEqual([
			`runIsSlow ${id}`,
			`runStarted ${id}`,
		]);
	});
});

test('polls that overlap tell each end once', async () => {
	const { poll } = lab.trigger();
	await poll();
	const ids = [lab.end(), lab.end()];
	const both = await Promise.all([poll(), poll()]);
	expect(both.flatMap(idsOf)).toEqual(ids);
	expect(await poll()).toEqual([]);
});

test.each(ENGINES)(
	'the end of a run of hours is told after a restart in the %s mode',
	async (engine) => {
		const trigger = lab.trigger({}, { engine });
		await trigger.poll();
		const id = lab.startEndless();
		for (let hour = 0; hour < 30; hour++) {
			lab.pass(HOUR);
			expect(await trigger.poll()).toEqual([]);
			if (hour % 7 === 0) trigger.restart();
		}
		lab.simulator.endRun(id, 'stopped');
		expect(idsOf([...(await trigger.poll()), ...(await trigger.poll())])).toEqual([id]);
	},
);
