import type { INodeParameters } from 'n8n-workflow';
import { agentWith, amperityTool, runParameters, startParameters } from '../e2e/workflows';
import type { Lab } from '../n8n-host/lab';
import type { N8nExecution } from '../n8n-host/N8nExecution';

/** What the model fills in. */
const CHOSEN = "={{ $fromAI('chosen', '', 'string') }}";

export function testAgentTool(lab: () => Lab): void {
	/** Has n8n call the tool with what a model would have chosen. */
	const call = async (parameters: INodeParameters, chosen: string): Promise<N8nExecution> => {
		const { client, credential } = lab();
		const workflow = await client.createWorkflow(
			agentWith('Agent', amperityTool(credential, parameters)),
		);
		return await client.runStep(workflow, 'Amperity', { chosen });
	};

	it('answers with the run that is asked for', async () => {
		const { id } = lab().simulator.startRunAs({ principal: 'person' });
		const execution = await call(runParameters('get', CHOSEN), id);

		expect(execution.status).toBe('success');
		expect(execution.toolAnswer('Amperity')).toEqual([expect.objectContaining({ id })]);
	});

	it('starts a run only where the switch is on', async () => {
		const refused = await call(startParameters(CHOSEN), 'cg-chosen');
		expect(refused.status).toBe('error');
		expect(refused.error?.message).toContain('This tool is not allowed to start workflow runs');
		expect(lab().simulator.requests).toEqual([]);

		const execution = await call(
			startParameters(CHOSEN, { allowAgent: 'everywhere' }),
			'cg-chosen',
		);
		expect(execution.status).toBe('success');
		const started = lab().simulator.runsStartedFor('cg-chosen');
		expect(started).toHaveLength(1);
		expect(execution.toolAnswer('Amperity')).toEqual([
			expect.objectContaining({ id: started[0]!.id }),
		]);
	});
}
