import type { INode, INodeParameters, INodeProperties } from 'n8n-workflow';
import { amperity, amperityTool, amperityTrigger, noOperation } from '../e2e/workflows';
import type { Lab } from '../n8n-host/lab';
import type { SavedCredential, SavedWorkflow } from '../n8n-host/N8nClient';
import { withProgress } from '../n8n-host/progress';
import type { Editor } from './editor';
import { filledForms } from './filledForms';
import { formsOf, listsIn } from './forms';

/** Nodes side by side on the canvas, and the pixels from one to the next. */
const COLUMNS = 8;
const GRID = 300;

/** The form shows one line for each poll time. */
const EACH_MINUTE = { pollTimes: { item: [{ mode: 'everyMinute' }] } };

type MakeNode = (credential: SavedCredential, parameters: INodeParameters) => INode;

const NODE_TYPES: Array<[type: string, make: MakeNode]> = [
	['amperity', amperity],
	['amperityTool', amperityTool],
	[
		'amperityTrigger',
		(credential, parameters) => amperityTrigger(credential, { ...EACH_MINUTE, ...parameters }),
	],
];

/**
 * Takes a picture of every form of both nodes and of the tool, as a whole, and of every list in them.
 *
 * @param only a part of the names of the wanted forms; an empty text takes all
 */
export async function takeFormPictures(
	lab: Lab,
	editor: Editor,
	pathOf: (form: string) => string,
	only: string,
): Promise<void> {
	const types = await lab.client.nodeTypes();
	for (const [name, make] of NODE_TYPES) {
		const type = types.find((candidate) => candidate.name === `n8n-nodes-amperity.${name}`)!;
		const forms = [...formsOf(type), ...(filledForms[name] ?? [])].filter((form) =>
			form.name.includes(only),
		);
		if (forms.length === 0) continue;
		const nodes = forms.map((form) => ({
			...make(lab.credential, form.parameters),
			id: form.name,
			name: form.name,
		}));
		await editor.openWorkflow(await gallery(lab, name, nodes));
		await withProgress(`Looking at ${forms.length} forms of ${type.displayName}`, async () => {
			const opened = new Set<INodeProperties>();
			for (const form of forms) {
				const lists = listsIn(type, form).filter((field) => !opened.has(field));
				for (const field of lists) opened.add(field);
				await takeFormPicture(editor, form.name, lists, pathOf);
			}
		});
	}
}

async function takeFormPicture(
	editor: Editor,
	form: string,
	lists: INodeProperties[],
	pathOf: (picture: string) => string,
): Promise<void> {
	await editor.openNode(form);
	await editor.unfoldForm();
	await editor.takePicture(editor.form, pathOf(form));
	for (const { name } of lists) {
		await editor.openList(name);
		await editor.takePicture(editor.page, pathOf(`${form}-list-${name}`));
		await editor.closeList(name);
	}
	await editor.setHeight();
	await editor.closeNode();
}

/** A workflow with the nodes in rows. What n8n draws over the canvas covers the empty row below them. */
async function gallery(lab: Lab, name: string, nodes: INode[]): Promise<SavedWorkflow> {
	const below = noOperation('Below');
	const lastRow = Math.ceil(nodes.length / COLUMNS);
	const place = (index: number): [number, number] => [
		(index % COLUMNS) * GRID,
		Math.floor(index / COLUMNS) * GRID,
	];
	const placed = nodes.map((node, index) => ({ ...node, position: place(index) }));
	return await lab.client.createWorkflow({
		name,
		nodes: [...placed, { ...below, position: [0, lastRow * GRID] }],
		connections: {},
		settings: {},
	});
}
