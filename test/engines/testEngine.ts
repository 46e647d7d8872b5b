import { shareLab } from '../e2e/shareLab';
import type { Lab } from '../n8n-host/lab';
import { testAgentTool } from './agentTool';
import { testCredentials } from './credentials';
import { testErrorOutput } from './errorOutput';
import { testOAuth2 } from './oAuth2';
import { testPackage } from './package';
import { testStarts } from './starts';
import { testTrigger } from './trigger';

/** Milliseconds from the start to the end of a run: it has ended when the node first looks, after 4 to 6 s. */
const RUN_DURATION = 2_000;

/** What users of an older n8n rely on, all of it in one n8n of that version. */
export function testEngine(version: string): void {
	let shared: Lab;
	const lab = () => shared;

	shareLab((started) => (shared = started), {
		version,
		simulator: { runDurationMs: RUN_DURATION },
	});

	afterEach(() => {
		expect(lab().simulator.validationErrors).toEqual([]);
		lab().simulator.reset();
	});

	describe('the package', () => testPackage(lab));
	describe('the credential', () => testCredentials(lab));
	describe('a start', () => testStarts(lab));
	describe('the error output', () => testErrorOutput(lab));
	describe('a token that Amperity does not accept any more', () => testOAuth2(lab));
	describe('the trigger', () => testTrigger(lab));
	describe('the tool of an agent', () => testAgentTool(lab));
}
