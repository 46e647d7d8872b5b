import type { Lab } from '../n8n-host/lab';
import { until, type SavedWorkflow } from '../n8n-host/N8nClient';
import type { AmperitySimulator, RunEnd } from '../simulator';

/** Milliseconds for some polls, and for what n8n makes of them. */
const TIMEOUT = 15_000;

/** Milliseconds for a test that starts n8n again: as long as its first start may take. */
export const RESTART_TIMEOUT = 150_000;

/** One end of one run. A run that is restarted ends again, at another time. */
export type End = string;

/** Ends a run now, by default one that a person has just started. */
export function endRun(
	simulator: AmperitySimulator,
	end: RunEnd = 'succeeded',
	{ id }: { id: string } = simulator.startRunAs({ principal: 'person' }),
): End {
	simulator.endRun(id, end);
	return latestEnd(simulator, id);
}

/** The end that a run has come to last, or will come to. */
export function latestEnd({ store }: AmperitySimulator, runId: string): End {
	const { from } = store.find(runId)!.stages.at(-1)!;
	return `${runId} ${new Date(from).toISOString()}`;
}

/** What the trigger of a workflow has reported: the ends of each execution, in their order. */
async function reports({ client }: Lab, workflow: SavedWorkflow): Promise<End[][]> {
	const executions = (await client.listExecutions(workflow)).reverse();
	const ends = await Promise.all(
		executions.map(async ({ id }) => {
			const execution = await client.getExecution(id);
			const runs = execution.json('Amperity Trigger');
			return runs.map((run) => `${String(run.id)} ${String(run.ended_at)}`);
		}),
	);
	return ends.filter(({ length }) => length > 0);
}

/** Waits until so many ends have been reported. */
export async function untilReported(
	lab: Lab,
	workflow: SavedWorkflow,
	count: number,
): Promise<void> {
	await until(`${count} ends to be reported`, TIMEOUT, async () => {
		const reported = await reports(lab, workflow);
		return reported.flat().length >= count || undefined;
	});
}

/** The same, and for two more polls, which may repeat nothing. */
export async function reportsOf(
	lab: Lab,
	workflow: SavedWorkflow,
	count: number,
): Promise<End[][]> {
	await untilReported(lab, workflow, count);
	await polls(lab.simulator, 2);
	return await reports(lab, workflow);
}

/** Waits until the trigger has polled again, so many times. */
export async function polls(simulator: AmperitySimulator, count = 1): Promise<void> {
	const answered = () =>
		simulator.requests.filter(({ query, status }) => 'ended_from' in query && status !== undefined);
	const wanted = answered().length + count;
	await until(`${count} polls`, TIMEOUT, async () => answered().length >= wanted || undefined);
}

/**
 * Lets runs end before, while and after all of n8n is down, because it was killed.
 *
 * @returns the ends, and what was reported of them
 */
export async function endsAroundAKill(
	lab: Lab,
	workflow: SavedWorkflow,
): Promise<{ ends: End[]; reported: End[] }> {
	const { simulator, n8n, worker, client } = lab;
	await client.activate(workflow);
	const ends = [endRun(simulator)];
	await untilReported(lab, workflow, 1);
	await polls(simulator);
	// n8n is killed before it polls again.
	ends.push(endRun(simulator, 'failed'));
	await Promise.all([n8n.kill(), worker?.kill()]);
	ends.push(endRun(simulator, 'stopped'));
	await n8n.restart();
	await worker?.restart();
	await untilReported(lab, workflow, 3);
	ends.push(endRun(simulator));
	const reported = await reportsOf(lab, workflow, 4);
	return { ends, reported: reported.flat() };
}
