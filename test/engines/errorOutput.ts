import { NodeConnectionTypes } from 'n8n-workflow';
import {
	amperity,
	chain,
	items,
	manualTrigger,
	noOperation,
	startAndWaitParameters,
} from '../e2e/workflows';
import type { Lab } from '../n8n-host/lab';
import type { N8nExecution } from '../n8n-host/N8nExecution';

/** Runs a node whose successes and errors go different ways. */
async function runWithErrorOutput(
	{ client, credential }: Lab,
	configIds: string[],
): Promise<N8nExecution> {
	const node = amperity(credential, startAndWaitParameters('={{ $json.configId }}'), {
		onError: 'continueErrorOutput',
	});
	const list = configIds.map((configId, order) => ({ configId, order }));
	const succeeded = noOperation('Succeeded');
	const failed = noOperation('Failed');
	const { nodes, connections, ...workflow } = chain(
		expect.getState().currentTestName ?? '',
		manualTrigger(),
		...items(list),
		node,
	);
	const main = [succeeded, failed].map(({ name }) => [
		{ node: name, type: NodeConnectionTypes.Main, index: 0 },
	]);
	return await client.runWorkflow(
		await client.createWorkflow({
			...workflow,
			nodes: [...nodes, succeeded, failed],
			connections: { ...connections, [node.name]: { main } },
		}),
	);
}

export function testErrorOutput(lab: () => Lab): void {
	it.each([
		['could not be started', 'cg-missing', 'No configuration was found for cg-missing'],
		['has failed', 'cg-fails-customer', 'No file matches the pattern of the courier'],
	])('is where the item goes whose run %s, and no other', async (_, failing, message) => {
		const execution = await runWithErrorOutput(lab(), ['cg-one', failing, 'cg-three']);

		expect(execution.status).toBe('success');
		const [one, three] = ['cg-one', 'cg-three'].map(
			(configId) => lab().simulator.runsStartedFor(configId)[0]!.id,
		);
		expect(execution.json('Succeeded').map(({ id, outcome }) => [id, outcome])).toEqual([
			[one, 'succeeded'],
			[three, 'succeeded'],
		]);
		expect(execution.items('Amperity').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		expect(execution.json('Failed')).toMatchObject([
			{ configId: failing, order: 1, error: expect.stringContaining(message) },
		]);
	});
}
