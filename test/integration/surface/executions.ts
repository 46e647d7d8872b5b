import type { IDataObject } from 'n8n-workflow';
import type { NodeRun } from '../../engine';
import type { AmperitySimulator, Scenario } from '../../simulator';

/** One way to use an operation that has properties of its own in its items. */
export interface Execution extends Pick<NodeRun, 'credentials' | 'items' | 'settings'> {
	operation: string;
	/** What is special, if anything. */
	how?: string;
	parameters?: IDataObject;
	scenario?: Scenario;
	/** Makes what there has to be before. */
	before?: (simulator: AmperitySimulator) => void;
	isOfTool?: boolean;
}

const FAILS: Scenario = { outcome: 'failed-customer' };

const RAW = { simplify: false };

const NAME = 'Nightly';

/** A run of the configuration that is under way. */
const runs = (durationMs: number) => (simulator: AmperitySimulator) => {
	simulator.startRunAs({
		principal: 'person',
		configId: 'cg-1',
		name: NAME,
		scenario: { durationMs },
	});
};

const ifRunning = (choice: string) => ({
	options: { ifAlreadyRunning: choice, nameInAmperity: NAME },
});

const MINUTE = 60_000;

/** A shape for each of these is in the surface. */
export const EXECUTIONS: Execution[] = [
	...['auditEvent getMany', 'campaign getMany', 'segment getMany'].map((operation) => ({
		operation,
	})),
	...['ingestJob get', 'ingestJob getMany', 'workflowRun getMany'].flatMap((operation) => [
		{ operation },
		{ operation, how: 'raw', parameters: RAW },
	]),
	{ operation: 'workflowRun get' },
	{ operation: 'workflowRun get', how: 'raw', parameters: RAW },
	{
		operation: 'workflowRun get',
		how: 'verbose',
		parameters: { view: 'verbose' },
		scenario: { ...FAILS, durationMs: 1 },
	},
	{
		operation: 'workflowRun get',
		how: 'verbose and raw',
		parameters: { ...RAW, view: 'verbose' },
		scenario: { ...FAILS, durationMs: 1 },
	},
	{
		operation: 'workflowRun get',
		how: 'with a link',
		credentials: { workflowPageUrl: 'https://amperity.example/runs/{id}' },
	},
	{ operation: 'workflowRun get', how: 'by an agent', isOfTool: true },
	{ operation: 'workflowRun start' },
	{ operation: 'workflowRun start', how: 'raw', parameters: RAW },
	{
		operation: 'workflowRun start',
		how: 'with a range and a mode',
		parameters: { timeRange: 'yesterday', runMode: 'refresh' },
	},
	{
		operation: 'workflowRun start',
		how: 'waits for a success and counts',
		parameters: { waitForCompletion: true, options: { includeIngestCounts: true } },
	},
	{
		operation: 'workflowRun start',
		how: 'waits for a failure',
		parameters: { waitForCompletion: true, options: { onUnsuccessful: 'emit' } },
		scenario: FAILS,
	},
	{
		operation: 'workflowRun start',
		how: 'goes on after an error',
		parameters: { waitForCompletion: true },
		scenario: FAILS,
		settings: { onError: 'continueRegularOutput' },
	},
	{
		operation: 'workflowRun start',
		how: 'waits in vain',
		parameters: { waitForCompletion: true, maximumWait: 1, options: { onTimeout: 'continue' } },
		scenario: { neverEnds: true },
	},
	...['useRunning', 'skip', 'stopThenStart', 'waitThenStart'].map((choice) => ({
		operation: 'workflowRun start',
		how: `if already running: ${choice}`,
		parameters: ifRunning(choice),
		before: runs(30 * MINUTE),
	})),
	{
		operation: 'workflowRun start',
		how: 'by an agent',
		parameters: { allowAgent: 'everywhere' },
		isOfTool: true,
	},
	{
		operation: 'workflowRun start',
		how: 'again after an outage',
		before: (simulator) => simulator.failNext({ kind: 'status', status: 503 }, { method: 'POST' }),
	},
	{
		operation: 'workflowRun start',
		how: 'again after a failure of the platform',
		parameters: {
			runMode: 'refresh',
			waitForCompletion: true,
			options: { rerunIfPlatformFailed: 1 },
		},
		before: (simulator) => simulator.setScenario('cg-1', { outcome: 'failed-platform' }, {}),
	},
	{
		operation: 'workflowRun start',
		how: 'one after another',
		parameters: {
			waitForCompletion: true,
			options: { order: 'oneAfterAnother', onUnsuccessful: 'emit' },
		},
		items: [{}, {}],
		scenario: FAILS,
	},
	{
		operation: 'workflowRun start',
		how: 'goes on after a lost answer',
		parameters: { options: { ifStartIsLost: 'report' } },
		before: (simulator) => simulator.failNext({ kind: 'drop-after' }, { method: 'POST' }),
		settings: { onError: 'continueRegularOutput' },
	},
	{ operation: 'workflowRun ensureFresh' },
	{ operation: 'workflowRun ensureFresh', how: 'with a success', before: runs(1) },
	{ operation: 'workflowRun wait' },
	{
		operation: 'workflowRun report',
		parameters: { format: 'markdown' },
		scenario: { ...FAILS, durationMs: 1 },
	},
	{ operation: 'workflowRun stop' },
	{ operation: 'workflowRun stop', how: 'waits', parameters: { waitUntilStopped: true } },
];
