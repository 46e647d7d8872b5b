import type { IExecuteFunctions } from 'n8n-workflow';
import type { StartMemory, StartState } from '../../nodes/Amperity/runs/start/startMemory';
import { LearntIdentities } from '../../nodes/Amperity/runs/configuration/learntIdentities';
import type { LostStart } from '../../nodes/Amperity/runs/start/lostStart';
import { OwnStarts } from '../../nodes/Amperity/runs/configuration/ownStarts';
import { sendStart, type IfLost } from '../../nodes/Amperity/runs/start/sendStart';
import { AmperityApiError } from '../../nodes/Amperity/transport/apiError';
import type { Failure } from '../../nodes/Amperity/transport/failure';
import { amperity, intermediary, network, NO_TURN } from './failures';
import { FakeClient, NODE } from './fakeClient';

const NOON = Date.UTC(2026, 9, 1, 12);

/** When everything begins, by the monotonic clock. */
let began = 0;

beforeEach(() => {
	// n8n's clock is an hour ahead of Amperity's.
	jest.useFakeTimers({ now: NOON + 3_600_000 });
	began = performance.now();
});

afterEach(() => {
	jest.useRealTimers();
});

const pass = (milliseconds: number) => void jest.advanceTimersByTime(milliseconds);

const RUN = { id: 'wf-1', name: 'Daily', type: 'courier-group', principal_id: 'key-1' };

const throwing = (failure: Failure): never => {
	throw new AmperityApiError(NODE, failure);
};

/** One item's start, whose POST is answered like this after some time. */
class Start {
	readonly written: StartState[] = [];

	readonly heard: string[] = [];

	/** What others of this process see of it while it is under way. */
	seenByOthers: unknown;

	readonly fake: FakeClient;

	/** What n8n keeps for the node. */
	staticData = (): object => ({});

	constructor(answer: () => unknown, afterMs = 100) {
		this.fake = new FakeClient(() => {
			this.seenByOthers = this.fake.remembered(OwnStarts).othersThan('another')[0];
			pass(afterMs);
			return answer();
		});
	}

	async send(ifLost: IfLost = 'findElseStartAgain', before?: LostStart) {
		const context = { getWorkflowStaticData: this.staticData } as unknown as IExecuteFunctions;
		const memory: StartMemory = {
			key: 'me',
			executionId: '7',
			read: () => undefined,
			write: (state) => void this.written.push(state),
			addBefore: () => undefined,
			setRecorded: () => undefined,
		};
		const settings = {
			client: this.fake.client,
			request: { config_id: 'cg-1' },
			ifLost,
			signal: new AbortController().signal,
			onSent: () => void this.heard.push('sent'),
			onAnswered: () => void this.heard.push('answered'),
		};
		return await sendStart(context, memory, settings, before);
	}

	get openStarts() {
		return this.fake.remembered(OwnStarts).othersThan('another');
	}
}

/** Amperity's clock, which says noon when everything begins. */
const knowingTheTime = (start: Start): Start => {
	start.fake.clock.learnTime({ from: NOON, to: NOON + 1 }, began);
	return start;
};

test('a plain answer costs one request, and its run belongs to the item', async () => {
	const start = new Start(() => RUN);
	expect(await start.send()).toEqual({ run: RUN });
	expect(start.fake.asked).toHaveLength(1);
	expect(start.heard).toEqual(['sent', 'answered']);
	expect(start.written).toEqual([{ runId: 'wf-1' }]);
	expect(start.fake.remembered(OwnStarts).isClaimed('wf-1')).toBe(true);
	expect(start.openStarts).toEqual([]);
	const identities = start.fake.remembered(LearntIdentities);
	expect(identities.of(start.fake.account, 'cg-1').name).toEqual({ value: 'Daily', times: 1 });
});

test('a plain answer is one, whatever comes of what else is done with it', async () => {
	const start = new Start(() => RUN);
	start.staticData = () => {
		throw new Error('no');
	};
	expect(await start.send()).toEqual({ run: RUN });
});

