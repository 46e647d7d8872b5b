import { sleep, type IDataObject } from 'n8n-workflow';
import { credentialsFor } from '../../engine';
import { errorText } from '../../engine/errorText';
import { RawServer, sendJson } from '../../engine/rawServer';
import { amperitySays } from '../../engine/speakers';
import { gaps } from '../../engine/traffic';
import type { Fault } from '../../simulator';
import { MORE_PROMPT, PROMPT } from './answers';
import { expectReported, isStart, jsonOf, RETRY, shareLab, type Lab } from './lab';

let lab: Lab;

const SECOND = 1_000;

/** Nothing was started. */
const REFUSED: Fault = { kind: 'status', status: 503 };
const CUT: Fault = { kind: 'drop-before' };

/** How long the node looks, at least. What a request takes is none of it. */
const LOOK_UP = 64 * SECOND;

/** Three minutes, of which the looks of two lost starts take most, must not be over too early on a busy machine. */
const PATIENT = 90;

describe('a start that was lost and left no run', () => {
	shareLab((made) => {
		lab = made;
	}, PATIENT);

	const expectStartedAgain = (item: IDataObject | undefined, times: number) => {
		const ids = lab.idsOf('cg-1');
		expect(ids).toHaveLength(1);
		expect(item).toMatchObject({
			id: ids[0],
			start_confirmed_by: 'started_again',
			times_started_again: times,
		});
		expect(lab.posts()).toHaveLength(times + 1);
		for (const gap of gaps(lab.posts())) expect(gap).toBeGreaterThanOrEqual(LOOK_UP);
	};

	test('is started again after a look-up of 65 s', async () => {
		lab.failStarts('cg-1', REFUSED);
		expectStartedAgain(jsonOf(await lab.run(['cg-1']))[0], 1);
		const [lost, again] = lab.posts();
		const between = lab.lists().filter(({ at }) => at >= lost!.at && at <= again!.at);
		expect(between.length).toBeGreaterThanOrEqual(3);
	});

	test('is started again whatever told of the trouble, for each item once', async () => {
		const answers = Object.values({ ...PROMPT, ...MORE_PROMPT });
		const configIds = answers.map((_, item) => `cg-${item}`);
		answers.forEach((answer, item) => lab.failStarts(`cg-${item}`, answer(false)));
		const items = jsonOf(await lab.run(configIds, { settings: RETRY }));
		expect(items.map(({ id }) => id)).toEqual(configIds.map((id) => lab.idsOf(id)[0]));
		expect(lab.simulator.runs).toHaveLength(configIds.length);
	});

	test('is started again twice', async () => {
		lab.failStarts('cg-1', REFUSED, CUT);
		expectStartedAgain(jsonOf(await lab.run(['cg-1']))[0], 2);
	});

	test('is never started a third time, not by Retry On Fail either', async () => {
		lab.failStarts('cg-1', REFUSED, CUT, REFUSED, CUT, REFUSED, CUT, REFUSED, CUT);
		const result = await lab.run(['cg-1'], { settings: { ...RETRY, maxTries: 2 } });
		expectReported(result, 'cg-1', []);
		expect(lab.posts()).toHaveLength(3);
	});

	test('is sent as it was, although its parameters say another time by now', async () => {
		lab.failStarts('cg-1', REFUSED);
		const timed = { timeRange: 'range', rangeFrom: '={{ $now.minus({ hours: 1 }) }}' };
		expectStartedAgain(jsonOf(await lab.run(['cg-1'], { parameters: timed }))[0], 1);
		const [lost, again] = lab.posts();
		expect(lost!.body).toMatchObject({ range_from: expect.any(String) });
		expect(again!.body).toEqual(lost!.body);
	});

	test.each([400, 403])('and is then refused with %d is refused for certain', async (status) => {
		lab.failStarts('cg-1', REFUSED, amperitySays(status));
		const result = await lab.run(['cg-1']);
		expect(errorText(result)).toContain('The words of Amperity');
		expect(lab.posts()).toHaveLength(2);
		expect(lab.simulator.runs).toEqual([]);
	});

	test('is found where the answer to the second one is lost with its run', async () => {
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', REFUSED, { kind: 'drop-after' });
		const [item] = jsonOf(await lab.run(['cg-1']));
		const ids = lab.idsOf('cg-1');
		expect(ids).toHaveLength(2);
		expect(item).toMatchObject({
			id: ids[1],
			start_confirmed_by: 'list',
			times_started_again: 1,
		});
	});

	test('and was there after all, listed while the second one is looked for, is not started again', async () => {
		lab.simulator.setScenario('cg-1', {}, { listLagMs: 95 * SECOND }, {});
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', { kind: 'status', status: 503, accepted: true }, REFUSED);
		const result = await lab.run(['cg-1']);
		expect(lab.idsOf('cg-1')).toHaveLength(2);
		expect(errorText(result) || jsonOf(result)[0]!.id).toContain(lab.idsOf('cg-1')[1]);
	});

	test('and was there after all is reported while the second one may still arrive', async () => {
		lab.simulator.setScenario('cg-1', {}, { listLagMs: 95 * SECOND });
		await lab.learn(['cg-1']);
		const late: Fault = { kind: 'status', status: 504 };
		lab.failStarts('cg-1', { kind: 'status', status: 503, accepted: true }, late);
		const result = await lab.run(['cg-1']);
		expect(lab.posts()).toHaveLength(3);
		expectReported(result, 'cg-1', [lab.idsOf('cg-1')[1]!]);
	});

	test('is started again once a list can be read that could not', async () => {
		let first: number | undefined;
		lab.onList = ({ at }) => {
			first ??= at;
			return at < first + 80 * SECOND ? { kind: 'status', status: 500 } : undefined;
		};
		lab.failStarts('cg-1', CUT);
		expectStartedAgain(jsonOf(await lab.run(['cg-1']))[0], 1);
	});
});

