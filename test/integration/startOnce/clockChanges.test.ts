import { sleep } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import { setClock } from '../../engine/setClock';
import type { AmperitySimulator, Fault } from '../../simulator';
import { expectReported, jsonOf, shareLab, type Lab } from './lab';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let lab: Lab;
let simulator: AmperitySimulator;
shareLab((made) => {
	lab = made;
	simulator = made.simulator;
});

const expectFound = (result: Awaited<ReturnType<Lab['run']>>) => {
	expect(errorText(result)).toBe('');
	expect(jsonOf(result)).toMatchObject([
		{ id: lab.idsOf('cg-1').at(-1), start_confirmed_by: 'list' },
	]);
};

let wakeUp = () => {};
afterEach(() => {
	wakeUp();
	wakeUp = () => {};
});

/** n8n's machine sleeps: both clocks go on, but the monotonic one stands still. */
const suspend = (milliseconds: number) => {
	wakeUp = setClock(milliseconds);
};

/** Amperity's clock is set. */
const step = (milliseconds: number) => simulator.clock.advance(milliseconds);

const JUMPS: Array<[string, () => void]> = [
	['n8n is suspended for 2 minutes', () => suspend(2 * MINUTE)],
	['n8n is suspended for 20 minutes', () => suspend(20 * MINUTE)],
	['n8n is suspended for 3 hours', () => suspend(3 * HOUR)],
	['Amperity’s clock is set 25 seconds back', () => step(-25 * SECOND)],
	['Amperity’s clock is set an hour forward', () => step(HOUR)],
];

/** Lets something happen in the place of the first list, of which nothing comes. */
const insteadOfFirstList = (happens: () => void) => {
	let lists = 0;
	lab.onList = () => {
		if (lists++ > 0) return undefined;
		happens();
		return { kind: 'html', status: 502 };
	};
};

/** An outage seems to refuse the start, and it has a run all the same. */
const ACCEPTED: Fault = { kind: 'status', status: 503, accepted: true };

describe.each(JUMPS)('a lost start, where %s', (_, jump) => {
	const expectItsRunReported = async () => {
		const result = await lab.run(['cg-1']);
		const ids = lab.idsOf('cg-1');
		expect(ids).toHaveLength(3);
		expectReported(result, 'cg-1', [ids[2]!]);
		expect(lab.posts()).toHaveLength(3);
	};

	beforeEach(async () => {
		await lab.learn(['cg-1'], 2);
	});

	test.each<[string, Fault]>([
		['503', ACCEPTED],
		['a connection that is cut', { kind: 'drop-after' }],
	])('before it is looked for, is reported with its run: %s', async (__, fault) => {
		lab.failStarts('cg-1', fault);
		insteadOfFirstList(jump);
		await expectItsRunReported();
	});

	test('while it is looked for, is reported with its run', async () => {
		simulator.setScenario('cg-1', { listLagMs: 30 * SECOND });
		lab.failStarts('cg-1', ACCEPTED);
		let lists = 0;
		lab.onList = () => {
			if (lists++ === 2) jump();
			return undefined;
		};
		await expectItsRunReported();
	});

	test('before it is sent, is reported with its run', async () => {
		jump();
		lab.failStarts('cg-1', { kind: 'drop-after' });
		await expectItsRunReported();
	});

	test('while it is under way, is reported with its run', async () => {
		lab.whenStarted('cg-1', jump);
		lab.failStarts('cg-1', ACCEPTED);
		await expectItsRunReported();
	});

	test('and which has no run, is not sent again', async () => {
		lab.failStarts('cg-1', { kind: 'status', status: 503 });
		insteadOfFirstList(jump);
		expectReported(await lab.run(['cg-1']), 'cg-1', []);
		expect(lab.posts()).toHaveLength(3);
	});

	test('and all clocks have been learnt again since, is as any other', async () => {
		jump();
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', { kind: 'drop-after' });
		expectFound(await lab.run(['cg-1']));
		lab.failStarts('cg-1', { kind: 'status', status: 503 });
		const [item] = jsonOf(await lab.run(['cg-1']));
		expect(item).toMatchObject({ start_confirmed_by: 'started_again' });
	});
});

