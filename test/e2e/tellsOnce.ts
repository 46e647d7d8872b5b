/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs in Node.js, never inside n8n */
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab, LabOptions } from '../n8n-host/lab';
import type { SimulatedRun } from '../simulator';
import { polls } from './finishedRuns';
import { otherTenant } from './otherTenant';
import { Teller } from './teller';
import { pollTimes } from './workflows';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Milliseconds for all that happens to the workflows, with n8n starting twice more. */
const TIMEOUT = MINUTE + 2 * 2 * MINUTE;

/** Milliseconds until a workflow polls for the first time: there is time to activate it, and for a run to end. */
const UNTIL_FIRST_POLL = 7 * SECOND;

/** Milliseconds until many poll times in one second, when n8n is down. */
const UNTIL_MANY_POLLS = 4 * SECOND;

/** More than there are in a minute otherwise. */
export const MANY_POLLS = 40;

/** n8n keeps how far triggers have come in rows of their own, and catches up on poll times that it has missed. */
export const DURABLE_CURSORS: NonNullable<LabOptions['env']> = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
	N8N_SCHEDULER_MATERIALIZATION_INTERVAL: '1',
	N8N_SCHEDULER_EXECUTOR_INTERVAL: '1',
	N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '1000',
	// To make ready for expressions takes longer than all else of a poll, and these triggers have none.
	N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
};

const secondOf = (time: number) => new Date(time).getUTCSeconds();

/** From a time on every two seconds, but for the last part of a minute: that time is the first one. */
const secondsFrom = (time: number) =>
	Array.from({ length: 24 }, (_, index) => secondOf(time + index * 2 * SECOND));

/** The same, with many poll times in the first second. */
const manySecondsFrom = (time: number) => [
	...Array.from({ length: MANY_POLLS }, () => secondOf(time)),
	...secondsFrom(time + 2 * SECOND),
];

/** A trigger that tells if no run was created from 05:30 to 06:00, and the clock of its tenant. */
class Deadline {
	private constructor(
		readonly teller: Teller,
		private readonly midnight: number,
	) {}

	static async create(lab: Lab): Promise<Deadline> {
		const tenant = await otherTenant(lab, 'initech');
		const { clock } = tenant.simulator;
		const midnight = Math.floor(clock.now() / DAY) * DAY;
		const events = ['runDidNotStart', 'runEnded'];
		const parameters = { events, startBy: '06:00', notBefore: '05:30', timeZone: 'UTC' };
		const deadline = new Deadline(
			await Teller.create(lab, 'Nightly', parameters, tenant),
			midnight,
		);
		deadline.setClock(0, 5 * 60 + 50);
		return deadline;
	}

	/** A deadline passes on a day, counted from the first. */
	pass(day: number): void {
		this.setClock(day, 6 * 60 + 2);
		this.teller.expected.push(`runDidNotStart ${this.time(day, 6 * 60)}`);
	}

	/** The same, but a run is created in time. */
	passWithRun(day: number): SimulatedRun {
		this.setClock(day, 5 * 60 + 45);
		const run = this.teller.run();
		this.setClock(day, 6 * 60 + 2);
		return run;
	}

	time(day: number, minute: number): string {
		return new Date(this.midnight + day * DAY + minute * MINUTE).toISOString();
	}

	private setClock(day: number, minute: number): void {
		this.teller.tenant.simulator.clock.offsetMs =
			this.midnight + day * DAY + minute * MINUTE - Date.now();
	}
}

/** Ends all of n8n at once, and starts it again when something has happened. */
async function crash({ n8n, worker }: Lab, meanwhile: () => void | Promise<void>): Promise<void> {
	await Promise.all([n8n.kill(), worker?.kill()]);
	await meanwhile();
	await Promise.all([n8n.restart(), worker?.restart()]);
}

/** What there was to be told by each trigger. */
export interface Story {
	often: Teller;
	early: Teller;
	overdue: Teller;
	renamed: Teller;
	reactivated: Teller;
	started: Teller;
	slow: Teller;
	deadline: Deadline;
	/** A run that was created in time for its deadline. */
	inTime: SimulatedRun;
	/** What a test of a trigger showed that was not active, and what had happened then. */
	testEvent: { shown: unknown[]; ended: string[] };
}

const everyTeller = ({ deadline, ...story }: Story): Teller[] => [
	...Object.values(story).filter((each) => each instanceof Teller),
	deadline.teller,
];

