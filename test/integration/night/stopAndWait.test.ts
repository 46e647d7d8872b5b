import { sleep } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import {
	arrivedAt,
	CONTINUE,
	endOf,
	HOUR,
	jsonOf,
	MINUTE,
	NAME,
	onlyItem,
	play,
	SECOND,
	shareLab,
	somebodysRun,
	startNamed,
	stops,
	type Lab,
} from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
	play(lab, 'cg-1', {});
});

const BRIEFLY = { options: { runningMaximumWait: 2 } };

/** Lets something happen when a stop arrives, before Amperity decides about it. */
const whenStopped = (happens: () => void) => {
	const { onRequest } = lab.simulator;
	lab.simulator.onRequest = (request, index) => {
		if (request.path.endsWith('/stop')) happens();
		return onRequest?.(request, index);
	};
};

describe('Stop It, Then Start', () => {
	test('starts one where the other ends between the look and the stop', async () => {
		const other = somebodysRun(lab);
		whenStopped(() => endOf(lab, other) ?? lab.simulator.endRun(other.id, 'succeeded'));
		const item = onlyItem(await startNamed(lab, 'stopThenStart'));
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(lab.idsOf('cg-1')).toHaveLength(1);
		expect(stops(lab).map(({ status }) => status)).toEqual([409]);
	});

	test('starts one where the stop was accepted and answered 503', async () => {
		lab.simulator.secondStop = 'conflict';
		const other = somebodysRun(lab, { scenario: { stoppingMs: MINUTE } });
		lab.simulator.failNext({ kind: 'status', status: 503, accepted: true }, { path: /stop$/ });
		const item = onlyItem(await startNamed(lab, 'stopThenStart'));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], stopped_run_id: other.id });
		expect(arrivedAt(lab, lab.posts()[0]!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
	});

	test.each<[string, Parameters<Lab['simulator']['failNext']>[0]]>([
		['409', amperitySays(409)],
		['403', amperitySays(403)],
		['503', { kind: 'status', status: 503 }],
	])('starts nothing where each stop is answered %s and the run goes on', async (_, fault) => {
		const other = somebodysRun(lab);
		lab.simulator.failNext(fault, { path: /stop$/, times: 1_000 });
		const result = await startNamed(lab, 'stopThenStart', BRIEFLY);
		expect(errorText(result)).toContain(other.id);
		expect(errorText(result)).toContain('cg-1');
		expect(lab.posts()).toEqual([]);
	});

	test('waits for one that is stopping already', async () => {
		lab.simulator.secondStop = 'conflict';
		const scenario = { states: ['running', 'stopping'], durationMs: SECOND };
		const other = somebodysRun(lab, { scenario });
		await sleep(MINUTE);
		void sleep(2 * MINUTE).then(() => lab.simulator.endRun(other.id, 'stopped'));
		const item = onlyItem(await startNamed(lab, 'stopThenStart'));
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(arrivedAt(lab, lab.posts()[0]!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
	});

	test('starts nothing where the other has not come to a stop in time', async () => {
		const other = somebodysRun(lab, { scenario: { stoppingMs: HOUR } });
		const result = await startNamed(lab, 'stopThenStart', BRIEFLY);
		expect(errorText(result)).toContain(other.id);
		expect(errorText(result)).toContain('cg-1');
		expect(lab.posts()).toEqual([]);
	});
});

describe('Wait, Then Start', () => {
	test('starts nothing where the other has not ended in time', async () => {
		const other = somebodysRun(lab);
		const began = lab.simulator.clock.now();
		const result = await startNamed(lab, 'waitThenStart', BRIEFLY);
		expect(errorText(result)).toContain(other.id);
		expect(errorText(result)).toContain('Wait for Running One');
		expect(lab.simulator.clock.now() - began).toBeLessThan(10 * MINUTE);
		expect(lab.posts()).toEqual([]);
		expect(stops(lab)).toEqual([]);
	});

	test('is an error item with Continue, and the others go on', async () => {
		const other = somebodysRun(lab);
		const options = {
			ifAlreadyRunning: 'waitThenStart',
			nameInAmperity: `={{ $json.config === 'cg-1' ? '${NAME}' : 'Other' }}`,
			runningMaximumWait: 2,
		};
		const items = jsonOf(await lab.run(['cg-1', 'cg-2'], { options, settings: CONTINUE }));
		expect(items[0]!.error).toContain(other.id);
		expect(items[1]!.id).toBe(lab.idsOf('cg-2')[0]);
		expect(lab.posted()).toEqual(['cg-2']);
	});

	test('does not start beside one that somebody starts as the other ends', async () => {
		const other = somebodysRun(lab);
		let next = '';
		void sleep(30 * SECOND).then(() => {
			lab.simulator.endRun(other.id, 'succeeded');
			next = somebodysRun(lab).id;
		});
		const result = await startNamed(lab, 'waitThenStart', BRIEFLY);
		expect(next).not.toBe('');
		expect(errorText(result)).toContain('cg-1');
		expect(lab.posts()).toEqual([]);
	});

	test('is tolerant of a state that cannot be read for a while', async () => {
		const other = somebodysRun(lab, { scenario: { neverEnds: false, durationMs: 3 * MINUTE } });
		let reads = 0;
		const { onRequest } = lab.simulator;
		lab.simulator.onRequest = (request, index) =>
			request.path.endsWith(other.id) && ++reads > 1 && reads < 8
				? { kind: 'status', status: 500 }
				: onRequest?.(request, index);
		const item = onlyItem(await startNamed(lab, 'waitThenStart'));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], waited_for_run_id: other.id });
		expect(arrivedAt(lab, lab.posts()[0]!)).toBeGreaterThanOrEqual(endOf(lab, other)!);
	});
});

test('a start that is lost after a wait is looked for as any other', async () => {
	somebodysRun(lab, { scenario: { neverEnds: false, durationMs: 3 * MINUTE } });
	lab.failStarts('cg-1', { kind: 'drop-before' });
	const item = onlyItem(await startNamed(lab, 'waitThenStart'));
	expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], times_started_again: 1 });
	expect(lab.idsOf('cg-1')).toHaveLength(1);
});
