import { sleep } from 'n8n-workflow';
import { errorText } from '../../engine/errorText';
import type { Fault, OtherRun, Principal } from '../../simulator';
import { expectReported, jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
const use = (made: Lab) => {
	lab = made;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Nothing was started. */
const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

const OTHER_KEY: Principal = { id: 'api-key-2', name: 'Another API key' };

/** The very configuration of the lost start. */
const SAME = { configId: 'cg-1' };
/** Another one of its kind. */
const OTHER = { configId: 'cg-2', name: 'Another group' };

/** Lets somebody's run appear while a start is on its way. */
const meet = (run: OtherRun) => {
	let id: string | undefined;
	lab.whenStarted('cg-1', () => {
		id = lab.simulator.startRunAs(run).id;
	});
	return () => id!;
};

/** Ours was started again; nobody's was taken for it. */
const expectOwn = (item: unknown, known: number) => {
	expect(lab.idsOf('cg-1')).toHaveLength(known + 1);
	expect(item).toMatchObject({
		id: lab.idsOf('cg-1')[known],
		start_confirmed_by: 'started_again',
		times_started_again: 1,
	});
};

describe('the run of somebody else at the very moment of a start that left none', () => {
	shareLab(use);

	test.each<[string, OtherRun, number]>([
		['Amperity’s schedule started it', { principal: 'automated', ...SAME }, 0],
		['it is of another type', { principal: 'api', configId: 'og-1' }, 0],
		['it is a campaign’s', { principal: 'api', configId: 'cc-1' }, 0],
		['a person started it', { principal: 'person', ...SAME }, 2],
		['another API key started it', { principal: OTHER_KEY, ...SAME }, 2],
		['our key started another group’s', { principal: 'api', ...OTHER }, 2],
	])('is known to be none of ours: %s', async (_, run, times) => {
		await lab.learn(['cg-1'], times);
		const strangerId = meet(run);
		lab.failStarts('cg-1', CUT);
		const [item] = jsonOf(await lab.run(['cg-1']));
		expect(strangerId()).toEqual(expect.any(String));
		expectOwn(item, times);
	});

	test.each<[string, OtherRun, number]>([
		['a person, and nothing is known', { principal: 'person', ...SAME }, 0],
		['another key, and nothing is known', { principal: OTHER_KEY, ...SAME }, 0],
		['our key, and nothing is known', { principal: 'api', ...OTHER }, 0],
		['a person, and who we are was seen once', { principal: 'person', ...SAME }, 1],
		['another key, and who we are was seen once', { principal: OTHER_KEY, ...SAME }, 1],
		['our key, and the name was seen once', { principal: 'api', ...OTHER }, 1],
	])('may be ours: %s', async (_, run, times) => {
		await lab.learn(['cg-1'], times);
		const strangerId = meet(run);
		lab.failStarts('cg-1', CUT);
		const result = await lab.run(['cg-1']);
		expectReported(result, 'cg-1', [strangerId()]);
		expect(lab.idsOf('cg-1')).toHaveLength(times);
	});

	test('may be ours whatever its type, where the prefix says nothing of that', async () => {
		let id = '';
		lab.whenStarted('xy-1', () => {
			id = lab.simulator.startRunAs({ principal: 'api', configId: 'cc-1' }).id;
		});
		lab.failStarts('xy-1', CUT);
		const options = { ifStartIsLost: 'findElseStartAgain' };
		expectReported(await lab.run(['xy-1'], { options }), 'xy-1', [id]);
	});
});

describe('our own run beside that of', () => {
	shareLab(use);

	test.each<[string, OtherRun, number]>([
		['Amperity’s schedule', { principal: 'automated', ...SAME }, 1],
		['a person', { principal: 'person', ...SAME }, 2],
		['another API key', { principal: OTHER_KEY, ...SAME }, 2],
		['another group, started with our key', { principal: 'api', ...OTHER }, 2],
	])('%s is found', async (_, run, times) => {
		await lab.learn(['cg-1'], times);
		meet(run);
		lab.failStarts('cg-1', CUT_AFTER);
		const [item] = jsonOf(await lab.run(['cg-1']));
		expect(lab.idsOf('cg-1')).toHaveLength(times + 1);
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[times], start_confirmed_by: 'list' });
	});

	test('a person, as far as that can be told, is named with it', async () => {
		await lab.learn(['cg-1']);
		const strangerId = meet({ principal: 'person', ...SAME });
		lab.failStarts('cg-1', CUT_AFTER);
		const result = await lab.run(['cg-1']);
		expectReported(result, 'cg-1', [strangerId(), lab.idsOf('cg-1')[1]!]);
	});
});

