import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { stateText } from './runState';
import { timeText } from './runTimes';
import { textOf } from './text';

/** What a run is called in words: its name, or its ID where it has none. */
export const nameOf = ({ id, name }: WorkflowRun): string =>
	plainText(textOf(name)) || plainText(id);

/** The same, with the ID beside the name: names are not unique. */
export function nameWithId(run: WorkflowRun): string {
	const [name, id] = [nameOf(run), plainText(run.id)];
	return name === id ? id : `${name} (${id})`;
}

/** A run by its ID, with what else tells it from others in brackets. */
export function candidateText(run: WorkflowRun): string {
	const created = timeText(run.created_at);
	const facts = [plainText(textOf(run.name)), stateText(run), created && `created ${created}`];
	const told = facts.filter(Boolean).join(', ');
	return told === '' ? plainText(run.id) : `${plainText(run.id)} (${told})`;
}
