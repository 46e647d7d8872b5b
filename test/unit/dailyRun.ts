import type { WorkflowRun } from '../../nodes/Amperity/transport/workflowRuns';
import { accountNamed } from './fakeClient';

/** Who starts it. */
export const ME = accountNamed('connection-1-of-a-long-hash');

/** A run as the answer to a start tells it. */
export const RUN: WorkflowRun = {
	id: 'wf-1',
	name: 'Daily',
	type: 'courier-group',
	principal_id: 'key-1',
};

/** What so many answers like it teach. */
export const times = (
	count: number,
	name = 'Daily',
	type = 'courier-group',
	principal = 'key-1',
) => ({
	name: { value: name, times: count },
	type: { value: type, times: count },
	principal: { value: principal, times: count },
});
