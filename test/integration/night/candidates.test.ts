import { sleep } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import {
	CHOICES,
	CONTINUE,
	expectRefused,
	jsonOf,
	learn,
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

/** By what the node has learnt, since nothing is filled in. */
const startLearnt = async (ifAlreadyRunning: string) =>
	await startNamed(lab, ifAlreadyRunning, { options: { nameInAmperity: '' } });

describe.each(CHOICES)('%s is refused, and nothing is sent,', (choice) => {
	test('where nothing was learnt and nothing filled in', async () => {
		const other = somebodysRun(lab);
		const result = await startLearnt(choice);
		expectRefused(lab, result);
		expect(errorText(result)).toContain('Name in Amperity');
		expect(lab.posts()).toEqual([]);
		expect(lab.simulator.stateOf(other.id)).not.toBe('canceled');
	});

	test('where two runs have the name', async () => {
		const others = [somebodysRun(lab), somebodysRun(lab, { principal: 'automated' })];
		expectRefused(lab, await startNamed(lab, choice), others);
		expect(lab.posts()).toEqual([]);
	});

	test('where the name was seen once, and another run of the type is running besides', async () => {
		await learn(lab, 'cg-1', 1);
		const others = [somebodysRun(lab), somebodysRun(lab, { configId: 'cg-2', name: 'Other' })];
		expectRefused(lab, await startLearnt(choice), others);
		expect(lab.posts()).toHaveLength(1);
	});

	test('where the name was seen once, and a run of another name only may be it', async () => {
		await learn(lab, 'cg-1', 1);
		const other = somebodysRun(lab, { name: 'Renamed load' });
		expectRefused(lab, await startLearnt(choice), [other]);
		expect(lab.posts()).toHaveLength(1);
	});

	test('where the name that was filled in differs from one seen twice', async () => {
		await learn(lab, 'cg-1', 2);
		somebodysRun(lab, { name: 'Weekly load' });
		const result = await startNamed(lab, choice, { options: { nameInAmperity: 'Weekly load' } });
		expectRefused(lab, result);
		expect(errorText(result)).toContain(NAME);
		expect(errorText(result)).toContain('Weekly load');
		expect(lab.posts()).toHaveLength(2);
	});

	test.each([500, 403])('where the list answers %i', async (status) => {
		somebodysRun(lab);
		lab.onList = () => ({ kind: 'status', status });
		expectRefused(lab, await startNamed(lab, choice));
		expect(lab.posts()).toEqual([]);
	});

	test('where the second page of the list cannot be read', async () => {
		lab.simulator.pageCap = 2;
		for (let i = 0; i < 5; i++) somebodysRun(lab, { configId: 'og-1', name: 'Other' });
		lab.onList = ({ query }) => (query.next_token ? { kind: 'status', status: 500 } : undefined);
		expectRefused(lab, await startNamed(lab, choice));
		expect(lab.posts()).toEqual([]);
	});
});

describe('where the name was seen twice', () => {
	test('a running one of another name is none', async () => {
		await learn(lab, 'cg-1', 2);
		somebodysRun(lab, { configId: 'cg-2', name: 'Other' });
		const item = onlyItem(await startLearnt('useRunning'));
		expect(item.id).toBe(lab.idsOf('cg-1')[2]);
		expect(item).not.toHaveProperty('reused');
	});

	test('the right one of two is used', async () => {
		await learn(lab, 'cg-1', 2);
		somebodysRun(lab, { configId: 'cg-2', name: 'Other' });
		const other = somebodysRun(lab);
		expect(onlyItem(await startLearnt('useRunning'))).toMatchObject({ id: other.id, reused: true });
		expect(lab.posts()).toHaveLength(2);
	});

	test('by an earlier process, it is the same', async () => {
		const { staticData } = await learn(lab, 'cg-1', 2);
		forgetAll();
		somebodysRun(lab, { configId: 'cg-2', name: 'Other' });
		const other = somebodysRun(lab);
		const options = { ifAlreadyRunning: 'useRunning' };
		const item = onlyItem(await lab.run(['cg-1'], { options, staticData }));
		expect(item).toMatchObject({ id: other.id, reused: true });
		expect(lab.posts()).toHaveLength(2);
	});

	test('by an earlier process whose knowledge is lost, it is refused', async () => {
		await learn(lab, 'cg-1', 2);
		forgetAll();
		somebodysRun(lab);
		expectRefused(lab, await startLearnt('useRunning'));
		expect(lab.posts()).toHaveLength(2);
	});
});

describe('a name that is filled in', () => {
	const start = async (choice: string, nameInAmperity: string) =>
		await startNamed(lab, choice, { options: { nameInAmperity } });

	test.each(['nightly load', 'NIGHTLY LOAD', '  Nightly   load ', 'Nightly load\n'])(
		'with other case and spaces, %j, starts no second run',
		async (typed) => {
			const other = somebodysRun(lab);
			const result = await start('useRunning', typed);
			expect(lab.posts()).toEqual([]);
			if (result.error) expect(errorText(result)).toContain('cg-1');
			else expect(jsonOf(result)).toMatchObject([{ id: other.id, reused: true }]);
		},
	);

	test.each(['nightly load', '  Nightly   load '])(
		'with other case and spaces, %j, is no other name than the one seen twice',
		async (typed) => {
			await learn(lab, 'cg-1', 2);
			const other = somebodysRun(lab);
			expect(onlyItem(await start('useRunning', typed))).toMatchObject({ id: other.id });
			expect(lab.posts()).toHaveLength(2);
		},
	);

	test.each(CHOICES)('and is wrong leaves other runs alone: %s', async (choice) => {
		const other = somebodysRun(lab);
		const item = onlyItem(await start(choice, 'Weekly load'));
		expect(item.id).toBe(lab.idsOf('cg-1')[0]);
		expect(lab.simulator.stateOf(other.id)).not.toMatch(/cancel|stop/);
		expect(stops(lab)).toEqual([]);
	});

	test('counts for more than one that was seen once', async () => {
		await learn(lab, 'cg-1', 1);
		const other = somebodysRun(lab, { name: 'Renamed load' });
		expect(onlyItem(await start('useRunning', 'Renamed load'))).toMatchObject({ id: other.id });
		expect(lab.posts()).toHaveLength(1);
	});

	test('is not enough for a configuration whose ID says nothing of the type', async () => {
		const other = somebodysRun(lab, { configId: 'xy-1' });
		const options = { ifAlreadyRunning: 'useRunning', nameInAmperity: NAME };
		expectRefused(lab, await lab.run(['xy-1'], { options }), [other], 'xy-1');
		expect(lab.posts()).toEqual([]);
	});

	test('is enough for it where the type was seen', async () => {
		await learn(lab, 'xy-1', 1);
		const other = somebodysRun(lab, { configId: 'xy-1' });
		const options = { ifAlreadyRunning: 'useRunning', nameInAmperity: NAME };
		expect(onlyItem(await lab.run(['xy-1'], { options }))).toMatchObject({ id: other.id });
		expect(lab.posts()).toHaveLength(1);
	});
});

describe('a campaign that was never started here', () => {
	const CAMPAIGN = 'cc-Campaign7';
	const start = async (choice: string) =>
		await lab.run([CAMPAIGN], { options: { ifAlreadyRunning: choice } });
	const itsRun = (name: string) => somebodysRun(lab, { configId: CAMPAIGN, name });

	test('is known by the name that the list of campaigns gives it', async () => {
		const other = itsRun('Campaign 7');
		expect(onlyItem(await start('skip'))).toMatchObject({ id: other.id, skipped: true });
		expect(lab.posts()).toEqual([]);
	});

	test('is refused where a run of another name only may be it', async () => {
		const other = itsRun('Send of Campaign 7');
		expectRefused(lab, await start('useRunning'), [other], CAMPAIGN);
		expect(lab.posts()).toEqual([]);
	});

	test('is refused where the campaigns cannot be listed', async () => {
		itsRun('Campaign 7');
		lab.simulator.failNext({ kind: 'status', status: 403 }, { path: '/campaigns', times: 100 });
		expectRefused(lab, await start('useRunning'), [], CAMPAIGN);
		expect(lab.posts()).toEqual([]);
	});
});

describe('a run of the same name that somebody else has', () => {
	test('cannot be told from its own, and is used as such', async () => {
		const other = somebodysRun(lab, { configId: 'cg-9' });
		expect(onlyItem(await startNamed(lab, 'useRunning'))).toMatchObject({ id: other.id });
	});

	test('that is a campaign is none of a courier group', async () => {
		const other = somebodysRun(lab, { configId: 'cc-1' });
		expect(onlyItem(await startNamed(lab, 'stopThenStart')).id).toBe(lab.idsOf('cg-1')[0]);
		expect(lab.simulator.stateOf(other.id)).not.toMatch(/cancel|stop/);
	});

	test('in another tenant is not seen', async () => {
		somebodysRun(lab, { tenant: lab.simulator.otherTenant });
		expect(onlyItem(await startNamed(lab, 'useRunning')).id).toBe(lab.idsOf('cg-1')[0]);
	});
});

test('an item that is refused does not hold up the others, with Continue', async () => {
	somebodysRun(lab);
	somebodysRun(lab);
	const options = {
		ifAlreadyRunning: 'useRunning',
		nameInAmperity: `={{ $json.config === 'cg-1' ? '${NAME}' : 'Other' }}`,
	};
	const items = jsonOf(await lab.run(['cg-0', 'cg-1', 'cg-2'], { options, settings: CONTINUE }));
	expect(items.map(({ id }) => id)).toEqual([
		lab.idsOf('cg-0')[0],
		undefined,
		lab.idsOf('cg-2')[0],
	]);
	expect(items[1]!.error).toContain('cg-1');
	expect(lab.posted()).toEqual(['cg-0', 'cg-2']);
});

test('an active run is found among many that have ended', async () => {
	lab.simulator.pageCap = 50;
	const other = somebodysRun(lab);
	for (let i = 0; i < 300; i++) {
		somebodysRun(lab, { scenario: { neverEnds: false, durationMs: SECOND } });
	}
	await sleep(MINUTE);
	expect(onlyItem(await startNamed(lab, 'useRunning'))).toMatchObject({ id: other.id });
	expect(lab.posts()).toEqual([]);
});
