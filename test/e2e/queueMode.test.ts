import type { Lab } from '../n8n-host/lab';
import { until } from '../n8n-host/N8nClient';
import { beginLongRuns, testLongRuns, type LongRuns } from './longRun';
import { testStoppedExecutions } from './stoppedExecutions';
import { shareLab } from './shareLab';
import {
	amperity,
	chain,
	manualTrigger,
	scheduleTrigger,
	startParameters,
	useRunId,
} from './workflows';

let lab: Lab;
let longRuns: LongRuns;

shareLab(
	(started) => {
		lab = started;
	},
	{ queue: true },
);

// Before the other tests, so that the waits pass meanwhile.
beforeAll(async () => {
	longRuns = await beginLongRuns(lab);
}, 200_000);

it('starts a run in a worker', async () => {
	const workflow = await lab.client.createWorkflow(
		chain(
			'manual',
			manualTrigger(),
			amperity(lab.credential, startParameters('cg-succeeds')),
			useRunId(),
		),
	);
	const execution = await lab.client.runWorkflow(workflow);

	expect(lab.worker!.log).toContain(`execution ${execution.id}`);
	const started = lab.simulator.runsStartedFor('cg-succeeds');
	expect(execution.json('Use Run ID')).toEqual(started.map(({ id }) => ({ startedRun: id })));
	expect(started).toHaveLength(1);
});

describe('an execution that waits for a run in a worker', () => {
	testStoppedExecutions(() => lab);
});

describe('the example of a long run, after main process and worker were killed', () => {
	testLongRuns(
		() => lab,
		() => longRuns,
	);
});

it('goes on with its schedule after n8n was killed', async () => {
	const workflow = await lab.client.createWorkflow(
		chain('scheduled', scheduleTrigger(), amperity(lab.credential, startParameters('cg-nightly'))),
	);
	await lab.client.activate(workflow);
	await lab.n8n.kill();
	lab.simulator.reset();
	await lab.n8n.restart();

	await until('a scheduled run', 10_000, async () => lab.simulator.runsStartedFor('cg-nightly')[0]);
	await lab.client.deactivate(workflow);
});
