import { errorText } from '../../engine/errorText';
import { strangerSays } from '../../engine/speakers';
import type { Fault } from '../../simulator';
import { expectReported, jsonOf, RETRY, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

const MAY_HAVE_STARTED = 'may have started all the same';

describe('a lost start is reported, and never sent again,', () => {
	test.each([
		['', {}],
		[' with Retry On Fail', { settings: RETRY }],
	])('with its run where nothing is known that could tell whose that is%s', async (_, more) => {
		lab.failStarts('cg-1', CUT_AFTER);
		const result = await lab.run(['cg-1'], more);
		const [run] = lab.simulator.runs;
		expectReported(result, 'cg-1', [run!.id]);
		expect(result.error!.description).toMatch(
			new RegExp(`${run!.id} \\(${run!.name}, (scheduled|running|succeeded), created .* UTC\\)`),
		);
		expect(lab.posts()).toHaveLength(1);
	});

	test('with its run where that has another name than the one before', async () => {
		lab.simulator.setScenario('cg-1', { name: 'Daily' }, { name: 'Nightly' });
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', CUT_AFTER);
		expectReported(await lab.run(['cg-1']), 'cg-1', [lab.idsOf('cg-1')[1]!]);
		expect(lab.idsOf('cg-1')).toHaveLength(2);
	});

	test('with two runs of which each could be its own', async () => {
		await lab.learn(['cg-1']);
		lab.whenStarted('cg-1', () => lab.simulator.startRunAs({ principal: 'api', configId: 'cg-1' }));
		lab.failStarts('cg-1', CUT_AFTER);
		const result = await lab.run(['cg-1']);
		const [, ...both] = lab.simulator.runs.map(({ id }) => id);
		expect(both).toHaveLength(2);
		expectReported(result, 'cg-1', both);
	});

	test('where a list has shown its run and does not any more', async () => {
		lab.failStarts('cg-1', CUT_AFTER);
		// Nothing is known of it, so that nobody can say whose it was.
		let looks = 0;
		lab.onList = () =>
			looks++ < 3 ? undefined : { kind: 'body', status: 200, body: { data: [] } };
		const result = await lab.run(['cg-1']);
		expect(errorText(result)).toContain(MAY_HAVE_STARTED);
		expect(lab.posts()).toHaveLength(1);
	});

	test('without a look where the user wants none', async () => {
		lab.failStarts('cg-1', CUT_AFTER);
		const options = { ifStartIsLost: 'report' };
		expectReported(await lab.run(['cg-1'], { options, settings: RETRY }), 'cg-1', []);
		expect(lab.simulator.requests).toHaveLength(1);
	});

	test('where Amperity accepts it when nobody waits any more', async () => {
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', { kind: 'late-accept', delayMs: 90 * SECOND });
		const result = await lab.run(['cg-1'], { options: { requestTimeout: 60 } });
		expect(errorText(result)).toContain(MAY_HAVE_STARTED);
		expect(lab.idsOf('cg-1')).toHaveLength(2);
		expect(lab.posts()).toHaveLength(2);
	});
});

describe('a lost start is reported where no list', () => {
	test.each<[string, Fault]>([
		['can be read', { kind: 'status', status: 500 }],
		['may be read', { kind: 'status', status: 403 }],
		['is more than a web page', { kind: 'html', status: 200 }],
		['ends', { kind: 'body', status: 200, body: { data: [], next_token: 'again' } }],
		['comes', { kind: 'drip', everyMs: SECOND }],
	])('%s, after three minutes', async (_, fault) => {
		lab.onList = () => fault;
		lab.failStarts('cg-1', CUT);
		const began = performance.now();
		expectReported(await lab.run(['cg-1']), 'cg-1', []);
		expect(performance.now() - began).toBeLessThan(6 * MINUTE);
		expect(lab.posts()).toHaveLength(1);
	});

	test('can be read at the end of its look-up', async () => {
		let first: number | undefined;
		lab.onList = ({ at }) => {
			first ??= at;
			return at > first + 35 * SECOND ? { kind: 'html', status: 502 } : undefined;
		};
		lab.failStarts('cg-1', CUT);
		expectReported(await lab.run(['cg-1']), 'cg-1', []);
		expect(lab.posts()).toHaveLength(1);
	});
});

describe('a page of something in between, after Amperity has accepted the start,', () => {
	const statuses = [400, 403, 404, 405, 413, 418, 429, 451];
	const settings = { ...RETRY, maxTries: 2 };

	test.each(statuses)('with %d costs a campaign no second run with Retry On Fail', async (code) => {
		await lab.learn(['cc-campaign']);
		lab.failStarts('cc-campaign', strangerSays('a web page', code, true));
		const [item] = jsonOf(await lab.run(['cc-campaign'], { settings }));
		expect(lab.idsOf('cc-campaign')).toHaveLength(2);
		expect(item!.id).toBe(lab.idsOf('cc-campaign')[1]);
	});

	test.each(statuses)('with %d is an error if nothing is known of it', async (code) => {
		lab.failStarts('cc-campaign', strangerSays('a web page', code, true));
		const result = await lab.run(['cc-campaign'], { settings });
		expectReported(result, 'cc-campaign', lab.idsOf('cc-campaign'));
		expect(lab.simulator.runs).toHaveLength(1);
	});
});

describe('the error', () => {
	test('names the runs that the node has started', async () => {
		lab.failStarts('cc-3', CUT);
		const result = await lab.run(['cg-1', 'og-2', 'cc-3']);
		const started = [...lab.idsOf('cg-1'), ...lab.idsOf('og-2')];
		expect(result.error!.message).toContain(`A run of cc-3 ${MAY_HAVE_STARTED}`);
		expect(result.error!.description).toContain('Runs started by this node: ');
		for (const id of started) expect(result.error!.description).toContain(id);
		expect(result.error!.context!.started_run_ids).toEqual(started);
	});

	test('goes to the error output with the item', async () => {
		lab.failStarts('cc-1', CUT);
		const result = await lab.run(['cc-1', 'cg-2'], {
			settings: { onError: 'continueErrorOutput' },
		});
		expect(jsonOf(result)).toMatchObject([{ id: lab.idsOf('cg-2')[0] }]);
		expect(result.errorItems.map(({ json }) => json)).toEqual([
			{
				config: 'cc-1',
				error: expect.stringContaining(`A run of cc-1 ${MAY_HAVE_STARTED}`),
				message: expect.any(String),
			},
		]);
	});
});
