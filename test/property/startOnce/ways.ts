/** The ways through the node that schedules must lead through again and again. */
const REQUIRED = {
	plain: 'the answer to the start',
	list: 'found in the list',
	earlierTry: 'of an earlier try',
	startedAgain: 'started again',
	startedAgainTwice: 'started again twice',
	replaced: "a later try replaces the platform's failure",
	refused: 'refused by Amperity',
	mayHaveStarted: 'may have started',
	candidatesNamed: 'may have started, with candidates',
	thrown: 'the error of a whole execution',
	otherRunBesideLostStart: 'a run of somebody else beside a lost start',
	ownKeyBesideLostStart: 'a run of somebody else with our key beside a lost start',
	stopped: 'stopped by a person',
	crashed: 'run again after its process had died',
	promptlyRefused: 'promptly refused, and nothing else in the way',
};

/** What remains, and why a promptly refused item may be reported. */
const NAMED = {
	items: 'items in all',
	indistinguishable: 'took the run of a stranger that nothing told from its own',
	listedTooLate: 'started twice: the run was listed after all looks',
	hiddenFromAllLooks: 'started twice: the list hid the run at every look',
	queuedBehindPrompt: 'started twice: a gateway had queued what it refused',
	renamed: 'started twice: the configuration had been renamed since its name was learnt',
	recordLost: "started again after a crash: n8n's database had lost the record of the start",
	promptlyRefusedWithOneRun: 'promptly refused, nothing else in the way, and one run',
	refusedDisturbed: 'promptly refused, but its execution was stopped, crashed or had no token',
	refusedAndMore: 'promptly refused, and more happened to its starts',
	refusedUnreadable: 'promptly refused, but the list could not be read in time',
	refusedBesideOthers: 'promptly refused, but beside a run that might have been its own',
	refusedThrown: 'promptly refused, but another item ended the execution',
};

/** The ways that schedules must lead through which look first, keep an order and replace runs. */
const AT_NIGHT = {
	reused: 'used the one that was running',
	skipped: 'skipped, as one was running',
	stoppedBefore: 'stopped the one that was running',
	waitedBefore: 'waited for the one that was running',
	fresh: 'a success that was fresh',
	startedAfterALook: 'started, as no run was in the way',
	leftAlone: 'left alone: nothing was sent for it',
	notStarted: 'not started, as one before it had not succeeded',
	rerun: 'rerun once after a failure of the platform',
	rerunTwice: 'rerun more than once',
};

const WAYS = { ...REQUIRED, ...AT_NIGHT, ...NAMED };

export type Way = keyof typeof WAYS;

export const REQUIRED_WAYS = Object.keys(REQUIRED) as Way[];

export const REQUIRED_AT_NIGHT = Object.keys(AT_NIGHT) as Way[];

/** How often each way through the node was taken, over all schedules. */
export class Ways {
	/** What broke a promise that holds for most, to be read by a person. */
	readonly exceptions: string[] = [];

	private readonly counts = new Map<Way, number>();

	/** Counts a way that was taken. */
	take(way: Way): void {
		this.counts.set(way, this.of(way) + 1);
	}

	/** How often a way was taken. */
	of(way: Way): number {
		return this.counts.get(way) ?? 0;
	}

	/** The ways that must be taken and were taken less often than that. */
	rarerThan(times: number, required: readonly Way[]): string[] {
		return required.filter((way) => this.of(way) < times).map((way) => `${way}: ${this.of(way)}`);
	}

	/** A line for each way that was taken. */
	toString(): string {
		const entries = Object.entries(WAYS) as Array<[Way, string]>;
		const taken = entries.filter(([way]) => this.of(way) > 0);
		return taken.map(([way, text]) => `${String(this.of(way)).padStart(7)}  ${text}`).join('\n');
	}
}
