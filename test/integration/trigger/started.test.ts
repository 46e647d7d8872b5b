import { DAY, ENGINES, HOUR, idsOf, MINUTE, SECOND, toldOf, TriggerLab } from './lab';

const lab = new TriggerLab();

const STARTED = { events: ['runStarted'] };

describe.each(ENGINES)('in the %s mode', (engine) => {
	test('each run that starts after the first poll is told once', async () => {
		const trigger = lab.trigger(STARTED, { engine });
		lab.startEndless();
		lab.pass(SECOND);
		expect(await trigger.poll()).toEqual([]);
		const ids: string[] = [];
		const told: unknown[] = [];
		for (let round = 0; round < 8; round++) {
			lab.pass(7 * MINUTE);
			ids.push(lab.start());
			lab.pass(SECOND);
			ids.push(lab.startEndless());
			lab.pass(SECOND);
			told.push(...idsOf(await trigger.poll()));
			if (round % 3 === 1) trigger.restart();
			told.push(...idsOf(await trigger.poll()));
		}
		expect(told).toEqual(ids);
	});

	test('a run is told that has ended before the trigger looks', async () => {
		const { poll } = lab.trigger(STARTED, { engine });
		await poll();
		const id = lab.end('failed');
		expect(idsOf(await poll())).toEqual([id]);
		expect(await poll()).toEqual([]);
	});

	test('a run that is restarted does not start again', async () => {
		const { poll } = lab.trigger(STARTED, { engine });
		await poll();
		const id = lab.end('failed');
		const told = idsOf(await poll());
		lab.pass(10 * MINUTE);
		lab.simulator.restartRun(id);
		told.push(...idsOf(await poll()));
		lab.pass(HOUR);
		told.push(...idsOf(await poll()), ...idsOf(await poll()));
		expect(told).toEqual([id]);
	});

	test.each([1, 20, 59])('a run that is listed %d minutes late is told', async (minutes) => {
		const { poll } = lab.trigger(STARTED, { engine });
		await poll();
		const late = lab.startEndless({ scenario: { listLagMs: minutes * MINUTE } });
		lab.pass(SECOND);
		const ids = [lab.startEndless()];
		const told: unknown[] = [];
		for (let minute = 0; minute < minutes + 10; minute += 5) {
			told.push(...idsOf(await poll()));
			lab.pass(5 * MINUTE);
			ids.push(lab.start());
		}
		told.push(...idsOf(await poll()));
		expect(told.sort()).toEqual([late, ...ids].sort());
	});
});

test('each item says what happened and when', async () => {
	const { poll } = lab.trigger(STARTED);
	await poll();
	const id = lab.startEndless({ name: 'The nightly one' });
	lab.pass(MINUTE);
	const [item] = await poll();
	expect(item).toMatchObject({ event: 'runStarted', id, name: 'The nightly one' });
	expect(item!.since).toBe(item!.created_at);
	expect(item).not.toHaveProperty('ended_at');
});

test('details are added where they are wanted', async () => {
	const { poll } = lab.trigger({ ...STARTED, includeDetails: true });
	await poll();
	const id = lab.startEndless();
	lab.pass(MINUTE);
	const tasks = expect.any(Array) as unknown;
	expect(await poll()).toMatchObject([{ id, event: 'runStarted', tasks }]);
});

test('start and end of a run are two items', async () => {
	const { poll } = lab.trigger({ events: ['runStarted', 'runEnded'] });
	await poll();
	const id = lab.startEndless();
	lab.pass(MINUTE);
	expect(toldOf(await poll())).toEqual([['runStarted', id]]);
	lab.simulator.endRun(id, 'failed');
	lab.pass(MINUTE);
	expect(toldOf(await poll())).toEqual([['runEnded', id]]);
	const quick = lab.end();
	expect(toldOf(await poll()).sort()).toEqual([
		['runEnded', quick],
		['runStarted', quick],
	]);
	expect(await poll()).toEqual([]);
});

test('an outcome that is not wanted concerns the end only', async () => {
	const { poll } = lab.trigger({ events: ['runStarted', 'runEnded'], outcomes: ['stopped'] });
	await poll();
	const id = lab.end();
	expect(toldOf(await poll())).toEqual([['runStarted', id]]);
});

test.each(['down', 'up'] as const)('filters that are rounded %s lose no start', async (rounds) => {
	lab.simulator.filterGrain = { ms: MINUTE, rounds };
	const { poll } = lab.trigger(STARTED);
	await poll();
	lab.pass(2 * MINUTE);
	const ids: string[] = [];
	const told: unknown[] = [];
	for (let round = 0; round < 20; round++) {
		ids.push(lab.startEndless());
		lab.pass(7 * MINUTE + 12_345);
		told.push(...idsOf(await poll()));
	}
	lab.pass(2 * MINUTE);
	told.push(...idsOf(await poll()));
	expect(told.sort()).toEqual(ids.sort());
});

test('an event that is added later tells nothing of before', async () => {
	const trigger = lab.trigger();
	await trigger.poll();
	lab.startEndless();
	lab.pass(10 * MINUTE);
	await trigger.poll();
	trigger.change({ parameters: { events: ['runEnded', 'runStarted'] } });
	expect(await trigger.poll()).toEqual([]);
	const id = lab.startEndless();
	lab.pass(SECOND);
	expect(toldOf(await trigger.poll())).toEqual([['runStarted', id]]);
});

test('a pause of days is made up for', async () => {
	const { poll } = lab.trigger(STARTED);
	await poll();
	const ids = [lab.startEndless()];
	lab.pass(3 * DAY);
	ids.push(lab.start());
	lab.pass(DAY);
	expect(idsOf(await poll())).toEqual(ids);
});
