/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import fc from 'fast-check';
import { NodeOperationError, type IDataObject } from 'n8n-workflow';
import { withoutStackTraces } from '../../engine/withoutStackTraces';
import { schedules } from './arbitraries';
import { badParameters } from './badParameters';
import { BROKEN } from './broken';
import { time, useModelTime } from './modelTime';
import { REAL_HOST } from './n8nModel';
import { play } from './play';
import { contextOf } from './pollContext';
import { judge } from './promises';
import { EVENTS, type Schedule, type TriggerEvent } from './schedule';
import { describePlayed } from './story';

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) =>
		await jest.requireActual<typeof import('./modelTime')>('./modelTime').time.sleep(milliseconds),
}));

const { TRIGGER_SCHEDULES: WANTED, TRIGGER_SEED, TRIGGER_PATH: PATH } = process.env;

/** `TRIGGER_SCHEDULES=20000` plays so many others. */
const SCHEDULES = Number(WANTED ?? 5_000);

/**
 * Without these variables the same schedules are played each time. A failure prints its seed and its path, with
 * which `TRIGGER_SEED` and `TRIGGER_PATH` play it again.
 */
const SEED = Number(TRIGGER_SEED ?? (WANTED === undefined ? 1 : Date.now() % 2 ** 30));

/** A schedule is over within a month, or it never is. */
const MOST_MS = 31 * 24 * 3_600_000;

const CONTEXT = {
	name: 'Amperity Trigger',
	budgetMs: 40_000,
	mode: 'trigger',
	workflowZone: 'UTC',
	connected: [],
	tenant: 'acme',
	warn: () => {},
} as const;

withoutStackTraces();

let useRealTime: () => void;

beforeAll(() => {
	useRealTime = useModelTime();
});

afterAll(() => useRealTime());

describe(`in ${SCHEDULES} schedules`, () => {
	const musts = new Map<TriggerEvent, number>();

	const keepsItsPromises = async (schedule: Schedule) => {
		time.restart();
		const played = await time.during(play(schedule, REAL_HOST), MOST_MS);
		const judgement = judge(played);
		for (const [event, count] of judgement.musts) {
			musts.set(event, (musts.get(event) ?? 0) + count);
		}
		const { problems } = judgement;
		if (problems.length > 0) throw new Error([...problems, describePlayed(played)].join('\n'));
	};

	test(
		'everything is told exactly once',
		async () => {
			await fc.assert(fc.asyncProperty(schedules, keepsItsPromises), {
				numRuns: SCHEDULES,
				seed: SEED,
				path: PATH,
				includeErrorInReport: true,
			});
		},
		60_000 + SCHEDULES * 100,
	);

	test('there was much to tell of each event', () => {
		const rarest = Math.min(...EVENTS.map((event) => musts.get(event) ?? 0));
		expect(PATH === undefined ? rarest : Infinity).toBeGreaterThan(SCHEDULES / 10);
	});
});

test('nothing is sent where a parameter is bad, and nothing is stored', async () => {
	const isRefused = async (parameters: IDataObject) => {
		const request = jest.fn();
		const data = { nodeData: {}, globalData: {} };
		const context = contextOf({ ...CONTEXT, ...data, parameters, api: { request } });
		await expect(REAL_HOST.poll(context)).rejects.toThrow(NodeOperationError);
		expect(request).not.toHaveBeenCalled();
		expect(data).toEqual({ nodeData: {}, globalData: {} });
	};
	await fc.assert(fc.asyncProperty(badParameters, isRefused), { numRuns: 500, seed: SEED });
});

describe('the proof fails for', () => {
	test.each(BROKEN)('$name', async ({ host, bend = (schedule) => schedule, finds }) => {
		const isFound = async (schedule: Schedule) => {
			time.restart();
			const playing = play(bend(schedule), { ...REAL_HOST, ...host?.() });
			const problems = await time.during(playing, MOST_MS).then(
				(played) => judge(played).problems,
				(error: Error) => [error.message],
			);
			return finds.test(problems.join('\n'));
		};
		const property = fc.asyncProperty(schedules, async (schedule) => !(await isFound(schedule)));
		const { failed } = await fc.check(property, { numRuns: 1_000, seed: 1, endOnFailure: true });
		expect(failed).toBe(true);
	});
});
