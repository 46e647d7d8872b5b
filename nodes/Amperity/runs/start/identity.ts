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

/** The trait after one more answer. */
export function seenAgain(trait: Trait | undefined, value: unknown): Trait | undefined {
	if (typeof value !== 'string' || value === '') return trait;
	if (trait?.value !== value) return { value, times: 1 };
	return trait.times < ENOUGH_TIMES ? { value, times: trait.times + 1 } : trait;
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
	return trait.times >= ENOUGH_TIMES ? 'no' : 'maybe';
}

/** What a type says where none has been learnt. */
function prefixFit(configId: string, type: unknown): Fit {
	const right = TYPES[configId.slice(0, 3)];
	if (!right || typeof type !== 'string' || type === '') return 'maybe';
	return right.test(type) ? 'yes' : 'no';
}

/**
 * Whether a run fits what was started: `no` if something speaks against it, `yes` if all is known and speaks
 * for it, else `maybe`. An overview, which does not hold the principal, fits maybe at best.
 */
export function fit(configId: string, identity: RunIdentity, run: WorkflowRun): Fit {
	const { name, type, principal } = identity;
	const byPrefix = prefixFit(configId, run.type);
	const fits = [
		fitOf(name, run.name),
		type ? fitOf(type, run.type) : byPrefix,
		fitOf(principal, run.principal_id),
	];
	const isOfAnother = byPrefix === 'no' || run.principal_name === AMPERITY_ITSELF;
	if (isOfAnother || fits.includes('no')) return 'no';
	return fits.every((each) => each === 'yes') ? 'yes' : 'maybe';
}
