import type { PlayedExecution, PlayedSchedule } from '../play/played';
import { mayBeOf } from './fits';

const STOP = /^\/workflow\/runs\/([^/]+)\/stop$/;

/** Checks that no run was stopped but by Stop It, Then Start, and only one that has the name and type of an item's. */
export function onlyWhatMayBeStopped(schedule: PlayedSchedule): string[] {
	const { simulator, firstRequest, executions, senderOf } = schedule;
	return simulator.requests.slice(firstRequest).flatMap((request) => {
		const [, runId] = STOP.exec(request.path) ?? [];
		if (runId === undefined) return [];
		const run = simulator.store.find(runId);
		const sender = senderOf(request);
		const isFor = ({ plan, items, process, crashedAt }: PlayedExecution) =>
			(process === sender || crashedAt !== undefined) &&
			plan.night?.operation === 'start' &&
			plan.night.ifAlreadyRunning === 'stopThenStart' &&
			items.some((item) => run && mayBeOf(item, plan, run));
		return executions.some(isFor) ? [] : [`${runId} (${run?.name}) was stopped for nobody`];
	});
}