describe('only a prompt failure means that nothing was started', () => {
	shareLab((made) => {
		lab = made;
	}, PATIENT);

	const failAfter = async (seconds: number, requestTimeout: number) => {
		lab.failStarts('cg-1', REFUSED);
		lab.simulator.latencyMs = (request) =>
			isStart(request) && lab.posts().length === 1 ? seconds * SECOND : 0;
		return await lab.run(['cg-1'], { options: { requestTimeout } });
	};

	test('within a sixth of a long Request Timeout', async () => {
		const result = await failAfter(40, 1_200);
		expect(jsonOf(result)).toMatchObject([{ start_confirmed_by: 'started_again' }]);
	});

	test('not later than that', async () => {
		expectReported(await failAfter(45, 120), 'cg-1', []);
		expect(lab.posts()).toHaveLength(1);
	});

	test('not after ten seconds with a short one', async () => {
		expectReported(await failAfter(30, 60), 'cg-1', []);
		expect(lab.posts()).toHaveLength(1);
	});

	test.each([
		['an error', 503],
		['a run', 201],
	])('not with an answer that is cut off: %s', async (_, status) => {
		const { simulator } = lab;
		const server = await RawServer.start(({ method }, response) => {
			response.sendDate = false;
			response.setHeader('date', new Date(simulator.clock.now()).toUTCString());
			if (method === 'GET') {
				sendJson(response, { data: [] });
				return;
			}
			response.writeHead(status, { 'content-length': '500' });
			response.write('{"id":');
			void sleep(SECOND).then(() => response.destroy());
		});
		try {
			const { baseUrl } = server;
			const result = await lab.run(['cg-1'], {
				credentials: { ...credentialsFor(simulator), baseUrl },
			});
			expectReported(result, 'cg-1', []);
			expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		} finally {
			await server.stop();
		}
	});
});
