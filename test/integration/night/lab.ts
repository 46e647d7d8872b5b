import { sleep, type IDataObject } from 'n8n-workflow';
import type { NodeResult } from '../../engine';
import { errorText } from '../../engine/errorText';
import type { OtherRun, RecordedRequest, Scenario, SimulatedRun } from '../../simulator';
import { jsonOf, type Lab, type Starts } from '../startOnce/lab';

export { jsonOf, RETRY, shareLab, type Lab, type Starts } from '../startOnce/lab';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The name that the runs of cg-1 have. */
export const NAME = 'Nightly load';

export const CONTINUE = { onError: 'continueRegularOutput' as const };

/** What If Already Running may say that looks for a run first. */
export const CHOICES = ['useRunning', 'skip', 'stopThenStart', 'waitThenStart'] as const;

/** Lets all further runs of a configuration go like this, each with the name of cg-1's. */
export const play = (lab: Lab, configId: string, ...scenarios: Scenario[]): void =>
	lab.simulator.setScenario(
		configId,
		...scenarios.map((scenario) => ({ name: NAME, ...scenario })),
	);

/** Has runs of a configuration started plainly, so that the node learns their name, and ended. */
export async function learn(lab: Lab, configId: string, times: number): Promise<NodeResult> {
	play(lab, configId, { durationMs: SECOND });
	const result = await lab.learn([configId], times);
	await sleep(10 * SECOND);
	play(lab, configId, {});
	return result;
}

/** A run that somebody has started in Amperity: of cg-1, with its name, and without an end of its own. */
export const somebodysRun = (lab: Lab, run: Partial<OtherRun> = {}): SimulatedRun =>
	lab.simulator.startRunAs({
		principal: 'person',
		configId: 'cg-1',
		name: NAME,
		...run,
		scenario: { neverEnds: true, ...run.scenario },
	});

/** The requests that stop runs. */
export const stops = (lab: Lab): RecordedRequest[] =>
	lab.simulator.requests.filter(({ path }) => path.endsWith('/stop'));

/** Starts cg-1 in a way that looks for one that is running, by the name that the user has filled in. */
export const startNamed = async (
	lab: Lab,
	ifAlreadyRunning: string,
	{ options, ...more }: Starts = {},
): Promise<NodeResult> =>
	await lab.run(['cg-1'], {
		options: { ifAlreadyRunning, nameInAmperity: NAME, ...options },
		...more,
	});

/** When a run has ended, by the simulator's clock; undefined while it has not. */
export function endOf(lab: Lab, { id }: Pick<SimulatedRun, 'id'>): number | undefined {
	const end = lab.simulator.store.find(id)!.stages.at(-1)!;
	return end.outcome && end.from <= lab.simulator.clock.now() ? end.from : undefined;
}

/** When a start reached Amperity, by the simulator's clock. */
export const arrivedAt = (lab: Lab, { at }: RecordedRequest): number =>
	at + lab.simulator.clock.offsetMs;

/** That nothing was started or stopped, and that a person reads why: of which configuration, and which runs it may be. */
export function expectRefused(
	lab: Lab,
	result: NodeResult,
	candidates: Array<Pick<SimulatedRun, 'id'>> = [],
	configId = 'cg-1',
): void {
	expect(jsonOf(result)).toEqual([]);
	const text = errorText(result);
	expect(text).toContain(configId);
	for (const { id } of candidates) expect(text).toContain(id);
	expect(text).not.toMatch(/may have started/);
	expect(stops(lab)).toEqual([]);
}

/** The only item of a result that has no error. */
export function onlyItem(result: NodeResult): IDataObject {
	expect(errorText(result)).toBe('');
	expect(result.items).toHaveLength(1);
	return result.items[0]!.json;
}

/** Waits until something is so, for ten real seconds at most. */
export async function until(isSo: () => boolean): Promise<void> {
	for (let looks = 0; !isSo(); looks++) {
		if (looks > 2_000) throw new Error('It did not come to that');
		await sleep(SECOND);
	}
}
