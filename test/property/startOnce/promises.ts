import type { PlayedExecution, PlayedSchedule } from './play/played';
import { checkAccounted } from './promises/accounted';
import { checkHandedRun } from './promises/handedRun';
import { checkNight } from './promises/night';
import { checkHowConfirmed, checkOutput, countErrors } from './promises/output';
import { countPromptRefusal } from './promises/promptRefusal';
import { onlyWhatMayBeStopped } from './promises/stops';
import { checkStartingAgain } from './promises/startingAgain';
import { isList, isStart } from './play/scheduledFaults';
import { storiesOf, type ItemStory } from './story';
import type { Ways } from './ways';

/** After a person has stopped an execution, what is on its way is on its way. Milliseconds. */
const STOP_MS = 100;

/** Checks what the node promises after one schedule, and counts which ways it took. */
export function checkPromises(schedule: PlayedSchedule, ways: Ways): string[] {
	const { simulator, executions, firstRequest } = schedule;
	const stories = storiesOf(schedule);
	const refused = simulator.requests
		.slice(firstRequest)
		.filter(({ status, fault }) => status === 400 && !fault);
	return [
		...stories.flatMap((story) => checkStory(story, ways)),
		...executions.flatMap((execution) => checkExecution(execution, schedule, ways)),
		...onlyWhatMayBeStopped(schedule),
		...nothingIsListedBeforeALoss(schedule, stories),
		...refused.map(({ body }) => `Amperity could not accept ${JSON.stringify(body)}`),
		...simulator.validationErrors,
	];
}

function checkStory(story: ItemStory, ways: Ways): string[] {
	const again = checkStartingAgain(story, ways);
	const handed = checkHandedRun(story, ways);
	ways.take('items');
	countErrors(story, ways);
	if (!story.execution.plan.night) countPromptRefusal(story, again, ways);
	return [
		...again.violations,
		...handed.violations,
		...checkAccounted(story, again, handed.isIndistinguishable),
		...checkHowConfirmed(story, again, ways),
		...nothingIsStartedAfterAStop(story),
		...checkNight(story, again, ways),
	];
}

function checkExecution(
	execution: PlayedExecution,
	schedule: PlayedSchedule,
	ways: Ways,
): string[] {
	if (execution.result.error) ways.take('thrown');
	if (execution.stoppedAt !== undefined) ways.take('stopped');
	if (execution.crashedAt !== undefined) ways.take('crashed');
	return checkOutput(execution, schedule);
}

function nothingIsStartedAfterAStop({ starts, execution, configId }: ItemStory): string[] {
	const { stoppedAt = Infinity } = execution;
	const late = starts.filter(({ sentAt }) => sentAt > stoppedAt + STOP_MS);
	return late.map(() => `${configId} was started after its execution had been stopped`);
}

/** A process that has lost no start, does not wait for runs and was left none by a dead one does not read the list. */
function nothingIsListedBeforeALoss(schedule: PlayedSchedule, stories: ItemStory[]): string[] {
	const { simulator, senderOf, firstRequest, executions } = schedule;
	if (
		executions.some(
			({ crashedAt, plan }) => crashedAt !== undefined || plan.waits || plan.night !== undefined,
		)
	) {
		return [];
	}
	const losses = stories.flatMap(({ starts }) =>
		starts.filter(({ kind }) => kind === 'lost' || kind === 'prompt'),
	);
	return simulator.requests
		.slice(firstRequest)
		.filter(isList)
		.filter(
			(list) =>
				!losses.some(({ sender, endedAt }) => sender === senderOf(list) && endedAt <= list.at),
		)
		.map(
			({ at }) => `The list was read ${at - simulator.requests[firstRequest]!.at} ms before a loss`,
		);
}

/** All requests of a schedule, and who was handed what, for a person to read. */
export function describeSchedule({
	simulator,
	firstRequest,
	executions,
	senderOf,
}: PlayedSchedule) {
	const requests = simulator.requests.slice(firstRequest);
	const began = requests[0]?.at ?? 0;
	const seconds = (time: number | undefined) =>
		time === undefined ? '…' : `${((time - began) / 1_000).toFixed(1)} s`;
	const { offsetMs } = simulator.clock;
	const senders = [...new Set(requests.map(senderOf))];
	const lines = requests.map((request) => {
		const { at, acceptedAt, endedAt, method, path, body, fault, status, startedRunId } = request;
		const config = isStart(request) ? ` ${(body as { config_id: string }).config_id}` : '';
		const span = isList(request)
			? ['created_from', 'created_to'].map(
					(name) => ` ${name} ${seconds(Date.parse(request.query[name]!) - offsetMs)}`,
				)
			: [];
		return (
			`${seconds(at)} process ${senders.indexOf(senderOf(request))}: ${method} ${path}${config}` +
			span.join('') +
			`${fault ? ` ${JSON.stringify(fault)}` : ''}: accepted ${seconds(acceptedAt)},` +
			` ended ${seconds(endedAt)}, ${status ?? 'no answer'} ${startedRunId ?? ''}`
		);
	});
	const runs = simulator.runs.map(
		({ id, configId, createdAt, principal, requestIndex }) =>
			`${seconds(createdAt - simulator.clock.offsetMs)} run ${id} of ${configId} by ${principal.name}` +
			`${requestIndex === undefined ? ', from outside' : ''}`,
	);
	const results = executions.map(({ result, stoppedAt, crashedAt }) =>
		JSON.stringify({ ...result, text: undefined, staticData: undefined, stoppedAt, crashedAt }),
	);
	return [...lines, ...runs, ...results].join('\n');
}
