import { sleep } from 'n8n-workflow';
import { forgetAll } from '../../engine';
import { errorText } from '../../engine/errorText';
import type { AmperitySimulator } from '../../simulator';
import { jsonOf, shareLab, type Lab } from './lab';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

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

test.each([
	['forward', HOUR],
	['back', -HOUR],
])('a lost start is found though the clocks moved %s against each other', async (_, offset) => {
	await lab.learn(['cg-1'], 2);
	// As after a machine was suspended: its monotonic clock stood still.
	simulator.clock.offsetMs += offset;
	lab.failStarts('cg-1', { kind: 'drop-after' });
	expectFound(await lab.run(['cg-1']));
	expect(lab.posts()).toHaveLength(3);
});

test.each([
	['ahead', 5 * SECOND],
	['behind', -90 * SECOND],
	['far behind', -HOUR],
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