test('a run remembers how often its item was started again', async () => {
	const start = new Start(() => RUN);
	await start.send('findElseStartAgain', {
		spans: [],
		timesStartedAgain: 2,
	} as unknown as LostStart);
	expect(start.written).toEqual([{ runId: 'wf-1', timesStartedAgain: 2 }]);
});

test('others know of a start from when it is sent until it is answered', async () => {
	const start = new Start(() => RUN);
	await start.send();
	expect(start.seenByOthers).toMatchObject({
		account: start.fake.account,
		configId: 'cg-1',
		spans: [],
		unansweredSince: began,
	});
});

test('a plain answer tells the time, from between sending and answer', async () => {
	const start = new Start(() => ({ ...RUN, created_at: '2026-10-01T12:00:00.250Z' }));
	await start.send();
	expect(start.fake.clock.spans(began, began)).toEqual([{ from: NOON + 150, to: NOON + 251 }]);
});

describe('a prompt outage is', () => {
	const RESET = network('ECONNRESET', 'socket hang up');

	test.each<[string, Failure, number, number, boolean]>([
		['503 at once', intermediary(503), 100, 60, true],
		['500 of Amperity’s own', amperity(500), 100, 60, true],
		['a connection that was reset', RESET, 100, 60, true],
		['503 after 10 s', intermediary(503), 10_000, 60, true],
		['503 after more than that', intermediary(503), 10_001, 60, false],
		['a reset after more than that', RESET, 10_001, 60, false],
		['503 within a sixth of a long time-out', intermediary(503), 20_000, 120, true],
		['503 after more than a sixth', intermediary(503), 20_001, 120, false],
		['503 after 10 s with a short time-out', intermediary(503), 10_000, 5, true],
		['504', intermediary(504), 100, 60, false],
		['a time-out', network('ETIMEDOUT', 'timeout of 100ms exceeded'), 100, 0.1, false],
		['a page with 403', intermediary(403), 100, 60, false],
		['408 of Amperity’s own', amperity(408), 100, 60, false],
		['a success that is no run', intermediary(201), 100, 60, false],
		['a success whose error states 503', amperity(503, { httpStatus: 200 }), 100, 60, false],
	])('%s', async (_, failure, afterMs, timeoutSeconds, expected) => {
		const start = knowingTheTime(new Start(() => throwing(failure), afterMs));
		start.fake.timeoutMs = timeoutSeconds * 1_000;
		const { lost } = await start.send();
		expect(lost!.isPromptOutage).toBe(expected);
	});
});

