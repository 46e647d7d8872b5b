import { sleep } from 'n8n-workflow';
import { credentialsFor, forgetAll } from '../../engine';
import type { Fault } from '../../simulator';
import { expectReported, jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

/** A restart of n8n, a while after whatever was before. */
const restart = async () => {
	forgetAll();
	await sleep(60_000);
};

/** Our key starts another group at the moment of a start of cg-1. */
const meetAnother = () =>
	lab.whenStarted('cg-1', () => {
		lab.simulator.startRunAs({ principal: 'api', configId: 'cg-2', name: 'Another group' });
	});
const strangers = () =>
	lab.simulator.runs.filter(({ configId }) => configId === 'cg-2').map(({ id }) => id);

describe('what the answers of last week have taught', () => {
	test.each(['cg-1', 'og-1', 'cc-1', 'xy-1'])(
		'lets the first start of a process be found: %s',
		async (configId) => {
			const { staticData } = await lab.learn([configId]);
			await restart();
			lab.failStarts(configId, CUT_AFTER);
			const [item] = jsonOf(await lab.run([configId], { staticData }));
			expect(lab.idsOf(configId)).toHaveLength(2);
			expect(item).toMatchObject({ id: lab.idsOf(configId)[1], start_confirmed_by: 'list' });
		},
	);

	test('is not there where n8n has kept nothing: the run is named only', async () => {
		await lab.learn(['cg-1']);
		await restart();
		lab.failStarts('cg-1', CUT_AFTER);
		expectReported(await lab.run(['cg-1']), 'cg-1', [lab.idsOf('cg-1')[1]!]);
	});

	test('twice tells the run of another group apart', async () => {
		const { staticData } = await lab.learn(['cg-1'], 2);
		await restart();
		meetAnother();
		lab.failStarts('cg-1', CUT);
		const [item] = jsonOf(await lab.run(['cg-1'], { staticData }));
		expect(strangers()).toHaveLength(1);
		expect(item).toMatchObject({ id: lab.idsOf('cg-1')[2], start_confirmed_by: 'started_again' });
	});

	test('once does not', async () => {
		const { staticData } = await lab.learn(['cg-1']);
		await restart();
		meetAnother();
		lab.failStarts('cg-1', CUT);
		expectReported(await lab.run(['cg-1'], { staticData }), 'cg-1', strangers());
	});

	test('no more, once the group has had two names', async () => {
		const names = ['Daily', 'Daily', 'Nightly'].map((name) => ({ name }));
		lab.simulator.setScenario('cg-1', ...names);
		const { staticData } = await lab.learn(['cg-1'], 3);
		await restart();
		meetAnother();
		lab.failStarts('cg-1', CUT);
		expectReported(await lab.run(['cg-1'], { staticData }), 'cg-1', strangers());
		expect(lab.idsOf('cg-1')).toHaveLength(3);
	});

	test('about one API key tells nothing of another', async () => {
		const { staticData } = await lab.learn(['cg-1'], 2);
		lab.simulator.setToken('the-token-of-another-key');
		lab.failStarts('cg-1', CUT_AFTER);
		const credentials = credentialsFor(lab.simulator);
		const result = await lab.run(['cg-1'], { credentials, staticData });
		expectReported(result, 'cg-1', [lab.idsOf('cg-1')[2]!]);
	});
});

describe('what n8n keeps', () => {
	test('changes only when something new was learnt', async () => {
		const kept: unknown[] = [];
		let staticData = {};
		for (let time = 0; time < 4; time++) {
			({ staticData } = await lab.run(['cg-1', 'og-1'], { staticData }));
			kept.push(staticData);
		}
		expect(kept[0]).not.toEqual({});
		expect(kept[3]).toEqual(kept[2]);
	});

	test('changes with a name that is new', async () => {
		lab.simulator.setScenario('cg-1', { name: 'Daily' }, { name: 'Daily' }, { name: 'Nightly' });
		const { staticData } = await lab.learn(['cg-1'], 2);
		const { staticData: later } = await lab.run(['cg-1'], { staticData });
		expect(later).not.toEqual(staticData);
	});

	test('holds no secret', async () => {
		const { staticData } = await lab.learn(['cg-1', 'og-1', 'cc-1']);
		expect(staticData).not.toEqual({});
		expect(JSON.stringify(staticData)).not.toContain(lab.simulator.token);
	});

	test.each(['kept', 7, null, [null], { cg: [] }])(
		'may be anything, as another version may have left it: %j',
		async (value) => {
			const { staticData } = await lab.learn(['cg-1']);
			await restart();
			const broken = Object.fromEntries(Object.keys(staticData).map((key) => [key, value]));
			lab.failStarts('cg-1', CUT_AFTER);
			const result = await lab.run(['cg-1'], { staticData: broken });
			expectReported(result, 'cg-1', [lab.idsOf('cg-1')[1]!]);
		},
	);
});

describe('a campaign that was never started before', () => {
	const CAMPAIGN = 'cc-Campaign7';
	const start = async (name: string, fault: Fault, options = {}) => {
		// Another start has told who we are.
		await lab.learn(['cg-1']);
		lab.simulator.setScenario(CAMPAIGN, { name });
		lab.failStarts(CAMPAIGN, fault);
		return await lab.run([CAMPAIGN], { options });
	};
	const again = { ifStartIsLost: 'findElseStartAgain' };

	test('is found by the name that Amperity’s list of campaigns gives it', async () => {
		const [item] = jsonOf(await start('Campaign 7', CUT_AFTER));
		expect(item).toMatchObject({ id: lab.idsOf(CAMPAIGN)[0], start_confirmed_by: 'list' });
		expect(lab.simulator.requests.map(({ path }) => path)).toContain('/campaigns');
	});

	test('is named only where its runs have another name, which proves nothing', async () => {
		const result = await start('Send of Campaign 7', CUT_AFTER, again);
		expectReported(result, CAMPAIGN, lab.idsOf(CAMPAIGN));
		expect(lab.posts(CAMPAIGN)).toHaveLength(1);
	});

	test('is named only where the campaigns cannot be listed', async () => {
		lab.simulator.failNext({ kind: 'status', status: 403 }, { path: '/campaigns', times: 100 });
		const result = await start('Campaign 7', CUT_AFTER);
		expectReported(result, CAMPAIGN, lab.idsOf(CAMPAIGN));
	});

	test('is started again only where the user wants that', async () => {
		const [item] = jsonOf(await start('Campaign 7', CUT, again));
		expect(item).toMatchObject({ times_started_again: 1 });
		expect(lab.idsOf(CAMPAIGN)).toHaveLength(1);
	});
});
