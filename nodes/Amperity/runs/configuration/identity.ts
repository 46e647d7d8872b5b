import type { WorkflowRun } from '../../transport/workflowRuns';

/** Something that Amperity's answers say of the runs of one configuration, or of one API key. */
export interface Trait {
	value: string;
	/** How many answers in a row have said so; more than two are not counted. */
	times: number;
}

/** What is known of the runs that starting a configuration makes. What was never learnt is left out. */
export interface RunIdentity {
	name?: Trait;
	type?: Trait;
	/** The API key, as Amperity's `principal_id` names it. */
	principal?: Trait;
}

/**
 * That the runs of a configuration have one name, and those of a key one principal, is documented nowhere. So a
 * run is not ruled out before this has been seen to hold in so many runs.
 */
const ENOUGH_TIMES = 2;

/** A trait that nobody doubts, as the user says it. */
export const sureTrait = (value: string): Trait => ({ value, times: ENOUGH_TIMES });

/** Whether a trait has been seen so often that it rules out others. */
export const isSure = ({ times }: Trait): boolean => times >= ENOUGH_TIMES;

/** The trait after one more answer. */
export function seenAgain(trait: Trait | undefined, value: unknown): Trait | undefined {
	if (typeof value !== 'string' || value === '') return trait;
	if (trait?.value !== value) return { value, times: 1 };
	return isSure(trait) ? trait : { value, times: trait.times + 1 };
}

/** The name Amperity gives to the principal of its own schedule. */
const AMPERITY_ITSELF = 'Automated workflow';

/** How the types of runs begin, by the prefix of what was started. Other prefixes fit any type. */
const TYPES: Record<string, RegExp> = {
	'cg-': /^courier/,
	'og-': /orchestration/,
	'cc-': /^campaign/,
};

/** How well something fits. */
export type Fit = 'no' | 'maybe' | 'yes';

function fitOf(trait: Trait | undefined, value: unknown): Fit {
	if (trait === undefined || typeof value !== 'string' || value === '') return 'maybe';
	if (trait.value === value) return 'yes';
	return isSure(trait) ? 'no' : 'maybe';
}

/** What a type says where none has been learnt. */
function prefixFit(configId: string, type: unknown): Fit {
	const right = TYPES[configId.slice(0, 3)];
	if (!right || typeof type !== 'string' || type === '') return 'maybe';
	return right.test(type) ? 'yes' : 'no';
}

/** The less good one decides. */
function least(fits: Fit[]): Fit {
	if (fits.includes('no')) return 'no';
	return fits.includes('maybe') ? 'maybe' : 'yes';
}

/**
 * Whether a run, whoever has started it, is one of a configuration, by its name and type: `no` if something speaks
 * against it, `yes` if both are known and speak for it, else `maybe`.
 */
export function fitsConfiguration(configId: string, identity: RunIdentity, run: WorkflowRun): Fit {
	const { name, type } = identity;
	const byPrefix = prefixFit(configId, run.type);
	if (byPrefix === 'no') return 'no';
	return least([fitOf(name, run.name), type ? fitOf(type, run.type) : byPrefix]);
}

/**
 * Whether a run fits what was started: it is one of the configuration, and has our principal. An overview, which
 * does not hold the principal, fits maybe at best.
 */
export function fit(configId: string, identity: RunIdentity, run: WorkflowRun): Fit {
	if (run.principal_name === AMPERITY_ITSELF) return 'no';
	return least([
		fitsConfiguration(configId, identity, run),
		fitOf(identity.principal, run.principal_id),
	]);
}
