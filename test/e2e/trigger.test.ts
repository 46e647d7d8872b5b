import type { INodeParameters } from 'n8n-workflow';
import { RawServer } from '../engine/rawServer';
import { readExample } from '../n8n-host/examples';
import type { Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import { latestEnd, reports, untilReported } from './finishedRuns';
import { otherTenant } from './otherTenant';
import { shareLab } from './shareLab';
import { Teller } from './teller';
import { testTellsOnce } from './tellsOnce';
import { POLL_SECONDS, pollTimes } from './workflows';

const HOUR = 3_600_000;

/** Milliseconds from what happens to a message. */
const MESSAGE_TIMEOUT = 15_000;

let lab: Lab;

shareLab((started) => {
	lab = started;
});

testTellsOnce(() => lab);

let chat: RawServer;

beforeAll(async () => {
	chat = await RawServer.start((_, response) => void response.end('{}'));
});

afterAll(async () => {
	await chat.stop();
	expect(lab.simulator.validationErrors).toEqual([]);
});

const activated = async (name: string, parameters?: INodeParameters) =>
	await Teller.activated(lab, name, parameters);

/** What is told, until something more has been told. */
const reportsOf = async (teller: Teller) => {
	await teller.told();
	teller.end();
	await teller.told();
	return await reports(lab, teller.workflow);
};

it.concurrent('gets the ends of one poll in one execution, the oldest first', async () => {
	const teller = await activated('Together');
	const { clock } = lab.simulator;
	const started = [1, 2, 3].map(() => teller.run()).reverse();
	for (const run of started) {
		clock.advance(1_000);
		teller.end('succeeded', run);
	}
	const told = await reportsOf(teller);
	expect(told).toEqual([teller.expected.slice(0, 3), teller.expected.slice(3)]);

	const [execution] = await teller.executions();
	expect(execution).toMatchObject({ status: 'success', mode: 'trigger' });
	expect(execution!.json('Use Run ID')).toEqual(started.map(({ id }) => ({ startedRun: id })));
});

it.concurrent('reports a run again that is restarted in Amperity and ends again', async () => {
	const teller = await activated('Restarted');
	const run = teller.run();
	teller.end('failed', run);
	await teller.told();
	lab.simulator.restartRun(run.id, 'succeeded', 100);
	teller.expected.push(latestEnd(lab.simulator, run.id));
	expect((await reportsOf(teller)).flat()).toEqual(teller.expected);
});

it.concurrent('reports the outcomes that are wanted, with tasks and error', async () => {
	const teller = await activated('Wanted', { outcomes: ['failed'], includeDetails: true });
	teller.endUntold('succeeded');
	teller.endUntold('stopped');
	teller.end('failed');
	await teller.told();
	teller.endUntold('succeeded');
	teller.end('failed');
	await teller.told();
	expect(await teller.reports()).toEqual(teller.expected);

	const [execution] = await teller.executions();
	expect(execution!.status).toBe('success');
	expect(execution!.json('Amperity Trigger')).toMatchObject([
		{
			outcome: 'failed',
			summary: expect.stringContaining('No file matches the pattern of the courier'),
			tasks: expect.arrayContaining([expect.objectContaining({ state: 'failed' })]),
			failure: { attribution: 'customer', tasks: [{ state: 'failed' }] },
		},
	]);
});

it.concurrent('reports an end whose details cannot be read, and those behind it', async () => {
	const teller = await activated('Unreadable', { includeDetails: true });
	const run = teller.run();
	const path = `/workflow/runs/${run.id}`;
	lab.simulator.failNext({ kind: 'status', status: 403 }, { path, times: Infinity });
	teller.end('succeeded');
	lab.simulator.clock.advance(1);
	teller.end('failed', run);
	lab.simulator.clock.advance(1);
	teller.end('stopped');
	expect((await reportsOf(teller)).flat()).toEqual(teller.expected);

	const items = await teller.items();
	expect(items.map((item) => 'details_error' in item)).toEqual([false, true, false, false]);
});

it.concurrent('shows a poll that fails as a failed execution, and loses nothing', async () => {
	const tenant = await otherTenant(lab, 'globex');
	const teller = await Teller.activated(lab, 'Refused', {}, tenant);
	tenant.simulator.failNext({ kind: 'status', status: 403 }, { path: '/workflow/runs' });
	teller.end();
	expect((await reportsOf(teller)).flat()).toEqual(teller.expected);

	const executions = await teller.executions();
	expect(executions.map(({ status }) => status)).toEqual(['error', 'success', 'success']);
	expect(executions[0]!.error?.message).toContain('The API key is not allowed to do this');
});

describe('a test event', () => {
	it.concurrent('starts the whole workflow when a person executes it', async () => {
		const teller = await Teller.create(lab, 'Executed');
		teller.endUntold();
		const execution = await lab.client.runWorkflow(teller.workflow);
		expect(execution.json('Use Run ID')).toEqual(
			teller.runIds.map((startedRun) => ({ startedRun })),
		);
	});

	it.concurrent('says so where nothing has happened', async () => {
		const teller = await Teller.create(lab, 'Nothing');
		teller.run();
		const execution = await lab.client.runStep(teller.workflow, 'Amperity Trigger');
		expect(execution.status).toBe('error');
		expect(execution.error).toMatchObject({
			message: expect.stringContaining('Nothing that fits has happened'),
			description: expect.stringContaining('Widen the events, outcomes and filters'),
		});
	});
});

/** The next time that a Monday begins. */
function nextMonday(): number {
	const now = new Date();
	return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 8 - now.getUTCDay());
}

it.concurrent('sends the alerts of the example', async () => {
	const { simulator, credential } = await otherTenant(lab, 'umbrella');
	const monday = nextMonday();
	const setHour = (hour: number) => (simulator.clock.offsetMs = monday + hour * HOUR - Date.now());
	const startAt = (hour: number) =>
		simulator.startRunAs({
			principal: 'automated',
			name: 'Daily load',
			createdAt: monday + hour * HOUR,
			scenario: { neverEnds: true },
		});
	const example = await readExample('run-alerts.json', credential);
	const nodeOf = (type: string) => example.nodes.find((each) => each.type.endsWith(type))!;
	nodeOf('httpRequest').parameters.url = chat.baseUrl;
	Object.assign(nodeOf('amperityTrigger').parameters, pollTimes(POLL_SECONDS));
	const workflow = await lab.client.createWorkflow(example);

	// Amperity warns of a run after a day.
	setHour(5.5);
	startAt(-23);
	const failing = startAt(-8);
	await lab.client.activate(workflow);
	simulator.endRun(failing.id, 'failed');
	await untilReported(lab, workflow, 2);
	setHour(6.5);
	const texts = await until('three messages', MESSAGE_TIMEOUT, async () => {
		const bodies = chat.requests.map(({ body }) => JSON.parse(body) as { text: string });
		return bodies.length >= 3 ? bodies.map(({ text }) => text) : undefined;
	});
	await lab.client.deactivate(workflow);

	const deadline = new Date(monday + 6 * HOUR).toISOString();
	expect(texts.sort()).toEqual([
		'Daily load failed: No file matches the pattern of the courier (customer)',
		expect.stringMatching(/^Daily load is slow: active for \d+ minutes$/),
		`No run of Daily was created by ${deadline}`,
	]);
});
