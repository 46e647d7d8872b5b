import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';

/** A run in a state, with whatever else it holds. */
export const inState = (state: unknown, more: object = {}): WorkflowRun =>
	({ id: 'wf-1', state, ...more }) as WorkflowRun;
