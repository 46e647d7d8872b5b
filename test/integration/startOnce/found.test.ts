import { sleep, type IDataObject } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { strangerSays } from '../../engine/speakers';
import type { Fault } from '../../simulator';
import { jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const LOST: Fault = { kind: 'drop-after' };
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Loses the answer to a start whose name is known, as is who we are. */
const lose = async (configId: string, fault: Fault = LOST) => {
	await lab.learn([configId]);
	lab.failStarts(configId, fault);
};

/** The one run that the node did not hear of is that of the item. */
const expectFound = (item: IDataObject | undefined, configId: string) => {
	const ids = lab.idsOf(configId);
	expect(ids).toHaveLength(2);
	expect(item).toMatchObject({ id: ids[1], start_confirmed_by: 'list' });
	expect(item).not.toHaveProperty('times_started_again');
};

describe('the one run of a lost start is found', () => {
	test.each([0, 5, 30, 50])('where the list shows it %d s late', async (seconds) => {
		lab.simulator.setScenario('cg-1', {}, { listLagMs: seconds * SECOND });
		await lose('cg-1');
		const result = await lab.run(['cg-1']);
		expect(errorText(result)).toBe('');
		expectFound(jsonOf(result)[0], 'cg-1');
	});

	test.each([
		['that comes an hour too late', { kind: 'late', delayMs: HOUR }],
		['that comes half a minute too late', { kind: 'late', delayMs: 90 * SECOND }],
	] as Array<[string, Fault]>)('after an answer %s', async (_, fault) => {
		await lose('cg-1', fault);
		const result = await lab.run(['cg-1'], { options: { requestTimeout: 60 } });
		expectFound(jsonOf(result)[0], 'cg-1');
	});

	test('by two looks at least ten seconds apart', async () => {
		await lose('cg-1');
		await lab.run(['cg-1']);
		const looks = lab.lists();
		expect(looks.at(-1)!.at - looks[0]!.at).toBeGreaterThanOrEqual(9.5 * SECOND);
	});

	test('on a later page of the list', async () => {
		await lab.learn(['cg-1']);
		lab.simulator.pageCap = 5;
		const others = { principal: 'person', type: 'campaign.send' } as const;
		lab.whenStarted('cg-1', () => {
			for (let run = 0; run < 17; run++) lab.simulator.startRunAs(others);
			// The newest are on the first page: these are newer than ours.
			queueMicrotask(() => {
				for (let run = 0; run < 17; run++) lab.simulator.startRunAs(others);
			});
		});
		lab.failStarts('cg-1', LOST);
		expectFound(jsonOf(await lab.run(['cg-1']))[0], 'cg-1');
	});

	test.each([-2 * HOUR, -20 * SECOND, 20 * SECOND, 2 * HOUR])(
		'with Amperity’s clock %d ms ahead of n8n’s',
		async (offsetMs) => {
			lab.simulator.clock.offsetMs = offsetMs;
			await lose('cg-1');
			expectFound(jsonOf(await lab.run(['cg-1']))[0], 'cg-1');
		},
	);

	test('where a refusal by the rate limit came first', async () => {
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', { kind: 'status', status: 429, retryAfter: '20' }, LOST);
		expectFound(jsonOf(await lab.run(['cg-1']))[0], 'cg-1');
	});

	test('and waited for', async () => {
		await lose('cg-1');
		const result = await lab.run(['cg-1'], { parameters: { waitForCompletion: true } });
		expectFound(jsonOf(result)[0], 'cg-1');
		expect(jsonOf(result)[0]).toMatchObject({ outcome: 'succeeded' });
	});

	test('again and again', async () => {
		await lab.learn(['cg-1']);
		for (let time = 1; time <= 3; time++) {
			lab.failStarts('cg-1', LOST);
			const [item] = jsonOf(await lab.run(['cg-1']));
			expect(item).toMatchObject({ id: lab.idsOf('cg-1')[time], start_confirmed_by: 'list' });
		}
		expect(lab.idsOf('cg-1')).toHaveLength(4);
	});
});

describe('a list that shows a run only after three minutes', () => {
	const start = async (options: IDataObject, fault: Fault = LOST) => {
		lab.simulator.setScenario('cg-1', {}, { listLagMs: 180 * SECOND }, {});
		await lose('cg-1', fault);
		return await lab.run(['cg-1'], { options });
	};

	test('is what the node cannot know of: that run is there twice, and the item says how', async () => {
		const [item] = jsonOf(await start({}));
		expect(lab.idsOf('cg-1')).toHaveLength(3);
		expect(item).toMatchObject({
			id: lab.idsOf('cg-1')[2],
			start_confirmed_by: 'started_again',
			times_started_again: 1,
		});
	});

	test.each([
		['where the user wants no second start', { ifStartIsLost: 'findElseReport' }, LOST],
		[
			'where the answer came from a gateway that had waited',
			{},
			strangerSays('nothing', 504, true),
		],
	] as Array<[string, IDataObject, Fault]>)('is an error %s', async (_, options, fault) => {
		const result = await start(options, fault);
		expect(errorText(result)).toContain('A run of cg-1 may have started all the same');
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});
});

describe('a run that was found in the list', () => {
	/** Whether somebody told Amperity to stop a run. */
	const stops = () => lab.simulator.requests.filter(({ path }) => path.endsWith('/stop'));
	const waits = (options: IDataObject) => ({
		parameters: { waitForCompletion: true, maximumWait: 2 },
		options: { checkInterval: 10, ...options },
	});
	beforeEach(() => lab.simulator.setScenario('cg-1', {}, { neverEnds: true }));

	test('is not stopped at the maximum wait, and the error says so', async () => {
		await lose('cg-1');
		const result = await lab.run(['cg-1'], waits({ onTimeout: 'stop' }));
		const text = errorText(result);
		expect(text).toContain('has not ended within the Maximum Wait of 2 minutes');
		expect(text).toContain(lab.idsOf('cg-1')[1]);
		expect(text).not.toContain('Amperity was told to stop the run');
		expect(text).toMatch(/\bnot (been )?stop/i);
		expect(stops()).toEqual([]);
	});

	test('is not stopped when the execution is', async () => {
		await lose('cg-1');
		const execution = lab.begin(['cg-1'], waits({ onCancel: 'stop' }));
		const isWaiting = () =>
			lab.simulator.requests.filter(({ path }) => path.endsWith(lab.idsOf('cg-1')[1]!)).length > 6;
		while (lab.idsOf('cg-1').length < 2 || !isWaiting()) await sleep(SECOND);
		execution.stop();
		await execution.result;
		await sleep(30 * SECOND);
		expect(stops()).toEqual([]);
	});

	test('is told from one that was started again, which is stopped', async () => {
		await lose('cg-1', { kind: 'drop-before' });
		const result = await lab.run(['cg-1'], waits({ onTimeout: 'stop' }));
		expect(errorText(result)).toContain('Amperity was told to stop the run');
		expect(stops()).toMatchObject([{ path: `/workflow/runs/${lab.idsOf('cg-1')[1]}/stop` }]);
	});
});
