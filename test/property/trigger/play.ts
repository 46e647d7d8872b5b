import { AmperityModel } from './amperityModel';
import { time } from './modelTime';
import { N8nModel, type Host } from './n8nModel';
import type { Schedule, StepPlan } from './schedule';

const MINUTE_MS = 60_000;

/** So many calm polls in a row without items, and nothing is left: a run without details takes three. */
const QUIET_POLLS = 4;

/** More polls than that are never needed. */
const MOST_POLLS = 150;

/** After such a time, nothing of before needs to be remembered. */
const LONG_AFTER_MS = 3 * 60 * MINUTE_MS;

const NAMES = ['Amperity Trigger', 'Renamed', 'Trigger'];

/** What has happened in a schedule. */
export interface Played {
	schedule: Schedule;
	amperity: AmperityModel;
	n8n: N8nModel;
	/** When a poll looked last but one, by Amperity's clock. */
	lastLook: number;
	/** What else went wrong. */
	problems: string[];
}

/** Plays a schedule, and then lets n8n poll in peace until everything is told. */
export async function play(schedule: Schedule, host: Host): Promise<Played> {
	time.n8nOffset = schedule.n8nHoursOff * 60 * MINUTE_MS;
	const amperity = new AmperityModel(schedule.list, schedule);
	const n8n = new N8nModel(schedule, amperity, host);
	const played: Played = { schedule, amperity, n8n, lastLook: 0, problems: [] };
	await n8n.activate();
	for (const { afterMs, step } of schedule.steps) {
		await time.sleep(afterMs);
		await happen(step, played);
	}
	await time.sleep(amperity.settledAt - time.now() + 2 * MINUTE_MS);
	await pollUntilQuiet(played, QUIET_POLLS);
	await time.sleep(LONG_AFTER_MS);
	await pollUntilQuiet(played, QUIET_POLLS - 1);
	return played;
}

async function happen(step: StepPlan, { n8n, schedule, problems }: Played): Promise<void> {
	switch (step.kind) {
		case 'poll':
			return await n8n.tick(step);
		case 'restart':
			return await n8n.restart(step.downMs, step);
		case 'edit': {
			const name = step.rename === undefined ? undefined : NAMES[step.rename];
			const filters = step.otherFilters ? schedule.otherFilters : undefined;
			return await n8n.edit({ name, filters });
		}
		case 'setClock':
			time.n8nOffset = step.hours * 60 * MINUTE_MS;
			return;
		case 'test':
			problems.push(...testProblems(await n8n.test()));
	}
}

const MOST_EXAMPLES = 5;

function testProblems(result: Awaited<ReturnType<N8nModel['test']>>): string[] {
	const items = (result?.[0] ?? []).map(({ json }) => json);
	const events = new Set(items.map(({ event }) => event));
	return [...events].flatMap((event) => {
		// Of slow runs those that were created last are the newest.
		const newest = event === 'runIsSlow' ? 'created_at' : 'since';
		const times = items
			.filter((item) => item.event === event)
			.map((item) => Date.parse(String(item[newest])));
		const newestFirst = [...times].sort((a, b) => b - a);
		return [
			...(times.length > MOST_EXAMPLES ? [`too many examples of ${String(event)}`] : []),
			...(times.join() !== newestFirst.join() ? [`examples of ${String(event)} not in order`] : []),
		];
	});
}

/**
 * Whose run was missed, only the details of all others tell: one of them that hangs may take up all of a poll's time,
 * until it answers.
 */
const mayFail = ({ settings, otherFilters, twin = [], runs }: Schedule): boolean =>
	[...settings.events, ...twin].includes('runDidNotStart') &&
	[settings.filters, otherFilters].some(({ startedBy }) => startedBy !== '') &&
	runs.some(({ poison }) => poison?.kind === 'hang');

async function pollUntilQuiet(played: Played, quietPolls: number): Promise<void> {
	const { n8n } = played;
	let quiet = 0;
	for (let polls = 0; quiet < quietPolls && polls < MOST_POLLS; polls++) {
		const before = n8n.executed.length;
		const first = n8n.polls.length;
		await n8n.calmTick();
		const failed = n8n.polls.slice(first).find(({ error }) => error);
		if (failed && !mayFail(played.schedule))
			played.problems.push(`a calm poll failed: ${failed.error!.message}`);
		quiet = n8n.executed.length === before && !failed ? quiet + 1 : 0;
		if (quiet < quietPolls) played.lastLook = time.now();
		await time.sleep(61_000);
	}
	if (quiet < quietPolls) played.problems.push('the polls do not come to an end');
}
