import { endRun, reportsOf } from '../e2e/finishedRuns';
import { amperityTrigger, chain, useRunId } from '../e2e/workflows';
import type { Lab } from '../n8n-host/lab';

export function testTrigger(lab: () => Lab): void {
	it('fires once for a run that ends after its activation', async () => {
		const { client, credential, simulator } = lab();
		const workflow = await client.createWorkflow(
			chain('Ended', amperityTrigger(credential), useRunId()),
		);
		endRun(simulator);
		await client.activate(workflow);
		const end = endRun(simulator);
		const reported = await reportsOf(lab(), workflow, 1);
		await client.deactivate(workflow);

		expect(reported).toEqual([[end]]);
		const executions = await client.listExecutions(workflow);
		expect(executions.map(({ status, mode }) => ({ status, mode }))).toEqual([
			{ status: 'success', mode: 'trigger' },
		]);
	});
}
