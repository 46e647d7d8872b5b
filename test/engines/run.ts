import type { INode } from 'n8n-workflow';
import { chain, manualTrigger } from '../e2e/workflows';
import type { Lab } from '../n8n-host/lab';
import type { N8nExecution } from '../n8n-host/N8nExecution';

/** Runs nodes one after the other, as a person does who tries a new workflow, and waits for the end. */
export async function run({ client }: Lab, ...nodes: INode[]): Promise<N8nExecution> {
	const name = expect.getState().currentTestName ?? '';
	return await client.runWorkflow(
		await client.createWorkflow(chain(name, manualTrigger(), ...nodes)),
	);
}
