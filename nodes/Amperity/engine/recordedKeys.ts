import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n rewrites all keys of a node with each one that is added. */
const FEWEST_KEPT = 5_000;

/** An execution and another one of its size keep all their keys: after a crash each is asked about again. */
const KEPT_FOR_EACH_ITEM = 2;

/** Keys of a node that are recorded again along with each new one. */
const RECORDED_AGAIN = 50;

/** Keys that this process remembers, of all nodes. */
const MOST_REMEMBERED = 1_000;

/** The latest keys of this process. */
const latest: Array<{ node: string; key: string }> = [];

/** The last record of each node in this process. Two at once would lose one of the keys. */
const lastRecords = new Map<string, Promise<boolean>>();

/** Remembers a key, and says which ones are to be recorded now: the latest of its node, and it. */
function withLatest(node: string, key: string): string[] {
	const before = latest.filter((one) => one.node === node).slice(-RECORDED_AGAIN);
	latest.push({ node, key });
	latest.splice(0, latest.length - MOST_REMEMBERED);
	return [...new Set([...before.map((one) => one.key), key])];
}

async function record(context: IExecuteFunctions, keys: string[]): Promise<string[]> {
	const kept = KEPT_FOR_EACH_ITEM * context.getInputData().length;
	const { processed } = await context.helpers.checkProcessedAndRecord(keys, 'node', {
		mode: 'entries',
		maxEntries: Math.max(FEWEST_KEPT, kept),
	});
	return processed as string[];
}

/**
 * n8n reads a node's keys and writes them back without a lock. So another process that records at the same time
 * may undo a record, which the next ones of this process make good; and of two that insert the first keys of a
 * node one meets an error, and has to look again.
 */
async function recordAmongOthers(
	context: IExecuteFunctions,
	node: string,
	key: string,
): Promise<boolean> {
	const keys = withLatest(node, key);
	try {
		const known = await record(context, keys).catch(async () => await record(context, keys));
		return known.includes(key);
	} catch {
		// Workflows that have not been saved have no place in the database.
		return false;
	}
}

/**
 * Records a key in n8n's database at once, where it outlives the process, unlike static data
 * (`checkProcessedAndRecord` of n8n 1.117 to 2.41, which was made to remove duplicates).
 *
 * @returns whether it has been recorded before; false where n8n cannot record
 */
export async function wasRecorded(context: IExecuteFunctions, key: string): Promise<boolean> {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const before = lastRecords.get(node) ?? Promise.resolve(false);
	const recorded = before.then(async () => await recordAmongOthers(context, node, key));
	lastRecords.set(node, recorded);
	const isKnown = await recorded;
	if (lastRecords.get(node) === recorded) lastRecords.delete(node);
	return isKnown;
}
