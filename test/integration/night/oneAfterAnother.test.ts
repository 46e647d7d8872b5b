import { sleep, type IDataObject } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import { within } from '../../engine/within';
import type { Scenario } from '../../simulator';
import {
	arrivedAt,
	CONTINUE,
	HOUR,
	jsonOf,
	MINUTE,
	RETRY,
	SECOND,
	shareLab,
	stops,
	until,
	type Lab,
	type Starts,
} from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const FOUR = ['cg-1', 'cg-2', 'cg-3', 'cg-4'];

const inOrder = (options: IDataObject = {}): Starts => ({
	options: { order: 'oneAfterAnother', ...options },
	parameters: { waitForCompletion: true },
});

const start = async (configIds: string[], { options, ...more }: Starts = {}) =>
	await lab.run(configIds, { ...inOrder(options), ...more });

const scenarios = (all: Record<string, Scenario[]>) => {
	for (const [configId, each] of Object.entries(all)) lab.simulator.setScenario(configId, ...each);
};

/** That nothing was started before the run before it had succeeded. */
function expectInOrder(): void {
	const posts = lab.posts();
	posts.slice(1).forEach((post, index) => {
		const before = lab.simulator.store.find(posts[index]!.startedRunId!)!;
		const end = before.stages.at(-1)!;
		expect(end.outcome).toBe('succeeded');
		expect(arrivedAt(lab, post)).toBeGreaterThanOrEqual(end.from);
	});
}

test('starts each item when the one before has succeeded', async () => {
	scenarios({
		'cg-1': [{ durationMs: 5 * MINUTE }],
		'cg-2': [{ durationMs: SECOND }],
		'cg-3': [{ durationMs: 2 * MINUTE }],
	});
	const result = await start(FOUR);
	expect(errorText(result)).toBe('');
	expect(jsonOf(result).map(({ id, outcome }) => [id, outcome])).toEqual(
		FOUR.map((configId) => [lab.idsOf(configId)[0], 'succeeded']),
	);
	expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
		FOUR.map((_, item) => ({ item })),
	);
	expect(lab.posted()).toEqual(FOUR);
	expectInOrder();
});

test('All at Once starts them without waiting', async () => {
	const options = { order: 'allAtOnce' };
	await lab.run(FOUR, { options, parameters: { waitForCompletion: true } });
	const times = lab.simulator.runs.map(({ createdAt }) => createdAt);
	expect(Math.max(...times) - Math.min(...times)).toBeLessThan(MINUTE);
});

test('gives each item its own Maximum Wait', async () => {
	scenarios(Object.fromEntries(FOUR.map((id) => [id, [{ durationMs: 4 * MINUTE }]])));
	const parameters = { waitForCompletion: true, maximumWait: 6 };
	const result = await start(FOUR, { parameters });
	expect(errorText(result)).toBe('');
	expect(result.items).toHaveLength(4);
});

describe.each<[string, Scenario]>([
	['failed by the configuration', { outcome: 'failed-customer' }],
	['failed by the platform', { outcome: 'failed-platform' }],
	['was stopped', { outcome: 'stopped' }],
	['was skipped', { states: ['running', 'skipped'] }],
	['ended in a way that nobody knows', { states: ['running', 'vanished'] }],
])('where the run of the second %s, the rest is not started', (_, scenario) => {
	beforeEach(() => scenarios({ 'cg-2': [scenario] }));

	test('and the error says what was done and what was not', async () => {
		const result = await start(FOUR);
		const text = errorText(result);
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
		expect(result.items).toEqual([]);
		expect(text).toContain(lab.idsOf('cg-2')[0]);
		const [, done = ''] = /Done: ([^\n]*?)(?:Not started|$)/.exec(text) ?? [];
		const [, rest = ''] = /Not started: ([^\n]*)/.exec(text) ?? [];
		expect(done).toContain('cg-1');
		expect(done).not.toContain('cg-3');
		expect(rest).toContain('cg-3');
		expect(rest).toContain('cg-4');
		expect(rest).not.toContain('cg-1');
	});

	test('and each is an error item with Continue', async () => {
		const items = jsonOf(await start(FOUR, { settings: CONTINUE }));
		expect(items).toHaveLength(4);
		expect(items[0]).toMatchObject({ id: lab.idsOf('cg-1')[0], outcome: 'succeeded' });
		expect(items[1]!.error).toContain(lab.idsOf('cg-2')[0]);
		for (const item of items.slice(2)) expect(item.error).toEqual(expect.any(String));
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	});

	test('and each leaves by the error output', async () => {
		const settings = { onError: 'continueErrorOutput' as const };
		const { items, errorItems } = await start(FOUR, { settings });
		expect(items.map(({ json }) => json.id)).toEqual(lab.idsOf('cg-1'));
		expect(errorItems.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 1 },
			{ item: 2 },
			{ item: 3 },
		]);
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	});

	test('and each is an item that says so with Output Run', async () => {
		const result = await start(FOUR, { options: { onUnsuccessful: 'emit' } });
		expect(errorText(result)).toBe('');
		const items = jsonOf(result);
		expect(items).toMatchObject([
			{ id: lab.idsOf('cg-1')[0], outcome: 'succeeded' },
			{ id: lab.idsOf('cg-2')[0], outcome: expect.not.stringMatching(/^succeeded$/) },
			{ started: false, request: { config_id: 'cg-3' } },
			{ started: false, request: { config_id: 'cg-4' } },
		]);
		expect(items[2]).not.toHaveProperty('id');
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	});
});

