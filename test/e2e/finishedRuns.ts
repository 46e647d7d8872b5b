import type { IDataObject } from 'n8n-workflow';
import type { Lab } from '../n8n-host/lab';
import { until, type SavedWorkflow } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import type { AmperitySimulator, RunEnd } from '../simulator';

/** Milliseconds for some polls, and for what n8n makes of them. */
const TIMEOUT = 15_000;

/** One end of one run. A run that is restarted ends again, at another time. */
export type End = string;

/** What a trigger tells and is to tell once: an end, or another event and whose it is. */
export type News = string;

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

/** What an item of the trigger tells. */
function newsOf({ event, id, ended_at: endedAt, since }: IDataObject): News {
	if (event === 'runDidNotStart') return `${event} ${String(since)}`;
	return event === 'runEnded'
		? `${String(id)} ${String(endedAt)}`
		: `${String(event)} ${String(id)}`;
}

/** The executions that the trigger of a workflow has begun, the oldest first. */
export async function executionsOf(
	{ client }: Lab,
	workflow: SavedWorkflow,
): Promise<N8nExecution[]> {
	const executions = (await client.listExecutions(workflow)).reverse();
	const triggered = executions.filter(({ mode }) => mode === 'trigger');
	return await Promise.all(triggered.map(({ id }) => client.getExecution(id)));
}

/** What the trigger of a workflow has put out, in its order, whatever its name was. */
export const itemsOf = (execution: N8nExecution): IDataObject[] =>
	execution.triggerItems.map(({ json }) => json);

/** What the trigger of a workflow has reported: the news of each execution, in their order. */
export async function reports(lab: Lab, workflow: SavedWorkflow): Promise<News[][]> {
	const executions = await executionsOf(lab, workflow);
	return executions
		.map((execution) => itemsOf(execution).map(newsOf))
		.filter(({ length }) => length > 0);
}

/** Waits until so much has been reported. */
export async function untilReported(
	lab: Lab,
	workflow: SavedWorkflow,
	count: number,
): Promise<void> {
	await until(`${count} items of ${workflow.name}`, TIMEOUT, async () => {
		const reported = await reports(lab, workflow);
		return reported.flat().length >= count || undefined;
	});
}

/** The same, and for two more polls, which may repeat nothing. */
export async function reportsOf(
	lab: Lab,
	workflow: SavedWorkflow,
	count: number,
): Promise<News[][]> {
	await untilReported(lab, workflow, count);
	await polls(lab.simulator, 2);
	return await reports(lab, workflow);
}

/** Waits until triggers have polled again, so many times. */
export async function polls(simulator: AmperitySimulator, count = 1): Promise<void> {
	const answered = () =>
		simulator.requests.filter(({ query, status }) => 'ended_from' in query && status !== undefined);
	const wanted = answered().length + count;
	await until(`${count} polls`, TIMEOUT, async () => answered().length >= wanted || undefined);
}
