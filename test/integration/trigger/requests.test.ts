import type { IDataObject } from 'n8n-workflow';
import { HOUR, idsOf, MINUTE, TriggerLab } from './lab';

const lab = new TriggerLab({ date: '2026-10-01T00:30:00Z' });

const NIGHTLY = { nameContains: 'nightly' };

const EVENTS: Array<[string, IDataObject]> = [
	['runEnded', {}],
	['runStarted', {}],
	['runIsSlow', { slowAfterMinutes: 30 }],
	['runDidNotStart', { startBy: '06:00', timeZone: 'UTC', filters: NIGHTLY }],
];

const ALL: IDataObject = {
	...Object.assign({}, ...EVENTS.map(([, parameters]) => parameters)),
	events: EVENTS.map(([event]) => event),
};

/** How often each of the polls of a day asks for the list at most, with a run of two hours twice a day. */
async function mostLists(parameters: IDataObject) {
	const { poll } = lab.trigger(parameters);
	let most = 0;
	let active: string | undefined;
	for (let minute = 0; minute < 24 * 60; minute += 20) {
		const before = lab.listRequests.length;
		await poll();
		most = Math.max(most, lab.listRequests.length - before);
		lab.pass(20 * MINUTE);
		if (minute % 720 === 360) active = lab.startEndless();
		if (active && minute % 720 === 480) lab.simulator.endRun(active, 'failed');
	}
	return most;
}

test.each(EVENTS)('%s asks for the list once in each poll at most', async (event, parameters) => {
	expect(await mostLists({ events: [event], ...parameters })).toBe(1);
});

test('all events ask for the list four times in each poll at most', async () => {
	const most = await mostLists(ALL);
	expect(most).toBeGreaterThanOrEqual(1);
	expect(most).toBeLessThanOrEqual(4);
});

test('more pages take one more request each', async () => {
	const { poll } = lab.trigger();
	await poll();
	await poll();
	lab.simulator.pageCap = 10;
	const ids = Array.from({ length: 35 }, () => lab.end());
	const before = lab.simulator.requests.length;
	expect(idsOf(await poll())).toEqual(ids);
	expect(lab.simulator.requests.length - before).toBe(4);
});

test('the window of the list does not grow with the time', async () => {
	const { poll } = lab.trigger();
	await poll();
	for (let hour = 0; hour < 24; hour++) {
		lab.pass(HOUR);
		await poll();
	}
	const last = lab.listRequests.at(-1)!.query;
	expect(lab.now - Date.parse(last.ended_from!)).toBeLessThan(3 * HOUR);
});

test('a run without a time of its own is read once, not in each poll', async () => {
	const { poll } = lab.trigger({ events: ['runIsSlow'] });
	await poll();
	lab.startEndless({ scenario: { warnAfterMs: null } });
	for (let minute = 0; minute < 60; minute++) {
		lab.pass(MINUTE);
		await poll();
	}
	const reads = lab.simulator.requests.length - lab.listRequests.length;
	expect(reads).toBeGreaterThanOrEqual(1);
	expect(reads).toBeLessThanOrEqual(3);
});
