import { type IDataObject } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import { amperitySays } from '../../engine/speakers';
import { jsonOf, shareLab, type Lab, type Starts } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const FOUR = ['cg-1', 'cg-2', 'cg-3', 'cg-4'];

const start = async (configIds: string[], { options, ...more }: Starts = {}) =>
	await lab.run(configIds, {
		options: { order: 'oneAfterAnother', skipSucceeded: true, ...options },
		parameters: { waitForCompletion: true },
		...more,
	});

/** An execution whose third item fails by the configuration, which is mended then. */
async function failTheThird(more: Starts = {}) {
	lab.simulator.setScenario('cg-3', { outcome: 'failed-customer' }, {});
	const result = await start(FOUR, more);
	expect(errorText(result)).toContain(lab.idsOf('cg-3')[0]);
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3']);
	return result;
}

const expectWentOn = (items: IDataObject[]) => {
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', 'cg-3', 'cg-4']);
	expect(items.map(({ id, already_succeeded: already }) => [id, already])).toEqual([
		[lab.idsOf('cg-1')[0], true],
		[lab.idsOf('cg-2')[0], true],
		[lab.idsOf('cg-3')[1], undefined],
		[lab.idsOf('cg-4')[0], undefined],
	]);
	expect(items.map(({ outcome }) => outcome)).toEqual(Array(4).fill('succeeded'));
};

describe('after a failure in the middle, the next execution goes on from there', () => {
	test('in the same process', async () => {
		const { staticData } = await failTheThird();
		const result = await start(FOUR, { staticData });
		expect(errorText(result)).toBe('');
		expectWentOn(jsonOf(result));
	});

	test('in the same process, where n8n has kept nothing, as of an execution by hand', async () => {
		await failTheThird();
		expectWentOn(jsonOf(await start(FOUR)));
	});

	test('in another process, by what n8n has kept', async () => {
		const { staticData } = await failTheThird();
		forgetAll();
		expectWentOn(jsonOf(await start(FOUR, { staticData })));
	});

	test('where the first one went on with error items', async () => {
		lab.simulator.setScenario('cg-3', { outcome: 'failed-customer' }, {});
		const settings = { onError: 'continueRegularOutput' as const };
		const { staticData } = await start(FOUR, { settings });
		forgetAll();
		expectWentOn(jsonOf(await start(FOUR, { staticData })));
	});

	test('where a start was refused', async () => {
		lab.failStarts('cg-3', amperitySays(400));
		const { staticData } = await start(FOUR);
		const items = jsonOf(await start(FOUR, { staticData }));
		expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', 'cg-3', 'cg-4']);
		expect(items.map(({ already_succeeded: already }) => already)).toEqual([
			true,
			true,
			undefined,
			undefined,
		]);
	});

	test('and the one after that as well', async () => {
		lab.simulator.setScenario('cg-3', { outcome: 'failed-customer' });
		let staticData: IDataObject = {};
		for (let time = 0; time < 3; time++) {
			if (time === 2) lab.simulator.setScenario('cg-3', {});
			({ staticData } = await start(FOUR, { staticData }));
			forgetAll();
		}
		expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', 'cg-3', 'cg-3', 'cg-4']);
	});

	test('and holds no secret', async () => {
		const { staticData } = await failTheThird();
		expect(JSON.stringify(staticData)).not.toContain(lab.simulator.token);
	});
});

test('without the switch all are started again', async () => {
	const { staticData } = await failTheThird({ options: { skipSucceeded: false } });
	await start(FOUR, { staticData, options: { skipSucceeded: false } });
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', ...FOUR]);
});

test('what was started for another time is another item', async () => {
	const of = (rangeFrom: string): Starts => ({
		parameters: { waitForCompletion: true, timeRange: 'range', rangeFrom },
	});
	const { staticData } = await failTheThird(of('2026-10-01'));
	const items = jsonOf(await start(FOUR, { staticData, ...of('2026-10-02') }));
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', ...FOUR]);
	for (const item of items) expect(item).not.toHaveProperty('already_succeeded');
});

test('what was started in another run mode is another item', async () => {
	const { staticData } = await failTheThird();
	const parameters = { waitForCompletion: true, runMode: 'refresh' };
	await start(FOUR, { staticData, parameters });
	expect(lab.posted()).toEqual(['cg-1', 'cg-2', 'cg-3', ...FOUR]);
});

describe('a run that had succeeded and was restarted in Amperity meanwhile', () => {
	test('and has failed since has not succeeded', async () => {
		const { staticData } = await failTheThird();
		const [first] = lab.idsOf('cg-1');
		lab.simulator.restartRun(first!, 'failed', 1);
		const result = await start(FOUR, { staticData });
		const item = result.items[0]?.json;
		expect(item?.already_succeeded).toBeUndefined();
	});

	test('and goes on is not told as done before it has succeeded', async () => {
		const { staticData } = await failTheThird();
		const [first] = lab.idsOf('cg-1');
		lab.simulator.restartRun(first!, 'failed');
		const items = jsonOf(await start(FOUR, { staticData }));
		if (items[0]) expect(items[0].already_succeeded).toBeUndefined();
	});
});

test('a run of which Amperity knows nothing any more has not succeeded', async () => {
	const { staticData } = await failTheThird();
	const [first] = lab.idsOf('cg-1');
	const { onRequest } = lab.simulator;
	lab.simulator.onRequest = (request, index) =>
		request.path.endsWith(first!) ? amperitySays(404) : onRequest!(request, index);
	const result = await start(FOUR, { staticData });
	expect(jsonOf(result)[0]?.already_succeeded).toBeUndefined();
});

test.each(['kept', 7, null, [null], { cg: [] }])(
	'what n8n has kept may be anything, as another version may have left it: %j',
	async (value) => {
		const { staticData } = await failTheThird();
		forgetAll();
		const broken = Object.fromEntries(Object.keys(staticData).map((key) => [key, value]));
		const result = await start(FOUR, { staticData: broken as IDataObject });
		expect(errorText(result)).toBe('');
		expect(result.items).toHaveLength(4);
	},
);

test('the same configuration twice is skipped as often as it has succeeded', async () => {
	const items = ['cg-1', 'cg-1', 'cg-3'];
	lab.simulator.setScenario('cg-3', { outcome: 'failed-customer' }, {});
	const { staticData } = await start(items);
	expect(lab.posted()).toEqual(items);
	const result = await start(items, { staticData });
	expect(errorText(result)).toBe('');
	expect(lab.posted()).toEqual([...items, 'cg-3']);
	expect(
		jsonOf(result)
			.slice(0, 2)
			.map(({ id }) => id),
	).toEqual(lab.idsOf('cg-1'));
});