async function live(lab: Lab): Promise<Story> {
	const firstPoll = Date.now() + UNTIL_FIRST_POLL;
	const often = await Teller.create(lab, 'Often');
	const early = await Teller.create(lab, 'Early', pollTimes(secondsFrom(firstPoll)));
	const renamed = await Teller.create(lab, 'Renamed');
	const reactivated = await Teller.create(lab, 'Reactivated');
	const started = await Teller.create(lab, 'Started', { events: ['runStarted'] });
	const slow = await Teller.create(lab, 'Slow', { events: ['runIsSlow'], slowAfterMinutes: 1 });
	const deadline = await Deadline.create(lab);

	// What was there before is not told, unless it goes on.
	for (const teller of [often, early, renamed, reactivated]) teller.endUntold();
	started.run();
	slow.slow(10 * MINUTE);
	await early.activate();
	early.end();
	const others = [often, renamed, reactivated, started, slow, deadline.teller];
	await Promise.all(others.map(async (teller) => await teller.activate()));
	for (const teller of [often, renamed, reactivated]) teller.end();
	started.start();
	deadline.pass(0);
	await Promise.all(others.map(async (teller) => await teller.told()));

	await reactivated.deactivate();
	reactivated.end('failed');
	const ended = [...reactivated.runIds];
	const shown = (await reactivated.testEvent()).map(({ id }) => id);
	renamed.end('failed');
	await renamed.change('Another Name');
	renamed.end();
	await Promise.all([early.told(), renamed.told()]);

	const manyPolls = Date.now() + UNTIL_MANY_POLLS;
	const many = pollTimes(manySecondsFrom(manyPolls));
	const overdue = await Teller.create(lab, 'Overdue', many);
	overdue.endUntold();
	await Promise.all([overdue.activate(), often.change('Amperity Trigger', many)]);
	const ofEnds = [often, early, overdue, renamed, reactivated];
	for (const teller of ofEnds) teller.end('failed');
	started.start();
	await crash(lab, async () => {
		for (const teller of ofEnds) teller.end('stopped');
		started.start();
		slow.slow(MINUTE - SECOND);
		slow.endUntold('succeeded', slow.run(10 * MINUTE));
		deadline.pass(1);
		await delay(Math.max(0, manyPolls + SECOND - Date.now()));
	});
	await reactivated.activate();
	for (const teller of ofEnds) teller.end();
	await Promise.all([...others, ...ofEnds].map(async (teller) => await teller.told()));

	let inTime = deadline.teller.run();
	for (const teller of ofEnds) teller.end();
	await crash(lab, () => {
		for (const teller of ofEnds) teller.end();
		started.start();
		slow.slow(MINUTE - SECOND);
		inTime = deadline.passWithRun(2);
		deadline.pass(3);
	});
	for (const teller of ofEnds) teller.end();
	started.start();
	slow.slow(MINUTE - 2 * SECOND);
	const testEvent = { shown, ended };
	return {
		...{ often, early, overdue, renamed, reactivated, started, slow, deadline, inTime, testEvent },
	};
}

const SUBJECTS: Array<[what: string, of: (story: Story) => Teller]> = [
	['ends around two crashes', ({ often }) => often],
	['ends between the activation and the first poll', ({ early }) => early],
	['ends before many first polls, which are overdue', ({ overdue }) => overdue],
	['ends before and after the trigger got another name', ({ renamed }) => renamed],
	['ends while the workflow was not active', ({ reactivated }) => reactivated],
	['runs that start', ({ started }) => started],
	['runs that are slow', ({ slow }) => slow],
	['runs that do not start', ({ deadline }) => deadline.teller],
];

/**
 * What triggers tell while n8n, all of it, is killed twice, and workflows are changed in the editor.
 *
 * @returns what has happened, once it has
 */
export function testTellsOnce(lab: () => Lab): () => Story {
	let story: Story;

	beforeAll(async () => {
		story = await live(lab());
		const tellers = everyTeller(story);
		await Promise.all(tellers.map(async (teller) => await teller.told()));
		// Two polls of each that asks for ends, which may repeat nothing.
		await polls(lab().simulator, 10);
		await Promise.all(tellers.map(async (teller) => await teller.deactivate()));
	}, TIMEOUT);

	it.each(SUBJECTS)('tells %s once', async (_, of) => {
		expect(await of(story).reports()).toEqual(of(story).expected);
	});

	it('lets no execution fail, and leaves them to the worker, if there is one', async () => {
		const { n8n, worker = n8n } = lab();
		const executions = await Promise.all(everyTeller(story).map((teller) => teller.executions()));
		for (const { id, status } of executions.flat()) {
			expect(status).toBe('success');
			expect(worker === n8n || worker.log.includes(`execution ${id}`)).toBe(true);
		}
	});

	it('shows the latest ends as a test event, the newest first, and tells them all the same', () => {
		const { shown, ended } = story.testEvent;
		expect(shown).toEqual(ended);
	});

	it('says since when a run is slow, and by which measure', async () => {
		const { slow } = story;
		const items = await slow.items();
		expect(items).toMatchObject(
			items.map(({ created_at: createdAt }) => ({
				since: new Date(Date.parse(String(createdAt)) + MINUTE).toISOString(),
				slow_after_minutes: 1,
				slow_after_source: 'field',
				state: 'running',
			})),
		);
	});

	it('says which run did not start, by when, and which one was the last', async () => {
		const { deadline, inTime } = story;
		const [first, , last] = await deadline.teller.items();
		expect(first).toMatchObject({
			since: deadline.time(0, 6 * 60),
			not_before: deadline.time(0, 5 * 60 + 30),
			expected: { name_contains: 'Nightly' },
			last_run: null,
		});
		expect(last).toMatchObject({
			since: deadline.time(3, 6 * 60),
			last_run: { id: inTime.id },
		});
	});

	it.each(SUBJECTS.slice(-3))('shows %s as a test event', async (_, of) => {
		const { event, since, id } = (await of(story).items()).at(-1)!;
		const [newest] = await of(story).testEvent();
		expect(newest).toMatchObject({ event, since, ...(id !== undefined && { id }) });
	});

	return () => story;
}
