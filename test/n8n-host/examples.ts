/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { INode } from 'n8n-workflow';
import type { SavedCredential, WorkflowDefinition } from './N8nClient';

const EXAMPLES = resolve(__dirname, '..', '..', 'examples');

/** The names of all examples, which their files have before `.json`. */
export const exampleNames = async (): Promise<string[]> =>
	(await readdir(EXAMPLES)).sort().map((file) => basename(file, '.json'));

/** Reads a workflow of `examples/` and picks the credential in it, as a person does after importing it. */
export async function readExample(
	file: string,
	credential: SavedCredential,
): Promise<WorkflowDefinition> {
	const text = await readFile(join(EXAMPLES, file), 'utf8');
	const { name, nodes, connections, settings } = JSON.parse(text) as WorkflowDefinition;
	return {
		name,
		nodes: nodes.map((node) => pickCredential(node, credential)),
		connections,
		settings,
	};
}

function pickCredential(node: INode, { id, name, type }: SavedCredential): INode {
	if (!node.type.startsWith('n8n-nodes-amperity.')) return node;
	return { ...node, credentials: { [type]: { id, name } } };
}
