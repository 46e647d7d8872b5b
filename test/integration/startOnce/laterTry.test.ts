import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialsFor, forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import type { Fault, Scenario } from '../../simulator';
import { expectReported, jsonOf, RETRY, shareLab, type Lab, type Starts } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

const NO_SECOND = { ifStartIsLost: 'findElseReport' };
const AN_HOUR_AGO = { timeRange: 'range', rangeFrom: '={{ $now.minus({ hours: 1 }) }}' };

const retry = async (configIds: string[], starts: Starts = {}) =>
	await lab.run(configIds, { settings: RETRY, ...starts });

describe('Retry On Fail', () => {
	test('does not start earlier items again', async () => {
		lab.failStarts('cg-3', amperitySays(400));
		const items = jsonOf(await retry(['cg-1', 'cg-2', 'cg-3']));
		expect(items.map(({ id, start_confirmed_by: how }) => [id, how])).toEqual([
			[lab.idsOf('cg-1')[0], 'earlier_try'],
			[lab.idsOf('cg-2')[0], 'earlier_try'],
			[lab.idsOf('cg-3')[0], undefined],
		]);
		expect(lab.simulator.runs).toHaveLength(3);
	});

	test('finds a run that the first try has seen but once', async () => {
		lab.simulator.setScenario('cg-1', {}, { listLagMs: 55 * SECOND }, {});
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', CUT_AFTER);
		const [item] = jsonOf(await retry(['cg-1']));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[1], start_confirmed_by: 'list' });
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});

	test('finds a run that the list could not show in the first try', async () => {
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', CUT_AFTER);
		let first: number | undefined;
		lab.onList = ({ at }) => {
			first ??= at;
			return at < first + 200 * SECOND ? { kind: 'html', status: 502 } : undefined;
		};
		const [item] = jsonOf(await retry(['cg-1']));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[1], start_confirmed_by: 'list' });
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});

	test('starts again what no list has shown, in the first try or in this one', async () => {
		lab.failStarts('cg-1', CUT);
		let first: number | undefined;
		lab.onList = ({ at }) => {
			first ??= at;
			return at < first + 200 * SECOND ? { kind: 'html', status: 502 } : undefined;
		};
		const [item] = jsonOf(await retry(['cg-1']));
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[0], times_started_again: 1 });
		expect(lab.posts()).toHaveLength(2);
	});

	test.each<[string, Starts]>([
		['', {}],
		[', although its parameters say another time in each try', { parameters: AN_HOUR_AGO }],
	])('does not send a lost start again because time has passed%s', async (_, starts) => {
		lab.simulator.setScenario('cg-1', { listLagMs: HOUR });
		lab.failStarts('cg-1', CUT_AFTER);
		expectReported(await retry(['cg-1'], { options: NO_SECOND, ...starts }), 'cg-1', []);
		expect(lab.posts()).toHaveLength(1);
	});

	test('does not forget an answer because n8n cannot read the credential any more', async () => {
		const credentials = credentialsFor(lab.simulator);
		const { tenant } = credentials;
		let failures = 1;
		// n8n's database fails for a moment, right after the start.
		Object.defineProperty(credentials, 'tenant', {
			enumerable: true,
			get: () => {
				if (lab.idsOf('cg-1').length > 0 && failures-- > 0) throw new Error('No database');
				return tenant;
			},
		});
		const items = jsonOf(await retry(['cg-1'], { credentials }));
		expect(lab.idsOf('cg-1')).toHaveLength(1);
		expect(items.map(({ id }) => id)).toEqual(lab.idsOf('cg-1'));
	});

	test('that cannot read what earlier tries have started names it all', async () => {
		lab.failStarts('cg-3', amperitySays(400), amperitySays(400), amperitySays(400));
		const { onRequest } = lab.simulator;
		lab.simulator.onRequest = (request, index) =>
			request.path.includes('/runs/wf-')
				? { kind: 'status', status: 403 }
				: onRequest!(request, index);
		const text = errorText(await retry(['cg-1', 'cg-2', 'cg-3']));
		for (const { id } of lab.simulator.runs) expect(text).toContain(id);
		expect(lab.simulator.runs).toHaveLength(2);
	});
});