describe('a run with all the signs of ours', () => {
	/** So that a moment's delay does not make a minute out of nothing. */
	shareLab(use, 80);

	test.each<[string, number, number]>([
		['60 s before', 60 * SECOND, 0],
		['60 s before, and listed only now', 60 * SECOND, 65 * SECOND],
		['five minutes before, and listed only now', 5 * MINUTE, 5 * MINUTE + 5 * SECOND],
	])('that was created %s is not', async (_, agoMs, listLagMs) => {
		await lab.learn(['cg-1']);
		const createdAt = lab.simulator.clock.now() - agoMs;
		lab.simulator.startRunAs({ principal: 'api', ...SAME, createdAt, scenario: { listLagMs } });
		lab.failStarts('cg-1', { kind: 'status', status: 503 });
		expectOwn(jsonOf(await lab.run(['cg-1']))[0], 1);
	});

	test('that is created half a minute after the failure is never taken over', async () => {
		await lab.learn(['cg-1']);
		let id = '';
		lab.whenStarted('cg-1', () => {
			void sleep(30 * SECOND).then(() => {
				id = lab.simulator.startRunAs({ principal: 'api', ...SAME }).id;
			});
		});
		lab.failStarts('cg-1', CUT);
		const { items, error } = await lab.run(['cg-1']);
		expect(id).not.toBe('');
		expect(items.map(({ json }) => json.id)).not.toContain(id);
		if (!error) expectOwn(jsonOf({ items })[0], 1);
	});

	test('that is created while a refusal by the rate limit is waited out is not', async () => {
		await lab.learn(['cg-1']);
		let id = '';
		lab.whenStarted('cg-1', () => {
			void sleep(60 * SECOND).then(() => {
				id = lab.simulator.startRunAs({ principal: 'api', ...SAME }).id;
			});
		});
		lab.failStarts('cg-1', { kind: 'status', status: 429, retryAfter: '110' }, CUT);
		const { items, error } = await lab.run(['cg-1']);
		const [, refused, lost] = lab.posts();
		expect(lost!.at - refused!.at).toBeGreaterThanOrEqual(110 * SECOND - 100);
		expect(id).not.toBe('');
		expect(items.map(({ json }) => json.id)).not.toContain(id);
		if (error) expect(errorText({ error })).toContain('may have started');
		else expectOwn(jsonOf({ items })[0], 1);
	});
});

describe('two credentials', () => {
	shareLab(use);

	test('with one key do not take each other’s runs', async () => {
		const withCredential = (id: string) => ({
			settings: { credentials: { amperityApi: { id, name: id } } },
		});
		for (const id of ['one', 'two']) await lab.run(['cg-1'], withCredential(id));
		// Amperity has accepted the one start, and answers it when the other has long been lost.
		lab.simulator.latencyMs = 30 * SECOND;
		const other = lab.begin(['cg-1'], withCredential('two'));
		while (lab.idsOf('cg-1').length < 3) await sleep(SECOND / 10);
		lab.simulator.latencyMs = 0;
		lab.failStarts('cg-1', CUT);
		const lost = await lab.run(['cg-1'], withCredential('one'));
		const [item] = jsonOf(await other.result);
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[2] });
		expect(item).not.toHaveProperty('start_confirmed_by');
		expect(jsonOf(lost).map(({ id }) => id)).not.toContain(item!.id);
		if (lost.error) expect(errorText(lost)).toContain('A run of cg-1 may have started');
		else expect(jsonOf(lost)[0]!.id).toBe(lab.idsOf('cg-1')[3]);
	});
});