describe('a lost start', () => {
	test('tells what is known of it, which no later answer confirms yet, and stays open', async () => {
		const start = knowingTheTime(new Start(() => throwing(intermediary(503)), 250));
		const { lost } = await start.send();
		expect(lost).toEqual({
			executionId: '7',
			configId: 'cg-1',
			cause: 'Something between n8n and Amperity answered',
			facts: ' (HTTP 503)',
			spans: [{ from: NOON, to: NOON + 251 }],
			sent: {
				clock: start.fake.clock.id,
				spans: [{ from: began, to: began + 250 }],
				earlier: [],
			},
			isTimeDoubtful: true,
			isPromptOutage: true,
			looks: [],
			timesStartedAgain: 0,
		});
		expect(start.openStarts).toHaveLength(1);
		expect(start.fake.asked).toHaveLength(1);
		expect(start.written).toEqual([]);
	});

	test('was under way from when it was sent, however long it waited for its turn', async () => {
		const start = knowingTheTime(new Start(() => throwing(intermediary(503)), 250));
		start.fake.awaitTurn = () => pass(20_000);
		const { lost } = await start.send();
		expect(lost).toMatchObject({
			spans: [{ from: NOON + 20_000, to: NOON + 20_251 }],
			isPromptOutage: true,
		});
	});

	test('that was started again keeps the spans and the count of those before', async () => {
		const spans = [{ from: NOON - 90_000, to: NOON - 80_000 }];
		const before = { spans, timesStartedAgain: 1 } as LostStart;
		const start = knowingTheTime(new Start(() => throwing(intermediary(503)), 250));
		const { lost } = await start.send('findElseStartAgain', before);
		expect(lost).toMatchObject({
			spans: [...spans, { from: NOON, to: NOON + 251 }],
			looks: [],
			timesStartedAgain: 1,
		});
		expect(start.seenByOthers).toMatchObject({ spans, unansweredSince: began });
	});

	test('knows when this process sent the requests before', async () => {
		const start = knowingTheTime(new Start(() => throwing(intermediary(503)), 250));
		const clock = start.fake.clock.id;
		const sent = { clock, spans: [{ from: 3, to: 4 }], earlier: [{ from: 1, to: 2 }] };
		const before = { spans: [{ from: 5, to: 6 }], sent } as unknown as LostStart;
		const { lost } = await start.send('findElseStartAgain', before);
		const last = { from: began, to: began + 250 };
		expect(lost!.sent).toEqual({ ...sent, spans: [{ from: 3, to: 4 }, last] });
		expect(lost!.spans).toEqual([
			{ from: 1, to: 2 },
			{ from: NOON - began + 3, to: NOON - began + 5 },
			{ from: NOON, to: NOON + 251 },
		]);
		expect(sent.spans).toHaveLength(1);
	});

	test('keeps the times of those that another process sent', async () => {
		const start = knowingTheTime(new Start(() => throwing(intermediary(503)), 250));
		const clock = start.fake.clock.id;
		const spans = [{ from: 1, to: 2 }];
		const sent = { clock: clock + 1, spans: [{ from: 3, to: 4 }], earlier: [] };
		const before = { spans, sent } as unknown as LostStart;
		const { lost } = await start.send('findElseStartAgain', before);
		const last = { from: began, to: began + 250 };
		expect(lost!.sent).toEqual({ clock, spans: [last], earlier: spans });
		expect(lost!.spans).toEqual([...spans, { from: NOON, to: NOON + 251 }]);
	});

	test('is dated by a guess while Amperity’s clock is not known', async () => {
		const start = new Start(() => throwing(intermediary(503)), 250);
		const { lost } = await start.send();
		const hour = 3_600_000;
		expect(lost).toMatchObject({
			spans: [{ from: NOON + hour, to: NOON + hour + 250 }],
			isTimeDoubtful: true,
		});
	});

	test('is dated twice where the clock is told otherwise while it is under way', async () => {
		const start: Start = knowingTheTime(
			new Start(() => {
				const time = NOON + 1_200_000;
				start.fake.clock.learnTime({ from: time, to: time }, performance.now());
				return throwing(intermediary(503));
			}, 250),
		);
		const { lost } = await start.send();
		expect(lost).toMatchObject({
			spans: [
				{ from: NOON, to: NOON + 251 },
				{ from: NOON + 1_200_000 - 250, to: NOON + 1_200_000 },
			],
			isTimeDoubtful: true,
		});
	});
});

describe('a start that was surely refused', () => {
	test.each<[string, Failure]>([
		['by Amperity', amperity(403)],
		['as it was not sent', NO_TURN],
		['as nothing accepts connections', network('ECONNREFUSED', 'connect ECONNREFUSED')],
	])('%s is an error, and no longer open', async (_, failure) => {
		const start = new Start(() => throwing(failure));
		await expect(start.send()).rejects.toMatchObject({ reason: failure });
		expect(start.openStarts).toEqual([]);
		expect(start.written).toEqual([]);
		expect(start.heard).toContain('answered');
	});

	test('stays open if an earlier request of the item was lost', async () => {
		const before = { spans: [{ from: NOON - 9, to: NOON }], timesStartedAgain: 1 } as LostStart;
		const start = new Start(() => throwing(amperity(403)));
		await expect(start.send('findElseStartAgain', before)).rejects.toThrow();
		expect(start.openStarts).toEqual([expect.objectContaining({ spans: before.spans })]);
		expect(start.openStarts[0]!.unansweredSince).toBeUndefined();
	});
});
