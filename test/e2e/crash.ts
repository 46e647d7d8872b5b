import type { INode } from 'n8n-workflow';
import type { Lab, LabOptions } from '../n8n-host/lab';
import { until, type SavedWorkflow } from '../n8n-host/N8nClient';
import type { N8nExecution } from '../n8n-host/N8nExecution';
import type { SimulatedRun } from '../simulator';
import { amperity, chain, items, startAndWaitParameters, startParameters } from './workflows';

/** Runs that each workflow is to start. */
const ITEMS = 12;

/** The worker is killed when so many of them have been sent: the last ones are not answered then. */
const SENT_BEFORE = 6;

/** Seconds for which a workflow does something else before it starts runs: longer than until the worker is killed. */
const BUSY = 10;

/** Milliseconds. Another worker takes 23 s to begin anew and to name what may have become of interrupted starts. */
const START_TIMEOUT = 20_000;
const END_TIMEOUT = 70_000;
const CRASH_TIMEOUT = 60_000 + 2 * START_TIMEOUT + END_TIMEOUT;

/** n8n would take a minute and more to notice that a worker is gone. */
export const CRASH_LAB: LabOptions = {
	queue: true,
	env: {
		QUEUE_WORKER_LOCK_DURATION: '5000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
		QUEUE_WORKER_STALLED_INTERVAL: '2000',
	},
	simulator: { latencyMs: 500 },
};

/** A workflow that is to start runs, each for a configuration of its own. */
interface Starting {
	workflow: SavedWorkflow;
	configIds: string[];
}

/** The workflows whose worker is killed, by how far they have come. */
interface Crash {
	busyBefore: Starting;
	starting: Starting;
	/** The same, with an error output. */
	goingOn: Starting;
	waiting: Starting;
}

const node = (name: string, type: string, typeVersion: number): Omit<INode, 'parameters'> => ({
	id: name,
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	position: [0, 0],
	webhookId: name,
});

const webhook = (path: string): INode => ({
	...node('Webhook', 'webhook', 2),
	webhookId: path,
	parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
});

const busy = (): INode => ({
	...node('Busy', 'wait', 1.1),
	parameters: { resume: 'timeInterval', amount: BUSY, unit: 'seconds' },
});

const CONFIG_ID = '={{ $json.configId }}';

/** Calls an active workflow whose last nodes are given. */
async function begin({ client }: Lab, name: string, ...nodes: INode[]): Promise<Starting> {
	const configIds = Array.from({ length: ITEMS }, (_, index) => `cg-${name}${index}`);
	const list = configIds.map((configId) => ({ configId }));
	const workflow = await client.createWorkflow(
		chain(name, webhook(name), ...items(list), ...nodes),
	);
	await client.activate(workflow);
	await client.callWebhook(name);
	return { workflow, configIds };
}

/** The runs that were started for each item. */
const runsOf = ({ simulator }: Lab, { configIds }: Starting): SimulatedRun[][] =>
	configIds.map((configId) => simulator.runsStartedFor(configId));

const countsOf = (lab: Lab, starting: Starting): number[] =>
	runsOf(lab, starting).map(({ length }) => length);

const startedFor = (lab: Lab, starting: Starting): number =>
	countsOf(lab, starting).filter((count) => count > 0).length;

async function untilStarted(lab: Lab, starting: Starting, count: number): Promise<void> {
	await until(`${count} starts`, START_TIMEOUT, async () =>
		startedFor(lab, starting) >= count ? true : undefined,
	);
}

/** Brings one worker to the middle of several executions and kills it. */
async function crash(lab: Lab): Promise<Crash> {
	const { credential } = lab;
	const start = startParameters(CONFIG_ID);
	const waiting = await begin(
		lab,
		'waiting',
		amperity(credential, startAndWaitParameters(CONFIG_ID)),
	);
	await untilStarted(lab, waiting, ITEMS);
	const busyBefore = await begin(lab, 'busy', busy(), amperity(credential, start));
	const starting = await begin(lab, 'starting', amperity(credential, start));
	const goingOn = await begin(
		lab,
		'going-on',
		amperity(credential, start, { onError: 'continueErrorOutput' }),
	);
	await untilStarted(lab, goingOn, SENT_BEFORE);
	await lab.worker!.kill();

	expect(startedFor(lab, busyBefore)).toBe(0);
	expect(startedFor(lab, goingOn)).toBeLessThan(ITEMS - 2);
	return { busyBefore, starting, goingOn, waiting };
}