test('a start that Amperity refuses ends the chain', async () => {
	lab.failStarts('cg-2', amperitySays(400));
	const text = errorText(await start(FOUR));
	expect(text).toContain('The words of Amperity');
	expect(text).toMatch(/Done: .*cg-1/);
	expect(text).toMatch(/Not started: .*cg-3.*cg-4/);
	expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
});

test('a start that is lost holds up the chain until its run is known', async () => {
	lab.failStarts('cg-2', { kind: 'drop-before' });
	const result = await start(FOUR);
	expect(errorText(result)).toBe('');
	expect(jsonOf(result)[1]).toMatchObject({ times_started_again: 1, outcome: 'succeeded' });
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-2', 'cg-3', 'cg-4']);
});

test('a start that is lost for good ends the chain', async () => {
	lab.failStarts('cg-2', { kind: 'drop-before' });
	const text = errorText(await start(FOUR, { options: { ifStartIsLost: 'report' } }));
	expect(text).toContain('A run of cg-2 may have started');
	expect(text).toMatch(/Not started: .*cg-3.*cg-4/);
	expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
});

test.each(['error', 'continue', 'stop'])(
	'a run that has not ended in time ends the chain: %s',
	async (onTimeout) => {
		scenarios({ 'cg-2': [{ neverEnds: true }] });
		const parameters = { waitForCompletion: true, maximumWait: 2 };
		const settings = CONTINUE;
		const items = jsonOf(await start(FOUR, { options: { onTimeout }, parameters, settings }));
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
		expect(items).toHaveLength(4);
		expect(items[0]).toMatchObject({ outcome: 'succeeded' });
		if (onTimeout === 'continue') expect(items[1]).toMatchObject({ timed_out: true });
		else expect(items[1]!.error).toContain('Maximum Wait');
		for (const item of items.slice(2)) {
			if (onTimeout === 'continue') expect(item).toMatchObject({ started: false });
			else expect(item.error).toEqual(expect.any(String));
		}
		expect(stops(lab)).toHaveLength(onTimeout === 'stop' ? 1 : 0);
	},
);

test('Continue with Current Details does not hide that the rest was not started', async () => {
	scenarios({ 'cg-2': [{ neverEnds: true }] });
	const parameters = { waitForCompletion: true, maximumWait: 2 };
	const result = await start(FOUR, { options: { onTimeout: 'continue' }, parameters });
	expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	if (result.error) expect(errorText(result)).toMatch(/Not started: .*cg-3.*cg-4/);
	else expect(jsonOf(result).slice(2)).toMatchObject(Array(2).fill({ started: false }));
});

describe('an execution that is stopped in the middle', () => {
	test.each(['leave', 'stop'])('starts nothing more: %s', async (onCancel) => {
		scenarios({ 'cg-2': [{ durationMs: HOUR }] });
		const execution = lab.begin(FOUR, inOrder({ onCancel }));
		await until(() => lab.posts().length === 2);
		await sleep(30 * SECOND);
		execution.stop();
		await within(20, execution);
		await sleep(5 * MINUTE);
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
		expect(stops(lab)).toHaveLength(onCancel === 'stop' ? 1 : 0);
	});
});

describe('Retry On Fail', () => {
	test('goes on after a failure of the platform, with what has succeeded left alone', async () => {
		scenarios({ 'cg-2': [{ outcome: 'failed-platform' }, {}] });
		const result = await start(FOUR, { settings: RETRY });
		expect(errorText(result)).toBe('');
		expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-2', 'cg-3', 'cg-4']);
		expect(jsonOf(result).map(({ id, outcome }) => [id, outcome])).toEqual(
			FOUR.map((configId) => [lab.idsOf(configId).at(-1), 'succeeded']),
		);
	});

	test('starts nothing again after a failure by the configuration', async () => {
		scenarios({ 'cg-2': [{ outcome: 'failed-customer' }, {}] });
		const result = await start(FOUR, { settings: RETRY });
		expect(errorText(result)).toContain(lab.idsOf('cg-2')[0]);
		expect(lab.posted()).toEqual(['cg-1', 'cg-2']);
	});

	test('sends what was refused once more, and then the rest', async () => {
		lab.failStarts('cg-2', amperitySays(400));
		const result = await start(FOUR, { settings: RETRY });
		expect(errorText(result)).toBe('');
		expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-2', 'cg-3', 'cg-4']);
	});
});

test('the order counts without a wait for nothing: bad input sends nothing', async () => {
	const result = await start(['cg-1', 'cg-2', 'cg 3']);
	expect(errorText(result)).toContain('Config ID');
	expect(lab.posts()).toEqual([]);
});

test('items that use a running one take their turn as well', async () => {
	lab.simulator.startRunAs({
		principal: 'person',
		configId: 'cg-2',
		name: 'Second',
		scenario: { durationMs: 10 * MINUTE },
	});
	const options = {
		ifAlreadyRunning: 'useRunning',
		nameInAmperity: `={{ $json.config === 'cg-2' ? 'Second' : 'Other' }}`,
	};
	const result = await start(['cg-1', 'cg-2', 'cg-3'], { options });
	expect(errorText(result)).toBe('');
	expect(lab.posted()).toEqual(['cg-1', 'cg-3']);
	const [, second] = jsonOf(result);
	expect(second).toMatchObject({ reused: true, outcome: 'succeeded' });
	expect(arrivedAt(lab, lab.posts('cg-3')[0]!)).toBeGreaterThanOrEqual(
		Date.parse(String(second!.ended_at)),
	);
});
