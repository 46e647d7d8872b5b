import type { Locator, Page } from 'playwright-core';
import { amperity, amperityTrigger, chain, manualTrigger } from '../e2e/workflows';
import { exampleNames, readExample } from '../n8n-host/examples';
import { freePort } from '../n8n-host/freePort';
import { credentialData, type Lab, type LabOptions } from '../n8n-host/lab';
import type { SavedCredential } from '../n8n-host/N8nClient';
import type { Editor } from './editor';
import { filledStart } from './filledForms';

/** Where the simulated Amperity is if nothing else is there, and what time it has: pictures show both. */
const SIMULATOR_PORT = 4010;
const NIGHT = Date.parse('2026-10-02T02:00:00Z');

/** Milliseconds from the start to the end of a run: it has ended when the node first looks. */
const RUN_DURATION = 2_000;

/** The height of a window in which the form of a credential ends below its token, in pixels. */
const CREDENTIAL_HEIGHT = 880;

const CONFIG_ID = 'cg-123ABc4DE';

/** The lab in which the scenes play. */
export async function stage(): Promise<LabOptions> {
	const port = await freePort(SIMULATOR_PORT);
	const clockOffsetMs = NIGHT - Date.now();
	return { simulator: { port, clockOffsetMs, runDurationMs: RUN_DURATION } };
}

interface Stage {
	lab: Lab;
	editor: Editor;
	credential: SavedCredential;
}

/** Brings something to the editor that is worth a picture, and returns the part of the page that shows it. */
type Scene = (stage: Stage) => Promise<Locator | Page>;

const courierGroup = { __rl: true, mode: 'id', value: CONFIG_ID };

/** What a person sees who has imported an example and picked a credential. */
const canvasOf =
	(example: string): Scene =>
	async ({ lab, editor, credential }) => {
		const workflow = await readExample(`${example}.json`, credential);
		await editor.openWorkflow(await lab.client.createWorkflow(workflow));
		return editor.page;
	};

const startForm: Scene = async ({ lab, editor, credential }) => {
	const start = amperity(credential, filledStart);
	const workflow = chain('Start a courier group', manualTrigger(), start);
	await editor.openWorkflow(await lab.client.createWorkflow(workflow));
	await editor.openNode(start.name);
	await editor.unfoldForm();
	return editor.form;
};

const succeededRun: Scene = async ({ lab, editor, credential }) => {
	lab.simulator.setScenario(CONFIG_ID, { name: 'Daily customer load' });
	const example = await readExample('nightly-courier-group.json', credential);
	await editor.openWorkflow(await lab.client.createWorkflow(example));
	await editor.openNode('Amperity');
	await editor.execute();
	await editor.unfoldForm();
	return editor.nodeView;
};

const failedRun: Scene = async ({ lab, editor, credential }) => {
	const scenario = { outcome: 'failed-customer', name: 'Daily customer load' } as const;
	lab.simulator.setScenario(CONFIG_ID, scenario);
	const start = amperity(credential, { configId: courierGroup, waitForCompletion: true });
	const workflow = chain('Start a courier group', manualTrigger(), start);
	await editor.openWorkflow(await lab.client.createWorkflow(workflow));
	await editor.openNode(start.name);
	await editor.executeInVain();
	await editor.unfoldForm();
	return editor.nodeView;
};

const triggerForm: Scene = async ({ lab, editor, credential }) => {
	const { nodes } = await readExample('run-alerts.json', credential);
	const { parameters } = nodes.find(({ name }) => name === 'Amperity Trigger')!;
	const trigger = amperityTrigger(credential, parameters);
	const workflow = chain('Tell me of failed runs', trigger);
	await editor.openWorkflow(await lab.client.createWorkflow(workflow));
	await editor.openNode(trigger.name);
	await editor.unfoldForm();
	return editor.form;
};

const testedCredential: Scene = async ({ lab, editor, credential }) => {
	const start = amperity(credential, { configId: courierGroup });
	const workflow = chain('Start a courier group', manualTrigger(), start);
	await editor.openWorkflow(await lab.client.createWorkflow(workflow));
	await editor.openNode(start.name);
	await editor.setHeight(CREDENTIAL_HEIGHT);
	await editor.openCredential();
	return editor.credential;
};

/** By the name of the picture's file. */
const FORMS: Record<string, Scene> = {
	'start-form': startForm,
	'succeeded-run': succeededRun,
	'failed-run': failedRun,
	'trigger-form': triggerForm,
	'credential-form': testedCredential,
};

/** Takes the pictures that README and docs show. */
export async function takeScenes(
	lab: Lab,
	editor: Editor,
	pathOf: (scene: string) => string,
): Promise<void> {
	const credential = await lab.client.createCredential(
		'amperityApi',
		credentialData(lab.simulator),
		'Amperity API',
	);
	const canvases = (await exampleNames()).map((name) => [name, canvasOf(name)] as const);
	for (const [name, play] of [...canvases, ...Object.entries(FORMS)]) {
		await editor.setHeight();
		const picture = await play({ lab, editor, credential });
		await editor.takePicture(picture, pathOf(name));
	}
}
