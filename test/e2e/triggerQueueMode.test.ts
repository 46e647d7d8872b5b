import type { Lab } from '../n8n-host/lab';
import { endsAroundAKill, RESTART_TIMEOUT } from './finishedRuns';
import { shareLab } from './shareLab';
import { amperityTrigger, chain, useRunId } from './workflows';

let lab: Lab;

shareLab(
	(started) => {
		lab = started;
	},
	{ queue: true },
);

it(
	'reports each end once to the worker, although both processes were killed',
	async () => {
		const workflow = await lab.client.createWorkflow(
			chain('Ended', amperityTrigger(lab.credential), useRunId()),
		);
		const { ends, reported } = await endsAroundAKill(lab, workflow);
		expect(reported).toEqual(ends);

		for (const { id, status } of await lab.client.listExecutions(workflow)) {
			expect(status).toBe('success');
			expect(lab.worker!.log).toContain(`execution ${id}`);
		}
	},
	RESTART_TIMEOUT,
);
