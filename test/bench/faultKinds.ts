import type { Fault } from '../simulator';

/** What happens to a start, in the words of the tables and in their order. */
export const FAULT_KINDS = {
	none: 'Nothing goes wrong with this item',
	throttled: 'Refused: too many requests (429)',
	withoutEffect: 'Fails at once, no run is started',
	answerLost: 'A run is started, but an error or nothing comes back at once',
	cutOff: 'A run is started, but half of its answer comes back',
	gatewayTimeout: 'A run is started, but a gateway gives up on it (504)',
	late: 'A run is started, but no answer comes in time',
	acceptedLate: 'No answer comes in time, and a run is started after that',
} as const;

/** One of the ways in which a start goes, as somebody sees it who watches both ends. */
export type FaultKind = keyof typeof FAULT_KINDS;

/** All kinds, in the order of the tables. */
export const faultKinds = Object.keys(FAULT_KINDS) as FaultKind[];

/** What a fault does to a start. */
export function kindOf(fault: Fault | undefined): FaultKind {
	switch (fault?.kind) {
		case undefined:
			return 'none';
		case 'late':
			return 'late';
		case 'late-accept':
			return 'acceptedLate';
		case 'half-json':
			return 'cutOff';
		case 'drop-before':
			return 'withoutEffect';
		case 'drop-after':
			return 'answerLost';
		case 'status':
			return kindOfStatus(fault);
		case 'html':
		case 'empty':
			return promptKind(fault);
		default:
			throw new Error(`No kind has been thought of for the fault ${fault?.kind}`);
	}
}

function kindOfStatus(fault: Extract<Fault, { kind: 'status' }>): FaultKind {
	if (fault.status === 429) return 'throttled';
	return fault.status === 504 ? 'gatewayTimeout' : promptKind(fault);
}

const promptKind = ({ accepted }: { accepted?: boolean }): FaultKind =>
	accepted ? 'answerLost' : 'withoutEffect';
