import { plainText } from '../../transport/plainText';
import type { WorkflowRun } from '../../transport/workflowRuns';
import { textOf } from './text';

/** What a run is called in words: its name, or its ID where it has none. */
export const nameOf = ({ id, name }: WorkflowRun): string =>
	plainText(textOf(name)) || plainText(id);

/** The same, with the ID beside the name: names are not unique. */
export function nameWithId(run: WorkflowRun): string {
	const [name, id] = [nameOf(run), plainText(run.id)];
	return name === id ? id : `${name} (${id})`;
}