test('a run that no list shows for an hour, as Amperity’s clock was set back, is not started again', async () => {
	await lab.learn(['cg-1'], 2);
	lab.failStarts('cg-1', ACCEPTED);
	insteadOfFirstList(() => step(-HOUR));
	expectReported(await lab.run(['cg-1']), 'cg-1', []);
	expect(lab.posts()).toHaveLength(3);
});

test('the run of a start that was lost before Amperity told its time, and a suspension, is reported', async () => {
	const { staticData } = await lab.learn(['cg-1'], 2);
	forgetAll();
	// The runs before it are forgotten, too, and shall not be taken for its own.
	await sleep(20 * SECOND);
	lab.failStarts('cg-1', { kind: 'drop-after' });
	insteadOfFirstList(() => suspend(20 * MINUTE));
	const result = await lab.run(['cg-1'], { staticData });
	expectReported(result, 'cg-1', [lab.idsOf('cg-1')[2]!]);
	expect(lab.posts()).toHaveLength(3);
});

describe('where the clocks of two servers of Amperity differ by 1.5 seconds, a lost start', () => {
	beforeEach(async () => {
		const decide = simulator.onRequest;
		simulator.onRequest = (request, index) => {
			simulator.clock.offsetMs = index % 3 === 0 ? 1_500 : 0;
			return decide?.(request, index);
		};
		await lab.learn(['cg-1'], 3);
	});

	test.each([0, 1, 2])('is found (%i)', async (more) => {
		if (more > 0) await lab.learn(['cg-2'], more);
		lab.failStarts('cg-1', { kind: 'drop-after' });
		expectFound(await lab.run(['cg-1']));
	});

	test.each([0, 1, 2])('is started again (%i)', async (more) => {
		if (more > 0) await lab.learn(['cg-2'], more);
		lab.failStarts('cg-1', { kind: 'status', status: 503 });
		const [item] = jsonOf(await lab.run(['cg-1']));
		expect(item).toMatchObject({ start_confirmed_by: 'started_again' });
		expect(lab.idsOf('cg-1')).toHaveLength(4);
	});
});

test.each([
	['ahead', 5 * SECOND],
	['behind', -90 * SECOND],
	['far behind', -HOUR],
	['five hours behind', -5 * HOUR],
	['five hours ahead', 5 * HOUR],
])('a first start is found where Amperity’s clock is %s and not known yet', async (_, offset) => {
	const { staticData } = await lab.learn(['cg-1'], 2);
	forgetAll();
	simulator.clock.offsetMs += offset;
	let lists = 0;
	lab.onList = () => (lists++ === 0 ? { kind: 'html', status: 502 } : undefined);
	simulator.setScenario('cg-1', { listLagMs: 30 * SECOND });
	lab.failStarts('cg-1', { kind: 'drop-after' });
	expectFound(await lab.run(['cg-1'], { staticData }));
	expect(lab.posts()).toHaveLength(3);
});

test('a start goes well though what n8n has kept is of another token and another name', async () => {
	const { staticData } = await lab.learn(['cg-1'], 2);
	forgetAll();
	simulator.setToken('token-of-another-key');
	simulator.setScenario('cg-1', { name: 'Renamed' });
	const result = await lab.run(['cg-1'], { staticData });
	expect(errorText(result)).toBe('');
	expect(jsonOf(result)).toMatchObject([{ name: 'Renamed' }]);
	const again = await lab.run(['cg-1'], { staticData: result.staticData });
	expect(errorText(again)).toBe('');
});

test('a second start that was refused does not stand in the way of later ones', async () => {
	await lab.learn(['cg-1'], 2);
	lab.failStarts('cg-1', { kind: 'status', status: 503 }, { kind: 'status', status: 400 });
	expect(errorText(await lab.run(['cg-1']))).toContain('may have started');
	// Until then a run could still be that of the first one.
	await sleep(HOUR / 3);
	lab.failStarts('cg-1', { kind: 'drop-after' });
	expectFound(await lab.run(['cg-1']));
});