describe('Retry On Fail, after a wait for a run', () => {
	const wait = async (scenario: Scenario[], parameters: IDataObject = {}) => {
		lab.simulator.setScenario('cg-1', ...scenario);
		return await retry(['cg-1'], { parameters: { waitForCompletion: true, ...parameters } });
	};
	const stopped = { type: 'x/cancel', message: 'Stopped', attribution: 'platform' };

	test.each<[string, Scenario, IDataObject]>([
		['failed by the configuration', { outcome: 'failed-customer' }, {}],
		['failed by it, with another time', { outcome: 'failed-customer' }, AN_HOUR_AGO],
		['was stopped by a person', { outcome: 'stopped', extra: { error: stopped } }, {}],
	])('that %s does not start one anew', async (_, scenario, parameters) => {
		const { error } = await wait([scenario, {}], parameters);
		expect(error!.message).toMatch(/failed|was stopped/);
		expect(lab.posts()).toHaveLength(1);
	});

	test('that failed by the platform starts one anew, which is no lost start', async () => {
		const items = jsonOf(await wait([{ outcome: 'failed-platform' }, {}]));
		expect(items).toMatchObject([{ id: lab.idsOf('cg-1')[1], outcome: 'succeeded' }]);
		expect(items[0]).not.toHaveProperty('times_started_again');
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});
});

describe.each<[string, () => void]>([
	['in the same process', () => undefined],
	['in a process that was restarted', forgetAll],
])('a person who retries the execution %s', (_, restart) => {
	const failFirst = async (configIds: string[], options: IDataObject = {}) => {
		// No list can be read: the first execution knows nothing, and sends nothing again.
		lab.onList = () => ({ kind: 'status', status: 500 });
		const { run, error } = await lab.run(configIds, { options });
		expect(error!.message).toContain('may have started');
		lab.onList = undefined;
		restart();
		return run;
	};

	test('has it started again where no run is there', async () => {
		lab.failStarts('cg-1', CUT);
		const retryOf = await failFirst(['cg-1']);
		const [item] = jsonOf(await lab.run(['cg-1'], { retryOf }));
		expect(item).toMatchObject({
			id: lab.idsOf('cg-1')[0],
			start_confirmed_by: 'started_again',
			times_started_again: 1,
		});
		expect(lab.posts()).toHaveLength(2);
	});

	test('is told of its run, which is never taken over in another execution', async () => {
		await lab.learn(['cg-1']);
		await sleep(30 * SECOND);
		lab.failStarts('cg-1', CUT_AFTER);
		const retryOf = await failFirst(['cg-1']);
		expectReported(await lab.run(['cg-1'], { retryOf }), 'cg-1', [lab.idsOf('cg-1')[1]!]);
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});

	test('has nothing sent where the user wants no second start', async () => {
		lab.failStarts('cg-1', CUT);
		const retryOf = await failFirst(['cg-1'], NO_SECOND);
		const result = await lab.run(['cg-1'], { retryOf, options: NO_SECOND });
		expectReported(result, 'cg-1', []);
		expect(lab.posts()).toHaveLength(1);
	});

	test('gets the runs of the other items, which are not started again', async () => {
		lab.failStarts('cg-3', CUT);
		const configIds = ['cg-1', 'cg-2', 'cg-3'];
		const retryOf = await failFirst(configIds);
		const items = jsonOf(await lab.run(configIds, { retryOf }));
		expect(items.map(({ id }) => id)).toEqual(configIds.map((id) => lab.idsOf(id)[0]));
		expect(items.map(({ start_confirmed_by: how }) => how)).toEqual([
			'earlier_try',
			'earlier_try',
			'started_again',
		]);
		expect(lab.simulator.runs).toHaveLength(3);
	});
});
