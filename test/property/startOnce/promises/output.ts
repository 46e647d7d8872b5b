import type { IPairedItemData } from 'n8n-workflow';
import type { PlayedExecution, PlayedSchedule } from '../play/played';
import { handedRunId, isOfOthers, type ItemStory } from '../story';
import type { Ways } from '../ways';
import type { StartedAgain } from './startingAgain';

/** Checks that each item came out once, that no secret did, and that errors are fit for a person and for n8n. */
export function checkOutput(execution: PlayedExecution, { token }: PlayedSchedule): string[] {
	const { error, text } = execution.result;
	const isSecretTold = text.includes(token);
	return [
		...(isSecretTold ? ['The token is in the result'] : []),
		...(execution.stoppedAt === undefined ? itemsLost(execution) : []),
		...(error && execution.stoppedAt === undefined ? oddities(error) : []),
	];
}

function itemsLost({ result, plan, items }: PlayedExecution): string[] {
	const { error } = result;
	if (error) return plan.onError === 'stopWorkflow' ? [] : [`Thrown: ${error.message}`];
	const outcomes = [...result.items, ...result.errorItems];
	const places = outcomes.map(({ pairedItem }) => (pairedItem as IPairedItemData).item).sort();
	const isComplete = JSON.stringify(places) === JSON.stringify([...items.keys()]);
	return isComplete ? [] : [`Items ${places.join(', ')} came out of ${items.length}`];
}

function oddities({ name, message }: NonNullable<PlayedExecution['result']['error']>) {
	return [
		...(message.includes('canceled') ? [`n8n would take this for a cancel: ${message}`] : []),
		...(/^Node(Api|Operation)Error$/.test(name) ? [] : [`A raw error: ${name}`]),
	];
}

/** Counts how an item got its run, and checks that it says so. */
export function checkHowConfirmed(story: ItemStory, again: StartedAgain, ways: Ways): string[] {
	const { json, configId, starts } = story;
	if (json === undefined || handedRunId(story) === undefined) return [];
	const { start_confirmed_by: by, times_started_again: times = 0 } = json;
	if (by === undefined) ways.take('plain');
	if (by === 'list') ways.take('list');
	if (by === 'earlier_try') ways.take('earlierTry');
	// What was sent again and refused counts or does not count.
	const isPlain = starts.every(({ kind }) => kind === 'prompt' || kind === 'taken');
	const isTrue = again.replaced.size > 0 || isOfOthers(story) || !isPlain || times === again.times;
	return isTrue ? [] : [`${configId} says ${String(times)} times, started again ${again.times}`];
}

/** Counts what the errors say. */
export function countErrors({ errorText, schedule, starts }: ItemStory, ways: Ways): void {
	if (errorText === '') return;
	if (!/may have started all the same/.test(errorText)) {
		ways.take('refused');
		return;
	}
	ways.take('mayHaveStarted');
	if (/may be (one of these runs|this run):/.test(errorText)) ways.take('candidatesNamed');
	const strangers = schedule.simulator.runs.filter(
		({ requestIndex }) => requestIndex === undefined,
	);
	if (strangers.length === 0 || starts.length === 0) return;
	ways.take('otherRunBesideLostStart');
	const { id } = schedule.simulator.apiPrincipal;
	if (strangers.some(({ principal }) => principal.id === id)) ways.take('ownKeyBesideLostStart');
}
