import { sleep, type IDataObject } from 'n8n-workflow';
import type { Scenario } from '../../simulator';
import { jsonOf, shareLab, type Lab } from './lab';

let lab: Lab;
/** An hour takes two seconds. */
shareLab((made) => {
	lab = made;
}, 1_800);

const MINUTE = 60_000;

/** Starts the configurations and waits for their runs; items that failed are tried twice. */
const startAndWait = async (...configIds: string[]) =>
	jsonOf(
		await lab.run(configIds, {
			parameters: { waitForCompletion: true, maximumWait: 600 },
			options: { ifStartIsLost: 'findElseReport' },
			settings: {
				onError: 'continueRegularOutput',
				retryOnFail: true,
				maxTries: 2,
				waitBetweenTries: 1,
			},
		}),
	);

const play = (configId: string, ...scenarios: Scenario[]) =>
	lab.simulator.setScenario(configId, ...scenarios);
const untilStarted = async (configId: string) => {
	while (lab.idsOf(configId).length === 0) await sleep(1_000);
};

/** The run that an item reports, or that its start may have started a run. */
const reportOf = ({ id, error, details }: IDataObject) =>
	id ??
	(details as IDataObject | undefined)?.run_id ??
	(/may have started/.exec(String(error)) ? 'may have started' : error);

/** Most of an hour after a start was lost, the next try looks for it once more. */
describe('a lost start that is looked for again after a long wait', () => {
	beforeEach(async () => {
		await lab.learn(['cg-lost']);
	});

	afterEach(() => {
		// Nothing was started for it, and nothing was sent again.
		expect(lab.posts('cg-lost')).toHaveLength(2);
		expect(lab.idsOf('cg-lost')).toHaveLength(1);
	});

	test('does not take the run of another item', async () => {
		play(
			'cg-slow-one',
			{ durationMs: 60 * MINUTE, outcome: 'failed-platform' },
			{ durationMs: MINUTE },
		);
		lab.failStarts('cg-lost', { kind: 'drop-before' });
		const [waited, lost] = await startAndWait('cg-slow-one', 'cg-lost');
		expect(reportOf(waited!)).toBe(lab.idsOf('cg-slow-one')[1]);
		expect(reportOf(lost!)).toBe('may have started');
	});

	test('does not take the run of another execution', async () => {
		play('og-slow-one', { durationMs: 100 * MINUTE });
		lab.failStarts('cg-lost', { kind: 'drop-before' });
		const waiting = startAndWait('cg-lost', 'og-slow-one');
		await untilStarted('og-slow-one');
		play('cg-other-one', { durationMs: 45 * MINUTE, outcome: 'failed-platform' }, {});
		await startAndWait('cg-other-one');
		const [lost] = await waiting;
		expect(reportOf(lost!)).toBe('may have started');
	});

	test('does not take the run of another start whose answer was lost', async () => {
		play('cg-slow-one', { durationMs: 45 * MINUTE });
		lab.failStarts('cg-lost', { kind: 'drop-before' });
		lab.failStarts('cg-lost-too', { kind: 'drop-after' });
		const waiting = startAndWait('cg-lost', 'cg-slow-one');
		await untilStarted('cg-slow-one');
		const [other] = await startAndWait('cg-lost-too');
		expect(reportOf(other!)).toBe('may have started');
		const [lost] = await waiting;
		expect(reportOf(lost!)).toBe('may have started');
	});
});
