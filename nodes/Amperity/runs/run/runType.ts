/**
 * The types of runs as Amperity's Workflows page names them. How the API writes most of them is documented
 * nowhere; new ones must be expected.
 */
export const RUN_TYPE_NAMES = [
	'Bridge sync',
	'C360 validation',
	'Campaign results',
	'Campaign send',
	'CCPA delete',
	'Compact campaign recipients table',
	'Courier',
	'Courier group',
	'Data refresh',
	'Database',
	'Domain table schema migration',
	'File upload',
	'Ingest',
	'Input validation report update',
	'Manual campaign run',
	'Manual index run',
	'Orchestration',
	'Orchestration group',
	'Predictive job',
	'Record deletion',
	'System migration on campaigns recipients table',
	'UID2 enrichment',
	'Update campaign recipients table',
];

/** What the API adds to the words of a page: `amperity.orchestration.orchestration/run` is "Orchestration". */
const ADDED_WORDS = ['', 'amperity', 'run'];

function wordsOf(type: string): string {
	const words = type
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter((word) => !ADDED_WORDS.includes(word));
	return words.filter((word, index) => word !== words[index - 1]).join(' ');
}

/** Whether two texts mean the same type of run: as the API writes it, or as a page names it. */
export function isSameType(one: string, other: string): boolean {
	return one === other || (wordsOf(one) !== '' && wordsOf(one) === wordsOf(other));
}

/** Whether runs of a type load data by couriers. */
export const isCourierType = (type: string): boolean => wordsOf(type).startsWith('courier');

/** Tells the runs of one type from others, quickly for the few types that many runs have. */
export function typeTest(wanted: string): (type: string) => boolean {
	const known = new Map<string, boolean>();
	return (type) => {
		const isSame = known.get(type) ?? isSameType(type, wanted);
		known.set(type, isSame);
		return isSame;
	};
}