/** The only execution of a workflow, when it has ended. */
async function endOf({ client }: Lab, { workflow }: Starting): Promise<N8nExecution> {
	const [execution] = await client.listExecutions(workflow);
	return await client.waitForExecution(execution!.id, END_TIMEOUT);
}

/**
 * What becomes of starts when the worker that makes them is killed, and another one is handed its
 * executions: it begins each of them anew, and knows nothing of what the first one has sent.
 *
 * @param handOutAgain has the queue hand out what was under way, where n8n does not see to it
 */
export function testCrash(
	lab: () => Lab,
	handOutAgain: (lab: Lab) => Promise<void> = async () => {},
): void {
	let crashed: Crash;
	let ends: Record<keyof Crash, N8nExecution>;

	beforeAll(async () => {
		crashed = await crash(lab());
		await handOutAgain(lab());
		const another = await lab().addWorker!();
		const names = Object.keys(crashed) as Array<keyof Crash>;
		const ended = await Promise.all(names.map(async (name) => await endOf(lab(), crashed[name])));
		ends = Object.fromEntries(names.map((name, index) => [name, ended[index]])) as typeof ends;
		for (const { id } of ended) expect(another.log).toContain(`started execution ${id} `);
	}, CRASH_TIMEOUT);

	afterAll(() => {
		expect(lab().simulator.validationErrors).toEqual([]);
	});

	const configsWithTwoRuns = (starting: Starting): string[] =>
		starting.configIds.filter((_, index) => countsOf(lab(), starting)[index]! > 1);

	it('starts no run a second time', () => {
		expect(Object.values(crashed).flatMap(configsWithTwoRuns)).toEqual([]);
	});

	it('starts every run where none had been started', () => {
		expect(ends.busyBefore.status).toBe('success');
		const runs = runsOf(lab(), crashed.busyBefore).flat();
		expect(ends.busyBefore.json('Amperity').map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
		expect(runs).toHaveLength(ITEMS);
	});

	it.each<keyof Crash>(['starting', 'waiting'])('says of %s that runs may have started', (name) => {
		const { status, error } = ends[name];
		const configId = crashed[name].configIds[0]!;
		const [run] = lab().simulator.runsStartedFor(configId);

		expect(status).toBe('error');
		expect(error?.message).toContain('n8n stopped in the middle');
		expect(error?.message).toContain(`A run of ${configId} may have started all the same`);
		expect(error?.description).toContain(run!.id);
	});

	it('starts the rest, if an error does not end the node, and tells which is which', () => {
		const { goingOn } = crashed;
		expect(ends.goingOn.status).toBe('success');
		const runs = runsOf(lab(), goingOn);
		const succeeded = ends.goingOn.items('Amperity');
		for (const { json, pairedItem } of succeeded) {
			const { item } = pairedItem as { item: number };
			expect(runs[item]!.map(({ id }) => id)).toEqual([json.id]);
		}
		const failed = ends.goingOn.json('Amperity', 1);
		const order = ({ configId }: { configId?: unknown }) =>
			goingOn.configIds.indexOf(String(configId));
		expect(succeeded.length + failed.length).toBe(ITEMS);
		expect(failed.length).toBeGreaterThanOrEqual(SENT_BEFORE);
		// The first ones, since starts leave in the order of the items.
		expect(failed.map(order)).toEqual(failed.map((_, index) => index));
		for (const { configId, error } of failed) {
			expect(error).toContain(`A run of ${String(configId)} may have started all the same`);
		}
	});
}
