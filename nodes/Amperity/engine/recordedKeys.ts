import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n rewrites all keys of a node with each one that is added. */
const MOST_KEYS = 5_000;

/** The last record of each node in this process. Two at once would lose one of the keys. */
const lastRecords = new Map<string, Promise<boolean>>();

async function record(context: IExecuteFunctions, key: string): Promise<boolean> {
	try {
		const { processed } = await context.helpers.checkProcessedAndRecord([key], 'node', {
			mode: 'entries',
			maxEntries: MOST_KEYS,
		});
		return processed.length > 0;
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
	const recorded = before.then(async () => await record(context, key));
	lastRecords.set(node, recorded);
	const isKnown = await recorded;
	if (lastRecords.get(node) === recorded) lastRecords.delete(node);
	return isKnown;
}
