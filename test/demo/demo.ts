/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals -- runs in Node.js, never inside n8n */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readExample } from '../n8n-host/examples';
import { installHost } from '../n8n-host/installHost';
import { startLab, type Lab } from '../n8n-host/lab';
import type { SavedWorkflow } from '../n8n-host/N8nClient';
import { withProgress } from '../n8n-host/progress';
import { NAMED_SCENARIOS } from '../simulator';
import { fields, itemsText } from './text';

/** Where people expect n8n. */
const N8N_PORT = 5678;
const MANUAL_EXAMPLE = 'start-courier-group.json';
const SCHEDULED_EXAMPLE = 'nightly-courier-group.json';
/** What shells report for a program that Ctrl-C has ended. */
const INTERRUPTED = 130;
/** Milliseconds in which a signal may come twice: from the terminal and from the program that runs this one. */
const SAME_SIGNAL = 300;

let lab: Lab | undefined;
/** When the first signal came, in milliseconds of this process. */
let endingSince: number | undefined;

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
	const home = temporaryHome();
	endOnSignal();

	await installHost();
	lab = await withProgress('Starting n8n and a simulated Amperity', async () => {
		return await startLab({ home, preferredPort: N8N_PORT });
	});
	const { client, credential } = lab;
	const workflow = await client.createWorkflow(await readExample(MANUAL_EXAMPLE, credential));
	await client.createWorkflow(await readExample(SCHEDULED_EXAMPLE, credential));
	print(await runOnce(lab, workflow));

	if (values.once) await lab.stop();
	else print(invitation(lab, workflow));
}

/** Removed when this process ends, whatever the reason. */
function temporaryHome(): string {
	const home = mkdtempSync(join(tmpdir(), 'n8n-nodes-amperity-demo-'));
	process.once('exit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
	return home;
}

/**
 * Ends in order what has been started in order, and the rest at once: child processes end with this one.
 * So does a second Ctrl-C, for a person who does not want to wait.
 */
function endOnSignal(): void {
	const end = async () => {
		if (endingSince !== undefined) {
			if (performance.now() - endingSince > SAME_SIGNAL) process.exit(INTERRUPTED);
			return;
		}
		endingSince = performance.now();
		process.stderr.write('\nStopping n8n …\n');
		const isComplete = lab !== undefined;
		await lab?.stop();
		process.exit(isComplete ? 0 : INTERRUPTED);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => void end());
	}
}

/** Runs the workflow and tells what came of it; throws when no run was started. */
async function runOnce({ client, simulator }: Lab, workflow: SavedWorkflow): Promise<string> {
	const execution = await client.runWorkflow(workflow);
	if (execution.error) throw new Error(`The workflow failed: ${execution.error.message}`);
	const runs = execution.json('Amperity');
	const known = new Set(simulator.requests.map(({ startedRunId }) => startedRunId));
	if (runs.length === 0 || !runs.every(({ id }) => known.has(String(id)))) {
		throw new Error('The workflow ran, but no run was started in the simulated Amperity.');
	}
	return [
		'',
		`"${workflow.name}" ran in n8n and started a run. What the Amperity node put out:`,
		'',
		itemsText(runs),
		'',
		'What the node after it, Edit Fields, made of that:',
		'',
		itemsText(execution.json('Edit Fields')),
	].join('\n');
}

function invitation({ n8n, owner, simulator }: Lab, workflow: SavedWorkflow): string {
	const configIds = Object.entries(NAMED_SCENARIOS).map(
		([name, { description }]): [string, string] => [`cg-${name}`, description],
	);
	return [
		'',
		...(n8n.port === N8N_PORT ? [] : [`Port ${N8N_PORT} is taken, so n8n listens on another one.`]),
		'The editor is open until you press Ctrl-C:',
		'',
		fields([
			['Workflow', `${n8n.url}/workflow/${workflow.id}`],
			['E-mail', owner.email],
			['Password', owner.password],
			['Simulator', `${simulator.baseUrl} (tenant ${simulator.tenant}, token ${simulator.token})`],
		]),
		'',
		'Config IDs to try, and what their runs do:',
		'',
		fields(configIds),
	].join('\n');
}

function print(text: string): void {
	process.stdout.write(`${text}\n`);
}

main().catch(async (error: Error) => {
	// What fails because n8n is being stopped is no news.
	if (endingSince !== undefined) return;
	process.stderr.write(`\n${error.message}\n`);
	await lab?.stop();
	process.exitCode = 1;
});
