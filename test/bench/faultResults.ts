import { FAULT_KINDS, faultKinds, type FaultKind } from './faultKinds';
import type { Table } from './report';
import { decimal, percent } from './statistics';

/** What one item came to. */
export interface ItemResult {
	/** The first fault that a start of this item met, whichever try sent it. */
	kind: FaultKind;
	/** IDs of the runs that its requests started. */
	runs: string[];
	/** The run that the workflow was given for the item. */
	handedOn: string | undefined;
	/** Whether the error names one of the runs, or says that a run of this item may have started. */
	named: boolean;
	/** Whether the execution succeeded. */
	succeeded: boolean;
}

/** The results of each node, by its name. */
export type Measured = Map<string, ItemResult[]>;

type Holds = (item: ItemResult) => boolean;

type Count = [heading: string, holds: Holds];

export const isSingle: Holds = ({ runs }) => runs.length === 1;

export const isDoubled: Holds = ({ runs }) => runs.length > 1;

const hasNone: Holds = ({ runs }) => runs.length === 0;

/** Has been given the run of somebody else. */
export const isWrong: Holds = ({ runs, handedOn }) =>
	handedOn !== undefined && !runs.includes(handedOn);

/** Has a run of which the workflow and its error say nothing. */
export const isSilent: Holds = ({ runs, handedOn, named }) =>
	runs.length > 0 && handedOn === undefined && !named;

const isHandedOn: Holds = ({ handedOn }) => handedOn !== undefined;

const SILENT: Count = ['Has a run, and nothing says so', isSilent];

const mainCounts: Count[] = [
	['One run', isSingle],
	['Two or more runs', isDoubled],
	['No run', hasNone],
	SILENT,
];

const allCounts: Count[] = [
	...mainCounts,
	['Run ID handed on', isHandedOn],
	['Run ID of somebody else', isWrong],
	['No run, and no error', (item) => hasNone(item) && item.succeeded],
	['In a failed execution', ({ succeeded }) => !succeeded],
];

const countsByKind: Count[] = [
	['One run', isSingle],
	['Two or more runs', isDoubled],
	['No run, and an error', (item) => hasNone(item) && !item.succeeded],
	SILENT,
	['Run ID handed on', isHandedOn],
];

/** How many items something holds for. */
export const countOf = (items: ItemResult[], holds: Holds): number => items.filter(holds).length;

/** One row for each node. */
function totalTable(measured: Measured, counts: Count[]): Table {
	const most = (items: ItemResult[]) => Math.max(...items.map(({ runs }) => runs.length));
	return {
		head: ['', ...counts.map(([heading]) => heading), 'Most runs of one item'],
		rows: [...measured].map(([name, items]) => [
			name,
			...counts.map(([, holds]) => {
				const found = countOf(items, holds);
				return `${decimal(found)} (${percent(found, items.length)})`;
			}),
			decimal(most(items)),
		]),
	};
}

/** All that is counted. */
export const fullTable = (measured: Measured): Table => totalTable(measured, allCounts);

/** What decides between the nodes. */
export const mainTable = (measured: Measured): Table => totalTable(measured, mainCounts);

const ofKind = (items: ItemResult[], kind: FaultKind) => items.filter((item) => item.kind === kind);

/** The kinds that any node has met. */
const kindsOf = (measured: Measured): FaultKind[] =>
	faultKinds.filter((kind) =>
		[...measured.values()].some((items) => ofKind(items, kind).length > 0),
	);

/** A row for each kind of fault and node. */
export function kindTable(measured: Measured): Table {
	const row = (kind: FaultKind, name: string, items: ItemResult[]) => [
		FAULT_KINDS[kind],
		name,
		decimal(items.length),
		...countsByKind.map(([, holds]) => decimal(countOf(items, holds))),
	];
	return {
		head: ['What happens to the start', '', 'Items', ...countsByKind.map(([heading]) => heading)],
		rows: kindsOf(measured).flatMap((kind) =>
			[...measured].map(([name, items]) => row(kind, name, ofKind(items, kind))),
		),
	};
}

/** A row for each kind of fault, with the nodes side by side: no more than a page has room for. */
export function sideBySideTable(measured: Measured): Table {
	const share = (items: ItemResult[], holds: Holds) =>
		`${decimal(countOf(items, holds))} of ${decimal(items.length)}`;
	const names = [...measured.keys()];
	return {
		head: [
			'What happens to the start',
			...names.map((name) => `One run: ${name}`),
			...names.map((name) => `Two or more: ${name}`),
		],
		rows: kindsOf(measured).map((kind) => {
			const items = [...measured.values()].map((all) => ofKind(all, kind));
			return [
				FAULT_KINDS[kind],
				...items.map((ofNode) => share(ofNode, isSingle)),
				...items.map((ofNode) => decimal(countOf(ofNode, isDoubled))),
			];
		}),
	};
}
