import type { AmperitySimulator, Fault, RecordedRequest } from '../simulator';
import { randomFrom } from './statistics';

/** How many requests of each kind go wrong. */
const FAULTY_STARTS = 0.3;
const FAULTY_READS = 0.1;
/** How many starts meet a run that somebody else starts at the same moment. */
const CROWDED_STARTS = 0.2;
/** Requests of one schedule that are planned; more than are ever sent. */
const PLANNED = 500;

/** What goes wrong with a start. A request that is accepted has started its run. */
const startFaults = (delayMs: number): Fault[] => [
	{ kind: 'drop-before' },
	{ kind: 'drop-after' },
	{ kind: 'late', delayMs },
	{ kind: 'late-accept', delayMs },
	{ kind: 'status', status: 429 },
	{ kind: 'status', status: 429, retryAfter: '1' },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 500, accepted: true },
	{ kind: 'status', status: 503 },
	{ kind: 'status', status: 503, accepted: true },
	{ kind: 'status', status: 504, accepted: true },
	{ kind: 'html' },
	{ kind: 'html', accepted: true },
	{ kind: 'half-json', accepted: true },
	{ kind: 'empty' },
	{ kind: 'empty', accepted: true },
];

const readFaults = (delayMs: number): Fault[] => [
	{ kind: 'drop-before' },
	{ kind: 'late', delayMs },
	{ kind: 'status', status: 429 },
	{ kind: 'status', status: 500 },
	{ kind: 'status', status: 503 },
	{ kind: 'html' },
];

/** What meets one start. */
interface StartPlan {
	fault: Fault | undefined;
	/** Who starts a run at the same moment. */
	other: 'automated' | 'person' | undefined;
}

/**
 * Lets a simulator's requests go wrong: the n-th start and the n-th read always in the same way for the same seed.
 *
 * @param tooLateMs longer than the nodes wait for an answer; real milliseconds, however fast time passes for them
 */
export function playSchedule(simulator: AmperitySimulator, seed: number, tooLateMs: number): void {
	const ofStarts = startFaults(tooLateMs);
	const ofReads = readFaults(tooLateMs);
	const random = randomFrom(seed);
	const pick = (faults: Fault[]) => faults[Math.floor(random() * faults.length)];
	const perhaps = <T>(chance: number, value: T) => (random() < chance ? value : undefined);
	const starts = Array.from(
		{ length: PLANNED },
		(): StartPlan => ({
			fault: perhaps(FAULTY_STARTS, pick(ofStarts)),
			other: perhaps(CROWDED_STARTS, perhaps(0.5, 'automated') ?? 'person'),
		}),
	).values();
	const reads = Array.from({ length: PLANNED }, () =>
		perhaps(FAULTY_READS, pick(ofReads)),
	).values();

	simulator.onRequest = ({ method }: RecordedRequest) => {
		if (method !== 'POST') return planned(reads.next());
		const { fault, other } = planned(starts.next());
		if (other) simulator.startRunAs({ principal: other, configId: 'cg-others' });
		return fault;
	};
}

function planned<T>({ done, value }: IteratorResult<T>): T {
	if (done) throw new Error(`A schedule has more than ${PLANNED} requests`);
	return value;
}
