import { callTool } from '../../engine';
import type { Fault } from '../../simulator';
import { REQUEST_TIMEOUT, shareLab, type Lab } from './lab';

let lab: Lab;
shareLab((made) => {
	lab = made;
});

const CUT: Fault = { kind: 'drop-before' };
const CUT_AFTER: Fault = { kind: 'drop-after' };

let conversations = 0;

/** Has an agent start the configurations, one after the other. */
const tell = async (configIds: string[], ifStartIsLost?: string) =>
	await callTool(lab.simulator, {
		parameters: {
			allowAgent: 'everywhere',
			configId: { __rl: true, mode: 'id', value: "={{ $fromAI('id', '', 'string') }}" },
			options: { requestTimeout: REQUEST_TIMEOUT, ...(ifStartIsLost && { ifStartIsLost }) },
		},
		calls: configIds.map((id) => ({ id })),
		executionId: `conversation-${++conversations}`,
	});

describe('a start of an agent whose answer is lost', () => {
	test('is answered with the run that is found', async () => {
		await lab.learn(['cg-1']);
		lab.failStarts('cg-1', CUT_AFTER);
		const [told] = await tell(['cg-1']);
		const [, id] = lab.idsOf('cg-1');
		expect(told!.answer).toMatchObject([{ id, start_confirmed_by: 'list' }]);
		expect(told!.answer![0]!.advice).toContain(id);
	});

	test('is started again, and the answer says so', async () => {
		lab.failStarts('cg-1', CUT);
		const [told] = await tell(['cg-1']);
		expect(told!.answer).toMatchObject([{ id: lab.idsOf('cg-1')[0], times_started_again: 1 }]);
		expect(lab.idsOf('cg-1')).toHaveLength(1);
	});

	test('of a campaign is not, and the model learns why', async () => {
		lab.failStarts('cc-1', CUT);
		const [told] = await tell(['cc-1']);
		expect(told!.error_text).toContain('A run of cc-1 may have started all the same');
		expect(lab.posts()).toHaveLength(1);
	});

	test('is not looked for where the user wants that', async () => {
		lab.failStarts('cg-1', CUT_AFTER);
		const [told] = await tell(['cg-1'], 'report');
		expect(told!.error_text).toContain('may have started');
		expect(lab.simulator.requests).toHaveLength(1);
	});

	test('does not keep the next call of the conversation from its own run', async () => {
		await lab.learn(['cg-1', 'cg-2'], 2);
		lab.failStarts('cg-1', CUT_AFTER);
		lab.failStarts('cg-2', CUT_AFTER);
		const told = await tell(['cg-1', 'cg-2']);
		expect(told.map(({ answer }) => answer![0]!.id)).toEqual([
			lab.idsOf('cg-1')[2],
			lab.idsOf('cg-2')[2],
		]);
	});
});
