import type { Lab } from '../n8n-host/lab';

const ours = (names: string[]): string[] => names.filter((name) => /amperity/i.test(name)).sort();

export function testPackage(lab: () => Lab): void {
	it('brings its nodes, one of them as a tool as well, and its credentials', async () => {
		const nodes = await lab().client.nodeTypes();
		expect(ours(nodes.map(({ name }) => name))).toEqual([
			'n8n-nodes-amperity.amperity',
			'n8n-nodes-amperity.amperityTool',
			'n8n-nodes-amperity.amperityTrigger',
		]);
		const credentials = await lab().client.credentialTypes();
		expect(ours(credentials.map(({ name }) => name))).toEqual(['amperityApi', 'amperityOAuth2Api']);
	});
}
